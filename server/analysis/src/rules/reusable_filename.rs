use crate::checker::prelude::*;
use crate::checker::publisher_entries::{entry_of, is_meant_for_oidc};
use crate::fixes::builder::listed;
use crate::text::Grouped;

declare_rule! {
    /// ## What it does
    ///
    /// Reports which workflow files start a publish step in a reusable workflow: npm needs a trusted publisher for each of these, and
    /// none for the file that contains the step.
    ///
    /// Only callers in the same repository are known. A publish step without an ID token is not reported, nor is one whose
    /// packages are all listed in `trustpub.toml`: there the file's name is compared with the run.
    ///
    /// ## Why it matters
    ///
    /// npm compares the trusted publisher with the workflow in which the run starts. If the reusable workflow's name is
    /// entered on npm, the exchange is refused, and the publish fails with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
    /// ```
    ///
    /// A trusted publisher names one file, so each of several callers needs its own. A package may have up to 10 of them. Callers that
    /// publish different packages are not reported.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     uses: ./.github/workflows/publish.yml
    /// #- .github/workflows/publish.yml
    /// on: workflow_call
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Add a trusted publisher for `release.yml` on npm, and list the trusted publisher in `trustpub.toml` so that it is compared from then on. Or
    /// publish in the workflow itself.
    ///
    /// ```yaml,good
    /// #- trustpub.toml
    /// [[trusted-publisher]]
    /// package = "@acme/widget"
    /// workflow = "release.yml"
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     uses: ./.github/workflows/publish.yml
    /// #- .github/workflows/publish.yml
    /// on: workflow_call
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://github.com/npm/documentation/pull/2034>: up to 10 trusted publishers for a package
    /// - <https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows>
    REUSABLE_FILENAME {
        id: "reusable-filename",
        summary: "The trusted publisher must name the workflow that calls this one.",
        severity: Information,
        fix: None,
        check: check,
    }
}

/// How many workflows a message names. More are only counted in it.
const MOST_NAMES: usize = 3;

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let mut by_place: Grouped<&Place, Vec<&Site<'_>>> = Grouped::default();
    for site in context.sites {
        match by_place.get_mut(&&site.place) {
            Some(ways) => ways.push(site),
            None => by_place.push(&site.place, vec![site]),
        }
    }
    for ways in by_place.into_values() {
        let Some(site) = ways.first().filter(|site| is_meant_for_oidc(site)) else {
            continue;
        };
        let is_known = ways.iter().all(|way| way.identity.registration.is_complete);
        if is_known || ways.iter().all(|way| way.job.entry.callers.is_empty()) {
            continue;
        }
        let entries = entries_of(&ways, |_| true);
        let entries = match entries.len() {
            0 | 1 => entries,
            _ => entries_of(&ways, |way| shares_package(way, &ways)),
        };
        if entries.is_empty() && ways.iter().any(|way| entry_of(way).is_some()) {
            continue;
        }
        let (message, help) = texts(site, &entries);
        let mut diagnostic = REUSABLE_FILENAME
            .at(&site.place, Severity::Information, message)
            .help(help);
        for outermost in ways.iter().filter_map(|way| way.job.entry.callers.first()) {
            let place = Place::new(&outermost.path, outermost.call.uses.range);
            let file = outermost.path.file_name();
            diagnostic = diagnostic.related(&place, format!("`{file}` starts it here"));
        }
        findings.push(diagnostic);
    }
}

fn entries_of<'s>(ways: &[&'s Site<'_>], is_meant: impl Fn(&Site<'_>) -> bool) -> Vec<&'s str> {
    let meant = ways.iter().filter(|way| is_meant(way));
    let mut entries: Vec<&str> = meant.filter_map(|way| entry_of(way)).collect();
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// Whether another workflow publishes one of the same packages.
fn shares_package(way: &Site<'_>, ways: &[&Site<'_>]) -> bool {
    let is_other = |other: &&&Site<'_>| entry_of(other).is_some() && entry_of(other) != entry_of(way);
    let mut packages = ways
        .iter()
        .filter(is_other)
        .flat_map(|other| &other.packages.manifests);
    packages.any(|package| way.packages.manifests.contains(package))
}

fn texts(site: &Site<'_>, entries: &[&str]) -> (String, String) {
    let callee = site.job.path.file_name();
    match entries {
        [only] => (
            format!("The trusted publisher on npm must name `{only}`, not `{callee}`"),
            "npm checks the file in which the run starts.".to_owned(),
        ),
        several => {
            let names: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
            let not_this = match several.contains(&callee) {
                true => String::new(),
                false => format!(", not for `{callee}`"),
            };
            let (few, all) = match names.len() > MOST_NAMES {
                true => (
                    format!("{} workflows", names.len()),
                    format!("They are {}. ", listed(&names)),
                ),
                false => (listed(&names), String::new()),
            };
            (
                format!("npm needs a trusted publisher for each of {few}{not_this}"),
                format!("{all}npm checks the file in which the run starts."),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "reusable-filename";

    fn callee(on: &str, mark: &str) -> String {
        format!(
            "\
#- .github/workflows/publish.yml
on: {on}
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
{mark}"
        )
    }

    fn caller(name: &str) -> String {
        format!(
            "\
#- .github/workflows/{name}
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  call:
    uses: ./.github/workflows/publish.yml
"
        )
    }

    const MANIFEST: &str = "#- package.json\n{ \"name\": \"@acme/widget\", \"version\": \"1.0.0\" }\n";

    /// A reusable workflow that publishes the folder of an input, and two callers that publish a folder each.
    fn with_folders(step: &str, mark: &str) -> String {
        let caller =
            |name: &str, folder: &str| format!("{}    with: {{ folder: packages/{folder} }}\n", caller(name));
        let on = "{ workflow_call: { inputs: { folder: { type: string } } } }";
        format!(
            "{}{mark}{}{}#- packages/a/package.json\n{{ \"name\": \"a\" }}\n#- packages/b/package.json\n{{ \"name\": \"b\" \
             }}\n",
            callee(on, "").replace("run: npm publish", step),
            caller("a.yml", "a"),
            caller("b.yml", "b")
        )
    }

    #[test]
    fn callers_that_publish_different_packages_are_not_reported() {
        for step in [
            "run: npm publish ./${{ inputs.folder }}",
            "run: cd ${{ inputs.folder }} && npm publish",
            "{ run: npm publish, working-directory: '${{ inputs.folder }}' }",
        ] {
            check_rule(RULE, &with_folders(step, ""));
        }
        // Nothing is known of the packages.
        check_rule(
            RULE,
            &format!(
                "{}{}{}",
                callee("workflow_call", ""),
                caller("a.yml"),
                caller("b.yml")
            ),
        );
    }

    #[test]
    fn only_callers_that_share_a_package_are_named() {
        let mark = "#              ^^^^^^^^^^^ information[reusable-filename]: npm needs a trusted publisher for each of `a.yml` and `c.yml`, not for `publish.yml`\n";
        let step = "{ run: npm publish, working-directory: '${{ inputs.folder }}' }";
        let third = format!("{}    with: {{ folder: packages/a }}\n", caller("c.yml"));
        check_rule(RULE, &format!("{}{third}", with_folders(step, mark)));
    }

    #[test]
    fn the_caller_has_to_be_registered() {
        let mark = "#            ^^^^^^^^^^^ information[reusable-filename]: The trusted publisher on npm must name `release.yml`, not \
                    `publish.yml`\n#            ^^^^^^^^^^^ help[reusable-filename]: npm checks the file in which the run starts.\n";
        check_rule(
            RULE,
            &format!("{}{}", callee("workflow_call", mark), caller("release.yml")),
        );
    }

    #[test]
    fn each_of_several_files_needs_one() {
        let mark = "#            ^^^^^^^^^^^ information[reusable-filename]: npm needs a trusted publisher for each of `nightly.yml` and `release.yml`, not for `publish.yml`\n";
        check_rule(
            RULE,
            &format!(
                "{}{}{}{MANIFEST}",
                callee("workflow_call", mark),
                caller("release.yml"),
                caller("nightly.yml")
            ),
        );
        let mark = "#            ^^^^^^^^^^^ information[reusable-filename]: npm needs a trusted publisher for each of `publish.yml` and `release.yml`\n";
        let on = "[workflow_call, workflow_dispatch]";
        check_rule(
            RULE,
            &format!("{}{}{MANIFEST}", callee(on, mark), caller("release.yml")),
        );
    }

    #[test]
    fn many_callers_are_listed_in_the_help() {
        let mark = "#            ^^^^^^^^^^^ information[reusable-filename]: npm needs a trusted publisher for each of 4 workflows, not for \
                    `publish.yml`\n#            ^^^^^^^^^^^ help[reusable-filename]: They are `a.yml`, `b.yml`, `c.yml`, and `d.yml`. npm …\n";
        let callers: String = ["a.yml", "b.yml", "c.yml", "d.yml"].map(caller).concat();
        check_rule(
            RULE,
            &format!("{}{callers}{MANIFEST}", callee("workflow_call", mark)),
        );
    }

    #[test]
    fn a_workflow_without_a_caller_is_not_reported() {
        check_rule(RULE, &callee("workflow_call", ""));
        check_rule(RULE, &callee("push", ""));
        let no_id_token = caller("release.yml").replace(", id-token: write", "");
        check_rule(RULE, &format!("{}{no_id_token}", callee("workflow_call", "")));
    }
}
