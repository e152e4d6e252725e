//! The table that a publish command shows under the cursor.

use trustpub_analysis::{Evidence, Outcome, PublishSite, Verdict, shown};

use crate::view::RootView;

/// What the command will do and why, as a Markdown table whose places are links.
pub(super) fn markdown(view: &RootView<'_>, site: &PublishSite) -> String {
    let mut lines = vec![
        format!("**{} {}**", sign_of_outcome(site), cell(&site.outcome_text())),
        String::new(),
        "| fact | what is known | where |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    for evidence in &site.evidence {
        lines.push(format!(
            "| {} {} | {} | {} |",
            sign(evidence.verdict),
            evidence.fact.label(),
            cell(&evidence.value),
            link(view, evidence).unwrap_or_default()
        ));
    }
    lines.join("\n")
}

/// The same without Markdown.
pub(super) fn plain_text(view: &RootView<'_>, site: &PublishSite) -> String {
    let mut lines = vec![format!(
        "{} {}",
        sign_of_outcome(site),
        shown(&site.outcome_text())
    )];
    for evidence in &site.evidence {
        let place = line_of(view, evidence).map(|line| format!(" ({})", shown(&short_place(evidence, line))));
        lines.push(format!(
            "{} {}: {}{}",
            sign(evidence.verdict),
            evidence.fact.label(),
            shown(&evidence.value),
            place.unwrap_or_default()
        ));
    }
    lines.join("\n")
}

fn sign_of_outcome(site: &PublishSite) -> &'static str {
    match site.outcome {
        Outcome::Fails | Outcome::NotReached => "✗",
        Outcome::Oidc => "✓",
        Outcome::Token | Outcome::OidcOrToken => "→",
        Outcome::Unknown => "?",
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

/// A value as the text of a table's cell. What comes from the files must neither end the cell nor be more than text,
/// so all that Markdown reads is escaped, but for the code spans that the value has.
fn cell(value: &str) -> String {
    let value = shown(value);
    // Longer runs of backquotes begin and end code by rules of their own: then all of them are text.
    let is_code_balanced = value.matches('`').count().is_multiple_of(2) && !value.contains("``");
    let mut is_code = false;
    let mut cell = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '`' if is_code_balanced => is_code = !is_code,
            // A table's cell ends here even in code.
            '|' => cell.push('\\'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '!' | '#' | '~' if !is_code => {
                cell.push('\\')
            }
            _ => {}
        }
        cell.push(if matches!(c, '\n' | '\t') { ' ' } else { c });
    }
    cell
}

/// `[release.yml:12](file:///…#L12)`
fn link(view: &RootView<'_>, evidence: &Evidence) -> Option<String> {
    let line = line_of(view, evidence)?;
    let uri = view.uri(&evidence.place.as_ref()?.path)?;
    // A parenthesis would end the link.
    let uri = uri.as_str().replace('(', "%28").replace(')', "%29");
    let place = cell(&short_place(evidence, line));
    Some(format!("[{place}]({uri}#L{line})"))
}

/// `release.yml:12`; workflows are known by their names, other files by their paths.
fn short_place(evidence: &Evidence, line: usize) -> String {
    let path = evidence.place.as_ref().map_or("", |place| place.path.as_str());
    let path = path.strip_prefix(".github/workflows/").unwrap_or(path);
    format!("{path}:{line}")
}

/// The line, from 1, of the words that a fact comes from.
fn line_of(view: &RootView<'_>, evidence: &Evidence) -> Option<usize> {
    let place = evidence.place.as_ref()?;
    let file = view.root.file(&place.path)?;
    Some(file.line_index.line_of(place.range.start()) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_the_files_is_text() {
        for (value, expected) in [
            ("10.9.2 (with Node 22)", "10.9.2 (with Node 22)"),
            ("`NODE_AUTH_TOKEN`, a_b", "`NODE_AUTH_TOKEN`, a\\_b"),
            ("a|`b|c`", "a\\|`b\\|c`"),
            (
                "\u{1b}[x\u{202e} https://joe:secret@a.example",
                "␛\\[x\u{fffd} https://\\*\\*\\*@a.example",
            ),
            ("[x](y)\n<b>", "\\[x\\](y) \\<b\\>"),
            ("odd ` *one*", "odd \\` \\*one\\*"),
            ("` `` [x](y) ```", "\\` \\`\\` \\[x\\](y) \\`\\`\\`"),
        ] {
            assert_eq!(cell(value), expected);
        }
    }
}
