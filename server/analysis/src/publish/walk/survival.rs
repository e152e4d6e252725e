//! Whether a publish command survives until it sends something. One function per kind of stop; each answers only where the
//! stop is certain.

use super::{WalkFrame, Walker};
use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::pnpm_releases::FIRST_MAJOR_WITH_FIXED_GIT_CHECKS;
use crate::model::job::Job;
use crate::model::read::find_input;
use crate::publish::read::command::PublishCommand;
use crate::publish::site::{CertainStop, Site, StopCause};
use crate::publish::tools::{Flag, Tool};
use crate::syntax::yaml::YamlNode;
use crate::text::FolderPath;
use crate::versions::action_reference::ActionReference;

impl<'a> Walker<'_, 'a> {
    /// What certainly stops a publish command before it sends anything.
    pub(crate) fn stop_of(
        &self,
        frame: &WalkFrame<'a>,
        publish: &PublishCommand,
        site: &Site<'a>,
    ) -> Option<CertainStop> {
        self.has_no_branch(frame, publish, site).then(|| CertainStop {
            cause: StopCause::DetachedHead,
            place: site.place.clone(),
            error: Some(NpmError::GitUnknownBranch),
        })
    }

    /// Whether pnpm looks for the branch and finds none: the run is for a tag or a release, for which actions/checkout checks
    /// out a commit.
    fn has_no_branch(&self, frame: &WalkFrame<'a>, publish: &PublishCommand, site: &Site<'a>) -> bool {
        let is_pnpm = publish.tool == Tool::Pnpm && !publish.is_configured && !publish.is_staged;
        let version = site.publisher.release.version.as_ref();
        let is_old = version.is_some_and(|version| version.major() < FIRST_MAJOR_WITH_FIXED_GIT_CHECKS);
        if !is_pnpm || !is_old || !site.step.conditions.is_empty() || site.command.is_conditional {
            return false;
        }
        let (Some(job), Some((_, workflow))) = (site.job.job, site.job.starting_workflow()) else {
            return false;
        };
        !site.job.entry.has_unknown_caller
            && workflow.runs_for_tags()
            && checks_out_the_commit(job)
            && self.looks_at_git(frame, publish)
    }

    /// Whether no flag, variable or file switches pnpm's checks of git off.
    fn looks_at_git(&self, frame: &WalkFrame<'a>, publish: &PublishCommand) -> bool {
        if let Some(flag) = publish.options.git_checks {
            return flag == Flag::True;
        }
        let root = FolderPath::root();
        let changed_env = self.changed_env();
        let scope = self.scope(frame, &changed_env);
        const VARIABLES: [&str; 4] = [
            "npm_config_git_checks",
            "NPM_CONFIG_GIT_CHECKS",
            "pnpm_config_git_checks",
            "PNPM_CONFIG_GIT_CHECKS",
        ];
        let is_set = VARIABLES.iter().any(|name| scope.env_value(name).is_some());
        let in_npmrc = self.sources.npmrc_in(&root).is_some_and(|(_, npmrc)| {
            let mut settings = npmrc.settings.iter();
            settings.any(|setting| setting.key.value == "git-checks")
        });
        let in_workspace = || {
            let file = self.sources.file(&root.file("pnpm-workspace.yaml")?)?;
            YamlNode::root(file.yaml()?)?.get("gitChecks")
        };
        !is_set && !in_npmrc && in_workspace().is_none()
    }
}

/// Whether a step checks out the commit of the run, and no other step can choose a branch or switch the check off.
fn checks_out_the_commit(job: &Job) -> bool {
    let mut is_checked_out = false;
    for step in &job.steps {
        if step
            .run
            .as_ref()
            .is_some_and(|script| may_decide_about_branches(&script.text))
        {
            return false;
        }
        let Some(uses) = &step.uses else { continue };
        let reference = ActionReference::parse(&uses.value, None);
        let Some(action) = reference.remote() else {
            return false;
        };
        if action.is("actions/checkout") {
            let chooses = ["ref", "repository", "path"];
            if chooses
                .iter()
                .any(|input| find_input(&step.with, input).is_some())
            {
                return false;
            }
            is_checked_out = true;
        } else if !leaves_git_alone(&uses.value) {
            return false;
        }
    }
    is_checked_out
}

/// Whether an action is known to leave the working tree on its commit: GitHub's own, but for the one that runs any script, and
/// those that install a tool.
fn leaves_git_alone(uses: &str) -> bool {
    let name = uses.split('@').next().unwrap_or(uses);
    let words = ["setup", "cache", "install", "toolchain"];
    name.starts_with("actions/") && name != "actions/github-script"
        || words.iter().any(|word| name.contains(word))
}

/// Whether a script may choose a branch, or switch the check off, by the words in it.
fn may_decide_about_branches(script: &str) -> bool {
    const GIT: [&str; 5] = [
        "git checkout",
        "git switch",
        "git branch",
        "git symbolic-ref",
        "git init",
    ];
    const SETTING: [&str; 5] = [
        "git-checks",
        "gitChecks",
        "git_checks",
        "GIT_CHECKS",
        "publish-branch",
    ];
    let is_publish = |line: &str| line.contains("pnpm") && line.contains("publish");
    let mut lines = script.lines();
    lines.any(|line| {
        GIT.iter().any(|word| line.contains(word))
            || !is_publish(line) && SETTING.iter().any(|word| line.contains(word))
    })
}
