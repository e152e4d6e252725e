//! What a key stroke in a workflow costs: the new text is set, and what follows from it is analysed again.
//!
//! `cargo bench -p trustpub-analysis` measures time. On a busy machine instructions say more, and are the same in every run:
//!
//! ```sh
//! cargo bench -p trustpub-analysis --no-run
//! KEY_STROKES=200 CASE=0 valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*key_strokes*' \
//!     target/release/deps/key_stroke-*
//! ```
//!
//! counts those of two hundred key strokes in the first case.

use std::hint::black_box;
use std::sync::Arc;

use criterion::Criterion;
use trustpub_analysis::{FilePath, RepositorySlug, Workspace};

const HEAD: &str = "\
name: Release
on:
  push:
    tags: ['v*']
permissions:
  contents: read
jobs:
";

const CHECKS: &str = "    runs-on: ubuntu-latest
    strategy:
      matrix:
        node: [20, 22, 24]
    steps:
      - uses: actions/checkout@v6
        with:
          persist-credentials: false
      - uses: actions/setup-node@v6
        with:
          node-version: ${{ matrix.node }}
          cache: npm
      - name: Install
        run: |
          npm ci
          npm run build --if-present
      - run: npm test
        env:
          CI: true
";

const PUBLISH: &str = "  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 22
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm run build
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
";

const MANIFEST: &str = r#"{ "name": "@acme/widget", "version": "1.0.0", "scripts": { "build": "tsc" } }"#;

/// Where the last job runs this instead: a script that publishes at its end.
const SCRIPT: &str = "scripts/release.mjs";

fn script() -> String {
    let line = "const part = (number) => list.map((name) => `${name}-${number}`).filter(Boolean)\n";
    line.repeat(300) + "execFileSync('npm', ['publish', '--access', 'public'])\n"
}

/// A repository in which a workflow is being edited: between two texts, as if a character came and went.
struct Editing {
    workspace: Workspace,
    path: FilePath,
    texts: [Arc<str>; 2],
}

impl Editing {
    /// `word` is the end of the word that is typed. Every job but the last is of no interest.
    fn new(&(_, jobs, word, typed): &Case) -> Self {
        let mut text = HEAD.to_owned();
        for number in 1..jobs {
            text.push_str(&format!("  check{number}:\n{CHECKS}"));
        }
        match word == SCRIPT {
            true => text.push_str(&PUBLISH.replace("npm publish", &format!("node {SCRIPT}"))),
            false => text.push_str(PUBLISH),
        }
        let at = text.rfind(word).map_or(0, |at| at + word.len());
        let mut other = text.clone();
        other.insert_str(at, typed);
        let mut workspace = Workspace::new();
        workspace.set_repository(RepositorySlug::parse("acme/widget"), false);
        let set = |workspace: &mut Workspace, path: &str, text: &str| {
            let path = FilePath::new(path)?;
            workspace.set_file(path.clone(), Arc::from(text));
            Some(path)
        };
        set(&mut workspace, "package.json", MANIFEST);
        let path = set(&mut workspace, ".github/workflows/release.yml", &text);
        workspace.check();
        while let Some(path) = workspace.wanted().into_iter().next() {
            let text = (path.as_str() == SCRIPT).then(|| Arc::from(script()));
            workspace.offer_file(path, text);
            workspace.check();
        }
        assert_eq!(workspace.sites().count(), 1, "one job publishes");
        Self {
            workspace,
            path: path.unwrap_or_else(|| unreachable!("it is a path")),
            texts: [text.into(), other.into()],
        }
    }

    fn key_stroke(&mut self, number: usize) {
        let text = Arc::clone(&self.texts[(number + 1) % 2]);
        self.workspace.set_file(self.path.clone(), text);
        black_box(self.workspace.check());
    }

    #[inline(never)]
    fn key_strokes(&mut self, count: usize) {
        for number in 0..count {
            self.key_stroke(number);
        }
    }
}

/// A case: its name, the number of jobs, the word that is edited, and what is typed after it.
type Case = (&'static str, usize, &'static str, &'static str);

const CASES: [Case; 5] = [
    ("a word in 300 lines", 14, "runs-on: ubuntu-latest", "x"),
    ("a word in 4,700 lines", 240, "runs-on: ubuntu-latest", "x"),
    ("a command in 300 lines", 14, "run: npm publish", " "),
    ("a new line in 300 lines", 14, "run: npm ci\n", "      - run: x\n"),
    ("a command that runs a script of 300 lines", 14, SCRIPT, " "),
];

fn main() {
    let number = |name: &str| -> Option<usize> { std::env::var(name).ok()?.parse().ok() };
    if let (Some(count), Some(case)) = (number("KEY_STROKES"), number("CASE")) {
        if let Some(case) = CASES.get(case) {
            Editing::new(case).key_strokes(count);
        }
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    for case in &CASES {
        let name = case.0;
        let mut editing = Editing::new(case);
        let mut number = 0;
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                editing.key_stroke(number);
                number += 1;
            });
        });
    }
    criterion.final_summary();
}
