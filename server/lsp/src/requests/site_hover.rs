//! The table that a publish command shows under the cursor.

use trustpub_analysis::{Evidence, PublishSite, Verdict};

use crate::global_state::RootView;
use crate::to_proto;

/// What the command will do and why, as a Markdown table whose places are links.
pub(super) fn markdown(view: &RootView<'_>, site: &PublishSite) -> String {
    let outcome = site.outcome_label();
    let outcome = outcome.as_deref().unwrap_or("whether it works is not known");
    let mut lines = vec![
        format!("**{}** {outcome}", sign_of_outcome(site)),
        String::new(),
        "| | | |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    for evidence in &site.evidence {
        let place = link(view, evidence).unwrap_or_default();
        lines.push(format!(
            "| {} {} | {} | {place} |",
            sign(evidence.verdict),
            evidence.fact.label(),
            cell(&evidence.value)
        ));
    }
    lines.join("\n")
}

/// The same without Markdown.
pub(super) fn plain_text(site: &PublishSite) -> String {
    let mut lines = vec![site.summary.clone()];
    for evidence in &site.evidence {
        lines.push(format!(
            "{} {}: {}",
            sign(evidence.verdict),
            evidence.fact.label(),
            evidence.value
        ));
    }
    lines.join("\n")
}

fn sign_of_outcome(site: &PublishSite) -> &'static str {
    match site.outcome_label() {
        Some(label) if label.starts_with("fails") => "✗",
        Some(_) => "→",
        None => "?",
    }
}

fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "✓",
        Verdict::Bad => "✗",
        Verdict::Unknown => "?",
        Verdict::Neutral => "·",
    }
}

/// Text from the files must not end the cell, or be more than text.
fn cell(value: &str) -> String {
    value
        .replace('|', "\\|")
        .replace(['\n', '\r'], " ")
        .replace('<', "&lt;")
}

/// `[release.yml:12](file:///…#L12)`
fn link(view: &RootView<'_>, evidence: &Evidence) -> Option<String> {
    let place = evidence.place.as_ref()?;
    let file = view.root.file(&place.path)?;
    let line = to_proto::range(file, place.range, view.capabilities.column_unit())
        .start
        .line
        + 1;
    let uri = view.uri(&place.path)?;
    Some(format!("[{}:{line}]({uri}#L{line})", place.path.file_name()))
}
