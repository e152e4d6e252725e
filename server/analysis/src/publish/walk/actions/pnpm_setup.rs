//! pnpm/action-setup and pnpm/setup, as far as they can end the job.
//!
//! Read: `readTarget` in src/install-pnpm/run.ts of pnpm/action-setup 4.0.0, and `readTargetVersion`, as it is called in later
//! releases and in pnpm/setup.

use crate::model::job::Step;
use crate::model::manifest::{Manifest, PinnedPackageManager};
use crate::model::read::find_input;
use crate::publish::eval::Evaluated;
use crate::publish::site::{PublishStop, StopCause, StopPoint};
use crate::publish::walk::{WalkFrame, Walker};
use crate::text::{FilePath, Place, Ranged, TextRange};
use crate::versions::action_reference::RemoteAction;
use crate::versions::version::Truth;

/// The first major of pnpm/action-setup that refuses two versions: pull request 122, in 4.0.0.
const FIRST_MAJOR_THAT_COMPARES: u64 = 4;
/// The first major that is known to stop without a version.
const FIRST_MAJOR_THAT_NEEDS_ONE: u64 = 3;

impl<'a> Walker<'_, 'a> {
    /// Notes that the action stops: its `version` is not the pnpm in `packageManager`, or nothing names a version.
    pub(crate) fn note_pnpm_stops(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        action: &RemoteAction,
        version: &Evaluated,
    ) {
        let Some(given) = version.known().filter(|_| self.may_read_manifest(frame)) else {
            return;
        };
        let Some(manifest) = self.manifest_of_setup(frame, step) else {
            return;
        };
        let pinned = manifest.package_manager.as_ref();
        let pinned = pinned.filter(|manager| manager.name.value == "pnpm");
        let input = find_input(&step.with, "version");
        let (cause, range) = match (given, pinned, input) {
            ("", None, _) if needs_version(action, manifest) => (StopCause::NoPnpmVersion, uses.range),
            (_, Some(pinned), Some(input)) if !given.is_empty() && differs(action, given, pinned) => {
                let checksum = if pinned.has_checksum { "+…" } else { "" };
                let cause = StopCause::TwoPnpmVersions {
                    input: given.to_owned(),
                    manifest: format!("{}{checksum}", pinned.version.value),
                };
                (cause, input.value.range)
            }
            _ => return,
        };
        let stop = self.setup_stop(frame, action, cause, range);
        self.note_stop(frame, stop);
    }

    /// The stop of an action that sets something up.
    pub(crate) fn setup_stop(
        &self,
        frame: &WalkFrame<'a>,
        action: &RemoteAction,
        cause: StopCause,
        range: TextRange,
    ) -> PublishStop {
        PublishStop {
            cause,
            point: StopPoint::EarlierStep(action.name()),
            place: Place::new(&frame.path, range),
            error: None,
            is_in_every_run: true,
        }
    }

    /// Whether the files of the repository are there, in its place, as they are committed.
    pub(crate) fn may_read_manifest(&self, frame: &WalkFrame<'a>) -> bool {
        let mut actions = self.contents.actions.iter();
        let is_checked_out = actions.any(|action| {
            let mut moves = ["path", "repository", "sparse-checkout"].iter();
            action.is("actions/checkout") && moves.all(|input| find_input(&action.step.with, input).is_none())
        });
        is_checked_out && !self.machine(&frame.conditions).manifest_is_changed
    }

    /// The manifest that the action reads.
    fn manifest_of_setup(&self, frame: &WalkFrame<'a>, step: &'a Step) -> Option<&'a Manifest> {
        let file = match find_input(&step.with, "package_json_file") {
            Some(input) => {
                let value = self.evaluate(frame, &input.value.value);
                FilePath::new(value.known()?)?
            }
            None => FilePath::new("package.json")?,
        };
        self.sources.manifest(&file)
    }
}

/// Whether the action stops at these two. pnpm/action-setup compares them letter by letter, with the checksum, which pnpm/setup
/// leaves out.
fn differs(action: &RemoteAction, given: &str, pinned: &PinnedPackageManager) -> bool {
    let is_other = pinned.version.value != given && !given.contains('+');
    match action.is("pnpm/setup") {
        true => is_other,
        false => {
            action.is("pnpm/action-setup")
                && action.is_at_least(FIRST_MAJOR_THAT_COMPARES, 0) == Truth::Yes
                && (is_other || pinned.has_checksum && !given.contains('+'))
        }
    }
}

/// Whether the action stops if neither its input nor `packageManager` names a version of pnpm. Later releases take that in
/// `devEngines` too.
fn needs_version(action: &RemoteAction, manifest: &Manifest) -> bool {
    let is_setup = action.is("pnpm/setup")
        || action.is("pnpm/action-setup") && action.is_at_least(FIRST_MAJOR_THAT_NEEDS_ONE, 0) == Truth::Yes;
    is_setup && manifest.dev_engines.package_managers.is_empty() && !manifest.dev_engines.has_unread
}
