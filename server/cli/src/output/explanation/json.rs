use std::collections::BTreeMap;

use serde::Serialize;
use trustpub_analysis::Diagnostic;
use trustpub_analysis::explain::{CauseGroup, Explanation};

use super::repository;
use crate::output::json::JsonDiagnostic;
use crate::output::to_json;
use crate::report::Report;

/// The explanation as one JSON object.
pub(crate) fn render(explanation: &Explanation, report: &Report) -> String {
    let diagnostics = |found: &'_ [Diagnostic]| -> Vec<serde_json::Value> {
        let found = found.iter().filter_map(|found| {
            let diagnostic = JsonDiagnostic::new(report, repository(report)?, found);
            serde_json::to_value(diagnostic).ok()
        });
        found.collect()
    };
    let causes = explanation.causes.iter().map(|cause| JsonCause {
        id: cause.id.name(),
        confidence: cause.confidence.name(),
        title: cause.id.text().title,
        why: cause.id.text().why,
        detail: cause.detail.as_deref(),
        fix: cause.id.text().fix,
        diagnostics: diagnostics(&cause.diagnostics),
        group: cause.id.group().map(CauseGroup::name),
        packages: &cause.packages,
        job: cause.job.as_deref(),
        step: cause.step.as_deref(),
    });
    let registry_says = explanation.registry_says.iter().map(|answer| JsonRegistryAnswer {
        line: answer.line,
        text: &answer.text,
        packages: &answer.packages,
        meaning: answer.meaning,
    });
    let compare = explanation.compare.iter().map(|entry| JsonPublisherEntry {
        owner: entry.owner.as_deref(),
        repository: entry.repository.as_deref(),
        workflow: entry.workflow.as_deref(),
        environment: entry.environment.as_deref(),
        packages: &entry.packages,
    });
    to_json(&JsonExplanation {
        schema: 1,
        has_failure: explanation.has_failure,
        is_after_publish: explanation.is_after_publish,
        published: &explanation.published,
        tool: explanation.tool.as_deref(),
        versions: explanation
            .versions
            .iter()
            .map(|(name, version)| (name.as_str(), version.as_str()))
            .collect(),
        evidence: explanation
            .evidence
            .iter()
            .map(|evidence| JsonLogEvidence {
                line: evidence.line,
                text: &evidence.text,
                meaning: &evidence.meaning,
            })
            .collect(),
        causes: causes.collect(),
        would_decide: &explanation.would_decide,
        next: &explanation.next,
        further: diagnostics(&explanation.further),
        registry_says: registry_says.collect(),
        compare: compare.collect(),
    })
}

#[derive(Serialize)]
struct JsonExplanation<'e> {
    schema: u32,
    has_failure: bool,
    is_after_publish: bool,
    published: &'e [String],
    tool: Option<&'e str>,
    versions: BTreeMap<&'e str, &'e str>,
    evidence: Vec<JsonLogEvidence<'e>>,
    causes: Vec<JsonCause<'e>>,
    would_decide: &'e [String],
    next: &'e [String],
    further: Vec<serde_json::Value>,
    registry_says: Vec<JsonRegistryAnswer<'e>>,
    compare: Vec<JsonPublisherEntry<'e>>,
}

#[derive(Serialize)]
struct JsonRegistryAnswer<'e> {
    line: usize,
    text: &'e str,
    packages: &'e [String],
    meaning: Option<&'e str>,
}

#[derive(Serialize)]
struct JsonPublisherEntry<'e> {
    owner: Option<&'e str>,
    repository: Option<&'e str>,
    workflow: Option<&'e str>,
    environment: Option<&'e str>,
    packages: &'e [String],
}

#[derive(Serialize)]
struct JsonLogEvidence<'e> {
    line: usize,
    text: &'e str,
    meaning: &'e str,
}

#[derive(Serialize)]
struct JsonCause<'e> {
    id: &'e str,
    confidence: &'e str,
    title: &'e str,
    why: &'e str,
    detail: Option<&'e str>,
    fix: &'e str,
    diagnostics: Vec<serde_json::Value>,
    group: Option<&'e str>,
    packages: &'e [String],
    job: Option<&'e str>,
    step: Option<&'e str>,
}
