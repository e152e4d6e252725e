//! Branches from which pnpm does not publish.

use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::pnpm_releases::is_silent_on_wrong_branch;
use crate::publish::find::start::BranchRuns;
use crate::publish::read::command::PublishCommand;
use crate::publish::site::{ActionQuestion, PublishStop, Site, StopCause, StopPoint, UsedAction};
use crate::publish::tools::Tool;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::publish::walk::npm::pnpm_settings::PUBLISH_BRANCH;
use crate::syntax::expression::has_expression;
use crate::syntax::shell::Command;
use crate::versions::version::Truth;

/// The branches from which pnpm publishes unless it is told otherwise.
/// Source: the question that pnpm 9.15.9 to 11.28.11 ask: "your publish-branch is set to master|main". With
/// `--publish-branch` the name has to be the same; `release|main` and `release/*` are not patterns there.
const USUAL_BRANCHES: [&str; 2] = ["main", "master"];

impl<'a> Walker<'_, 'a> {
    /// The stop of pnpm if no run is for a branch that it publishes from. `pnpm` is its version as it is written.
    pub(crate) fn wrong_branch(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        pnpm: Option<&str>,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        let frame = context.frame;
        let is_silent = is_silent_on_wrong_branch(pnpm);
        let is_pnpm = publish.tool == Tool::Pnpm && !publish.is_configured;
        let made = self.made_branch.as_ref().filter(|_| self.has_checkout());
        let has_repository = self.job.job.is_some_and(|job| job.container.is_none())
            && (made.is_some() || self.is_on_the_commit());
        // `yes | pnpm publish` answers the question.
        let may_answer = is_silent != Truth::No && reads_input(command);
        if !is_pnpm || !has_repository || may_answer || site.command.is_conditional {
            return None;
        }
        let wanted = match &publish.options.publish_branch {
            Some(word) if word.is_dynamic || has_expression(&word.text) => return None,
            Some(word) => Some(word.text.clone()),
            None if self.may_be_set(&PUBLISH_BRANCH, frame, pnpm, site) => {
                Some(self.known_setting(&PUBLISH_BRANCH, frame, pnpm, site)?)
            }
            None => None,
        };
        let usual = || USUAL_BRANCHES.map(str::to_owned).to_vec();
        let wanted_names = wanted.clone().map_or_else(usual, |wanted| vec![wanted]);
        let (fits, branch) = match made {
            Some(made) => (wanted_names.contains(made), Some(made.clone())),
            None => {
                let runs = BranchRuns::of(&self.job, &frame.conditions)?;
                let fits = wanted_names.iter().any(|branch| runs.may_be_for(branch));
                (fits, runs.only_branch())
            }
        };
        let stops = !fits && self.looks_at_git(frame, publish, pnpm, site);
        stops.then(|| PublishStop {
            cause: StopCause::WrongBranch {
                branch,
                wanted,
                is_silent,
            },
            point: StopPoint::Command,
            place: site.place.clone(),
            error: (is_silent == Truth::No).then_some(NpmError::GitWrongBranch),
            is_in_every_run: true,
        })
    }
}

impl<'a> Walker<'_, 'a> {
    fn has_checkout(&self) -> bool {
        let is_checkout = |action: &UsedAction<'_>| action.is("actions/checkout");
        self.contents.any_action(ActionQuestion::IsCheckout, is_checkout)
    }
}

/// Whether something may write to the command's standard input.
fn reads_input(command: &Command) -> bool {
    let mut redirects = command.redirects.iter();
    !command.subshells.is_empty() || redirects.any(|redirect| redirect.operator.starts_with('<'))
}
