use super::leaves::{Comment, Leaf, comments, count_syntax_errors, leaves};
use super::repository::TestRepository;
use crate::diagnostic::{FileEdits, Fix};
use crate::text::TextRange;

/// Applies a fix and holds it to what every fix promises: it edits each file once, every edit changes something,
/// no new syntax error appears, every comment is still there, and no value differs that was not edited.
/// Returns the repository afterwards.
pub fn verify_fix(before: &TestRepository, fix: &Fix) -> Result<TestRepository, String> {
    if fix.edits.is_empty() {
        return Err("the fix edits no file".to_owned());
    }
    let after = before.with_fix(fix)?;
    for (number, edits) in fix.edits.iter().enumerate() {
        let path = &edits.path;
        if fix.edits.iter().take(number).any(|other| other.path == *path) {
            return Err(format!("the fix names {path} twice"));
        }
        let (Some(before), Some(after)) = (before.text(path), after.text(path)) else {
            return Err(format!("{path} cannot be read"));
        };
        verify_edits(edits, before, after).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(after)
}

fn verify_edits(edits: &FileEdits, before: &str, after: &str) -> Result<(), String> {
    if edits.edits.is_empty() {
        return Err("the list of edits is empty".to_owned());
    }
    if let Some(edit) = edits
        .edits
        .iter()
        .find(|edit| edit.range.slice(before) == edit.new_text)
    {
        return Err(format!("the edit at {:?} changes nothing", edit.range));
    }
    let path = edits.path.as_str();
    if count_syntax_errors(path, after) > count_syntax_errors(path, before) {
        return Err(format!("the fix breaks the syntax; the file would read\n{after}"));
    }
    let places = Places::of(edits);
    let before_comments = comments(path, before);
    let mut after_comments: Vec<String> = comments(path, after)
        .into_iter()
        .map(|comment| comment.text)
        .collect();
    for comment in before_comments {
        if places.delete_line_of(&comment) || is_ignore(&comment.text) {
            continue;
        }
        match after_comments.iter().position(|text| *text == comment.text) {
            Some(index) => drop(after_comments.swap_remove(index)),
            None => return Err(format!("the comment `{}` is lost", comment.text)),
        }
    }
    let (before, after) = (leaves(path, before), leaves(path, after));
    if let Some(leaf) = first_without_match(&before, &places.in_before, &after, true) {
        return Err(format!(
            "the fix does not edit `{}: {}`, but it is not there afterwards",
            leaf.path, leaf.value
        ));
    }
    if let Some(leaf) = first_without_match(&after, &places.in_after, &before, false) {
        return Err(format!(
            "the fix does not edit `{}: {}`, but it was not there before",
            leaf.path, leaf.value
        ));
    }
    Ok(())
}

/// Whether the comment holds an instruction to trustpub, which a fix may change or remove.
fn is_ignore(comment: &str) -> bool {
    let mut parts = comment.split(['#', ';']);
    parts.any(|part| part.trim_start().starts_with("trustpub:"))
}

/// The first of `these` that no edit touches and that does not occur (as often) in `others`.
fn first_without_match<'l>(
    these: &'l [Leaf],
    edited: &[TextRange],
    others: &[Leaf],
    is_before: bool,
) -> Option<&'l Leaf> {
    let mut others: Vec<(&str, &str)> = others.iter().map(Leaf::content).collect();
    others.sort_unstable();
    let mut these: Vec<&Leaf> = these
        .iter()
        .filter(|leaf| !edited.iter().any(|&range| leaf.is_touched_by(range, is_before)))
        .collect();
    these.sort_by_key(|leaf| leaf.content());
    let mut others = others.into_iter().peekable();
    these.into_iter().find(|leaf| {
        while others.next_if(|other| *other < leaf.content()).is_some() {}
        others.next_if(|other| *other == leaf.content()).is_none()
    })
}

/// Where the edits of a file are, in the text before and in the text after them.
struct Places {
    in_before: Vec<TextRange>,
    in_after: Vec<TextRange>,
}

impl Places {
    fn of(edits: &FileEdits) -> Self {
        let mut sorted: Vec<_> = edits.edits.iter().collect();
        sorted.sort_by_key(|edit| edit.range);
        let (mut inserted, mut deleted) = (0, 0);
        let mut in_after = Vec::new();
        for edit in &sorted {
            let start = edit.range.start() + inserted - deleted;
            in_after.push(TextRange::new(start, start + edit.new_text.len()));
            inserted += edit.new_text.len();
            deleted += edit.range.len();
        }
        Self {
            in_before: sorted.iter().map(|edit| edit.range).collect(),
            in_after,
        }
    }

    /// Whether all that is before the comment in its line is deleted: then it was a comment on that, and
    /// may go with it. A comment that has its line for itself may not.
    fn delete_line_of(&self, comment: &Comment) -> bool {
        let Some(content) = comment.content_before else {
            return false;
        };
        self.in_before.iter().any(|range| range.contains_range(content))
    }
}
