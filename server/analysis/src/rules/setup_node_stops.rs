use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::edit::yaml::{Quoting, set_scalar};
use crate::fixes::action_input::remove_entry_at;
use crate::fixes::builder::{editable, entry_around, fix_of_file};
use crate::fixes::permissions::node_of;
use crate::publish::{SetupNodeStop, StopCause};

declare_rule! {
    /// ## What it does
    ///
    /// Reports inputs that stop actions/setup-node, in a job that publishes afterwards: a `cache` that it does not support, for
    /// example `false`, the cache of pnpm before pnpm is installed, and a `node-version-file` that does not exist. v5 caches for
    /// pnpm by default if `packageManager` names pnpm.
    ///
    /// It also reports `node-version-file: mise.toml`. Up to v7.0.0 the action reads the first line of that file, `[tools]`, as the
    /// version.
    ///
    /// ## Why it matters
    ///
    /// The step fails, and the job never reaches its publish step. `cache` is the name of a package manager, so `cache: false`
    /// means a package manager named `false`: "Caching for 'false' is not supported".
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: { push: { branches: [main] } }
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
    ///           cache: false
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Write `package-manager-cache: false`, or remove the input. Install pnpm before the step that caches its packages.
    ///
    /// ```yaml,good
    /// on: { push: { branches: [main] } }
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
    ///           package-manager-cache: false
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/actions/setup-node#caching-global-packages-data>
    /// - <https://github.com/actions/setup-node/pull/1421>
    SETUP_NODE_STOPS {
        id: "setup-node-stops",
        summary: "actions/setup-node stops at one of its inputs.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, setup_node) {
        let place = &found.stop.place;
        let (what, help, fix) = match found.cause {
            SetupNodeStop::UnknownCache(name) => (
                format!("`cache` cannot be `{name}`"),
                "`cache` takes the name of a package manager. Remove the input.".to_owned(),
                leave_cache_out(context, place, name),
            ),
            SetupNodeStop::PnpmMissing => (
                "pnpm is not installed yet".to_owned(),
                "The cache of pnpm needs it. Install pnpm before this step.".to_owned(),
                None,
            ),
            SetupNodeStop::NoVersionInFile { path, line } => (
                format!("`{line}` in `{path}` is not a version"),
                format!("The action does not read `{path}` as mise does. Write `node-version`."),
                None,
            ),
            SetupNodeStop::NoVersionFile(path) => (
                format!("`{path}` does not exist"),
                "Add the file, or write `node-version`.".to_owned(),
                None,
            ),
        };
        let message = format!("{what}: `actions/setup-node` stops, and the job never publishes");
        findings.push(found.report(&SETUP_NODE_STOPS, message).help(help).fix(fix));
    }
}

fn setup_node(cause: &StopCause) -> Option<&SetupNodeStop> {
    match cause {
        StopCause::SetupNode(stop) => Some(stop),
        _ => None,
    }
}

/// Writes the input that turns the automatic cache off, or removes a name that is not a cache. Such a name may be a typo.
fn leave_cache_out(context: &CheckContext<'_>, place: &Place, name: &str) -> Option<Fix> {
    if name != "false" {
        let edits = remove_entry_at(context, place);
        return fix_of_file("Remove `cache`", Applicability::Unsafe, &place.path, Ok(edits?));
    }
    let file = editable(context, &place.path)?;
    let (with, entry) = entry_around(node_of(file, place)?)?;
    let has_other = with.entry_ignore_case("package-manager-cache").is_some();
    let edits = match has_other {
        true => Ok(remove_entry_at(context, place)?),
        false => set_scalar(&file.text, entry.key, "package-manager-cache", Quoting::Keep),
    };
    let title = match has_other {
        true => "Remove `cache`",
        false => "Write `package-manager-cache: false`",
    };
    fix_of_file(title, Applicability::Safe, &place.path, edits)
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "setup-node-stops";

    /// A job that runs these steps after the checkout, on this runner.
    fn job(runner: &str, steps: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: {runner}
    steps:
      - uses: actions/checkout@v6
{steps}
      - run: pnpm publish --no-git-checks
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
"#
        )
    }

    fn setup(action: &str, input: &str) -> String {
        format!("      - uses: {action}\n        with:\n          {input}")
    }

    #[test]
    fn setup_node_7_0_0_reads_a_line_of_mise_toml_as_the_version() {
        let with_mise = |action: &str, input: &str, mise: &str| {
            job("ubuntu-24.04", &setup(action, input)) + &format!("#- mise.toml\n{mise}\n")
        };
        let mark = "#                            ^^^^^^^^^ error[setup-node-stops]: `[tools]` in `mise.toml` is not a version: …\n\
                    #                            ^^^^^^^^^ help[setup-node-stops]: The action does not read `mise.toml` as mise does. …";
        let input = format!("node-version-file: mise.toml\n{mark}");
        let tools = "[tools]\nnode = \"24\"";
        for action in [
            "actions/setup-node@v4",
            "actions/setup-node@v6",
            "actions/setup-node@v7.0.0",
        ] {
            check_rule(RULE, &with_mise(action, &input, tools));
        }
        // A later v7 may behave differently, and some files happen to contain a line that is a version.
        for (action, mise) in [
            ("actions/setup-node@v7", tools),
            ("actions/setup-node@main", tools),
            ("actions/setup-node@v7.1.0", tools),
            ("actions/setup-node@v6", "24"),
        ] {
            check_rule(RULE, &with_mise(action, "node-version-file: mise.toml", mise));
        }
        let open = with_mise("actions/setup-node@v7", "node-version-file: mise.toml", tools);
        check_sites(
            &open.replace("pnpm publish --no-git-checks", "npm publish"),
            "release.yml:13 publish; node=-; outcome=unknown",
        );
    }

    #[test]
    fn an_unsupported_cache_stops_the_job() {
        for (input, mark) in [
            ("cache: false", "       ^^^^^ error💡"),
            ("cache: 'false'", "       ^^^^^^^ error💡"),
            ("cache: true", "       ^^^^ error💡?"),
            ("cache: bun", "       ^^^ error💡?"),
        ] {
            let marked = format!("{input}\n#         {mark}[setup-node-stops]: …");
            check_rule(
                RULE,
                &job("ubuntu-24.04", &setup("actions/setup-node@v6", &marked)),
            );
        }
        check_sites(
            &job("ubuntu-24.04", &setup("actions/setup-node@v4", "cache: false")),
            "release.yml:13 publish; publisher=pnpm; outcome=not-reached",
        );
    }

    #[test]
    fn a_supported_or_unknown_cache_is_not_reported() {
        for (action, input) in [
            ("actions/setup-node@v6", "cache: npm"),
            ("actions/setup-node@v6", "cache: ''"),
            ("actions/setup-node@v6", "cache: ${{ inputs.cache }}"),
            ("actions/setup-node@v6", "package-manager-cache: false"),
            ("actions/setup-node@main", "cache: false"),
            ("acme/setup-node@v6", "cache: false"),
            (
                "actions/setup-node@v6\n        continue-on-error: true",
                "cache: false",
            ),
        ] {
            check_rule(RULE, &job("ubuntu-24.04", &setup(action, input)));
        }
    }

    #[test]
    fn pnpm_is_started_before_it_is_installed() {
        let cached = setup("actions/setup-node@v6", "cache: pnpm");
        let mark = "\n#                ^^^^ error[setup-node-stops]: …";
        let late = "\n      - uses: pnpm/action-setup@v4\n        with:\n          version: 10";
        check_rule(RULE, &job("ubuntu-24.04", &format!("{cached}{mark}{late}")));
        for steps in [
            format!("      - uses: pnpm/action-setup@v4\n        with:\n          version: 10\n{cached}"),
            format!("      - run: corepack enable\n{cached}"),
            format!("      - run: npm i -g pnpm\n{cached}"),
            format!("      - uses: acme/prepare@v1\n{cached}"),
        ] {
            check_rule(RULE, &job("ubuntu-24.04", &steps));
        }
        check_rule(RULE, &job("self-hosted", &cached));
        check_rule(RULE, &job("ubuntu-24.04\n    container: acme/image", &cached));
    }

    #[test]
    fn setup_node_5_caches_for_pnpm_by_default() {
        let of = |action: &str, input: &str, manager: &str| {
            let steps = format!(
                "      - uses: {action}\n        with:\n          node-version: 24{input}\n      - run: corepack enable"
            );
            job("ubuntu-24.04", &steps).replace(
                "\"a/widget\"",
                &format!("\"a/widget\", \"packageManager\": \"{manager}\""),
            )
        };
        let marked = "actions/setup-node@v5\n        #     ^^^^^^^^^^^^^^^^^^^^^ error[setup-node-stops]: …";
        check_rule(RULE, &of(marked, "", "pnpm@10.30.2"));
        for (action, input, manager) in [
            ("actions/setup-node@v4", "", "pnpm@10.30.2"),
            ("actions/setup-node@v6", "", "pnpm@10.30.2"),
            ("actions/setup-node@v5", "", "npm@11.6.0"),
            (
                "actions/setup-node@v5",
                "\n          package-manager-cache: false",
                "pnpm@10.30.2",
            ),
        ] {
            check_rule(RULE, &of(action, input, manager));
        }
    }

    #[test]
    fn a_version_file_must_exist() {
        let file = |name: &str, mark: &str| {
            let steps = setup(
                "actions/setup-node@v6",
                &format!("node-version-file: {name}{mark}"),
            );
            job("ubuntu-24.04", &steps)
        };
        let mark = "\n#                            ^^^^^^ error[setup-node-stops]: …";
        check_rule(RULE, &file(".nvmrc", mark));
        check_rule(RULE, &(file(".nvmrc", "") + "#- .nvmrc\n24\n"));
        check_rule(RULE, &file("package.json", ""));
        check_rule(RULE, &file("node.txt", ""));
        check_rule(RULE, &file(".nvmrc\n          node-version: 24", ""));
        let second =
            "      - uses: actions/checkout@v6\n        with: { repository: acme/tools, path: tools }\n";
        let elsewhere =
            second.to_owned() + &setup("actions/setup-node@v6", "node-version-file: tools/.nvmrc");
        check_rule(RULE, &job("ubuntu-24.04", &elsewhere));
        let made = format!(
            "      - run: echo 24 > .nvmrc\n{}",
            setup("actions/setup-node@v6", "node-version-file: .nvmrc")
        );
        check_rule(RULE, &job("ubuntu-24.04", &made));
    }

    #[test]
    fn the_automatic_cache_is_turned_off() {
        let of = |input: &str| job("ubuntu-24.04", &setup("actions/setup-node@v6", input));
        check_fix(
            RULE,
            &of("cache: false # none"),
            &of("package-manager-cache: false # none"),
        );
        check_fix(
            RULE,
            &of("cache: false\n          package-manager-cache: false"),
            &of("package-manager-cache: false"),
        );
    }
}
