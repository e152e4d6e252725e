use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::fixes::action_input::remove_entry_at;
use crate::fixes::builder::fix_of_file;
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `version` of pnpm/action-setup that differs from the pnpm in the manifest's `packageManager`, in a job that
    /// publishes afterwards. Also reports the action if nothing specifies a version.
    ///
    /// ## Why it matters
    ///
    /// The action compares the two letter by letter, so `10` differs from `10.30.2`, and `10.30.2` from `10.30.2+sha512.…`. If they
    /// differ, it stops with "Multiple versions of pnpm specified". Without any version it stops with "No pnpm version is
    /// specified". The job never gets to its publish step.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: pnpm/action-setup@v4
    ///         with:
    ///           version: 10
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: pnpm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "packageManager": "pnpm@10.30.2"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove the input. The action then installs the version in `packageManager`. If neither is set, add `packageManager`.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: pnpm/action-setup@v4
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: pnpm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "packageManager": "pnpm@10.30.2"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/pnpm/action-setup#version>
    PNPM_VERSION_CONFLICT {
        id: "pnpm-version-conflict",
        summary: "pnpm/action-setup stops because the versions of pnpm differ or none is specified.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, versions) {
        let action = found.command();
        let place = &found.stop.place;
        let (message, help, fix) = match found.cause {
            Some((input, manifest)) => (
                format!(
                    "`version` is {input}, but `packageManager` is pnpm@{}: `{action}` stops",
                    without_hash(manifest)
                ),
                "The action compares the two as text. Remove `version`.",
                remove_version(context, place),
            ),
            None => (
                format!("No pnpm version is set: `{action}` stops"),
                "Neither `version` nor `packageManager` names one. Add `packageManager` to `package.json`.",
                None,
            ),
        };
        findings.push(found.report(&PNPM_VERSION_CONFLICT, message).help(help).fix(fix));
    }
}

/// "10.30.2+sha512…": a hash is too long for a message.
fn without_hash(version: &str) -> String {
    let hash = version.split_once('+').and_then(|(_, hash)| hash.split_once('.'));
    match hash {
        Some((_, digits)) => version.replace(&format!(".{digits}"), "…"),
        None => version.to_owned(),
    }
}

/// The version in the input and the one in the manifest, or nothing if neither is set.
fn versions(cause: &StopCause) -> Option<Option<(&String, &String)>> {
    match cause {
        StopCause::TwoPnpmVersions { input, manifest } => Some(Some((input, manifest))),
        StopCause::NoPnpmVersion => Some(None),
        _ => None,
    }
}

/// Removes the input whose value is written at `place`.
fn remove_version(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let edits = remove_entry_at(context, place)?;
    fix_of_file("Remove `version`", Applicability::Safe, &place.path, Ok(edits))
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "pnpm-version-conflict";

    /// A repository that publishes after these steps, with this `packageManager`.
    fn repository(steps: &str, manager: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
{steps}
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: pnpm publish --no-git-checks
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget", "packageManager": "{manager}" }}
"#
        )
    }

    fn setup(action: &str, version: &str, mark: &str) -> String {
        format!("      - uses: {action}\n        with:\n          version: {version}\n{mark}")
    }

    #[test]
    fn another_version_stops_the_job() {
        let fixture = |mark| {
            repository(
                &setup("pnpm/action-setup@v4", "10.1.0", mark),
                "pnpm@10.30.2+sha512.abc",
            )
        };
        check_rule(
            RULE,
            &fixture(
                "          #        ^^^^^^ error💡[pnpm-version-conflict]: …\n          #        ^^^^^^ help[pnpm-version-conflict]: The action compares the two as text. Remove `version`.",
            ),
        );
        check_sites(
            &fixture(""),
            "release.yml:17 publish; publisher=pnpm; outcome=not-reached",
        );
    }

    #[test]
    fn the_same_version_or_none_is_not_reported() {
        for (action, version, manager) in [
            ("pnpm/action-setup@v4", "10.30.2", "pnpm@10.30.2"),
            ("pnpm/action-setup@v4", "10", "yarn@4.9.2"),
            ("pnpm/action-setup@v3", "10", "pnpm@10.30.2"),
            ("pnpm/action-setup@main", "10", "pnpm@10.30.2"),
            ("pnpm/action-setup@v4", "${{ vars.PNPM }}", "pnpm@10.30.2"),
        ] {
            check_rule(RULE, &repository(&setup(action, version, ""), manager));
        }
        let other_file = setup(
            "pnpm/action-setup@v4",
            "10\n          package_json_file: js/package.json",
            "",
        );
        check_rule(RULE, &repository(&other_file, "pnpm@10.30.2"));
    }

    #[test]
    fn a_checksum_is_compared_too() {
        let fixture =
            |action: &str, mark: &str| repository(&setup(action, "10.30.2", mark), "pnpm@10.30.2+sha512.abc");
        check_rule(
            RULE,
            &fixture(
                "pnpm/action-setup@v6",
                "          #        ^^^^^^^ error💡[pnpm-version-conflict]: …",
            ),
        );
        check_rule(RULE, &fixture("pnpm/setup@v1", ""));
        let other = setup(
            "pnpm/setup@v1",
            "10",
            "          #        ^^ error💡[pnpm-version-conflict]: …",
        );
        check_rule(RULE, &repository(&other, "pnpm@10.30.2"));
    }

    #[test]
    fn an_action_without_a_version_stops_the_job() {
        let mark = "\n        #     ^^^^^^^^^^^^^^^^^^^^ error[pnpm-version-conflict]: …";
        let plain = |action: &str, mark: &str| format!("      - uses: {action}{mark}");
        check_rule(
            RULE,
            &repository(&plain("pnpm/action-setup@v4", mark), "yarn@4.9.2"),
        );
        check_rule(
            RULE,
            &repository(&plain("pnpm/action-setup@v4", ""), "pnpm@10.30.2"),
        );
        check_rule(
            RULE,
            &repository(&plain("pnpm/action-setup@v2", ""), "yarn@4.9.2"),
        );
        let without =
            repository(&plain("pnpm/action-setup@v4", ""), "x").replace(", \"packageManager\": \"x\"", "");
        check_rule(
            RULE,
            &without.replace("action-setup@v4", &format!("action-setup@v4{mark}")),
        );
        let engines = without.replace(
            "\"a/widget\"",
            "\"a/widget\", \"devEngines\": { \"packageManager\": { \"name\": \"pnpm\" } }",
        );
        check_rule(RULE, &engines);
        check_rule(RULE, &without.replace("      - uses: actions/checkout@v6\n", ""));
        check_rule(
            RULE,
            &without.replace(
                "actions/checkout@v6",
                "actions/checkout@v6\n        with: { path: x }",
            ),
        );
        let unknown = setup("pnpm/action-setup@v4", "${{ vars.PNPM }}", "");
        check_rule(RULE, &repository(&unknown, "yarn@4.9.2"));
    }

    #[test]
    fn a_step_that_may_fail_or_be_skipped_is_not_an_error() {
        let goes_on = setup("pnpm/action-setup@v4\n        continue-on-error: true", "10", "");
        check_rule(RULE, &repository(&goes_on, "pnpm@10.30.2"));
        let conditional = |mark| {
            let steps = setup("pnpm/action-setup@v4\n        if: inputs.setup", "10", mark);
            repository(&steps, "pnpm@10.30.2")
        };
        check_rule(
            RULE,
            &conditional("          #        ^^ warning💡[pnpm-version-conflict]: …"),
        );
        check_sites(
            &conditional(""),
            "release.yml:18 publish; publisher=pnpm; outcome=unknown",
        );
    }

    #[test]
    fn the_input_is_removed() {
        let before = "      - uses: pnpm/action-setup@v4\n        with:\n          version: 10\n          run_install: false";
        let after = "      - uses: pnpm/action-setup@v4\n        with:\n          run_install: false";
        check_fix(
            RULE,
            &repository(before, "pnpm@10.30.2"),
            &repository(after, "pnpm@10.30.2"),
        );
    }
}
