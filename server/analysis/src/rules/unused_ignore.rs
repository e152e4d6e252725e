use std::collections::BTreeSet;

use super::rule;
use crate::checker::prelude::*;
use crate::config::UsedIgnore;
use crate::config::{Config, EffectiveConfig, IgnoreComment};
use crate::diagnostic::Diagnostic;
use crate::fixes::builder::fix_of_file;
use crate::sources::File;
use crate::text::FilePath;
use crate::text::{Ranged, TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a comment `# trustpub: ignore[…]`, or an `[[ignore]]` in `trustpub.toml`, that matches no finding.
    ///
    /// A rule that is turned off finds nothing, and its ignores are not reported.
    ///
    /// ## Why it matters
    ///
    /// The problem that it was written for is fixed, or has moved. If the ignore stays, it hides the next finding of this kind,
    /// without any review.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// permissions:
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest # trustpub: ignore[self-hosted-runner] only until we have moved
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove it.
    ///
    /// ```yaml,good
    /// on: push
    /// permissions:
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
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
    UNUSED_IGNORE {
        id: "unused-ignore",
        summary: "This ignore matches no finding.",
        severity: Information,
        fix: Safe,
        check: nothing,
    }
}

/// Whether an ignore is used is known only after all files have been analyzed: see [`unused_comments`], [`unused_entries`].
fn nothing(_: &CheckContext<'_>, _: &mut Findings) {}

/// The comments in a file, or the rules that they name, that match no finding.
pub(crate) fn unused_comments(
    path: &FilePath,
    file: &File,
    settings: &EffectiveConfig,
    used: &BTreeSet<&UsedIgnore>,
) -> Vec<Diagnostic> {
    // If a part of the file could not be read, a finding may be missing.
    if !file.syntax_errors().is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for comment in &file.ignores {
        let unused: Vec<&Ranged<String>> = comment
            .rules
            .iter()
            .filter(|named| {
                let key = UsedIgnore::Comment {
                    path: path.clone(),
                    at: named.range,
                };
                can_be_unused(&named.value, settings) && !used.contains(&key)
            })
            .collect();
        if unused.len() == comment.rules.len() && !unused.is_empty() {
            let message = match unused.as_slice() {
                [only] => format!("`{}` finds nothing here", only.value),
                _ => "These rules find nothing here".to_owned(),
            };
            let edit = TextEdit::delete(removal_of(comment, file));
            found.extend(report(path, comment.range, message, edit, settings));
            continue;
        }
        for named in unused {
            let message = format!("`{}` finds nothing here", named.value);
            let edit = TextEdit::delete(removal_from_list(named, &comment.rules));
            found.extend(report(path, named.range, message, edit, settings));
        }
    }
    found
}

/// The `[[ignore]]`s of the configuration, or the rules that they name, that match no finding.
pub(crate) fn unused_entries(
    path: &FilePath,
    config: &Config,
    settings: &EffectiveConfig,
    used: &BTreeSet<&UsedIgnore>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let used: Vec<(usize, &str)> = used
        .iter()
        .filter_map(|used| match used {
            UsedIgnore::Entry(number, rule) => Some((*number, *rule)),
            UsedIgnore::Comment { .. } => None,
        })
        .collect();
    for (number, entry) in config.ignores.iter().enumerate() {
        let mut push = |range, message: String, help| {
            let severity = settings
                .severity(UNUSED_IGNORE.id)
                .unwrap_or(Severity::Information);
            let diagnostic = UNUSED_IGNORE.at(&Place::new(path, range), severity, message);
            found.push(diagnostic.help(help));
        };
        let is_used = |rule: &str| used.contains(&(number, rule));
        if entry.rules.is_empty() {
            if !used.iter().any(|(used, _)| *used == number) {
                push(
                    entry.path.range,
                    "No rule finds anything in these files".to_owned(),
                    "Remove this `[[ignore]]`.",
                );
            }
            continue;
        }
        for named in &entry.rules {
            if can_be_unused(named.value, settings) && !is_used(named.value) {
                push(
                    named.range,
                    format!("`{}` finds nothing in these files", named.value),
                    "Remove it here.",
                );
            }
        }
    }
    found.retain(|_| !settings.is_off(UNUSED_IGNORE.id));
    found
}

/// An ignore of a rule that is off or unknown is not reported, nor of this rule, which runs after all ignores.
fn can_be_unused(id: &str, settings: &EffectiveConfig) -> bool {
    rule(id).is_some() && !settings.is_off(id) && id != UNUSED_IGNORE.id
}

fn report(
    path: &FilePath,
    range: TextRange,
    message: String,
    edit: TextEdit,
    settings: &EffectiveConfig,
) -> Option<Diagnostic> {
    if settings.is_off(UNUSED_IGNORE.id) || settings.ignores_path(UNUSED_IGNORE.id, path) {
        return None;
    }
    let severity = settings
        .severity(UNUSED_IGNORE.id)
        .unwrap_or(Severity::Information);
    let title = if edit.range.contains_range(range) {
        "Remove the comment"
    } else {
        "Remove the rule from the list"
    };
    let fix = fix_of_file(title, Applicability::Safe, path, Ok(vec![edit]));
    Some(
        UNUSED_IGNORE
            .at(&Place::new(path, range), severity, message)
            .fix(fix),
    )
}

/// The comment with the blanks before it, or its whole line if it contains nothing else.
fn removal_of(comment: &IgnoreComment, file: &File) -> TextRange {
    let before = file.text.get(..comment.range.start()).unwrap_or("");
    if !comment.is_alone {
        return TextRange::new(before.trim_end_matches([' ', '\t']).len(), comment.range.end());
    }
    let line = file.line_index.line_of(comment.range.start());
    let start = file.line_index.line_start(line).unwrap_or(comment.range.start());
    let next = file.line_index.line_start(line + 1);
    TextRange::new(start, next.unwrap_or(comment.range.end()))
}

/// The rule's id with the comma that goes with it.
fn removal_from_list(named: &Ranged<String>, list: &[Ranged<String>]) -> TextRange {
    let position = list
        .iter()
        .position(|rule| rule.range == named.range)
        .unwrap_or(0);
    let before = position.checked_sub(1).and_then(|before| list.get(before));
    match (before, list.get(position + 1)) {
        (Some(before), _) => TextRange::new(before.range.end(), named.range.end()),
        (None, Some(next)) => TextRange::new(named.range.start(), next.range.start()),
        (None, None) => named.range,
    }
}
