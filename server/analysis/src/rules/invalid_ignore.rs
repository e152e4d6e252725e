use super::{rule, rules};
use crate::checker::prelude::*;
use crate::config::closest;
use crate::fixes::builder::fix_of_file;
use crate::text::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a comment `# trustpub: ignore[…]` that names no rule, that names a rule which does not exist, or that
    /// does not say why the finding is ignored.
    ///
    /// ## Why it matters
    ///
    /// Without a rule that exists, the comment hides nothing: the finding is still reported. Without a reason, nobody
    /// can tell later whether the comment may go.
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
    /// Name the rules in brackets and say why, at the end of the line that the finding points at, or in a line of its
    /// own above it.
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
        summary: "A comment that ignores findings names no rule that exists, or gives no reason.",
        severity: Information,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for comment in &context.file.ignores {
        let mut report = |range, message: String, fix| {
            let place = Place::new(context.path, range);
            findings.push(INVALID_IGNORE.at(&place, Severity::Information, message).fix(fix));
        };
        if comment.rules.is_empty() {
            let message =
                "this comment names no rule and hides nothing; write `# trustpub: ignore[rule] reason`";
            report(comment.range, message.to_owned(), None);
            continue;
        }
        for named in comment.rules.iter().filter(|named| rule(&named.value).is_none()) {
            let nearest = closest(&named.value, rules().iter().map(|rule| rule.id));
            let hint = match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "`trustpub rules` lists the rules".to_owned(),
            };
            let fix = nearest.and_then(|nearest| {
                let edit = TextEdit::replace(named.range, nearest);
                fix_of_file(
                    format!("Write `{nearest}`"),
                    Applicability::Unsafe,
                    context.path,
                    Ok(vec![edit]),
                )
            });
            let message = format!("`{}` is no rule, so nothing is ignored; {hint}", named.value);
            report(named.range, message, fix);
        }
        if !comment.has_reason {
            let message =
                "this comment does not say why the finding is ignored; write the reason behind the brackets";
            report(comment.range, message.to_owned(), None);
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
            #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information[invalid-ignore]: this comment names no rule and hides nothing; …
            b=2 # trustpub: ignore[npmrc-token]  said in the team
            #                      ^^^^^^^^^^^ information💡?[invalid-ignore]: `npmrc-token` is no rule, so nothing is ignored; did you mean `npmrc-token-line`?
            c=3 # trustpub: ignore[npmrc-token-line]
            #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information[invalid-ignore]: this comment does not say why …
            d=4 # trustpub: ignore[npmrc-token-line] said in the team
            #- trustpub.toml
            # trustpub: ignore[nonsense] for no reason
            #                  ^^^^^^^^ information[invalid-ignore]: `nonsense` is no rule, so nothing is ignored; `trustpub rules` lists the rules
            repository = "acme/widget"
            "#,
        );
    }

    #[test]
    fn a_slip_is_repaired() {
        check_fix(
            "invalid-ignore",
            "#- .npmrc\nb=2 # trustpub: ignore[npmrc-token] why\n",
            "#- .npmrc\nb=2 # trustpub: ignore[npmrc-token-line] why\n",
        );
    }
}
