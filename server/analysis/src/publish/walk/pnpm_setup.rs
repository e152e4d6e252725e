//! pnpm/action-setup, as far as it can end the job.

use super::{WalkFrame, Walker};
use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::eval::Evaluated;
use crate::publish::site::{PublishStop, StopCause, StopPoint};
use crate::text::{FilePath, Place};
use crate::versions::action_reference::RemoteAction;
use crate::versions::version::Truth;

/// The first major that refuses two versions: pnpm/action-setup pull request 122, in 4.0.0.
const FIRST_MAJOR_THAT_COMPARES: u64 = 4;

impl<'a> Walker<'_, 'a> {
    /// Notes that the action stops: its `version` is not, letter by letter, the one after `pnpm@` in `packageManager`
    /// (`readTarget` in the action's src/install-pnpm/run.ts).
    pub(crate) fn note_two_pnpm_versions(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        action: &RemoteAction,
        version: &Evaluated,
    ) {
        let is_known = action.is("pnpm/action-setup");
        let Some(input) = find_input(&step.with, "version").filter(|_| is_known) else {
            return;
        };
        let Some(given) = version.known().filter(|version| !version.is_empty()) else {
            return;
        };
        let Some(pinned) = self
            .pnpm_of_manifest(frame, step)
            .filter(|pinned| pinned != given)
        else {
            return;
        };
        if action.is_at_least(FIRST_MAJOR_THAT_COMPARES, 0) != Truth::Yes {
            return;
        }
        let stop = PublishStop {
            cause: StopCause::TwoPnpmVersions {
                input: given.to_owned(),
                manifest: pinned,
            },
            point: StopPoint::EarlierStep(action.name()),
            place: Place::new(&frame.path, input.value.range),
            error: None,
            is_in_every_run: true,
        };
        self.note_stop(frame, stop);
    }

    /// The pnpm in `packageManager` of the manifest that the action reads.
    fn pnpm_of_manifest(&self, frame: &WalkFrame<'a>, step: &'a Step) -> Option<String> {
        let file = match find_input(&step.with, "package_json_file") {
            Some(input) => {
                let value = self.evaluate(frame, &input.value.value);
                FilePath::new(value.known()?)?
            }
            None => FilePath::new("package.json")?,
        };
        let manifest = self.sources.manifest(&file)?;
        let manager = manifest.package_manager.as_ref()?;
        (manager.name.value == "pnpm").then(|| manager.version.value.clone())
    }
}
