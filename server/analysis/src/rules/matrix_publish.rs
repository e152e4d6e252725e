use crate::checker::prelude::*;
use crate::fixes::builder::node;
use crate::model::job::{Axis, Job};
use crate::publish::Tool;
use crate::sources::File;
use crate::text::TextRange;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a job that publishes the same package in every run of its `strategy.matrix`.
    ///
    /// It does not report a matrix that decides more than the runner and the version of Node, because it may choose
    /// the package. Nor does it report a publish under a condition of the script, or runs that `include`, `exclude` or an
    /// expression decides.
    ///
    /// ## Why it matters
    ///
    /// The first run to publish wins. The registry refuses the others, and with `fail-fast`, which is the
    /// default, they may cancel the winner too:
    ///
    /// ```text
    /// npm error code E403
    /// npm error 403 403 Forbidden - PUT … - You cannot publish over the previously published versions: 1.2.3.
    /// ```
    ///
    /// npm 11 and later ask the registry first. If the version is published by then, they fail without a code:
    ///
    /// ```text
    /// npm error You cannot publish over the previously published versions: 1.2.3.
    /// ```
    ///
    /// Chance decides which run wins, and with it which Node and npm publish.
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
    ///     strategy:
    ///       matrix:
    ///         node: [24, 26]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: ${{ matrix.node }}
    ///       - run: npm test
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Test in the matrix, and publish in a separate job that waits for it.
    ///
    /// ```yaml,good
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   test:
    ///     strategy:
    ///       matrix:
    ///         node: [24, 26]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: ${{ matrix.node }}
    ///       - run: npm test
    ///   publish:
    ///     needs: test
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
    /// - <https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations>
    MATRIX_PUBLISH {
        id: "matrix-publish",
        summary: "Every job of the matrix publishes the same package.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some(job) = site.job.job else { continue };
        let Some(legs) = job.matrix.legs().filter(|legs| *legs > 1) else {
            continue;
        };
        let Some(axis) = job.matrix.axes.iter().find(|axis| axis.count > 1) else {
            continue;
        };
        if !is_the_same_in_each_run(context, site) {
            continue;
        }
        let decides_more = context
            .sources
            .file(&site.job.path)
            .is_none_or(|file| decides_more(file, job));
        if decides_more {
            continue;
        }
        let place = Place::new(&site.job.path, axis.name.range);
        let diagnostic = MATRIX_PUBLISH
            .at(&place, Severity::Warning, message(site, axis, legs))
            .help(
                "By then, the version is already published. Publish in a separate job that `needs` this one.",
            )
            .related(&site.place, "published here");
        findings.push(diagnostic);
    }
}

fn message(site: &Site<'_>, axis: &Axis, legs: usize) -> String {
    let command = &site.publishing_tool.command;
    let runs = if legs == axis.count {
        format!("for each of the {legs} values of `{}`", axis.name.value)
    } else {
        format!("in each of the {legs} runs of the matrix")
    };
    format!("`{command}` publishes the same package {runs}: all but the first may fail with E403")
}

/// Whether the command publishes one package, whatever happens before it, and does not skip versions that are
/// already on npm.
fn is_the_same_in_each_run(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    refuses_known_versions(context, site)
        && !site.publishing_tool.is_guess
        && site.target.is_npm()
        && site.packages.is_complete
        && site.packages.manifests.len() == 1
        && !site.packages.skips_private
        && !site.command.is_conditional
        && site.outcome.ignored_failure.is_none()
}

/// `npm publish` fails if the version is on npm. pnpm and Yarn skip it if their flags say so, which a
/// package script hides.
fn refuses_known_versions(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    match site.publishing_tool.tool {
        Tool::Npm => true,
        Tool::Pnpm | Tool::YarnClassic | Tool::YarnBerry => {
            context.sources.file(&site.place.path).is_some_and(|file| {
                let command = site.command.range.slice(&file.text);
                let leaves_out = ["-r", "-F", "--filter", "tolerate", "foreach"]
                    .iter()
                    .any(|flag| command.contains(flag));
                site.place.range.slice(&file.text).ends_with("publish") && !leaves_out
            })
        }
        _ => false,
    }
}

/// Whether the matrix decides more than the runner, names and the versions of tools.
fn decides_more(file: &File, job: &Job) -> bool {
    let Some(job_node) = node(file, job.node) else {
        return true;
    };
    let mut harmless: Vec<TextRange> = ["strategy", "name", "runs-on"]
        .iter()
        .filter_map(|key| Some(job_node.entry(key)?.range()))
        .collect();
    for step in &job.steps {
        let is_setup = step
            .uses
            .as_ref()
            .is_some_and(|uses| uses.value.contains("/setup-"));
        let keys: &[&str] = if is_setup { &["name", "with"] } else { &["name"] };
        let entries = keys
            .iter()
            .filter_map(|key| Some(node(file, step.node)?.entry(key)?.range()));
        harmless.extend(entries);
    }
    job.range
        .slice(&file.text)
        .match_indices("matrix")
        .map(|(offset, _)| TextRange::empty(job.range.start() + offset))
        .any(|word| !harmless.iter().any(|range| range.contains_range(word)))
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "matrix-publish";

    fn job(matrix: &str, steps: &str) -> String {
        format!(
            r#"#- package.json
{{ "name": "w", "version": "1.0.0" }}
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    name: Publish (${{{{ matrix.node }}}})
    runs-on: ${{{{ matrix.os || 'ubuntu-24.04' }}}}
    permissions: {{ id-token: write }}
    strategy:
      matrix:
{matrix}    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: '${{{{ matrix.node }}}}' }}
{steps}"#
        )
    }

    #[test]
    fn every_run_publishes() {
        check_rule(
            RULE,
            &job(
                "        node: [24, 26]
#       ^^^^ warning[matrix-publish]: `npm publish` publishes the same package for each of the 2 values of `node`: all but the first may fail with E403
#       ^^^^ help[matrix-publish]: By then, the version is already published. Publish in a separate job that `needs` this one.
",
                "      - run: npm publish\n",
            ),
        );
        check_rule(
            RULE,
            &job(
                "        node: [24]\n        os: [a, b]\n        x: [1, 2]\n",
                "      - run: npm publish\n",
            )
            .replace(
                "        os: [a, b]\n",
                "        os: [a, b]\n#       ^^ warning[matrix-publish]: `npm publish` publishes the same package in each of the 4 runs of the matrix: …\n",
            ),
        );
    }

    #[test]
    fn a_matrix_that_may_choose_the_package_is_not_reported() {
        let two = "        node: [24, 26]\n";
        for steps in [
            "      - run: npm publish\n        working-directory: ${{ matrix.node }}\n",
            "      - run: npm publish\n        if: matrix.node == 24\n",
            "      - run: ./build.sh\n        env: { TARGET: '${{ matrix.node }}' }\n      - run: npm publish\n",
            "      - run: npm view w@1.0.0 || npm publish\n",
            "      - run: npm publish || true\n",
            "      - run: pnpm -r publish\n",
            "      - run: yarn npm publish --tolerate-republish\n",
            "      - run: npx changeset publish\n",
            "      - run: npm publish --dry-run\n",
            "      - run: npm publish --registry https://npm.example.com\n",
        ] {
            check_rule(RULE, &job(two, steps));
        }
    }

    #[test]
    fn unknown_or_single_runs_are_not_reported() {
        for matrix in [
            "        node: [24]\n",
            "        node: ${{ fromJSON(inputs.nodes) }}\n",
            "        include: [{ node: 24 }, { node: 26 }]\n",
            "        node: [24, 26]\n        exclude: [{ node: 26 }]\n",
        ] {
            check_rule(RULE, &job(matrix, "      - run: npm publish\n"));
        }
    }
}
