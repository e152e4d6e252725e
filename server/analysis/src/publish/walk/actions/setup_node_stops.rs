//! What ends the job in actions/setup-node. Read in its v4.4.0, v5.0.0, v6.5.0 and v7.0.0.

use crate::knowledge::node_spec::is_invalid;
use crate::knowledge::setup_node::{AutomaticCache, automatic_cache, caches, reads_mise};
use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::site::{RunnerFact, SetupNodeStop, StopCause};
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::version_file::{VersionFileKind, node_version};
use crate::text::{FileKind, FilePath, FolderPath, Ranged, TextRange};
use crate::versions::action_reference::RemoteAction;
use crate::versions::version::Truth;

/// The first major of which the sources were read.
const FIRST_MAJOR: u64 = 4;
/// Words of scripts that may install pnpm or make a file.
const WORDS_OF_OTHER_WORK: [&str; 2] = ["echo", "true"];

impl<'a> Walker<'_, 'a> {
    /// Notes that setup-node stops because of its inputs.
    pub(crate) fn note_setup_node_stops(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        action: &RemoteAction,
    ) {
        if action.is_at_least(FIRST_MAJOR, 0) != Truth::Yes {
            return;
        }
        let found = self
            .missing_version_file(frame, step)
            .or_else(|| self.unread_version_file(frame, step, action))
            .or_else(|| self.bad_cache(frame, step, uses, action));
        if let Some((cause, range)) = found {
            let stop = self.setup_stop(frame, action, StopCause::SetupNode(cause), range);
            self.note_stop(frame, stop);
        }
    }

    /// `getPackageManagerInfo` in src/cache-utils.ts knows three names, and the empty text for none.
    fn bad_cache(
        &self,
        frame: &WalkFrame<'a>,
        step: &Step,
        uses: &Ranged<String>,
        action: &RemoteAction,
    ) -> Option<(SetupNodeStop, TextRange)> {
        let value_of = |name| {
            let input = find_input(&step.with, name)?;
            Some((self.evaluate(frame, &input.value.value), input.value.range))
        };
        let given = value_of("cache").filter(|(value, _)| !value.is_empty());
        let (cache, range) = match &given {
            Some((value, range)) => (value.known()?, *range),
            None if self.caches_pnpm_unasked(frame, action) => {
                let switch = value_of("package-manager-cache");
                let is_off = switch.is_some_and(|(value, _)| value.known() != Some("true"));
                (if is_off { "" } else { "pnpm" }, uses.range)
            }
            None => return None,
        };
        let stop = match cache {
            "" => return None,
            name if !caches(name) => SetupNodeStop::UnknownCache(name.to_owned()),
            // It runs `pnpm store path`, and no image of GitHub has pnpm.
            "pnpm" if self.is_fresh_machine() && self.comes_first(frame, step) => SetupNodeStop::PnpmMissing,
            _ => return None,
        };
        Some((stop, range))
    }

    /// Whether the action keeps the cache of pnpm because `packageManager` names it, which only v5 does
    /// (`getNameFromPackageManagerField` in its src/main.ts).
    fn caches_pnpm_unasked(&self, frame: &WalkFrame<'a>, action: &RemoteAction) -> bool {
        let is_pnpm = || {
            let (_, root) = self.sources.manifest_in(&FolderPath::root())?;
            Some(root.package_manager.as_ref()?.name.value == "pnpm")
        };
        automatic_cache(action) == AutomaticCache::AnyPackageManager
            && is_pnpm() == Some(true)
            && self.may_read_manifest(frame)
    }

    /// A `mise.toml` that the action does not read as mise does.
    fn unread_version_file(
        &self,
        frame: &WalkFrame<'a>,
        step: &Step,
        action: &RemoteAction,
    ) -> Option<(SetupNodeStop, TextRange)> {
        let (path, range) = self.version_file(frame, step)?;
        let is_mise = FileKind::of(path.as_str()) == Some(FileKind::Mise);
        if !is_mise || reads_mise(action) != Truth::No || !self.may_read_manifest(frame) {
            return None;
        }
        let file = self.sources.file(&path)?;
        let line = node_version(&file.text, VersionFileKind::Plain)?.value;
        let path = path.as_str().to_owned();
        is_invalid(&line).then_some((SetupNodeStop::NoVersionInFile { path, line }, range))
    }

    /// The file that `node-version-file` names, where it counts.
    fn version_file(&self, frame: &WalkFrame<'a>, step: &Step) -> Option<(FilePath, TextRange)> {
        let is_given = |name| {
            find_input(&step.with, name)
                .is_some_and(|input| !self.evaluate(frame, &input.value.value).is_empty())
        };
        let input = find_input(&step.with, "node-version-file").filter(|_| !is_given("node-version"))?;
        let value = self.evaluate(frame, &input.value.value);
        Some((FilePath::new(value.known()?.trim())?, input.value.range))
    }

    /// "The specified node version file … does not exist" (`getNodeVersionFromFile` in src/util.ts).
    fn missing_version_file(&self, frame: &WalkFrame<'a>, step: &Step) -> Option<(SetupNodeStop, TextRange)> {
        let (path, range) = self.version_file(frame, step)?;
        // Files of other names are not read, so that nothing follows from their absence.
        let kind = FileKind::of(path.as_str());
        let is_read = matches!(
            kind,
            Some(FileKind::NodeVersion | FileKind::ToolVersions | FileKind::Manifest | FileKind::Mise)
        );
        let is_missing = is_read && self.sources.file(&path).is_none() && !self.sources.is_unreadable(&path);
        let may_be_made =
            !self.may_read_manifest(frame) || self.checks_out_more() || !self.comes_first(frame, step);
        (is_missing && !may_be_made).then(|| (SetupNodeStop::NoVersionFile(path.as_str().to_owned()), range))
    }

    /// Whether a checkout replaces the repository's files by others.
    fn checks_out_more(&self) -> bool {
        self.contents.actions.iter().any(|action| {
            let mut chooses = ["ref", "repository", "path"].iter();
            chooses.any(|input| find_input(&action.step.with, input).is_some())
        })
    }

    /// Whether the job runs on an image of GitHub.
    fn is_fresh_machine(&self) -> bool {
        let is_hosted = self.job.runner == RunnerFact::GithubHosted;
        is_hosted && self.job.job.is_some_and(|job| job.container.is_none())
    }

    /// Whether nothing that installs a program or makes a file comes before the step in its job.
    fn comes_first(&self, frame: &WalkFrame<'a>, step: &Step) -> bool {
        let Some(job) = self.job.job.filter(|_| !frame.is_composite) else {
            return false;
        };
        let mut before = job.steps.iter().take_while(|other| other.node != step.node);
        before.all(does_nothing_else)
    }
}

/// Whether a step only checks the repository out, sets Node up, or prints.
fn does_nothing_else(step: &Step) -> bool {
    if let Some(run) = &step.run {
        let mut lines = run.text.lines().map(str::trim).filter(|line| !line.is_empty());
        return lines.all(|line| {
            let word = line.split_whitespace().next().unwrap_or_default();
            WORDS_OF_OTHER_WORK.contains(&word) && !line.contains(['>', '|', '&', ';', '`', '$'])
        });
    }
    const ACTIONS: [&str; 3] = [
        "actions/checkout",
        "actions/setup-node",
        "step-security/harden-runner",
    ];
    ACTIONS.iter().any(|name| step.uses_action(name))
}
