//! Calls of workflows of other repositories, which are not read: where the name of the workflow says that it releases something,
//! and what it gets that this goes to npm, they count as a guess.

use super::action_guesses::{is_given_npm_token, names_npm_token};
use super::guess_names::{speaks_of, speaks_of_publishing};
use crate::model::job::Call;
use crate::model::permissions::Grant;
use crate::model::read::Variable;
use crate::publish::find::credentials::names_npm_secret;
use crate::publish::find::packages::Selection;
use crate::publish::site::{CommandFact, PublishingTool};
use crate::publish::walk::site_builder::{DraftTokens, SettingFlags, SiteDraft};
use crate::publish::walk::{WalkFrame, Walker};
use crate::text::Place;
use crate::text::camel_words;
use crate::versions::action_reference::local_path;

impl<'a> Walker<'_, 'a> {
    /// A job that calls a workflow of another repository may publish there.
    pub(in crate::publish::walk) fn guess_from_call(&mut self, frame: &WalkFrame<'a>, call: &'a Call) {
        if local_path(&call.uses.value).is_some() || self.is_told_not_to_publish(frame, call) {
            return;
        }
        let workflow = call.uses.value.split('@').next().unwrap_or(&call.uses.value);
        let token = call.secrets.iter().find(|secret| hands_on_npm_token(secret));
        let grant = self.id_token.grant;
        if !self.may_publish_by_call(call, workflow, token.is_some(), grant) {
            return;
        }
        let machine = self.machine(&frame.conditions);
        let place = Place::new(&frame.path, call.uses.range);
        let draft = SiteDraft {
            command: CommandFact::bare(place.range),
            place,
            step: &call.step,
            publishing_tool: PublishingTool::of_called_workflow(workflow.to_owned()),
            selection: Selection::Unknown,
            npm_project: None,
            npm: None,
            flags: SettingFlags::default(),
            assignments: Vec::new(),
            tokens: DraftTokens {
                read_by_tool: Vec::new(),
                variables_are_off: true,
                input: token.and_then(|token| self.token_of_input(frame, token)),
                may_have_others: call.inherits_secrets,
            },
            ignored_failure: frame.ignored_failure.clone(),
        };
        let site = self.build(frame, &machine, draft);
        self.guesses.push(site);
    }

    /// `dry-run: true`, `publish: false`.
    fn is_told_not_to_publish(&self, frame: &WalkFrame<'a>, call: &Call) -> bool {
        call.with.iter().any(|input| {
            let words = camel_words(&input.name.value);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let value = self.evaluate(frame, &input.value.value);
            match words.as_slice() {
                ["dry", "run"] | ["dryrun"] => value.known() == Some("true"),
                ["publish"] | ["npm", "publish"] | ["publish", "npm"] => value.known() == Some("false"),
                _ => false,
            }
        })
    }

    fn may_publish_by_call(&self, call: &Call, workflow: &str, gets_token: bool, grant: Grant) -> bool {
        let file = workflow.rsplit('/').next().unwrap_or(workflow);
        let job = self.job.job.map_or("", |job| job.id.value.as_str());
        let names = [workflow, job].into_iter();
        let inputs = call
            .with
            .iter()
            .flat_map(|input| [input.name.value.as_str(), &input.value.value]);
        let is_for_node = names.chain(inputs).any(names_node);
        if gets_token {
            return speaks_of(file) || speaks_of(job) || is_for_node && speaks_of(self.job.path.file_name());
        }
        let speaks = speaks_of_publishing(file) && !names_other_registry(workflow);
        // `publish-npm: true`, `command: npm publish`
        let is_told = || {
            call.with.iter().any(|input| {
                publishes_to_npm(&input.name.value) && input.value.value.trim() != "false"
                    || publishes_to_npm(&input.value.value)
            })
        };
        if call.inherits_secrets && (publishes_to_npm(job) || is_told()) {
            return true;
        }
        let may_get_token = call.inherits_secrets && is_for_node;
        let is_granted = grant == Grant::Yes && (is_for_node || self.has_packages());
        speaks && (may_get_token || is_granted)
    }
}

/// `NPM_TOKEN: ${{ secrets.NPM_TOKEN }}`, `token: ${{ secrets.NPM_TOKEN }}`
fn hands_on_npm_token(secret: &Variable) -> bool {
    names_npm_token(secret) || is_given_npm_token(secret) || names_npm_secret(&secret.value.value)
}

/// Whether a name says that something is made for Node or npm, or for a tool that releases packages of npm.
fn names_node(name: &str) -> bool {
    const MEANT: [&str; 10] = [
        "npm",
        "npmjs",
        "node",
        "nodejs",
        "pnpm",
        "yarn",
        "nx",
        "lerna",
        "changeset",
        "changesets",
    ];
    let is_meant = |word: &String| MEANT.contains(&word.as_str());
    name.len() <= LONGEST_NAME && camel_words(name).iter().any(is_meant)
}

/// Whether a name, or a command, says that something is published to npm: `publish-npm`, `npm publish`.
fn publishes_to_npm(name: &str) -> bool {
    let words = if name.len() <= LONGEST_NAME {
        camel_words(name)
    } else {
        Vec::new()
    };
    let has = |meant: &[&str]| words.iter().any(|word| meant.contains(&word.as_str()));
    let is_other = has(&[
        "dry", "no", "skip", "test", "lint", "build", "docs", "check", "verify",
    ]);
    has(&["npm", "npmjs"]) && has(&["publish", "release"]) && !is_other
}

/// A longer text is not a name.
const LONGEST_NAME: usize = 200;

/// Whether a name speaks of something that is not published to npm.
fn names_other_registry(name: &str) -> bool {
    let is_other = |word: &String| {
        matches!(
            word.as_str(),
            "python"
                | "image"
                | "images"
                | "container"
                | "chart"
                | "charts"
                | "go"
                | "goreleaser"
                | "java"
                | "please"
                | "drafter"
        )
    };
    camel_words(name).iter().any(is_other)
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[track_caller]
    fn check(permissions: &str, call: &str, files: &str, expected: &str) {
        let fixture = format!(
            "\
#- .github/workflows/ci.yml
on: push
jobs:
  ship:
    permissions: {{ {permissions} }}
    uses: {call}
{files}"
        );
        check_sites(&fixture, expected);
    }

    const GUESS: &str = "ci.yml:5 ship; publisher=workflow; outcome=unknown";
    const PACKAGE: &str = "#- package.json\n{ \"name\": \"a\" }\n";
    const TOKEN: &str = "\n    secrets: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";

    #[test]
    fn a_called_workflow_that_gets_a_token_of_npm_is_a_guess() {
        for (call, secret) in [
            (
                "a/b/.github/workflows/node-release.yml@main",
                "NPM_TOKEN: '${{ secrets.NPM_TOKEN }}'",
            ),
            (
                "a/b/.github/workflows/release-please.yml@main",
                "token: '${{ secrets.NPM_TOKEN }}'",
            ),
            (
                "a/b/.github/workflows/publish.yml@v1",
                "npm-token: '${{ secrets.T }}'",
            ),
        ] {
            let call = format!("{call}\n    secrets: {{ {secret} }}\n");
            check("contents: read", &call, "", GUESS);
        }
    }

    #[test]
    fn a_called_workflow_is_a_guess_by_its_name_where_it_may_get_an_id_token() {
        let release = "a/b/.github/workflows/release.yml@v1\n";
        check("id-token: write", release, PACKAGE, GUESS);
        check(
            "id-token: write",
            "a/b/.github/workflows/npm-publish.yml@v1\n",
            "",
            GUESS,
        );
        check(
            "id-token: write",
            "a/b/.github/workflows/release-stable.yml@v1\n    with: { nodeVersion: 24 }\n",
            "",
            GUESS,
        );
        check("contents: read", release, PACKAGE, "");
        check("id-token: write", release, "", "");
    }

    #[test]
    fn a_called_workflow_that_gets_all_secrets_is_a_guess_where_it_names_npm() {
        let inherits = |file: &str| format!("a/b/.github/workflows/{file}@v1\n    secrets: inherit\n");
        check("contents: read", &inherits("publish-npm.yml"), "", GUESS);
        check("contents: read", &inherits("release.yml"), PACKAGE, "");
        check("contents: read", &inherits("nx-release.yml"), "", GUESS);
        check("contents: read", &inherits("changesets-check.yml"), PACKAGE, "");
        check("contents: read", &inherits("npm-test.yml"), PACKAGE, "");
        let with = |input: &str| {
            format!("a/b/.github/workflows/main.yml@v1\n    with: {{ {input} }}\n    secrets: inherit\n")
        };
        for input in ["publish-npm: true", "npm_publish: 'yes'", "command: npm publish"] {
            check("contents: read", &with(input), "", GUESS);
        }
        for input in [
            "publish-npm: false",
            "node-version: 24",
            "publish: docker",
            "npm-publish-dry: true",
            "command: npm run build",
        ] {
            check("contents: read", &with(input), "", "");
        }
    }

    #[test]
    fn what_releases_something_else_is_none() {
        for file in [
            "release-drafter.yml",
            "release-please.yml",
            "docker-release.yml",
            "pypi-publish.yml",
            "release-notes.yml",
            "publish-docs.yml",
            "test.yml",
            "build-and-deploy.yml",
        ] {
            let call = format!("a/b/.github/workflows/{file}@v1\n");
            check("id-token: write", &call, PACKAGE, "");
        }
        // Private packages are installed with a token too.
        check(
            "contents: read",
            &format!("a/b/.github/workflows/test.yml@v1{TOKEN}"),
            PACKAGE,
            "",
        );
    }

    #[test]
    fn a_call_that_is_told_not_to_publish_is_none() {
        for input in ["dry-run: true", "publish: false", "dryRun: 'true'"] {
            let call = format!("a/b/.github/workflows/release.yml@v1\n    with: {{ {input} }}\n");
            check("id-token: write", &call, PACKAGE, "");
        }
        let call = "a/b/.github/workflows/release.yml@v1\n    with: { publish: true }\n";
        check("id-token: write", call, PACKAGE, GUESS);
    }

    #[test]
    fn a_workflow_of_this_repository_is_read() {
        let files = "#- .github/workflows/release.yml\non: workflow_call\njobs: {}\n#- package.json\n{ \"name\": \"a\" }\n";
        check("id-token: write", "./.github/workflows/release.yml\n", files, "");
    }
}
