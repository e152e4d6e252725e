//! Fixes that remove the command that writes a token to an `.npmrc`.

use crate::checker::prelude::*;
use crate::edit::yaml::{remove_entry_and_empty_parents, remove_item, remove_lines_of_literal};
use crate::fixes::permissions::node_of;
use crate::publish::{Credential, Meaning, meaning};
use crate::sources::File;
use crate::syntax::shell::{Command, split_script};
use crate::syntax::yaml::{ScalarStyle, YamlNode};
use crate::text::{TextEdit, TextRange};

/// The keys of a step that does nothing but run its script. With an `id`, others may ask for its outcome.
const PLAIN_KEYS: [&str; 6] = ["name", "run", "env", "shell", "if", "working-directory"];

/// What a line for an `.npmrc` needs no more without the token.
const SETTINGS_OF_TOKEN: [&str; 3] = ["_authToken", "always-auth", "registry=https://registry.npmjs.org"];

/// Removes the command: the step, if that does nothing else, the line in its here-document, or the lines of the script that the
/// command has for itself. Variables of the step that only this command used go with it.
pub(crate) fn token_command_edits(file: &File, token: &Credential) -> Option<Vec<TextEdit>> {
    let place = &token.place;
    let scalar = node_of(file, place)?;
    let step = scalar.parent().filter(|step| step.get("run").is_some())?;
    let script = scalar.as_str()?;
    if !writes_itself(file, scalar, token) {
        return None;
    }
    if split_script(script).commands.len() == 1 {
        if writes_only_token(script) {
            return step_edits(file, step);
        }
        let line = token_line(file, scalar, place)?;
        return with_variables(file, step, scalar, line);
    }
    let first = line_range(file, place.range.start())?;
    let last = line_range(file, place.range.end())?;
    let before = file.text.get(first.start()..place.range.start())?;
    let behind = file.text.get(place.range.end()..last.end())?;
    let is_alone = before.trim().is_empty() && behind.trim().is_empty();
    let leaves_block = !is_all_of_block(file.text.get(..first.start())?, file.text.get(last.end()..)?);
    (is_alone && leaves_block).then(|| with_variables(file, step, scalar, place.range))?
}

/// Whether a command of the workflow or action writes the token, and not a script or a Makefile that it starts, which may do more.
pub(crate) fn is_command(file: &File, token: &Credential) -> bool {
    node_of(file, &token.place).is_some_and(|scalar| writes_itself(file, scalar, token))
}

fn writes_itself(file: &File, scalar: YamlNode<'_>, token: &Credential) -> bool {
    let signs = ["_auth", "npmAuth", ".npmrc", "_password", &token.name];
    let place = &token.place;
    let command = place.range.slice(&file.text);
    // The lines of a here-document follow.
    let text = match command.contains("<<") {
        true => file.text.get(place.range.start()..scalar.range().end()),
        false => Some(command),
    };
    let starts_script = |command: &Command| {
        matches!(
            meaning(command),
            Meaning::LocalScript(_) | Meaning::RunScript(_) | Meaning::Publish(_)
        )
    };
    text.is_some_and(|text| {
        let has_sign = signs.iter().any(|sign| text.contains(sign));
        has_sign && !split_script(command).commands.iter().any(starts_script)
    })
}

/// Whether the lines between two texts are all that a block of the script has: a shell does not take an empty one.
fn is_all_of_block(before: &str, after: &str) -> bool {
    const OPENS: [&str; 7] = ["then", "do", "else", "{", "(", ")", "in"];
    const CLOSES: [&str; 8] = ["fi", "done", "else", "elif", "}", ")", ";;", "esac"];
    let previous = before
        .lines()
        .rev()
        .map(without_comment)
        .find(|line| !line.is_empty());
    let next = after.lines().map(without_comment).find(|line| !line.is_empty());
    let (previous, next) = (previous.unwrap_or(""), next.unwrap_or(""));
    OPENS.iter().any(|word| previous.ends_with(word)) && CLOSES.iter().any(|word| next.starts_with(word))
}

fn without_comment(line: &str) -> &str {
    let line = line.trim();
    let code = line.split_once(" #").map_or(line, |(code, _)| code.trim_end());
    if code.starts_with('#') { "" } else { code }
}

/// Whether the lines after the first one, those of a here-document, are about the token alone.
pub(super) fn writes_only_token(script: &str) -> bool {
    let lines = script.lines().skip(1).map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty()).peekable();
    let is_delimiter = |line: &str| line.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    lines.all(|line| is_delimiter(line) || SETTINGS_OF_TOKEN.iter().any(|setting| line.contains(setting)))
}

fn step_edits(file: &File, step: YamlNode<'_>) -> Option<Vec<TextEdit>> {
    let mut keys = step.entries().map(|entry| entry.key.as_str());
    let is_plain = keys.all(|key| key.is_some_and(|key| PLAIN_KEYS.contains(&key)));
    is_plain.then(|| remove_item(&file.text, step).ok())?
}

/// The line of a here-document that holds the token.
fn token_line(file: &File, scalar: YamlNode<'_>, place: &Place) -> Option<TextRange> {
    let (start, end) = (place.range.start(), scalar.range().end());
    let at = file.text.get(start..end)?.find("_authToken")?;
    let line = line_range(file, start + at)?;
    // On the first line is the command itself.
    (line.start() > start).then_some(line)
}

fn line_range(file: &File, offset: usize) -> Option<TextRange> {
    file.line_index
        .line_range(&file.text, file.line_index.line_of(offset))
}

/// Removes lines of the script, and the variables of the step that nothing else in it names.
fn with_variables(
    file: &File,
    step: YamlNode<'_>,
    scalar: YamlNode<'_>,
    lines: TextRange,
) -> Option<Vec<TextEdit>> {
    if scalar.scalar_style() != Some(ScalarStyle::Literal) {
        return None;
    }
    let mut edits = remove_lines_of_literal(&file.text, scalar, lines).ok()?;
    let removed = edits.first()?.range;
    let script = scalar.range();
    let before = file.text.get(script.start()..removed.start())?;
    let behind = file.text.get(removed.end().min(script.end())..script.end())?;
    if let Some(env) = step.get("env").filter(|env| env.is_mapping()) {
        let unused = env
            .entries()
            .filter_map(|entry| entry.key.as_str())
            .filter(|name| {
                removed.slice(&file.text).contains(name) && !before.contains(name) && !behind.contains(name)
            });
        let unused: Vec<&str> = unused.collect();
        // Two entries of one mapping have to go one after the other.
        if let [only] = unused.as_slice() {
            edits.extend(remove_entry_and_empty_parents(&file.text, env, only).ok()?);
        }
    }
    Some(edits)
}
