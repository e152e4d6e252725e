//! Grouping: all advice about one job is shown as one hint.

use crate::diagnostic::{Advice, Diagnostic, GROUP_RULE, Related, Severity};
use crate::fixes::builder::listed;
use crate::text::{Grouped, Place};

/// Groups the advice about each job. Advice that is raised above a hint stays on its own, and so does a single piece of advice.
///
/// The diagnostics are those of one file, in text order, and so is what comes back.
pub(crate) fn group(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut jobs: Grouped<Place, Vec<Diagnostic>> = Grouped::default();
    let mut result = Vec::with_capacity(found.len());
    for diagnostic in found {
        let Some(advice) = hint(&diagnostic) else {
            result.push(diagnostic);
            continue;
        };
        match jobs.get_mut(&advice.job) {
            Some(others) => others.push(diagnostic),
            None => jobs.push(advice.job.clone(), vec![diagnostic]),
        }
    }
    if jobs.is_empty() {
        return result;
    }
    for advice in jobs.into_values() {
        match <[Diagnostic; 1]>::try_from(advice) {
            Ok([only]) => result.push(only),
            Err(several) => result.extend(merge(several)),
        }
    }
    result.sort_by_key(|diagnostic| (diagnostic.range, diagnostic.rule));
    result
}

fn hint(diagnostic: &Diagnostic) -> Option<&Advice> {
    let is_hint = diagnostic.severity == Severity::Hint;
    diagnostic.advice.as_ref().filter(|_| is_hint)
}

fn merge(several: Vec<Diagnostic>) -> Option<Diagnostic> {
    let first = several.first()?.advice.clone()?;
    let summaries: Vec<String> = several
        .iter()
        .filter_map(|diagnostic| {
            let advice = diagnostic.advice.as_ref()?;
            Some(format!("{} ({})", advice.summary, diagnostic.rule))
        })
        .collect();
    let mut related = Vec::new();
    let mut fixes = Vec::new();
    for diagnostic in &several {
        related.push(Related {
            path: diagnostic.path.clone(),
            range: diagnostic.range,
            message: format!("{}: {}", diagnostic.rule, diagnostic.message),
        });
        related.extend(diagnostic.related.iter().cloned());
        fixes.extend(diagnostic.fixes.iter().cloned());
    }
    Some(Diagnostic {
        rule: GROUP_RULE,
        severity: Severity::Hint,
        path: first.job.path.clone(),
        range: first.job.range,
        message: format!(
            "Job `{}` can request an ID token, and {} changes would harden it",
            first.job_id,
            several.len()
        ),
        help: Some(format!("Advice: {}.", listed(&summaries))),
        related,
        fixes,
        advice: Some(Advice {
            summary: "it could be hardened".to_owned(),
            pieces: several,
            ..first
        }),
        package: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Applicability, Fix, FixKind};
    use crate::text::FilePath;
    use crate::text::TextRange;

    fn place(at: usize) -> Place {
        Place::new(
            &FilePath::new(".github/workflows/release.yml").unwrap(),
            TextRange::new(at, at + 1),
        )
    }

    /// A diagnostic at an offset: advice about the job at another one, or none.
    fn diagnostic(rule: &'static str, at: usize, severity: Severity, job: Option<usize>) -> Diagnostic {
        let Place { path, range } = place(at);
        Diagnostic {
            rule,
            severity,
            path,
            range,
            message: format!("about {at}"),
            help: None,
            related: Vec::new(),
            fixes: vec![Fix {
                title: format!("Repair {rule}"),
                applicability: Applicability::Unsafe,
                kind: FixKind::QuickFix,
                edits: Vec::new(),
            }],
            advice: job.map(|job| Advice {
                job: place(job),
                job_id: format!("job-{job}"),
                summary: format!("{rule} is bad"),
                pieces: Vec::new(),
            }),
            package: None,
        }
    }

    /// Rule, offset and message of each, a line each.
    fn show(diagnostics: &[Diagnostic]) -> Vec<String> {
        let line = |d: &Diagnostic| format!("{} {} {}", d.rule, d.range.start(), d.message);
        diagnostics.iter().map(line).collect()
    }

    #[test]
    fn one_job_has_one_hint() {
        let grouped = group(vec![
            diagnostic("other", 5, Severity::Error, None),
            diagnostic("a", 10, Severity::Hint, Some(2)),
            diagnostic("b", 20, Severity::Hint, Some(2)),
            diagnostic("a", 40, Severity::Hint, Some(30)),
        ]);
        assert_eq!(
            show(&grouped),
            [
                "publish-job-hardening 2 Job `job-2` can request an ID token, and 2 changes would harden it",
                "other 5 about 5",
                "a 40 about 40",
            ]
        );
        let merged = grouped.first().unwrap();
        assert_eq!(
            merged.help.as_deref(),
            Some("Advice: a is bad (a) and b is bad (b).")
        );
        let related: Vec<_> = merged
            .related
            .iter()
            .map(|r| (r.range.start(), r.message.as_str()))
            .collect();
        assert_eq!(related, [(10, "a: about 10"), (20, "b: about 20")]);
        let titles: Vec<_> = merged.fixes.iter().map(|fix| fix.title.as_str()).collect();
        assert_eq!(titles, ["Repair a", "Repair b"]);
        assert_eq!(show(merged.pieces()), ["a 10 about 10", "b 20 about 20"]);
        assert!(merged.pieces().iter().all(|piece| piece.is_of(GROUP_RULE)));
    }

    #[test]
    fn advice_that_was_raised_is_not_grouped() {
        let raised = vec![
            diagnostic("a", 10, Severity::Warning, Some(2)),
            diagnostic("b", 20, Severity::Hint, Some(2)),
        ];
        assert_eq!(group(raised.clone()), raised);
    }

    #[test]
    fn hints_that_are_not_advice_are_left_alone() {
        let hints = vec![
            diagnostic("a", 10, Severity::Hint, None),
            diagnostic("b", 20, Severity::Hint, None),
        ];
        assert_eq!(group(hints.clone()), hints);
    }
}
