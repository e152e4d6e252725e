use crate::checker::prelude::*;
use crate::fixes::builder::fix_of_file;
use crate::text::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports what trustpub does not understand in `trustpub.toml`: invalid TOML, an unknown key, rule or severity, a value of
    /// the wrong type, a missing key.
    ///
    /// ## Why it matters
    ///
    /// Such a line has no effect. A finding that it should enable is not reported, and a finding that it should ignore is reported.
    ///
    /// ## Example
    ///
    /// ```toml,bad
    /// #- trustpub.toml
    /// [rules]
    /// node-version-float = "warn"
    /// ```
    ///
    /// ## Fix
    ///
    /// Write what the message suggests. The configuration guide lists the keys.
    ///
    /// ```toml,good
    /// #- trustpub.toml
    /// [rules]
    /// node-version-float = "warning"
    /// ```
    ///
    /// ## References
    ///
    /// - <https://toml.io/en/v1.0.0>
    CONFIG_INVALID {
        id: "config-invalid",
        summary: "The configuration has an unknown key or an invalid value.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let Some(config) = context.file.config() else {
        return;
    };
    for problem in &config.problems {
        let place = Place::new(context.path, problem.range);
        let fix = problem.replacement.as_ref().and_then(|replacement| {
            fix_of_file(
                format!("Write `{}`", replacement.trim_matches('"')),
                Applicability::Unsafe,
                context.path,
                Ok(vec![TextEdit::replace(problem.range, replacement.clone())]),
            )
        });
        findings.push(
            CONFIG_INVALID
                .at(&place, Severity::Error, problem.message.clone())
                .fix(fix),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule};

    #[test]
    fn each_problem_is_reported_at_its_place() {
        check_rule(
            "config-invalid",
            r#"
            #- trustpub.toml
            repository = "acme"
            #            ^^^^^^ error[config-invalid]: `repository` must be `owner/name`
            rulez = 1
            ^^^^^ error[config-invalid]: `rulez` is not a key of trustpub.toml: did you mean `rules`?
            [rules]
            node-version-flaot = "off"
            ^^^^^^^^^^^^^^^^^^ error💡?[config-invalid]: `node-version-flaot` is not a rule: did you mean `node-version-float`?
            private-true = false
            #              ^^^^^ error[config-invalid]: `private-true` must be a string in quotes, not true or false
            id-token-missing = "severe"
            #                  ^^^^^^^^ error[config-invalid]: `severe` is not a severity: use `error`, `warning`, `information`, `hint`, or `off`
            repository-cas = "off"
            ^^^^^^^^^^^^^^ error[config-invalid]: `repository-cas` is not a rule: did you mean `repository-case`?
            repository-case = "warn"
            #                 ^^^^^^ error💡?[config-invalid]: `warn` is not a severity: did you mean `warning`?
            [[ignore]]
            ^^^^^^^^^^ error[config-invalid]: `[[ignore]]` needs `reason`: why the findings are ignored, for the next reader
            path = "legacy/**"
            rules = ["private-true", "x"]
            #                        ^^^ error[config-invalid]: `x` is not a rule: `trustpub rules` lists the rules
            [[publish-command]]
            command = " "
            #         ^^^ error[config-invalid]: `command` must not be empty
            publisher = "changeset"
            #           ^^^^^^^^^^^ error💡?[config-invalid]: `changeset` is not a known publishing tool: did you mean `changesets`?
            [[trusted-publisher]]
            package = "@acme/[x"
            #         ^^^^^^^^^^ error[config-invalid]: `package` is not a valid glob: …
            workflow = ".github/workflows/release.yml"
            #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[config-invalid]: `workflow` must be the name of a file in `.github/workflows`, without a folder
            allow = ["stage"]
            #        ^^^^^^^ error💡?[config-invalid]: `stage` is not an action: did you mean `stage-publish`?
            "#,
        );
    }

    #[test]
    fn the_rest_is_read_after_invalid_toml() {
        check_rule(
            "config-invalid",
            r#"
            #- trustpub.toml
            repository = acme/widget
            #            ^^^^^^^^^^^ error[config-invalid]: Invalid TOML: …
            [rules]
            private-true = "of"
            #              ^^^^ error💡?[config-invalid]: `of` is not a severity: did you mean `off`?
            "#,
        );
    }

    #[test]
    fn a_broken_line_is_reported_once() {
        check_rule(
            "config-invalid",
            r#"
            #- trustpub.toml
            repository = acme/widget "x" = [
            #            ^^^^^^^^^^^ error[config-invalid]: Invalid TOML: …
            "#,
        );
        check_rule(
            "config-invalid",
            r#"
            #- trustpub.toml
            [rules]
            private-true = "of
            #                 ! error[config-invalid]: Invalid TOML: …
            "#,
        );
    }

    #[test]
    fn what_follows_from_an_unclosed_bracket_is_not_reported() {
        check_rule(
            "config-invalid",
            r#"
            #- trustpub.toml
            [rules
            #     ! error[config-invalid]: Invalid TOML: unclosed table, expected `]`
            private-true = "off"
            always-auth = "off"
            [[ignor]]
            # ^^^^^ error💡?[config-invalid]: `ignor` is not a key of trustpub.toml: did you mean `ignore`?
            path = "x"
            "#,
        );
        check_rule(
            "config-invalid",
            r#"
            #- trustpub.toml
            [[ignore]]
            rules = ["private-true", "always-auth"
            #                                     ! error[config-invalid]: Invalid TOML: unclosed array, expected `]`
            path = "x"
            reason = "y"
            [rules]
            private-true = "off"
            "#,
        );
    }

    #[test]
    fn a_typo_is_fixed() {
        check_fix(
            "config-invalid",
            r#"#- trustpub.toml
[ruls] # mine
private-true = "off"
"#,
            r#"#- trustpub.toml
[rules] # mine
private-true = "off"
"#,
        );
        check_fix(
            "config-invalid",
            r#"#- trustpub.toml
[rules]
"npm-upgrade-node-22.22.1" = 'off'
"#,
            r#"#- trustpub.toml
[rules]
"npm-upgrade-node-22.22.2" = 'off'
"#,
        );
    }

    #[test]
    fn a_valid_configuration_is_not_reported() {
        check_rule(
            "config-invalid",
            r#"
            #- trustpub.toml
            repository = "acme/widget"
            [rules]
            private-true = "off"
            [[ignore]]
            path = "legacy/**"
            rules = ["private-true"]
            reason = "not published any more"
            "#,
        );
    }
}
