use std::collections::{BTreeSet, HashMap};

use crate::checker::prelude::*;
use crate::checker::published_packages::list_of;
use crate::checker::publisher_entries::{
    EntryEnvironment, PublishedAt, PublishedBy, PublisherEntry, published,
};
use crate::fixes::builder::listed;
use crate::knowledge::trusted_publishers::MOST_TRUSTED_PUBLISHERS;

declare_rule! {
    /// ## What it does
    ///
    /// Lists the workflows and environments from which a package is published by trusted publishing, if there are several. It is
    /// reported once for a package, at the second of them.
    ///
    /// A package that is listed in `trustpub.toml` is not reported: there each step is compared with what is registered. Several
    /// callers of one reusable workflow are reported by [reusable-filename](reusable-filename.md).
    ///
    /// ## Why it matters
    ///
    /// A trusted publisher names one workflow file and at most one environment. npm exchanges the ID token if one of the package's
    /// trusted publishers matches, so each workflow and environment needs its own. Without it, the publish fails:
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
    /// ```
    ///
    /// A package may have up to 10 trusted publishers. Whether one without an environment matches a job that has one is not
    /// documented, and [reports contradict each other](trusted-publisher-environment.md).
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/prerelease.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish --tag next
    /// #- .github/workflows/release.yml
    /// on: workflow_dispatch
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
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
    /// Add a trusted publisher for each on npm; `trustpub setup` prints the commands. To have them compared from then on, list them
    /// in `trustpub.toml`.
    ///
    /// ```text,good
    /// #- trustpub.toml
    /// [[trusted-publisher]]
    /// package = "@acme/widget"
    /// workflow = "prerelease.yml"
    ///
    /// [[trusted-publisher]]
    /// package = "@acme/widget"
    /// workflow = "release.yml"
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/prerelease.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish --tag next
    /// #- .github/workflows/release.yml
    /// on: workflow_dispatch
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
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
    /// - <https://github.com/orgs/community/discussions/206745>: npm's announcement
    WORKFLOWS_ONE_PUBLISHER_EACH {
        id: "workflows-one-publisher-each",
        summary: "Every workflow and environment that publishes a package needs its own trusted publisher.",
        severity: Information,
        fix: None,
        check: check,
    }
}

/// How many workflows a message names. More are only counted in it.
const MOST_NAMES: usize = 3;

/// What a step needs on npm for a package; the steps of all workflows are counted in order.
struct Need<'n> {
    step: usize,
    entry: &'n PublisherEntry,
}

/// The packages that are reported at one step because they need the same trusted publishers.
struct Reported {
    place: Place,
    packages: Vec<String>,
    entries: Vec<PublisherEntry>,
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let sites = context.sites.iter();
    let is_compared = |step: &PublishedAt| {
        let mut ways = sites.clone().filter(|site| site.place == step.place);
        ways.all(|way| way.identity.registration.is_complete)
    };
    let own = published(context.sources, context.sites);
    if own.iter().all(|step| step.needs.is_empty() || is_compared(step)) {
        return;
    }
    let others = context
        .sources
        .workflow_paths()
        .filter(|path| *path != context.path);
    let others: Vec<_> = others
        .map(|path| (path < context.path, context.sources.fact::<PublishedBy>(path)))
        .collect();
    let steps_of = |is_before: bool| {
        let files = others.iter().filter(move |(before, _)| *before == is_before);
        files.flat_map(|(_, fact)| fact.0.iter().map(Vec::as_slice))
    };
    let own_steps = || own.iter().map(|step| step.needs.as_slice());
    let first_own = steps_of(true).count();
    let mut of_packages: HashMap<&str, Vec<Need<'_>>> = HashMap::new();
    let steps = steps_of(true).chain(own_steps()).chain(steps_of(false));
    for (step, needs) in steps.enumerate() {
        for (package, entry) in needs {
            of_packages.entry(package).or_default().push(Need { step, entry });
        }
    }
    let mut found: Vec<Reported> = Vec::new();
    for (at, step) in own.iter().enumerate().filter(|(_, step)| !is_compared(step)) {
        let packages: BTreeSet<&String> = step.needs.iter().map(|(package, _)| package).collect();
        for package in packages {
            let needs = of_packages.get(package.as_str()).map_or(&[][..], Vec::as_slice);
            if second_step(needs) != Some(first_own + at) {
                continue;
            }
            let entries = entries_of(needs);
            let same = |known: &&mut Reported| known.place == step.place && known.entries == entries;
            match found.iter_mut().find(same) {
                Some(known) => known.packages.push(package.clone()),
                None => found.push(Reported {
                    place: step.place.clone(),
                    packages: vec![package.clone()],
                    entries,
                }),
            }
        }
    }
    for reported in found {
        let severity = match reported.entries.len() > MOST_TRUSTED_PUBLISHERS {
            true => Severity::Warning,
            false => Severity::Information,
        };
        let diagnostic = WORKFLOWS_ONE_PUBLISHER_EACH.at(&reported.place, severity, reported.message());
        findings.push(diagnostic.help(reported.help()));
    }
}

/// The second step that needs a trusted publisher which none before it needs.
fn second_step(needs: &[Need<'_>]) -> Option<usize> {
    let mut known: Vec<&PublisherEntry> = Vec::new();
    let mut steps_with_new: Vec<usize> = Vec::new();
    for need in needs {
        if add_new(&mut known, need.entry) && steps_with_new.last() != Some(&need.step) {
            steps_with_new.push(need.step);
        }
    }
    steps_with_new.get(1).copied()
}

/// Everything that a package needs, in alphabetical order.
fn entries_of(needs: &[Need<'_>]) -> Vec<PublisherEntry> {
    let mut known: Vec<&PublisherEntry> = Vec::new();
    for need in needs {
        add_new(&mut known, need.entry);
    }
    known.sort();
    known.into_iter().cloned().collect()
}

/// Adds what a package needs, and says whether it was not there yet. An environment that is not known may be any.
fn add_new<'n>(known: &mut Vec<&'n PublisherEntry>, entry: &'n PublisherEntry) -> bool {
    let is_open = |entry: &PublisherEntry| entry.environment == EntryEnvironment::Unknown;
    let is_same = |other: &&PublisherEntry| {
        other.workflow == entry.workflow
            && (other.environment == entry.environment || is_open(other) || is_open(entry))
    };
    let is_new = !known.iter().any(is_same);
    if is_new {
        known.push(entry);
    }
    is_new
}

impl Reported {
    fn message(&self) -> String {
        let packages = match self.packages.as_slice() {
            [only] => format!("`{only}`"),
            several => format!("{} packages", several.len()),
        };
        let (need, are) = match self.packages.len() {
            1 => ("needs", "is"),
            _ => ("need", "are"),
        };
        let number = self.entries.len();
        if number > MOST_TRUSTED_PUBLISHERS {
            return format!(
                "npm accepts {MOST_TRUSTED_PUBLISHERS} trusted publishers for a package, but {packages} {are} published from {number} workflows \
                 and environments"
            );
        }
        let need = match self.is_certain() {
            true => need,
            false => "may need",
        };
        format!(
            "{packages} {need} a trusted publisher on npm for each of {}",
            self.few_names()
        )
    }

    /// The names, or how many they are.
    fn few_names(&self) -> String {
        match (self.names(), self.has_environments()) {
            (names, _) if names.len() <= MOST_NAMES => listed(&names),
            (names, false) => format!("{} workflows", names.len()),
            (names, true) => format!("{} workflows and environments", names.len()),
        }
    }

    fn help(&self) -> String {
        let what = match self.packages.as_slice() {
            [_] => String::new(),
            several => format!("The packages are {}. ", list_of(several)),
        };
        let why = match self.has_environments() {
            true => "npm compares the file in which the run starts and the environment of the job.",
            false => "npm compares the file in which the run starts.",
        };
        let names = match self.names() {
            names if names.len() > MOST_NAMES => format!("They are {}. ", listed(&names)),
            _ => String::new(),
        };
        format!("{names}{what}{why} `trustpub setup` prints what to enter for each.")
    }

    /// Whether the environments differ.
    fn has_environments(&self) -> bool {
        let mut entries = self.entries.iter();
        let first = entries.next();
        first.is_some_and(|first| entries.any(|entry| entry.environment != first.environment))
    }

    /// Whether one trusted publisher certainly cannot match two of them. One without an environment may match a job that has one.
    fn is_certain(&self) -> bool {
        let first = self.entries.first();
        let has_workflows = || {
            let mut entries = self.entries.iter();
            first.is_some_and(|first| entries.any(|entry| entry.workflow != first.workflow))
        };
        let without = self
            .entries
            .iter()
            .any(|entry| entry.environment == EntryEnvironment::None);
        !without || has_workflows()
    }

    /// `` `release.yml` ``, and its environment where these differ.
    fn names(&self) -> Vec<String> {
        let has_environments = self.has_environments();
        let name = |entry: &PublisherEntry| match &entry.environment {
            _ if !has_environments => format!("`{}`", entry.workflow),
            EntryEnvironment::None => format!("`{}` (no environment)", entry.workflow),
            EntryEnvironment::Named(name) => format!("`{}` (environment `{name}`)", entry.workflow),
            EntryEnvironment::Unknown => format!("`{}` (its environment)", entry.workflow),
        };
        self.entries.iter().map(name).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "workflows-one-publisher-each";
    const MANIFEST: &str =
        "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"acme/w\" }\n";

    /// A workflow of one job, and what is reported at its publish step.
    fn workflow(name: &str, job: &str, command: &str, mark: &str) -> String {
        let mark = match mark {
            "" => String::new(),
            mark => format!("#            ^^^^^^^^^^^ information[{RULE}]: {mark}\n"),
        };
        format!(
            "\
#- .github/workflows/{name}
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
{job}    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24, registry-url: 'https://registry.npmjs.org' }}
      - run: {command}
{mark}"
        )
    }

    fn plain(name: &str, mark: &str) -> String {
        workflow(name, "", "npm publish", mark)
    }

    fn named(name: &str, environment: &str, mark: &str) -> String {
        workflow(
            name,
            &format!("    environment: {environment}\n"),
            "npm publish",
            mark,
        )
    }

    fn all(workflows: &[String]) -> String {
        workflows.concat() + MANIFEST
    }

    #[test]
    fn the_second_workflow_says_that_each_needs_one() {
        let two = "`w` needs a trusted publisher on npm for each of `recover.yml` and `release.yml`\n#            ^^^^^^^^^^^ help[workflows-one-publisher-each]: npm compares the file in which the run starts. `trustpub setup` prints what to enter for each.";
        check_rule(RULE, &all(&[plain("recover.yml", ""), plain("release.yml", two)]));
        let three = "`w` needs a trusted publisher on npm for each of `a.yml`, `b.yml`, and `c.yml`";
        check_rule(
            RULE,
            &all(&[plain("a.yml", ""), plain("b.yml", three), plain("c.yml", "")]),
        );
        // Staging needs one as well.
        let staged = workflow("a.yml", "", "npm stage publish", "");
        let mark = "`w` needs a trusted publisher on npm for each of `a.yml` and `b.yml`";
        check_rule(RULE, &all(&[staged, plain("b.yml", mark)]));
    }

    #[test]
    fn each_environment_needs_one() {
        let mark = "`w` needs a trusted publisher on npm for each of `a.yml` (environment `npm`) and `b.yml` (environment `canary`)";
        check_rule(
            RULE,
            &all(&[named("a.yml", "npm", ""), named("b.yml", "canary", mark)]),
        );
        let job = |id: &str, environment: &str, mark: &str| {
            let text = workflow("a.yml", environment, "npm publish", mark);
            text.split_once("jobs:\n")
                .map(|(_, jobs)| jobs.replace("publish:", &format!("{id}:")))
                .unwrap()
        };
        let one_file = |jobs: &str| {
            format!(
                "#- .github/workflows/a.yml\non: push\npermissions: {{ contents: read, id-token: write }}\njobs:\n{jobs}{MANIFEST}"
            )
        };
        let npm = "    environment: npm\n";
        let canary = "    environment: canary\n";
        let mark = "`w` needs a trusted publisher on npm for each of `a.yml` (environment `canary`) and `a.yml` (environment `npm`)";
        check_rule(
            RULE,
            &one_file(&(job("one", npm, "") + &job("two", canary, mark))),
        );
        // A trusted publisher without an environment may match both.
        let mark = "`w` may need a trusted publisher on npm for each of `a.yml` (no environment) and `a.yml` (environment `npm`)";
        check_rule(RULE, &one_file(&(job("one", npm, "") + &job("two", "", mark))));
        check_rule(RULE, &one_file(&(job("one", npm, "") + &job("two", npm, ""))));
        // It may be the same.
        let open = "    environment: ${{ vars.ENVIRONMENT }}\n";
        check_rule(RULE, &one_file(&(job("one", npm, "") + &job("two", open, ""))));
    }

    #[test]
    fn other_packages_registries_and_tokens_do_not_count() {
        let manifests = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"workspaces\": [\"other\"] }\n#- other/package.json\n{ \"name\": \"other\", \"version\": \"1.0.0\" }\n";
        let other = workflow("other.yml", "", "npm publish -w other", "");
        check_rule(RULE, &format!("{}{other}{manifests}", plain("release.yml", "")));
        let github = plain("a.yml", "").replace("registry.npmjs.org", "npm.pkg.github.com");
        check_rule(RULE, &all(&[github, plain("release.yml", "")]));
        let token = plain("a.yml", "").replace(", id-token: write", "")
            + "        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
        check_rule(RULE, &all(&[token, plain("release.yml", "")]));
        let dry_run = workflow("a.yml", "", "npm publish --dry-run", "");
        check_rule(RULE, &all(&[dry_run, plain("release.yml", "")]));
        check_rule(RULE, &all(&[plain("release.yml", "")]));
        // Nothing is known of the package.
        check_rule(RULE, &[plain("a.yml", ""), plain("b.yml", "")].concat());
    }

    #[test]
    fn the_packages_of_a_monorepo_are_reported_together() {
        let manifests = "#- package.json\n{ \"private\": true, \"workspaces\": [\"a\", \"b\", \"c\"] }\n#- a/package.json\n{ \"name\": \"a\", \"version\": \"1.0.0\" }\n#- b/package.json\n{ \"name\": \"b\", \"version\": \"1.0.0\" }\n#- c/package.json\n{ \"name\": \"c\", \"version\": \"1.0.0\" }\n";
        let mark = "3 packages need a trusted publisher on npm for each of `canary.yml` and `release.yml`\n#            ^^^^^^^^^^^ help[workflows-one-publisher-each]: The packages are `a`, `b` and `c`. npm compares …";
        let publish = |name, mark| workflow(name, "", "npm publish --workspaces", mark);
        check_rule(
            RULE,
            &format!(
                "{}{}{manifests}",
                publish("canary.yml", ""),
                publish("release.yml", mark)
            ),
        );
    }

    #[test]
    fn what_is_registered_is_compared_instead() {
        let config = "#- trustpub.toml\n[[trusted-publisher]]\npackage = \"w\"\nworkflow = \"a.yml\"\n[[trusted-publisher]]\npackage = \"w\"\nworkflow = \"b.yml\"\n";
        check_rule(
            RULE,
            &format!("{}{config}", all(&[plain("a.yml", ""), plain("b.yml", "")])),
        );
        let of_other = config.replace("\"w\"", "\"other\"");
        let mark = "`w` needs …";
        check_rule(
            RULE,
            &format!("{}{of_other}", all(&[plain("a.yml", ""), plain("b.yml", mark)])),
        );
    }

    /// The callers of one step are reported by another rule, and count as one place here.
    #[test]
    fn a_reusable_workflow_beside_another() {
        let called = plain("publish.yml", "").replace("on: push", "on: workflow_call");
        let caller = |name: &str| {
            format!(
                "#- .github/workflows/{name}\non: push\npermissions: {{ contents: read, id-token: write }}\njobs:\n  call: {{ uses: ./.github/workflows/publish.yml }}\n"
            )
        };
        check_rule(RULE, &all(&[called.clone(), caller("a.yml"), caller("b.yml")]));
        let mark = "`w` needs a trusted publisher on npm for each of `a.yml`, `b.yml`, and `z.yml`";
        check_rule(
            RULE,
            &all(&[
                called.clone(),
                caller("a.yml"),
                caller("b.yml"),
                plain("z.yml", mark),
            ]),
        );
        check_rule(RULE, &all(&[called, caller("a.yml")]));
    }

    #[test]
    fn npm_accepts_ten() {
        let of = |number: usize, mark: &str| -> String {
            let workflows =
                (0..number).map(|at| plain(&format!("w{at:02}.yml"), if at == 1 { mark } else { "" }));
            all(&workflows.collect::<Vec<_>>())
        };
        let ten = "`w` needs a trusted publisher on npm for each of 10 workflows\n#            ^^^^^^^^^^^ help[workflows-one-publisher-each]: They are `w00.yml`, `w01.yml`, …";
        check_rule(RULE, &of(10, ten));
        let eleven = of(11, "…").replace(
            "information[workflows-one-publisher-each]: …",
            "warning[workflows-one-publisher-each]: npm accepts 10 trusted publishers for a package, but `w` is published from 11 workflows and environments",
        );
        check_rule(RULE, &eleven);
    }
}
