use crate::checker::prelude::*;
use crate::fixes::builder::fix_of_file;
use crate::sources::Content;
use crate::text::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports what `trustpub.toml` says and trustpub does not understand: text that is no TOML, a key, a rule or a
    /// severity that does not exist, a value of the wrong type, a key that is missing.
    ///
    /// ## Why it matters
    ///
    /// Such a line has no effect. What was meant to be reported is not, and what was meant to be ignored is reported.
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
    /// Write what the message proposes. The keys are listed in the guide to the configuration.
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
        summary: "The configuration says something that trustpub does not understand.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let Content::Config(config) = &context.file.content else {
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
    fn what_is_not_understood_is_shown_at_its_place() {
        check_rule(
            "config-invalid",
            r#"
            #- trustpub.toml
            repository = "acme"
            #            ^^^^^^ error[config-invalid]: `repository` must be `owner/name`
            rulez = 1
            ^^^^^ error[config-invalid]: `rulez` is no key of trustpub.toml and has no effect; did you mean `rules`?
            [rules]
            node-version-flaot = "off"
            ^^^^^^^^^^^^^^^^^^ error💡?[config-invalid]: `node-version-flaot` is no rule; did you mean `node-version-float`?
            private-true = false
            #              ^^^^^ error[config-invalid]: `private-true` must be a text in quotes, not true or false
            id-token-missing = "severe"
            #                  ^^^^^^^^ error[config-invalid]: `severe` is no severity; there are `error`, `warning`, `information`, `hint`, `off`
            repository-cas = "off"
            ^^^^^^^^^^^^^^ error[config-invalid]: `repository-cas` is no rule; did you mean `repository-case`?
            repository-case = "warn"
            #                 ^^^^^^ error💡?[config-invalid]: `warn` is no severity; did you mean `warning`?
            [[ignore]]
            ^^^^^^^^^^ error[config-invalid]: `[[ignore]]` needs `reason`: why nothing is to be done about the findings, for whoever reads this next
            path = "legacy/**"
            rules = ["private-true", "x"]
            #                        ^^^ error[config-invalid]: `x` is no rule; `trustpub rules` lists the rules
            [[publish-command]]
            command = " "
            #         ^^^ error[config-invalid]: `command` must not be empty
            publisher = "changeset"
            #           ^^^^^^^^^^^ error💡?[config-invalid]: `changeset` is no publishing tool that trustpub knows; did you mean `changesets`?
            [[trusted-publisher]]
            package = "@acme/[x"
            #         ^^^^^^^^^^ error[config-invalid]: `package` is no glob: …
            workflow = ".github/workflows/release.yml"
            #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[config-invalid]: `workflow` must be the name of a file in `.github/workflows`, without a folder, as npm asks for it
            allow = ["stage"]
            #        ^^^^^^^ error💡?[config-invalid]: `stage` is no action; did you mean `stage-publish`?
            "#,
        );
    }

    #[test]
    fn what_is_no_toml_does_not_keep_the_rest_from_being_read() {
        check_rule(
            "config-invalid",
            r#"
            #- trustpub.toml
            repository = acme/widget
            #            ^^^^^^^^^^^ error[config-invalid]: this is no TOML: …
            [rules]
            private-true = "of"
            #              ^^^^ error💡?[config-invalid]: `of` is no severity; did you mean `off`?
            "#,
        );
    }

    #[test]
    fn a_slip_is_repaired() {
        check_fix(
            "config-invalid",
            "#- trustpub.toml\n[ruls] # mine\nprivate-true = \"off\"\n",
            "#- trustpub.toml\n[rules] # mine\nprivate-true = \"off\"\n",
        );
        check_fix(
            "config-invalid",
            "#- trustpub.toml\n[rules]\n\"npm-upgrade-node-22.22.1\" = 'off'\n",
            "#- trustpub.toml\n[rules]\n\"npm-upgrade-node-22.22.2\" = 'off'\n",
        );
    }
}
