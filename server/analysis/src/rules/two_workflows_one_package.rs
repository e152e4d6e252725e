use std::collections::{BTreeMap, BTreeSet};

use crate::checker::prelude::*;
use crate::checker::published_packages::list_of;
use crate::publish::{Outcome, walk_workflow};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a package that two workflow files publish by trusted publishing. The file is the one in which the run starts, so a
    /// reusable workflow counts as the file that calls it.
    ///
    /// A workflow that publishes with a token, or to another registry, is left alone. So is a package whose trusted publisher is
    /// listed in `trustpub.toml`: there `trusted-publisher-workflow` names the file that fails. Several callers of the same
    /// reusable workflow are the subject of `reusable-filename`.
    ///
    /// ## Why it matters
    ///
    /// A package has one trusted publisher on npm, and a trusted publisher names one workflow file. npm refuses the exchange to
    /// every other file, and the publish ends with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
    /// ```
    ///
    /// or with `E404` if an `.npmrc` has a token line.
    ///
    /// The files do not show which of the two npm accepts, nor whether the other one is still in use, so this is only information.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on:
    ///   push:
    ///     tags: ["v*"]
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// #- .github/workflows/publish.yml
    /// on: workflow_dispatch
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Publish from one file, which may have several triggers.
    ///
    /// ```text,good
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on:
    ///   workflow_dispatch:
    ///   push:
    ///     tags: ["v*"]
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    TWO_WORKFLOWS_ONE_PACKAGE {
        id: "two-workflows-one-package",
        summary: "Two workflow files publish the same package by trusted publishing.",
        severity: Information,
        fix: None,
        check: check,
    }
}

/// A step that publishes by trusted publishing, and what npm compares.
struct Publication<'s> {
    /// The step.
    site: &'s Site<'s>,
    /// The file in which the run starts.
    entry: &'s str,
    /// The packages.
    names: BTreeSet<String>,
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let own = publications(context, context.sites);
    if own.is_empty() {
        return;
    }
    let mut first: Option<&Site<'_>> = None;
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut files: BTreeMap<String, Place> = BTreeMap::new();
    let mut paths = context.sources.workflow_paths();
    while let Some(path) = paths.find(|path| *path != context.path) {
        let Some(workflow) = context.sources.workflow(path) else {
            continue;
        };
        let walked = walk_workflow(context.sources, path, workflow);
        for other in publications(context, &walked.sites) {
            for mine in own.iter().filter(|mine| mine.entry != other.entry) {
                let shared: Vec<&String> = mine.names.intersection(&other.names).collect();
                if shared.is_empty() {
                    continue;
                }
                names.extend(shared.into_iter().cloned());
                first.get_or_insert(mine.site);
                let place = || other.site.place.clone();
                files.entry(other.entry.to_owned()).or_insert_with(place);
            }
        }
    }
    let Some(site) = first else {
        return;
    };
    let names: Vec<String> = names.into_iter().collect();
    let list: Vec<String> = files.keys().cloned().collect();
    let verb = if list.len() == 1 { "publishes" } else { "publish" };
    let message = format!(
        "{} {verb} {} by trusted publishing too, and npm takes one workflow file per package: `{}` can work in one of them only; \
         publish from one file",
        list_of(&list),
        list_of(&names),
        site.publisher.command
    );
    let mut diagnostic = TWO_WORKFLOWS_ONE_PACKAGE.at(&site.place, Severity::Information, message);
    for (file, place) in &files {
        diagnostic = diagnostic.related(place, format!("`{file}` publishes it here"));
    }
    findings.push(diagnostic);
}

/// The steps that certainly publish by trusted publishing, with what is known of their packages.
fn publications<'s>(context: &CheckContext<'_>, sites: &'s [Site<'_>]) -> Vec<Publication<'s>> {
    let is_meant = |site: &&Site<'_>| {
        site.outcome.prediction.outcome == Outcome::Oidc
            && !site.publisher.is_guess
            && !site.packages.manifest_is_changed
            && !site.identity.registration.is_complete
    };
    sites
        .iter()
        .filter(is_meant)
        .filter_map(|site| {
            let manifests = site.packages.manifests.iter();
            let manifests = manifests.filter_map(|path| context.sources.manifest(path));
            let public = manifests.filter(|manifest| !manifest.is_private());
            let names: BTreeSet<String> = public
                .filter_map(|manifest| Some(manifest.name.as_ref()?.value.clone()))
                .collect();
            Some(Publication {
                site,
                entry: site.job.entry.entry_workflow(&site.job.path)?,
                names,
            })
        })
        .filter(|publication| !publication.names.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "two-workflows-one-package";
    const PACKAGE: &str =
        "#- package.json\n{ \"name\": \"w\", \"version\": \"1.2.3\", \"repository\": \"github:acme/w\" }\n";

    /// A workflow with one job that publishes.
    fn workflow(name: &str, on: &str, steps: &str) -> String {
        format!(
            "#- .github/workflows/{name}\non: {on}\npermissions: {{ contents: read, id-token: write }}\njobs:\n  publish:\n    runs-on: \
             ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v6\n      - uses: actions/setup-node@v6\n        with: {{ \
             node-version: 24 }}\n{steps}"
        )
    }

    const PUBLISH: &str = "      - run: npm publish\n";

    fn marked(other: &str) -> String {
        format!(
            "{PUBLISH}#            ^^^^^^^^^^^ information[two-workflows-one-package]: {other} publishes `w` by trusted publishing too, and npm \
             takes one workflow file per package: `npm publish` can work in one of them only; …\n"
        )
    }

    #[test]
    fn both_files_are_told() {
        let a = workflow("release.yml", "push", &marked("`publish.yml`"));
        let b = workflow("publish.yml", "workflow_dispatch", &marked("`release.yml`"));
        check_rule(RULE, &format!("{PACKAGE}{a}{b}"));
    }

    #[test]
    fn several_steps_are_told_once() {
        let a = format!("{}      - run: npm publish --tag next\n", marked("`publish.yml`"));
        let a = workflow("release.yml", "push", &a);
        let b = workflow("publish.yml", "workflow_dispatch", &marked("`release.yml`"));
        check_rule(RULE, &format!("{PACKAGE}{a}{b}"));
    }

    #[test]
    fn a_reusable_workflow_counts_as_its_caller() {
        let caller = |name: &str| {
            format!(
                "#- .github/workflows/{name}\non: push\npermissions: {{ contents: read, id-token: write }}\njobs:\n  call:\n    uses: \
                 ./.github/workflows/publish.yml\n"
            )
        };
        let callee = |mark: &str| workflow("publish.yml", "workflow_call", mark);
        let release = caller("release.yml");
        check_rule(RULE, &format!("{PACKAGE}{release}{}", callee(PUBLISH)));
        // `reusable-filename` speaks of these.
        let two = format!("{release}{}", caller("nightly.yml"));
        check_rule(RULE, &format!("{PACKAGE}{two}{}", callee(PUBLISH)));
        let nightly = workflow("nightly.yml", "schedule", &marked("`release.yml`"));
        check_rule(
            RULE,
            &format!("{PACKAGE}{release}{}{nightly}", callee(&marked("`nightly.yml`"))),
        );
    }

    #[test]
    fn what_cannot_collide_is_left_alone() {
        let release = workflow("release.yml", "push", PUBLISH);
        let token =
            "      - run: npm publish\n        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
        let with_url = workflow("canary.yml", "push", token).replace(
            "node-version: 24",
            "node-version: 24, registry-url: 'https://registry.npmjs.org'",
        );
        let others = [
            with_url.clone(),
            with_url.replace(", id-token: write", ""),
            workflow("canary.yml", "push", "      - run: npm publish --dry-run\n"),
            workflow(
                "canary.yml",
                "push",
                "      - run: npm publish --registry https://npm.example.com\n",
            ),
            workflow("canary.yml", "push", "      - run: npx pkg-pr-new publish\n"),
            workflow(
                "canary.yml",
                "push",
                "      - run: npm pkg set name=canary\n      - run: npm publish\n",
            ),
            workflow("canary.yml", "push", PUBLISH).replace("  publish:\n", "  publish:\n    if: false\n"),
            workflow(
                "canary.yml",
                "push",
                "      - run: npm publish\n        working-directory: packages/b\n",
            ) + "#- packages/b/package.json\n{ \"name\": \"b\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\" }\n",
            String::new(),
        ];
        for other in others {
            check_rule(RULE, &format!("{PACKAGE}{release}{other}"));
        }
        // Two jobs of one file.
        let job = "  again:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v6\n        with: { node-version: \
                   24 }\n      - run: npm publish\n";
        check_rule(RULE, &format!("{PACKAGE}{release}{job}"));
    }

    #[test]
    fn a_listed_trusted_publisher_is_compared_elsewhere() {
        let config = "#- trustpub.toml\n[[trusted-publisher]]\npackage = \"w\"\nworkflow = \"release.yml\"\n";
        let a = workflow("release.yml", "push", PUBLISH);
        let b = workflow("publish.yml", "workflow_dispatch", PUBLISH);
        check_rule(RULE, &format!("{config}{PACKAGE}{a}{b}"));
    }
}
