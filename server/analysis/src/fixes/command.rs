//! Fixes of the words of a command in a `run:` script.

use crate::checker::prelude::*;
use crate::fixes::builder::{editable, fix_of_file};
use crate::publish::Argument;
use crate::publish::DependencyInstall;
use crate::text::{TextEdit, TextRange};

/// Replaces a word of a command. None if the command is in a package script, where the editor shows another text.
pub(crate) fn replace_word(
    context: &CheckContext<'_>,
    word: &Argument,
    new: &str,
    title: String,
    applicability: Applicability,
) -> Option<Fix> {
    let file = editable(context, &word.place.path)?;
    let written = word.place.range.slice(&file.text);
    let quote = written.len().checked_sub(word.text.len())? / 2;
    let is_same = written.get(quote..written.len() - quote) == Some(word.text.as_str());
    let range = TextRange::new(word.place.range.start() + quote, word.place.range.end() - quote);
    let edits = vec![TextEdit::replace(range, new.to_owned())];
    is_same
        .then(|| fix_of_file(title, applicability, &word.place.path, Ok(edits)))
        .flatten()
}

/// Adds a flag after a publish command.
pub(crate) fn add_flag(context: &CheckContext<'_>, site: &Site<'_>, flag: &str) -> Option<Fix> {
    let file = editable(context, &site.place.path)?;
    let written = site.place.range.slice(&file.text);
    // In a package script, and where an expression makes the whole command, other words are here.
    if !written.ends_with("publish") {
        return None;
    }
    let edits = vec![TextEdit::insert(site.place.range.end(), format!(" {flag}"))];
    fix_of_file(
        format!("Add `{flag}`"),
        Applicability::Unsafe,
        &site.place.path,
        Ok(edits),
    )
}

/// Removes a flag of a command. None if the command is in a package script, where the editor shows another text.
pub(crate) fn remove_flag(context: &CheckContext<'_>, flag: &Argument) -> Option<Fix> {
    let file = editable(context, &flag.place.path)?;
    if flag.place.range.slice(&file.text) != flag.text {
        return None;
    }
    let edit = flag_removal(&file.text, flag.place.range)?;
    let title = format!("Remove `{}`", flag.text);
    fix_of_file(title, Applicability::Unsafe, &flag.place.path, Ok(vec![edit]))
}

/// The edit that removes a flag with the blanks in front of it, or the line that a continued command has for it. None if the
/// next word may be its value: it would be left as a folder.
pub(crate) fn flag_removal(text: &str, flag: TextRange) -> Option<TextEdit> {
    let before = text.get(..flag.start())?;
    let behind = text.get(flag.end()..)?;
    if may_be_value(flag.slice(text), behind) {
        return None;
    }
    let without_blanks = before.trim_end_matches([' ', '\t']);
    if !without_blanks.ends_with('\n') {
        return Some(TextEdit::delete(TextRange::new(without_blanks.len(), flag.end())));
    }
    let rest_of_line = behind.split('\n').next().unwrap_or_default();
    match rest_of_line.trim() {
        "\\" => {
            let end = flag.end() + rest_of_line.len() + 1;
            (end <= text.len()).then(|| TextEdit::delete(TextRange::new(without_blanks.len(), end)))
        }
        // The last line of the command: the line before it no longer goes on.
        "" => {
            let continued = without_blanks.trim_end_matches(['\r', '\n']).strip_suffix('\\')?;
            let start = continued.trim_end_matches([' ', '\t']).len();
            Some(TextEdit::delete(TextRange::new(start, flag.end())))
        }
        _ => Some(TextEdit::delete(TextRange::new(
            flag.start(),
            flag.end() + behind.len() - behind.trim_start_matches([' ', '\t']).len(),
        ))),
    }
}

/// Whether the word after a flag may turn out to be `true` or `false`, which npm then takes for the flag's value. A flag that
/// already has a value takes no other.
fn may_be_value(flag: &str, behind: &str) -> bool {
    let next = behind.trim_start_matches([' ', '\t', '\\', '\r', '\n']);
    let is_separate = next.len() < behind.len() && !flag.contains(['=', ' ']);
    is_separate && next.trim_start_matches(['"', '\'']).starts_with('$')
}

/// Adds `--ignore-scripts` to a command that installs dependencies. Yarn has no such flag from 2 on.
pub(crate) fn ignore_scripts(context: &CheckContext<'_>, install: &DependencyInstall) -> Option<Fix> {
    let file = editable(context, &install.place.path)?;
    let written = install.place.range.slice(&file.text);
    // In a package script other words are here.
    if !written.starts_with(&install.command) || written.starts_with("yarn") || written.contains(" -- ") {
        return None;
    }
    let end = install.place.range.end();
    let edits = vec![TextEdit::insert(end, " --ignore-scripts".to_owned())];
    fix_of_file(
        format!("Add `--ignore-scripts` to `{}`", install.command),
        Applicability::Unsafe,
        &install.place.path,
        Ok(edits),
    )
}
