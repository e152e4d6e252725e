//! Task runners: what `make`, `just`, `task` and `mise run` start is walked where they are called.

use crate::config::parse_toml;
use crate::knowledge::node_spec::{NodeSource, resolve_from};
use crate::publish::machine::{Effect, EffectKind};
use crate::publish::read::command::LocalScript;
use crate::publish::read::deno_tasks::{DENO_FILES, DenoTasks};
use crate::publish::read::justfile::Justfile;
use crate::publish::read::makefile::{Makefile, recipe};
use crate::publish::read::mise_tasks::{TASK_FOLDERS, mise_script};
use crate::publish::read::taskfile::{TaskCall, taskfile_script};
use crate::publish::site::Limit;
use crate::publish::site::{NodeOrigin, VersionFact};
use crate::publish::walk::commands::script_context::{Called, ScriptContext};
use crate::publish::walk::{MOST_DEPTH, Walker};
use crate::sources::Content;
use crate::syntax::json::JsonValue;
use crate::syntax::shell::{Command, Word, split_script};
use crate::text::{FilePath, FolderPath, Place};

/// So many calls of task runners are followed in one script.
pub(crate) const MOST_TASK_CALLS: usize = 50;

/// The names under which `make` looks for its file, in that order.
const MAKEFILES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];
/// just does not tell upper and lower case apart.
const JUSTFILES: [&str; 3] = ["justfile", "Justfile", ".justfile"];
/// The names of a Taskfile, in the order of <https://taskfile.dev/docs/guide#supported-file-names>.
const TASKFILES: [&str; 8] = [
    "Taskfile.yml",
    "taskfile.yml",
    "Taskfile.yaml",
    "taskfile.yaml",
    "Taskfile.dist.yml",
    "taskfile.dist.yml",
    "Taskfile.dist.yaml",
    "taskfile.dist.yaml",
];
/// Configurations of mise that may hold tasks, in that order.
const MISE_FILES: [&str; 4] = ["mise.toml", ".mise.toml", ".config/mise.toml", "mise/config.toml"];

/// What the command line of a task runner says.
#[derive(Debug, Default)]
struct TaskWords {
    folder: Option<FolderPath>,
    /// The file that is read in place of the usual ones.
    file: Option<String>,
    /// `NAME=value`
    variables: Vec<(String, String)>,
    /// Targets, and whatever else is not a flag.
    names: Vec<String>,
    /// What comes after `--`.
    rest: Vec<String>,
}

/// The flags of a task runner that matter.
struct Flags {
    folder: &'static [&'static str],
    file: &'static [&'static str],
    /// The others that take a value.
    with_value: &'static [&'static str],
    /// With one of these, nothing runs.
    shows_only: &'static [&'static str],
    /// The verbs in front of a task that gets all words after it, unless the runner reads those itself.
    verbs: Option<&'static [&'static [&'static str]]>,
}

impl Flags {
    /// Whether the names end with a task that gets all words after it.
    fn is_named(&self, names: &[String]) -> bool {
        let Some(verbs) = self.verbs else { return false };
        let is_verb =
            |n: usize, name: &String| verbs.get(n).is_some_and(|verbs| verbs.contains(&name.as_str()));
        let count = names
            .iter()
            .enumerate()
            .take_while(|(n, name)| is_verb(*n, name))
            .count();
        names.len() > count
    }
}

const MAKE: Flags = Flags {
    folder: &["-C", "--directory"],
    file: &["-f", "--file", "--makefile"],
    with_value: &[
        "-I",
        "--include-dir",
        "-o",
        "--old-file",
        "-W",
        "--what-if",
        "--eval",
    ],
    // These print the commands, or only say whether there are any.
    shows_only: &["-n", "--dry-run", "--just-print", "--recon", "-q", "--question"],
    verbs: None,
};
const JUST: Flags = Flags {
    folder: &["-d", "--working-directory"],
    file: &["-f", "--justfile"],
    with_value: &[
        "--shell",
        "--shell-arg",
        "--dotenv-path",
        "-E",
        "--color",
        "--tempdir",
    ],
    shows_only: &[
        "-n",
        "--dry-run",
        "-l",
        "--list",
        "--show",
        "-s",
        "--summary",
        "--dump",
        "--fmt",
        "--evaluate",
    ],
    verbs: None,
};
const TASK: Flags = Flags {
    folder: &["-d", "--dir"],
    file: &["-t", "--taskfile"],
    with_value: &["-C", "--concurrency", "-o", "--output", "-I", "--interval"],
    shows_only: &[
        "-n",
        "--dry",
        "-l",
        "--list",
        "-a",
        "--list-all",
        "--summary",
        "--status",
        "-g",
        "--global",
    ],
    verbs: None,
};
const MISE: Flags = Flags {
    folder: &["-C", "--cd"],
    file: &[],
    with_value: &[
        "-j", "--jobs", "-o", "--output", "-s", "--shell", "-t", "--tool", "-E", "--env",
    ],
    shows_only: &["-n", "--dry-run"],
    verbs: Some(&[&["run", "r", "tasks", "task", "t"], &["run", "r"]]),
};

const DENO: Flags = Flags {
    folder: &["--cwd"],
    file: &["-c", "--config"],
    with_value: &["-f", "--filter"],
    shows_only: &[],
    verbs: Some(&[&["task"]]),
};

/// What a task runner starts: the file that says so, the folder, and the script.
type Found = (FilePath, FolderPath, String);

impl<'a> Walker<'_, 'a> {
    /// Walks what a task runner starts, and says whether it could be read; none if the program is not a task runner.
    pub(crate) fn follow_task(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
        folder: &FolderPath,
    ) -> Option<bool> {
        let flags = match script.program.as_str() {
            "make" | "gmake" => &MAKE,
            "just" => &JUST,
            "task" | "go-task" => &TASK,
            "mise" | "rtx" => &MISE,
            "deno" if script.words.first().is_some_and(|verb| verb.text == "task") => &DENO,
            _ => return None,
        };
        let Some(words) = self.task_words(context, command, (&script.words, flags), folder) else {
            return Some(false);
        };
        // make enters the folder before it looks for the file that the words name, the others after.
        let file_is_inside = words.file.is_none() || flags.file == MAKE.file;
        let folder = words.folder.as_ref().filter(|_| file_is_inside).unwrap_or(folder);
        let found = match script.program.as_str() {
            "make" | "gmake" => self.make(&words, folder),
            "just" => self.just(&words, folder),
            "task" | "go-task" => self.task(&words, folder),
            "deno" => self.deno(&words, folder),
            _ => self.mise(&words, folder),
        };
        let Some((path, folder, text)) = found else {
            return Some(false);
        };
        let tools = match script.program.as_str() {
            "mise" | "rtx" => {
                let place = context.source.place(self.sources, script.range);
                self.tools_of_mise(context, &path, &place)
            }
            _ => Vec::new(),
        };
        let called = Called::Task(
            path,
            format!("{} {:?} {:?}", script.program, words.names, words.variables),
        );
        let is_too_deep = context.called.len() >= MOST_DEPTH;
        let is_followed = context.called.contains(&called) || is_too_deep;
        if is_too_deep || (self.task_calls_left == 0 && !is_followed) {
            self.note_limit(Limit::Tasks);
        }
        if is_followed || self.task_calls_left == 0 {
            return Some(is_followed);
        }
        if !self.may_follow(|| text.lines().count()) {
            return Some(false);
        }
        self.task_calls_left -= 1;
        let at = self.effects.len();
        let count = tools.len();
        self.effects.push_for_task(tools);
        self.walk_file(context, command, called, &folder, (&text, &split_script(&text)));
        self.effects.take_back(at, count);
        Some(true)
    }

    /// Reads the words of a command line. None if nothing runs, or where the folder is not known.
    fn task_words(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (words, flags): (&[Word], &Flags),
        folder: &FolderPath,
    ) -> Option<TaskWords> {
        let mut found = TaskWords::default();
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            if text == "--" {
                found.rest.extend(words.map(|word| word.text.clone()));
                break;
            }
            // What comes after the task is its own, flags too.
            if flags.is_named(&found.names) {
                found.rest.push(text.to_owned());
                continue;
            }
            if flags.shows_only.contains(&text) {
                return None;
            }
            if let Some(value) = value_of(flags.folder, word, &mut words) {
                let from = found.folder.as_ref().unwrap_or(folder);
                found.folder = Some(self.folder_at(context, &command.loops, &value, Some(from))?);
            } else if let Some(value) = value_of(flags.file, word, &mut words) {
                found.file = Some(value.text);
            } else if flags.with_value.contains(&text)
                || text == "-j" && words.peek().is_some_and(|next| next.text.parse::<u32>().is_ok())
            {
                words.next();
            } else if text == "--set" {
                let name = words.next()?.text.clone();
                found.variables.push((name, words.next()?.text.clone()));
            } else if let Some((name, value)) = text.split_once('=').filter(|_| !text.starts_with('-')) {
                found.variables.push((name.to_owned(), value.to_owned()));
            } else if !text.starts_with('-') {
                found.names.push(text.to_owned());
            }
        }
        Some(found)
    }

    fn make(&self, words: &TaskWords, folder: &FolderPath) -> Option<Found> {
        let (path, _) = self.first_text(folder, words.file.as_deref(), &MAKEFILES)?;
        let makefile = self.sources.fact::<Makefile>(&path);
        let script = recipe(&makefile, &words.variables, &words.names);
        Some((path, folder.clone(), script))
    }

    fn just(&mut self, words: &TaskWords, folder: &FolderPath) -> Option<Found> {
        let (path, text) = self.text_above(folder, words.file.as_deref(), &JUSTFILES)?;
        if !self.may_follow(|| text.lines().count()) {
            return None;
        }
        // The recipes run in the folder of the file, unless `--working-directory` says another.
        let folder = words.folder.clone().unwrap_or_else(|| path.folder());
        let names: Vec<String> = words.names.iter().chain(&words.rest).cloned().collect();
        let script = Justfile::read(text, &words.variables).script(&names)?;
        Some((path, folder, script))
    }

    fn task(&mut self, words: &TaskWords, folder: &FolderPath) -> Option<Found> {
        let (path, text) = self.text_above(folder, words.file.as_deref(), &TASKFILES)?;
        if !self.may_follow(|| text.lines().count()) {
            return None;
        }
        let folder = words.folder.clone().unwrap_or_else(|| path.folder());
        let call = TaskCall {
            tasks: words.names.clone(),
            variables: words.variables.clone(),
            arguments: words.rest.join(" "),
        };
        let included = |file: &str| {
            let path = path.folder().file(file)?;
            let text = self.text_on_demand(&path);
            text.map(str::to_owned).or_else(|| {
                let inside = TASKFILES
                    .iter()
                    .find_map(|name| self.text_on_demand(&path_in(&path, name)?));
                inside.map(str::to_owned)
            })
        };
        let script = taskfile_script(text, &call, &included)?;
        Some((path, folder, script))
    }

    fn deno(&self, words: &TaskWords, folder: &FolderPath) -> Option<Found> {
        let (path, _) = self.text_above(folder, words.file.as_deref(), &DENO_FILES)?;
        let [_, task, arguments @ ..] = words.names.as_slice() else {
            return None;
        };
        let arguments: Vec<&str> = arguments.iter().chain(&words.rest).map(String::as_str).collect();
        let tasks = self.sources.fact::<DenoTasks>(&path);
        let script = tasks.script(task, &arguments.join(" "))?;
        // Tasks run in the folder of the configuration.
        let folder = words.folder.clone().unwrap_or_else(|| path.folder());
        Some((path, folder, script))
    }

    fn mise(&mut self, words: &TaskWords, folder: &FolderPath) -> Option<Found> {
        let texts: Vec<&str> = words.names.iter().map(String::as_str).collect();
        let (name, arguments) = match texts.as_slice() {
            ["tasks" | "task" | "t", "run" | "r", name, arguments @ ..]
            | ["run" | "r", name, arguments @ ..]
            | [name, arguments @ ..] => (*name, arguments),
            [] => return None,
        };
        let rest = words.rest.iter().map(String::as_str);
        let arguments: Vec<&str> = arguments.iter().copied().chain(rest).collect();
        // `:::` separates several tasks.
        if arguments.contains(&":::") {
            return None;
        }
        let arguments = arguments.join(" ");
        std::iter::successors(Some(folder.clone()), FolderPath::parent).find_map(|folder| {
            let in_file = MISE_FILES.iter().find_map(|file| {
                let path = folder.file(file)?;
                let text = self.text_on_demand(&path)?;
                if !self.may_follow(|| text.lines().count()) {
                    return None;
                }
                let script = mise_script(text, name, &arguments)?;
                Some((path, folder.clone(), script))
            });
            in_file.or_else(|| {
                let file = name.replace(':', "/");
                TASK_FOLDERS.iter().find_map(|tasks| {
                    let path = folder.file(&format!("{tasks}/{file}"))?;
                    self.text_on_demand(&path)?;
                    Some((path, folder.clone(), format!("./{tasks}/{file} {arguments}")))
                })
            })
        })
    }

    /// The text of the file that the words name, or of the first one with a usual name.
    fn first_text(
        &self,
        folder: &FolderPath,
        file: Option<&str>,
        usual: &[&str],
    ) -> Option<(FilePath, &'a str)> {
        let own = file.as_slice();
        let names = if own.is_empty() { usual } else { own };
        names.iter().find_map(|name| {
            let path = folder.file(name)?;
            let text = self.text_on_demand(&path)?;
            Some((path, text))
        })
    }

    /// The same, where the folders above are searched too.
    fn text_above(
        &self,
        folder: &FolderPath,
        file: Option<&str>,
        usual: &[&str],
    ) -> Option<(FilePath, &'a str)> {
        if file.is_some() {
            return self.first_text(folder, file, usual);
        }
        std::iter::successors(Some(folder.clone()), FolderPath::parent)
            .find_map(|folder| self.first_text(&folder, None, usual))
    }

    /// mise puts the tools of its configuration in front of the PATH of a task.
    fn tools_of_mise(
        &self,
        context: &ScriptContext<'_, 'a>,
        path: &FilePath,
        command: &Place,
    ) -> Vec<Effect> {
        let mut kinds = Vec::new();
        let file = self.sources.file(path);
        if let Some(Content::NodeVersion(Some(version))) = file.map(|file| file.content()) {
            let node = self.machine(&context.frame.conditions).node.clone();
            let is_on_path = node.place.as_ref().is_some_and(|place| &place.path == path);
            if !is_on_path {
                kinds.push(EffectKind::Node(VersionFact {
                    candidates: resolve_from(&version.value, NodeSource::Newest).candidates,
                    text: Some(version.value.clone()),
                    origin: NodeOrigin::VersionFile {
                        named_at: command.clone(),
                    },
                    place: Some(Place::new(path, version.range)),
                }));
            }
        }
        let tools = file.map(|file| parse_toml(&file.text).0);
        let tools = tools.as_ref().and_then(|root| root.get("tools"));
        let names = tools.map(JsonValue::members).unwrap_or_default().iter();
        if names
            .map(|member| member.key.value.as_str())
            .any(|name| matches!(name, "npm" | "npm:npm"))
        {
            kinds.push(EffectKind::NpmOnPath(VersionFact::unknown_npm()));
        }
        let conditions = &context.frame.conditions;
        kinds
            .into_iter()
            .map(|kind| Effect {
                conditions: conditions.clone(),
                kind,
            })
            .collect()
    }
}

/// A file in the folder that a path names.
fn path_in(folder: &FilePath, name: &str) -> Option<FilePath> {
    FolderPath::new(folder.as_str())?.file(name)
}

/// The value of a flag: the next word, or the rest of this one.
fn value_of<'w>(flags: &[&str], word: &Word, words: &mut impl Iterator<Item = &'w Word>) -> Option<Word> {
    flags.iter().find_map(|flag| {
        let rest = word.text.strip_prefix(flag)?;
        if rest.is_empty() {
            return words.next().cloned();
        }
        let value = match flag.starts_with("--") {
            true => rest.strip_prefix('=')?,
            false => rest.strip_prefix('=').unwrap_or(rest),
        };
        Some(Word {
            text: value.to_owned(),
            ..word.clone()
        })
    })
}

#[cfg(test)]
mod tests;
