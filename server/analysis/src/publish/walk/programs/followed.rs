//! Files that a step runs: shell scripts are followed, through each other, and code is searched for a publish.
//!
//! What happens in such a file is shown at the words that run it, as with package scripts.

use super::code::script_on_demand;
use super::inline_code::Language;
use super::own_folder::OwnFolder;
use super::script_facts::WrittenManifest;
use crate::model::read::Variable;
use crate::publish::find::credentials::{is_npm_token_variable, names_npm_secret};
use crate::publish::find::packages::is_folder_glob;
use crate::publish::machine::EffectKind;
use crate::publish::read::command::{LocalScript, runs_javascript};
use crate::publish::read::javascript::code_facts;
use crate::publish::walk::commands::aliases::{is_posix, may_have_aliases, with_aliases};
use crate::publish::walk::commands::parameters::Parameters;
use crate::publish::walk::commands::script_context::{Called, ScriptContext, ScriptSource};
use crate::publish::walk::commands::script_failures::{ScriptFailure, of_called_script};
use crate::publish::walk::guesses::guess_names::speaks_of;
use crate::publish::walk::{MOST_DEPTH, Walker};
use crate::sources::{Content, File};
use crate::syntax::shell::{Command, Script, Word, split_script};
use crate::text::{FilePath, FolderPath};

/// A person did not write a longer script.
const LONGEST_SCRIPT: usize = 256 * 1024;
/// Flags of Node and its like whose value may be the name of another file.
const FLAGS_WITH_VALUE: [&str; 7] = [
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "--env-file",
    "--tsconfig",
];

/// What a file that is run holds.
pub(in crate::publish::walk) enum Program {
    /// Commands of a shell.
    Shell,
    /// JavaScript or TypeScript.
    Code,
    /// Something else, which is not read.
    Other,
}

impl<'a> Walker<'_, 'a> {
    /// Looks into the file that a command runs. Where that shows no publish, the name of the file may.
    pub(crate) fn follow_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
        folder: Option<FolderPath>,
    ) {
        let before = (self.sites.len(), self.guesses.len());
        let unread = self.unread_scripts;
        let mut is_read = false;
        let noted_folder = folder.clone();
        let gets_token = Self::gets_npm_token(context, command);
        let conditions = &context.frame.conditions;
        if gets_token {
            self.add(conditions, EffectKind::UnknownNpmrc);
        }
        // Nothing is known of a script in a folder that is not known.
        if let Some(folder) = &folder {
            is_read = match self.follow_task(context, command, script, folder) {
                Some(is_read) => is_read,
                None => self.follow_file(context, command, script, folder),
            };
        }
        let has_nothing = || {
            let folder = folder
                .as_ref()
                .filter(|_| command.words.iter().any(|word| speaks_of(&word.text)));
            folder.is_some_and(|folder| self.has_nothing_to_publish_with(context, command, script, folder))
        };
        let is_followed = is_read;
        if (self.sites.len(), self.guesses.len()) == before && !has_nothing() {
            is_read &= self.unread_scripts == unread;
            self.guess_from_script(context, command, script, is_read);
        }
        self.note_doubt_of_script(script, noted_folder.as_ref(), is_followed);
        if gets_token && !is_read {
            self.add(conditions, EffectKind::UnknownCredentials);
        }
    }

    /// Whether a script is given a token of npm, whatever it calls it.
    fn gets_npm_token(context: &ScriptContext<'_, 'a>, command: &Command) -> bool {
        let layers = context.frame.env.iter().filter(|layer| layer.is_step);
        let mut given = layers.flat_map(|layer| layer.variables);
        let is_token = |variable: &Variable| {
            is_npm_token_variable(&variable.name.value) || names_npm_secret(&variable.value.value)
        };
        let mut assigned = command.assignments.iter().map(|assignment| &assignment.name);
        given.any(is_token)
            || assigned.any(|name| is_npm_token_variable(name))
            || command.words.iter().any(|word| names_npm_secret(&word.text))
    }

    /// Looks into a file, and says whether it could be read.
    fn follow_file(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
        folder: &FolderPath,
    ) -> bool {
        let Some((file, arguments)) = file_of(script) else {
            return false;
        };
        let file = &with_slashes(file);
        let path = self.file_at(context, &command.loops, file, folder);
        let Some(path) = path.filter(|path| !is_folder_glob(path.as_str())) else {
            return false;
        };
        // `go run ./cmd/publish` starts with the file of this name.
        let path = match script.program.as_str() {
            "go" => FolderPath::new(path.as_str())
                .and_then(|folder| folder.file("main.go"))
                .unwrap_or(path),
            _ => path,
        };
        if let Some(text) = context.index.text_written_to(&file.text, command.range.start()) {
            return self.follow_written(context, command, (script, &path), folder, &text);
        }
        let Some(code) = script_on_demand(self.sources, &path) else {
            return false;
        };
        let text: &'a str = &code.text;
        if let WrittenManifest(Some(write)) = *self.sources.fact::<WrittenManifest>(&path) {
            let place = context.source.place(self.sources, command.range);
            let mut conditions = context.frame.conditions.clone();
            conditions.extend(context.condition_of(command));
            self.note_manifest_write(context, &conditions, write, place);
        }
        match program_of(&script.program, path.as_str(), text) {
            // A script that runs itself, or that so many others have led to, is followed no further.
            Program::Shell if context.is_called(&path) || context.called.len() >= MOST_DEPTH => return false,
            // Each line is about a command.
            Program::Shell | Program::Code if !self.may_follow(|| text.lines().count()) => return false,
            Program::Shell => {
                let text = (text, arguments);
                self.follow_shell_script(context, command, (script, file, &path), folder, text);
            }
            Program::Code => {
                if code.code_facts(code_facts).decides_login && Self::gets_npm_token(context, command) {
                    self.add(&context.frame.conditions, EffectKind::UnknownCredentials);
                }
                if let Some(publish) = self.publish_in_code(&path, folder) {
                    self.guess_from_code(context, command, script, (&publish, folder));
                }
            }
            Program::Other if is_code_of_another_language(&script.program, path.as_str(), text) => {
                let publish = self.publish_in_code_text(&path, text, Language::Other);
                if let Some(publish) = publish {
                    self.guess_from_code(context, command, script, (&publish, folder));
                }
                return false;
            }
            Program::Other => return false,
        }
        true
    }

    /// Walks the commands of a shell script.
    fn follow_shell_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (script, file, path): (&LocalScript, &Word, &FilePath),
        folder: &FolderPath,
        (text, arguments): (&str, &[Word]),
    ) {
        let is_sourced = matches!(script.program.as_str(), "." | "source");
        let own = OwnFolder::of_call(&file.text).in_repository(&path.folder(), is_sourced);
        let first_line = text.lines().next().unwrap_or_default();
        let expands = is_posix(&script.program) || script.program.is_empty() && is_posix(first_line);
        let split = match may_have_aliases(text) {
            true => with_aliases(split_script(text), text, expands),
            false => split_script(text),
        };
        let bound = Parameters::of_script(own, arguments).bind_script(&split);
        let mut context = context.clone();
        match is_sourced {
            true => context.read_by.push(context.index),
            false => context.read_by.clear(),
        }
        let called = Called::File(path.clone());
        self.walk_file(&context, command, called, folder, (text, &bound));
    }

    /// Follows a script that the commands before have written. Tells whether it could be read.
    fn follow_written(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (script, path): (&LocalScript, &FilePath),
        folder: &FolderPath,
        text: &str,
    ) -> bool {
        let is_shell = matches!(program_of(&script.program, path.as_str(), text), Program::Shell);
        let Some((file, arguments)) = file_of(script).filter(|_| is_shell) else {
            return false;
        };
        if context.is_called(path) || !self.may_follow(|| text.lines().count()) {
            return false;
        }
        let text = (text, arguments);
        self.follow_shell_script(context, command, (script, file, path), folder, text);
        true
    }

    /// Walks the commands of a file as if they were written where it is run.
    pub(crate) fn walk_file(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        called: Called,
        folder: &FolderPath,
        (text, script): (&str, &Script),
    ) {
        let mut frame = context.frame.clone();
        frame.conditions.extend(context.condition_of(command));
        let mut all_called = context.called.clone();
        all_called.push(called);
        let mut run_by = context.run_by.clone();
        run_by.push(context.index);
        let source = ScriptSource::Called(context.source.place(self.sources, command.range));
        let is_of_windows =
            matches!(all_called.last(), Some(Called::File(path)) if is_of_windows(path.as_str()));
        let inner = ScriptContext {
            frame: &frame,
            source: &source,
            // PowerShell and cmd go on after a command that fails, and may end well.
            script_failure: match is_of_windows {
                true => ScriptFailure::Unknown,
                false => of_called_script(context, command),
            },
            is_conditional: context.is_conditional || command.is_conditional,
            folder: Some(folder.clone()),
            called: all_called,
            run_by,
            assignments: self.assignments(context, command),
            ignored_failure: self.ignored_failure(context, command),
            ..context.clone()
        };
        self.walk_split(&inner, text, script);
    }

    pub(crate) fn text_on_demand(&self, path: &FilePath) -> Option<&'a str> {
        let file = self.sources.file_on_demand(path)?;
        is_script(file).then_some(&*file.text)
    }
}

/// Whether a file is a text that is short enough for a script.
pub(super) fn is_script(file: &File) -> bool {
    matches!(file.content(), Content::Text | Content::NodeVersion(_)) && file.text.len() <= LONGEST_SCRIPT
}

/// The file that a command runs, and the words after it: `node --import tsx scripts/release.ts next`.
pub(in crate::publish::walk) fn file_of(script: &LocalScript) -> Option<(&Word, &[Word])> {
    let is_file = |text: &str| text.contains('/') || text.contains('.');
    let mut is_value = false;
    let at = script.words.iter().position(|word| {
        let is_file = !is_value && !word.text.starts_with('-') && is_file(&word.text);
        is_value = FLAGS_WITH_VALUE.contains(&word.text.as_str());
        is_file
    })?;
    Some((script.words.get(at)?, script.words.get(at + 1..)?))
}

/// A path with the slashes of the repository.
fn with_slashes(file: &Word) -> Word {
    match file.text.contains('\\') {
        true => Word {
            text: file.text.replace('\\', "/"),
            inner: None,
            ..file.clone()
        },
        false => file.clone(),
    }
}

/// Whether a script is one of PowerShell or cmd.
fn is_of_windows(path: &str) -> bool {
    [".ps1", ".cmd", ".bat"]
        .iter()
        .any(|extension| path.ends_with(extension))
}

/// Whether a file is code in a language that is not read.
fn is_code_of_another_language(program: &str, path: &str, text: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let has_interpreter = text.starts_with("#!");
    !matches!(program, "" | ".") && Language::of_program(program).is_some()
        || has_interpreter
        || matches!(
            extension,
            "py" | "rb" | "go" | "pl" | "php" | "rs" | "fsx" | "csx" | "cake" | "ps1" | "exs"
        )
}

pub(in crate::publish::walk) fn program_of(program: &str, path: &str, text: &str) -> Program {
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.'));
    match (program, extension.map(|(_, extension)| extension)) {
        ("bash" | "sh" | "zsh" | "dash" | "ksh" | "pwsh" | "powershell" | "." | "source", _) => {
            Program::Shell
        }
        (program, _) if runs_javascript(program) => Program::Code,
        ("", Some("sh" | "bash" | "ps1" | "cmd" | "bat")) => Program::Shell,
        ("", Some("js" | "mjs" | "cjs" | "ts" | "mts" | "cts")) => Program::Code,
        ("", _) => match text.lines().next().unwrap_or_default() {
            line if !line.starts_with("#!") => Program::Other,
            line if line.contains("node") || line.contains("bun") || line.contains("deno") => Program::Code,
            line if line.ends_with("sh") || line.contains("sh ") => Program::Shell,
            _ => Program::Other,
        },
        _ => Program::Other,
    }
}

#[cfg(test)]
mod chain_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod token_tests;
