//! Which analyses a change makes out of date.

use std::collections::{BTreeMap, BTreeSet};

use super::Workspace;
use crate::sources::{Changed, FactKey, FileFacts};
use crate::text::FilePath;

impl Workspace {
    /// Marks as stale whatever looked at one of the files, or at who calls what they call.
    pub(super) fn forget(&mut self, changed: Changed) {
        self.facts.forget(&changed);
        let looked = self
            .analyses
            .iter()
            .filter(|(_, analysis)| analysis.looks.include(&changed));
        self.stale.extend(looked.map(|(path, _)| path.clone()));
        self.stale.extend(changed.into_paths());
    }

    /// Marks as stale whatever looked at a file that is gone, or whose content is unknown now.
    pub(super) fn forget_content(&mut self, path: &FilePath) {
        let mut changed = Changed::default();
        changed.add(path.clone(), true, self.calls.update(path, None));
        self.forget(changed);
        self.renew_settings_after(path);
    }

    /// Marks everything as stale, after a change of what no file shows.
    pub(super) fn forget_all(&mut self) {
        self.facts = FileFacts::default();
        self.stale.extend(self.files.keys().cloned());
    }

    /// The files to analyse, including those that asked for a fact that is another one now.
    pub(super) fn take_stale(&mut self) -> BTreeSet<FilePath> {
        let outdated = self.facts.take_outdated();
        let mut askers: BTreeMap<&FactKey, Vec<&FilePath>> =
            outdated.iter().map(|fact| (&fact.key, Vec::new())).collect();
        if !outdated.is_empty() {
            // Analyses that are stale anyway will ask for it again.
            let analyses = self.analyses.iter();
            for (path, analysis) in analyses.filter(|(path, _)| !self.stale.contains(*path)) {
                for fact in &analysis.looks.facts {
                    if let Some(askers) = askers.get_mut(fact) {
                        askers.push(path);
                    }
                }
            }
        }
        let mut stale = BTreeSet::new();
        for fact in &outdated {
            let askers = askers.remove(&fact.key).unwrap_or_default();
            let is_new = |path: &&FilePath| !stale.contains(*path);
            if askers.iter().any(is_new) && self.looked_up(|sources| fact.has_changed(sources)).0 {
                stale.extend(askers.into_iter().cloned());
            }
        }
        self.stale.append(&mut stale);
        std::mem::take(&mut self.stale)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// How many workflows wait for a tag, unless a test says otherwise.
    const WAITING: usize = 3;

    const WAITS: &str = "\
on:
  push:
    tags: ['v*']
jobs:
  publish:
    permissions: { id-token: write }
    runs-on: ubuntu-24.04
    steps:
      - run: npm publish
";

    const MAKER: &str = ".github/workflows/make.yml";
    const MAKES: &str = "\
on:
  push:
    branches: [main]
jobs:
  make:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - run: git push --tags
";

    const ACTION: &str = ".github/actions/tag/action.yml";
    const RUNS_SCRIPT: &str =
        "runs:\n  using: composite\n  steps:\n    - run: ./scripts/tag.sh\n      shell: bash\n";

    fn path(path: &str) -> FilePath {
        FilePath::new(path).unwrap()
    }

    fn waiting(number: usize) -> String {
        format!(".github/workflows/waits{number}.yml")
    }

    /// A repository that is edited, and checked after each edit.
    struct Edited(Workspace);

    impl Edited {
        fn new(files: &[(&str, &str)]) -> Self {
            Self::with(WAITING, files)
        }

        /// Some workflows that wait, and other files.
        fn with(waits: usize, files: &[(&str, &str)]) -> Self {
            let mut edited = Self(Workspace::new());
            for (path, text) in files {
                edited.set(path, text);
            }
            for number in 0..waits {
                edited.set(&waiting(number), WAITS);
            }
            edited
        }

        fn set(&mut self, at: &str, text: &str) -> Vec<String> {
            self.0.set_file(path(at), Arc::from(text));
            self.check()
        }

        fn remove(&mut self, at: &str) -> Vec<String> {
            self.0.remove_file(&path(at));
            self.check()
        }

        /// Returns which files were analysed. The result must be that of an analysis of everything.
        fn check(&mut self) -> Vec<String> {
            let stale = self.0.take_stale();
            let analysed = stale.iter().map(FilePath::to_string).collect();
            self.0.analyse_anew(stale);
            let mut fresh = Workspace::new();
            for path in &self.0.offered {
                let text = self.0.file(path).map(|file| Arc::clone(&file.text));
                fresh.offer_file(path.clone(), text);
            }
            for (path, file) in self.0.files() {
                fresh.set_file(path.clone(), Arc::clone(&file.text));
            }
            fresh.check();
            assert!(self.0.all_diagnostics().eq(fresh.all_diagnostics()));
            assert_eq!(self.0.asked_for(), fresh.asked_for());
            analysed
        }

        fn count(&self, rule: &str) -> usize {
            let diagnostics = self.0.all_diagnostics();
            diagnostics.filter(|found| found.rule == rule).count()
        }

        /// How many workflows are told that what they wait for does not start them.
        fn not_triggered(&self) -> usize {
            self.count("release-not-triggered")
        }
    }

    #[test]
    fn an_edit_that_changes_no_event_analyses_one_file() {
        let mut edited = Edited::with(30, &[(MAKER, MAKES)]);
        assert_eq!(edited.not_triggered(), 30);
        for (at, text) in [
            (waiting(3), WAITS.replace("24.04", "22.04")),
            (waiting(3), WAITS.replace("publish\n", "publish --tag next\n")),
            (MAKER.to_owned(), format!("{MAKES}      - run: echo done\n")),
            (MAKER.to_owned(), MAKES.replace("24.04", "22.04")),
        ] {
            assert_eq!(edited.set(&at, &text), [at]);
        }
        // A workflow for tags alone makes none for others.
        let tags = format!("{WAITS}      - run: git push --tags\n");
        assert_eq!(edited.set(&waiting(3), &tags), [waiting(3)]);
    }

    #[test]
    fn an_event_that_comes_or_goes_is_noticed_by_those_that_wait() {
        let quiet = MAKES.replace(" --tags", "");
        let mut edited = Edited::new(&[(MAKER, &quiet)]);
        assert_eq!(edited.not_triggered(), 0);
        let starts = format!("{MAKES}      - run: gh workflow run waits1.yml\n");
        for (text, expected) in [
            (MAKES, WAITING),
            (&quiet, 0),
            (
                &format!("{quiet}      - uses: googleapis/release-please-action@v4\n"),
                WAITING,
            ),
            (&starts, 0),
            (MAKES, WAITING),
            (&MAKES.replace("branches: [main]", "tags: [x]"), 0),
            // It made no event for them before.
            ("jobs: [\n", 0),
            // Its place is shown.
            (&format!("\n{MAKES}"), WAITING),
            (MAKES, WAITING),
        ] {
            let is_noticed = (edited.not_triggered(), expected) != (0, 0);
            let again = 1 + if is_noticed { WAITING } else { 0 };
            assert_eq!(edited.set(MAKER, text).len(), again, "{text}");
            assert_eq!(edited.not_triggered(), expected, "{text}");
        }
        assert_eq!(edited.remove(MAKER).len(), WAITING + 1);
        assert_eq!(edited.not_triggered(), 0);
        assert_eq!(edited.set(MAKER, MAKES).len(), WAITING + 1);
        edited.0.set_unreadable(path(MAKER));
        edited.check();
        assert_eq!(edited.not_triggered(), 0);
        // Two changes before one check, which cancel each other out.
        edited.set(MAKER, MAKES);
        edited.0.set_file(path(MAKER), Arc::from(quiet.as_str()));
        edited
            .0
            .with_sources(|sources| sources.workflow(&path(MAKER)).is_some());
        assert_eq!(edited.set(MAKER, MAKES), [MAKER]);
    }

    #[test]
    fn what_an_action_and_a_script_make_counts() {
        let uses = MAKES.replace("run: git push --tags", "uses: ./.github/actions/tag");
        let mut edited = Edited::new(&[(MAKER, &uses), (ACTION, RUNS_SCRIPT)]);
        let script = path("scripts/tag.sh");
        assert!(edited.0.wanted().contains(&script));
        for (text, expected) in [
            (Some("git push --tags\n"), WAITING),
            (Some("git push\n"), 0),
            (Some("npm run tag\n"), 0),
            (None, 0),
        ] {
            match text {
                Some(text) => edited.0.offer_file(script.clone(), Some(Arc::from(text))),
                None => edited.0.remove_file(&script),
            }
            edited.check();
            assert_eq!(edited.not_triggered(), expected, "{text:?}");
        }
        let manifest = r#"{ "scripts": { "tag": "git push --tags" } }"#;
        edited
            .0
            .offer_file(script.clone(), Some(Arc::from("npm run tag\n")));
        edited.set("package.json", manifest);
        assert_eq!(edited.not_triggered(), WAITING);
        edited.set("package.json", &manifest.replace(" --tags", ""));
        assert_eq!(edited.not_triggered(), 0);
        edited.set("packages/a/package.json", manifest);
        assert_eq!(edited.not_triggered(), WAITING);
        edited.set(ACTION, &RUNS_SCRIPT.replace("./scripts/tag.sh", "git push"));
        assert_eq!(edited.not_triggered(), 0);
        assert!(!edited.0.asked_for().contains(&script));
        edited.set(
            ACTION,
            &RUNS_SCRIPT.replace("./scripts/tag.sh", "git push --tags"),
        );
        assert_eq!(edited.not_triggered(), WAITING);
    }

    #[test]
    fn the_events_of_callers_count() {
        let callee = MAKES.replace("  push:\n    branches: [main]", "  workflow_call:");
        let caller = ".github/workflows/caller.yml";
        let calls = "on: push\njobs:\n  call:\n    uses: ./.github/workflows/make.yml\n";
        let mut edited = Edited::new(&[(MAKER, &callee), (caller, calls)]);
        assert_eq!(edited.not_triggered(), WAITING);
        assert_eq!(
            edited.set(caller, &calls.replace("push", "release")).len(),
            WAITING + 2
        );
        assert_eq!(edited.not_triggered(), 0);
        // Files that do not call it do not matter.
        let other = calls.replace("make.yml", "another.yml");
        assert_eq!(
            edited.set(caller, &other.replace("push", "release")).len(),
            WAITING + 2
        );
        assert_eq!(edited.not_triggered(), WAITING);
        edited.set(caller, &other);
        assert_eq!(edited.set(caller, calls), [caller, MAKER]);
        edited.remove(caller);
        assert_eq!(edited.not_triggered(), WAITING);
    }

    #[test]
    fn an_edit_in_a_manifest_analyses_no_workflow_that_publishes_nothing() {
        let tests = ".github/workflows/test.yml";
        let manifest = r#"{ "version": "1.0.0", "scripts": { "ship": "tsc", "check": "tsc" } }"#;
        let text = MAKES.replace("git push --tags", "cd b && npm run ship");
        let mut edited = Edited(Workspace::new());
        edited.set("a/package.json", manifest);
        edited.set(tests, &text);
        let later = manifest.replace("1.0.0", "1.0.1");
        assert_eq!(edited.set("a/package.json", &later), ["a/package.json"]);
        assert_eq!(edited.set("b/package.json", &later), ["b/package.json"]);
        let publishes = later.replace(r#""ship": "tsc""#, r#""ship": "npm publish""#);
        assert_eq!(
            edited.set("b/package.json", &publishes),
            [tests, "b/package.json"]
        );
        assert_eq!(edited.0.sites().count(), 1);
        assert_eq!(edited.remove("b/package.json"), [tests, "b/package.json"]);
        assert_eq!(edited.0.sites().count(), 0);
    }

    #[test]
    fn a_new_caller_of_a_caller_is_noticed() {
        let call = |on: &str, callee: &str| {
            format!("on: {on}\njobs:\n  call:\n    uses: ./.github/workflows/{callee}.yml\n")
        };
        let publish = WAITS.replace("  push:\n    tags: ['v*']", "  workflow_call:");
        let mut edited = Edited(Workspace::new());
        edited.set(".github/workflows/publish.yml", &publish);
        edited.set(".github/workflows/middle.yml", &call("workflow_call", "publish"));
        let analysed = edited.set(".github/workflows/outer.yml", &call("pull_request", "middle"));
        assert!(
            analysed.contains(&".github/workflows/publish.yml".to_owned()),
            "{analysed:?}"
        );
    }

    #[test]
    fn of_other_workflows_only_what_is_asked_counts() {
        let (run, dry, other) = (
            ".github/workflows/run.yml",
            ".github/workflows/dry.yml",
            ".github/workflows/other.yml",
        );
        let named = "name: Build\non: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm test\n";
        let after = "on: { workflow_run: { workflows: [Ship], types: [completed] } }\n";
        let publish = WAITS.replace("on:\n  push:\n    tags: ['v*']\n", after);
        let dry_run = WAITS.replace("npm publish", "npm publish --dry-run");
        let manifest = "examples/a/package.json";
        let mut edited = Edited(Workspace::new());
        edited.set(other, named);
        edited.set(dry, &dry_run);
        edited.set(manifest, "{ \"name\": \"a\", }");
        assert_eq!(edited.count("publish-dry-run-left"), 1);
        assert_eq!(edited.set(other, &named.replace("test", "t")), [other]);
        // `release` may publish.
        assert_eq!(
            edited.set(other, &named.replace("test", "run release")),
            [dry, other]
        );
        assert_eq!(edited.count("publish-dry-run-left"), 0);
        assert_eq!(edited.set(other, named), [dry, other]);
        assert_eq!(
            edited.set(other, &named.replace("npm test", "cd examples/a")),
            [other, manifest]
        );
        assert_eq!(edited.count("json-syntax"), 1);
        edited.remove(dry);
        edited.set(run, &publish);
        assert_eq!(edited.count("publish-never-runs"), 1);
        assert_eq!(
            edited.set(other, &named.replace("npm test", "cd examples/a/b")),
            [other]
        );
        assert_eq!(
            edited.set(
                other,
                &named
                    .replace("Build", "Ship")
                    .replace("npm test", "cd examples/a")
            ),
            [other, run]
        );
        assert_eq!(edited.count("publish-never-runs"), 0);
    }

    /// Of another workflow counts what it needs on npm, not where its steps are.
    #[test]
    fn a_trusted_publisher_that_another_workflow_needs() {
        let (rule, manifest) = ("workflows-one-publisher-each", "package.json");
        let step = "      - uses: actions/setup-node@v6\n        with: { node-version: 24 }\n";
        let text = WAITS.replace("    steps:\n", &format!("    steps:\n{step}"));
        let mut edited = Edited(Workspace::new());
        edited.set(manifest, "{ \"name\": \"w\", \"version\": \"1.0.0\" }");
        edited.set(&waiting(0), &text);
        assert_eq!(edited.count(rule), 0);
        edited.set(&waiting(1), &text);
        assert_eq!(edited.count(rule), 1);
        for at in [0, 1] {
            let moved = format!("# the publish\n{text}");
            assert_eq!(edited.set(&waiting(at), &moved), [waiting(at)]);
        }
        let other = text.replace("npm publish", "npm pack");
        assert_eq!(edited.set(&waiting(0), &other), [waiting(0), waiting(1)]);
        assert_eq!(edited.count(rule), 0);
        edited.set(&waiting(0), &text);
        assert_eq!(edited.count(rule), 1);
        edited.remove(&waiting(0));
        assert_eq!(edited.count(rule), 0);
    }
}
