//! Workflows, actions and other YAML.

use trustpub_analysis::test_support::Random;

use crate::case::{Case, Target, path_of, repository};
use crate::promises;
use crate::seeds;

pub(crate) const TARGET: Target = Target {
    name: "workflow",
    inputs: 2_400,
    seeds,
    words: &[
        "on: workflow_call",
        "workflow_dispatch: {}",
        "contents: read",
        "write-all",
        "NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}",
        "node-version: 22",
        "registry-url: https://registry.npmjs.org",
        "uses: actions/setup-node@v6",
        "uses: ./.github/workflows/release.yml",
        "uses: ./",
        "secrets: inherit",
        "continue-on-error: true",
        "environment: npm",
        "strategy: { matrix: { node: [20, 24], include: [{ node: 22 }] } }",
        "if: ${{ always() && !cancelled() }}",
        "needs: [a, publish]",
        "runs-on: self-hosted",
        "run: |\n",
        "working-directory: ../x",
        "defaults: { run: { shell: pwsh } }",
        "jobs:",
        "steps:",
        "env:",
        "with:",
    ],
    change: move_a_block,
    check: promises::check,
    check_thoroughly: promises::check_fixes,
};

const ANCHORS: &str = "\
on: { push: { tags: ['v*'] }, workflow_call: { inputs: { node: { type: string, default: \"22\" } } } }
permissions: &rights
  contents: read
env: { <<: &env { NPM_TOKEN: \"${{ secrets.NPM_TOKEN }}\" } }
jobs:
  publish: &publish
    runs-on: ubuntu-latest
    permissions: *rights
    steps: &steps
      - { uses: actions/checkout@v6 }
      - uses: actions/setup-node@v6
        with: { node-version: 22, registry-url: \"https://registry.npmjs.org\" }
      - run: >-
          npm publish
          --provenance
        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' } # é😀
  again: *publish
";

fn seeds() -> Vec<Case> {
    let mut cases = seeds::files(|path| matches!(path.as_str().rsplit_once('.'), Some((_, "yml" | "yaml"))));
    let path = ".github/workflows/release.yml";
    let repository = repository(&[
        (path, ANCHORS),
        ("package.json", r#"{ "name": "w", "version": "1.0.0" }"#),
    ]);
    cases.extend(Case::file(&repository, &path_of(path)));
    cases
}

/// Moves a line, and all that is indented more than it, elsewhere: into another depth, or a piece of another workflow.
pub(crate) fn move_a_block(input: &[u8], other: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    let lines: Vec<&[u8]> = input.split_inclusive(|byte| *byte == b'\n').collect();
    let others: Vec<&[u8]> = other.split_inclusive(|byte| *byte == b'\n').collect();
    let is_own = random.below(2) == 0;
    let block = block(if is_own { &lines } else { &others }, random)?;
    let at = random.below(lines.len() + 1);
    let old = block.first().map_or(0, |line| depth(line));
    let new = match random.below(4) {
        0 => random.below(12),
        _ => lines.get(at).map_or(0, |line| depth(line)),
    };
    let mut moved = lines.get(..at)?.concat();
    for line in block {
        moved.extend(vec![b' '; (depth(line) + new).saturating_sub(old)]);
        moved.extend_from_slice(line.trim_ascii_start());
        if !line.ends_with(b"\n") {
            moved.push(b'\n');
        }
    }
    moved.extend(lines.get(at..)?.concat());
    Some(moved)
}

fn block<'l>(lines: &[&'l [u8]], random: &mut Random) -> Option<Vec<&'l [u8]>> {
    let at = random.below(lines.len());
    let first = lines.get(at)?;
    let inner = lines
        .get(at + 1..)?
        .iter()
        .take_while(|line| depth(line) > depth(first));
    Some(std::iter::once(first).chain(inner).copied().collect())
}

fn depth(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b' ').count()
}
