use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a dist-tag that could be a version: `npm publish --tag v5`, `--tag 1.0`, or `--tag ${{ github.ref_name }}` in a
    /// workflow that runs for tags like `v1.2.3`. `tag` in the environment or in an `.npmrc` is checked too.
    ///
    /// ## Why it matters
    ///
    /// A dist-tag and a version are written in the same place, for example `npm install widget@v5`. So npm refuses a dist-tag that
    /// is a valid version range before it sends anything:
    ///
    /// ```text
    /// npm error Tag name must not be a valid SemVer range: v5
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: { push: { tags: ['v*'] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish --tag ${{ github.ref_name }}
    /// ```
    ///
    /// ## Fix
    ///
    /// Leave out `--tag`, which sets `latest`, or use a tag that is not a version, for example `next` or `release-5`.
    ///
    /// ```yaml,good
    /// on: { push: { tags: ['v*'] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish --tag next
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/commands/npm-dist-tag#caveats>
    DIST_TAG_IS_VERSION {
        id: "dist-tag-is-version",
        summary: "npm refuses a dist-tag that could be a version.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some(refused) = site.refused_tag() else {
            continue;
        };
        let tag = &refused.tag;
        let what = match refused.is_git_tag {
            true => format!("The git tag, for example `{tag}`, is not a valid dist-tag"),
            false => format!("`{tag}` is not a valid dist-tag"),
        };
        let message = format!(
            "{what}: `{}` will fail because npm reads it as a version",
            site.publishing_tool.command
        );
        let diagnostic = DIST_TAG_IS_VERSION
            .at(&refused.place, Severity::Error, message)
            .help("Use a name that is not a version range, for example `next`.");
        // The tag may come from a file or from the environment.
        let is_in_command = refused.place.path == site.place.path
            && (refused.place.range.intersects(site.command.range)
                || refused.place.range.intersects(site.place.range));
        findings.push(match is_in_command {
            true => diagnostic,
            false => diagnostic.related(&site.place, "published here"),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    const RULE: &str = "dist-tag-is-version";

    fn job(on: &str, step: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: {on}
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{step}
"
        )
    }

    /// A step with this word after the flag, and a mark below it.
    fn marked(command: &str, word: &str) -> String {
        let step = format!("      - run: {command} {word}");
        let at = step.len() - word.len();
        format!(
            "{step}\n#{}{} error[dist-tag-is-version]: …",
            " ".repeat(at - 1),
            "^".repeat(word.len())
        )
    }

    #[test]
    fn versions_are_refused() {
        for tag in ["v5", "1", "'1.0'", "v1.x"] {
            check_rule(RULE, &job("push", &marked("npm publish --tag", tag)));
        }
        check_rule(
            RULE,
            &job(
                "push",
                "      - run: npm publish --tag v5\n#                              ^^ error[dist-tag-is-version]: `v5` is not a valid dist-tag: \
                 `npm publish` will fail because npm reads it as a version",
            ),
        );
        check_rule(
            RULE,
            &job("push", &marked("npx pnpm@10 publish --no-git-checks --tag", "v5")),
        );
        check_sites(
            &job("push", "      - run: npm publish --tag v5"),
            "release.yml:9 publish; outcome=fails; error=-",
        );
        let environment = "      - run: npm publish\n        env:\n          npm_config_tag: v5\n#         ^^^^^^^^^^^^^^^^^^ error[dist-tag-is-version]: …";
        check_rule(RULE, &job("push", environment));
    }

    #[test]
    fn git_tags_of_versions_are_refused() {
        for word in [
            "${{ github.ref_name }}",
            "$GITHUB_REF_NAME",
            "${GITHUB_REF#refs/tags/}",
        ] {
            for tags in ["v*", "'v*.*.*'", "'[0-9]+.*'"] {
                let on = format!("{{ push: {{ tags: [{tags}] }} }}");
                check_rule(RULE, &job(&on, &marked("npm publish --tag", word)));
            }
            for on in [
                "{ push: { tags: ['*'] } }",
                "release",
                "push",
                "{ push: { tags: ['v*'] }, workflow_dispatch: }",
            ] {
                check_rule(RULE, &job(on, &format!("      - run: npm publish --tag {word}")));
            }
        }
    }

    #[test]
    fn names_and_unknown_tags_are_not_reported() {
        for command in [
            "npm publish",
            "npm publish --tag next",
            "npm publish --tag release-1.x",
            "npm publish --tag v1-lts",
            "npm publish --tag $TAG",
            "npm publish --tag ${{ inputs.tag }}",
            "yarn npm publish --tag v5",
            "npx pnpm@11.28.10 publish --tag v5",
        ] {
            check_rule(RULE, &job("push", &format!("      - run: {command}")));
        }
    }
}
