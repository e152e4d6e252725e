//! Which folders of the runner hold this repository. `actions/checkout` puts it, or another one, below the workspace where its input
//! `path` says. Source: `repository` and `path` in action.yml of actions/checkout v6.

use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::eval::Possible;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::expression::{ExpressionPiece, has_expression, split_expressions};
use crate::text::{FilePath, FolderPath};
use crate::versions::action_reference::RemoteAction;

/// Contexts that name this repository, or a fork of it from which a pull request comes, by their ends.
const THIS_REPOSITORY: [&str; 3] = [
    "github.repository",
    ".head.repo.full_name",
    ".head_repository.full_name",
];

/// A folder into which a step has checked something out.
pub(in crate::publish::walk) struct Checkout {
    folder: FolderPath,
    /// Whether it is this repository, as its files are here.
    is_ours: bool,
}

impl<'a> Walker<'_, 'a> {
    /// Notes where a checkout puts what.
    pub(super) fn note_checkout(&mut self, frame: &WalkFrame<'a>, step: &Step, action: &RemoteAction) {
        if !action.is("actions/checkout") {
            return;
        }
        let input = |name| find_input(&step.with, name).map(|input| input.value.value.trim());
        let path = input("path").unwrap_or_default();
        let texts = self.evaluate(frame, path);
        let Some(folder) = texts.known().and_then(FolderPath::new) else {
            return;
        };
        let repository = input("repository").filter(|name| !name.is_empty());
        let is_other_commit =
            || input("ref").is_some_and(|commit| !commit.is_empty() && !has_expression(commit));
        let is_ours = match repository.and_then(|name| self.is_own_repository(frame, name)) {
            Some(is_own) => is_own,
            // In the root it is taken for this one, whose files are all that is known.
            None if folder.is_root() => true,
            None => repository.is_none(),
        };
        // Another branch or tag beside the checkout, such as `gh-pages`, has other files.
        let is_ours = is_ours && (folder.is_root() || !is_other_commit());
        // What only some runs check out hides nothing.
        if !is_ours && !frame.conditions.is_empty() {
            return;
        }
        self.checkouts.push(Checkout { folder, is_ours });
    }

    /// Whether the input `repository` names this repository. None if the files do not tell.
    fn is_own_repository(&self, frame: &WalkFrame<'a>, name: &str) -> Option<bool> {
        let values = self.evaluate(frame, name);
        if values.values().contains(&Possible::Unknown) {
            return names_this_repository(name);
        }
        let slug = self.sources.slug();
        let slug = slug.filter(|_| !self.sources.slug_is_ambiguous())?.to_string();
        let mut are_own = values
            .texts()?
            .into_iter()
            .map(|text| text.eq_ignore_ascii_case(&slug));
        let first = are_own.next()?;
        are_own.all(|other| other == first).then_some(first)
    }

    /// The folder of this repository that a folder of the runner holds. None if that holds another repository, or other files.
    pub(in crate::publish::walk) fn in_repository(&self, folder: FolderPath) -> Option<FolderPath> {
        let holding = |checkout: &&Checkout| folder.and_above().any(|above| above == checkout.folder);
        let innermost = |checkout: &&Checkout| checkout.folder.as_str().len();
        // Of several in the same folder, the last counts.
        let found = self.checkouts.iter().filter(holding).max_by_key(innermost);
        match found {
            None => Some(folder),
            Some(checkout) if !checkout.is_ours => None,
            Some(checkout) => {
                let rest = folder.as_str().strip_prefix(checkout.folder.as_str())?;
                FolderPath::new(rest.trim_start_matches('/'))
            }
        }
    }

    /// The same for a file.
    pub(in crate::publish::walk) fn file_in_repository(&self, file: &FilePath) -> Option<FilePath> {
        self.in_repository(file.folder())?.file(file.file_name())
    }
}

/// Whether a text with expressions names this repository, for example `${{ github.event.pull_request.head.repo.full_name ||
/// github.repository }}`. `${{ github.repository }}-docs` is another one. None if that is not known.
fn names_this_repository(text: &str) -> Option<bool> {
    let names_this = |operand: &str| {
        let operand = operand.trim();
        THIS_REPOSITORY.iter().any(|context| {
            let rest = operand.strip_suffix(context);
            rest.is_some_and(|rest| {
                rest.is_empty() || context.starts_with('.') && rest.starts_with("github.")
            })
        })
    };
    let all_name_this = |inside: &str| inside.split("||").all(names_this);
    match split_expressions(text).as_slice() {
        [ExpressionPiece::Expression(inside, _)] => all_name_this(inside).then_some(true),
        [ExpressionPiece::Expression(inside, _), ExpressionPiece::Text(_)] => {
            all_name_this(inside).then_some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// What is published after these checkouts.
    #[track_caller]
    fn check(checkouts: &str, publish: &str, expected: &str) {
        println!("{checkouts}; {publish}");
        check_sites(
            &format!(
                "#- repository: acme/widget
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps: [{checkouts}, {{ uses: actions/setup-node@v6, with: {{ node-version: 24 }} }}, {publish}]
#- package.json
{{ \"name\": \"root\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\", \"scripts\": {{ \"ship\": \"npm publish\" }} }}
#- other/package.json
{{ \"name\": \"ours\", \"version\": \"1.0.0\", \"private\": true }}
#- packages/a/package.json
{{ \"name\": \"a\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }}
"
            ),
            &format!("release.yml:6 publish; {expected}"),
        );
    }

    const OURS: &str = "{ uses: actions/checkout@v6 }";

    fn beside(inputs: &str) -> String {
        format!("{OURS}, {{ uses: actions/checkout@v6, with: {{ {inputs} }} }}")
    }

    #[test]
    fn another_repository_beside_this_one_is_not_read() {
        for inputs in [
            "repository: acme/other, path: other",
            "repository: '${{ inputs.repository }}', path: other",
            "repository: \"${{ format('{0}/other', github.repository_owner) }}\", path: other",
            "repository: \"${{ inputs.x || github.repository }}\", path: other",
            "repository: '${{ github.repository }}-docs', path: other",
            "ref: gh-pages, path: other",
        ] {
            for publish in [
                "{ run: npm publish, working-directory: other }",
                "{ run: cd other && npm publish }",
                "{ run: npm publish ./other }",
                "{ run: npm publish, working-directory: '${{ github.workspace }}/other' }",
                "{ run: cd $GITHUB_WORKSPACE/other/packages/a && npm publish }",
            ] {
                check(&beside(inputs), publish, "packages=-; outcome=oidc");
            }
            check(
                &beside(inputs),
                "{ run: npm publish }",
                "packages=root; outcome=oidc",
            );
        }
        // Without a checkout it is a folder of this repository.
        check(
            OURS,
            "{ run: cd other && npm publish }",
            "packages=ours; outcome=fails; error=EPRIVATE",
        );
    }

    #[test]
    fn this_repository_is_read_wherever_it_is() {
        for inputs in [
            "path: copy",
            "path: ./copy/",
            "path: copy, repository: '${{ github.repository }}'",
            "path: copy, repository: '${{ github.event.pull_request.head.repo.full_name || github.repository }}'",
            "path: copy, repository: Acme/Widget",
            "path: copy, ref: '${{ github.sha }}'",
        ] {
            for (publish, package) in [
                ("{ run: npm publish, working-directory: copy }", "root"),
                ("{ run: npm run ship, working-directory: copy }", "root"),
                ("{ run: cd copy/packages/a && npm publish }", "a"),
                ("{ run: npm publish ./copy/packages/a }", "a"),
            ] {
                let only = format!("{{ uses: actions/checkout@v6, with: {{ {inputs} }} }}");
                check(&only, publish, &format!("packages={package}; outcome=oidc"));
            }
        }
    }

    #[test]
    fn another_repository_may_be_in_the_root() {
        let other = "{ uses: actions/checkout@v6, with: { repository: acme/other } }";
        check(other, "{ run: npm publish }", "packages=-; outcome=oidc");
        let both = format!("{other}, {{ uses: actions/checkout@v6, with: {{ path: ours }} }}");
        check(
            &both,
            "{ run: npm publish, working-directory: ours }",
            "packages=root; outcome=oidc",
        );
        let suffixed = other.replace("acme/other", "'${{ github.repository }}-docs'");
        check(&suffixed, "{ run: npm publish }", "packages=-; outcome=oidc");
        let in_some_runs = other.replace("with:", "if: inputs.x, with:");
        check(
            &format!("{OURS}, {in_some_runs}"),
            "{ run: npm publish }",
            "packages=root; outcome=oidc",
        );
        // The last checkout replaces the first.
        check(
            &format!("{other}, {OURS}"),
            "{ run: npm publish }",
            "packages=root; outcome=oidc",
        );
    }
}
