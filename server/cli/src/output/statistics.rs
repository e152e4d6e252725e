//! How many findings each rule has, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use trustpub_analysis::Severity;
use trustpub_analysis::document::{Block, Document, Phrase};

use crate::report::Report;

use super::csv::csv;
use super::summary::summary_line;

/// The findings of a rule that have one severity.
#[derive(Serialize)]
pub(crate) struct RuleCount {
    rule: &'static str,
    severity: &'static str,
    findings: usize,
    repositories: usize,
}

/// The rules with the most findings first.
pub(crate) fn rule_counts(report: &Report) -> Vec<RuleCount> {
    let mut found: BTreeMap<(&'static str, Severity), (usize, BTreeSet<usize>)> = BTreeMap::new();
    for (number, repository) in report.repositories.iter().enumerate() {
        for finding in &repository.findings {
            let key = (finding.diagnostic.rule, finding.diagnostic.severity);
            let (count, repositories) = found.entry(key).or_default();
            *count += 1;
            repositories.insert(number);
        }
    }
    let counts = found
        .into_iter()
        .map(|((rule, severity), (findings, repositories))| RuleCount {
            rule,
            severity: severity.name(),
            findings,
            repositories: repositories.len(),
        });
    let mut counts: Vec<RuleCount> = counts.collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.findings));
    counts
}

/// A table, and the summary.
pub(crate) fn document(report: &Report, fix_command: &str, is_quiet: bool) -> Document {
    let counts = rule_counts(report);
    let mut blocks = Vec::new();
    if !counts.is_empty() {
        let rows = counts.iter().map(|count| {
            [
                Phrase::from(count.findings.to_string()),
                count.severity.into(),
                count.rule.into(),
                count.repositories.to_string().into(),
            ]
        });
        blocks.push(Block::table(
            ["findings", "severity", "rule", "repositories"],
            rows.collect::<Vec<_>>(),
        ));
    }
    if !is_quiet {
        blocks.push(Block::paragraph(summary_line(report, fix_command)));
    }
    Document::new(blocks)
}

/// The same as one JSON object.
pub(crate) fn json(report: &Report) -> String {
    #[derive(Serialize)]
    struct Statistics {
        schema: u32,
        repositories: usize,
        rules: Vec<RuleCount>,
    }
    super::to_json(&Statistics {
        schema: 1,
        repositories: report.repositories.len(),
        rules: rule_counts(report),
    })
}

/// The same as a table with comma-separated values.
pub(crate) fn table(report: &Report) -> String {
    let rows = rule_counts(report).into_iter().map(|count| {
        [
            count.rule.to_owned(),
            count.severity.to_owned(),
            count.findings.to_string(),
            count.repositories.to_string(),
        ]
    });
    csv(["rule", "severity", "findings", "repositories"], rows)
}
