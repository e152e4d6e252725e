//! Actions that nothing is known about: where their names, or the names of their inputs, speak of publishing to npm, they count
//! as a guess.

use super::guesses::{speaks_of_publishing, words_of};
use super::site_builder::{DraftTokens, SettingFlags, SiteDraft};
use super::{WalkFrame, Walker};
use crate::model::job::Step;
use crate::model::permissions::Grant;
use crate::model::read::Variable;
use crate::publish::find::packages::Selection;
use crate::publish::site::{CommandFact, PublishingTool};
use crate::publish::tools::Tool;
use crate::text::{Place, Ranged};
use crate::versions::action_reference::RemoteAction;

impl<'a> Walker<'_, 'a> {
    /// An action may publish in a job that can, if its name says so: `acme/npm-publish-action`, or `acme/release-action` that is
    /// given a token of npm.
    pub(super) fn guess_from_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        action: &RemoteAction,
    ) {
        let name = action.name();
        let own_name = name
            .split_once('/')
            .map_or(name.as_str(), |(_, own)| own)
            .to_ascii_lowercase();
        let token = step.with.iter().find(|input| names_npm_token(input));
        let names_npm = words_of(&own_name)
            .iter()
            .any(|word| matches!(*word, "npm" | "npmjs"));
        let is_dry_run = step.with.iter().any(|input| {
            let name: String = input
                .name
                .value
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            name.eq_ignore_ascii_case("dryrun")
                && self.evaluate(frame, &input.value.value).known() == Some("true")
        });
        if is_dry_run || !speaks_of_publishing(&own_name) || !(names_npm || token.is_some()) {
            return;
        }
        let machine = self.machine(&frame.conditions);
        let place = Place::new(&frame.path, uses.range);
        let draft = SiteDraft {
            command: CommandFact::bare(place.range),
            place,
            step,
            publisher: PublishingTool {
                is_guess: true,
                ..PublishingTool::unknown(Tool::Action, "action", name)
            },
            selection: Selection::Unknown,
            npm: None,
            flags: SettingFlags::default(),
            assignments: Vec::new(),
            tokens: DraftTokens {
                read_by_tool: vec!["NPM_TOKEN".to_owned(), "NODE_AUTH_TOKEN".to_owned()],
                variables_are_off: false,
                input: token.and_then(|token| self.token_of_input(frame, token)),
                may_have_others: false,
            },
            ignored_failure: frame.ignored_failure.clone(),
        };
        let site = self.build(frame, &machine, draft);
        let can_publish = site.identity.id_token.grant == Grant::Yes || !site.credentials.tokens.is_empty();
        if site.target.is_npm() && can_publish {
            self.guesses.push(site);
        }
    }
}

/// Whether an input is a token of npm: `npm-token`, `NPM_AUTH_TOKEN`.
fn names_npm_token(input: &Variable) -> bool {
    let name = input.name.value.to_ascii_lowercase();
    name.contains("npm") && name.contains("token")
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[track_caller]
    fn check(permissions: &str, step: &str, expected: &str) {
        let fixture = format!(
            "#- .github/workflows/release.yml\non: push\njobs:\n  release:\n    runs-on: ubuntu-24.04\n    permissions: {{ {permissions} \
             }}\n    steps:\n      - uses: actions/setup-node@v6\n        with: {{ node-version: 24 }}\n      - uses: {step}\n"
        );
        check_sites(&fixture, expected);
    }

    const TOKEN: &str = "\n        with: { npm-token: '${{ secrets.NPM_TOKEN }}' }";
    const GUESS: &str = "release.yml:9 release; publisher=action; outcome=unknown";

    #[test]
    fn an_action_is_a_guess_by_its_name() {
        check("id-token: write", "acme/npm-publish-package@v1", GUESS);
        check("id-token: write", "acme/actions/publish-to-npm@v1", GUESS);
        check(
            "contents: read",
            &format!("acme/action-npm-publish@v6{TOKEN}"),
            GUESS,
        );
        check("contents: read", &format!("acme/release-action@v6{TOKEN}"), GUESS);
    }

    #[test]
    fn what_cannot_publish_or_speaks_of_something_else_is_none() {
        check("contents: read", "acme/npm-publish-package@v1", "");
        check("id-token: write", "acme/release-action@v1", "");
        check("id-token: write", "acme/npm-cache@v1", "");
        check("id-token: write", "npm-acme/publish-docker@v1", "");
        check(
            "id-token: write",
            "acme/npm-publish-package@v1\n        with: { dry-run: true }",
            "",
        );
    }
}
