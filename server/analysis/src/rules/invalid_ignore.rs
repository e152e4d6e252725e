use super::{rule, rules};
use crate::checker::prelude::*;
use crate::config::closest;
use crate::fixes::builder::fix_of_file;
use crate::text::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a comment `# trustpub: ignore[…]` that names no rule, names an unknown rule, or gives no reason.
    ///
    /// ## Why it matters
    ///
    /// Without an existing rule, the comment ignores nothing: the finding is still reported. Without a reason, it is unclear
    /// later whether the comment can be removed.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest # trustpub: ignore[self-hosted]
    /// ```
    ///
    /// ## Fix
    ///
    /// Name the rules in brackets and give a reason, at the end of the line of the finding or on a separate line above it.
    ///
    /// ```yaml,good
    /// on: push
    /// permissions:
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     # trustpub: ignore[self-hosted-runner] this runner registers as GitHub-hosted
    ///     runs-on: blacksmith-4vcpu-ubuntu-2404
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    INVALID_IGNORE {
        id: "invalid-ignore",
        summary: "A comment that ignores findings names no existing rule, or gives no reason.",
        severity: Information,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for comment in &context.file.ignores {
        let mut report = |range, message: String, remedy: &str, fix| {
            let place = Place::new(context.path, range);
            let diagnostic = INVALID_IGNORE.at(&place, Severity::Information, message);
            findings.push(diagnostic.fix(fix).remedy(remedy));
        };
        if comment.rules.is_empty() {
            let message = "This comment names no rule, so it ignores nothing".to_owned();
            let remedy = "Write `# trustpub: ignore[rule] reason`.";
            report(comment.range, message, remedy, None);
            continue;
        }
        for named in comment.rules.iter().filter(|named| rule(&named.value).is_none()) {
            let nearest = closest(&named.value, rules().iter().map(|rule| rule.id));
            let fix = nearest.and_then(|nearest| {
                let edit = TextEdit::replace(named.range, nearest);
                fix_of_file(
                    format!("Write `{nearest}`"),
                    Applicability::Unsafe,
                    context.path,
                    Ok(vec![edit]),
                )
            });
            let message = format!("`{}` is not a rule, so it ignores nothing", named.value);
            report(named.range, message, "`trustpub rules` lists the rules.", fix);
        }
        if !comment.has_reason {
            let message = "This comment gives no reason".to_owned();
            report(comment.range, message, "Add a reason after the brackets.", None);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule};

    #[test]
    fn every_mistake_is_reported() {
        check_rule(
            "invalid-ignore",
            r#"
            #- .npmrc
            a=1 ; trustpub: ignore everything here
            #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information[invalid-ignore]: This comment names no rule, so it ignores nothing
            b=2 # trustpub: ignore[npmrc-token]  said in the team
            #                      ^^^^^^^^^^^ information💡?[invalid-ignore]: `npmrc-token` is not a rule, so it ignores nothing
            c=3 # trustpub: ignore[npmrc-token-line]
            #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information[invalid-ignore]: This comment gives no reason
            #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ help[invalid-ignore]: Add a reason after the brackets.
            d=4 # trustpub: ignore[npmrc-token-line] said in the team
            #- trustpub.toml
            # trustpub: ignore[nonsense] for no reason
            #                  ^^^^^^^^ information[invalid-ignore]: `nonsense` is not a rule, so it ignores nothing
            #                  ^^^^^^^^ help[invalid-ignore]: `trustpub rules` lists the rules.
            repository = "acme/widget"
            "#,
        );
    }

    #[test]
    fn a_typo_is_fixed() {
        check_fix(
            "invalid-ignore",
            "#- .npmrc\nb=2 # trustpub: ignore[npmrc-token] why\n",
            "#- .npmrc\nb=2 # trustpub: ignore[npmrc-token-line] why\n",
        );
    }

    #[test]
    fn a_comment_with_a_rule_and_a_reason_is_not_reported() {
        check_rule(
            "invalid-ignore",
            "#- .npmrc\na=1 # trustpub: ignore[npmrc-token-line, always-auth] said in the team\n",
        );
    }
}
