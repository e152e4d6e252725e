//! The search for a publish in code: in the file that a step runs, in the modules that it imports, and in the package
//! scripts and files that it starts.
//!
//! Only files of the repository are read. A function that nothing calls by its name does not count.

use std::collections::{BTreeMap, VecDeque};

use super::followed::{Program, file_of, is_script, program_of};
use crate::publish::read::command::{LocalScript, ScriptRun};
use crate::publish::read::javascript::{CodeStep, PublishInCode, code_facts, steps_of, steps_of_line};
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::sources::{File, Sources};
use crate::syntax::javascript::{Code, Uses};
use crate::syntax::shell::Command;
use crate::text::{FilePath, FolderPath};

/// How many files are read for one command, and how far from the file that it runs.
const MOST_FILES: usize = 32;
const MOST_DEPTH: usize = 4;

/// The endings of modules. TypeScript is imported by the name that it gets when it is compiled.
const COMPILED: [(&str, &[&str]); 4] = [
    (".js", &[".ts", ".tsx"]),
    (".mjs", &[".mts"]),
    (".cjs", &[".cts"]),
    (".jsx", &[".tsx"]),
];
const SOURCES: [&str; 4] = [".ts", ".mts", ".cts", ".tsx"];
/// What is tried after a name without an ending.
const IMPLIED: [&str; 7] = [".js", ".ts", ".mjs", ".cjs", ".mts", "/index.js", "/index.ts"];
/// Endings of files that are not code.
const DATA: [&str; 6] = [".json", ".json5", ".css", ".node", ".wasm", ".md"];

/// Words without which code publishes nothing to npm by itself.
const PUBLISHERS: [&str; 9] = [
    "npm",
    "publish",
    "yarn",
    "changeset",
    "lerna",
    "bun run",
    "make ",
    "nx ",
    "turbo",
];
/// Packages that only start what they are told, or start nothing.
const HARMLESS_MODULES: [&str; 26] = [
    "assert",
    "buffer",
    "bun",
    "chalk",
    "child_process",
    "crypto",
    "dotenv",
    "events",
    "execa",
    "fs",
    "fs-extra",
    "fs/promises",
    "glob",
    "http",
    "https",
    "module",
    "os",
    "path",
    "process",
    "readline",
    "semver",
    "stream",
    "url",
    "util",
    "zlib",
    "zx",
];

fn is_harmless_module(name: &str) -> bool {
    name.starts_with("node:") || HARMLESS_MODULES.contains(&name) || name.ends_with(".json")
}

/// A publish that code may run.
pub(in crate::publish::walk) struct CodePublish {
    /// The command or the call.
    pub(in crate::publish::walk) publish: PublishInCode,
    /// The file that holds it.
    pub(in crate::publish::walk) path: FilePath,
    /// The files that were read on the way.
    pub(in crate::publish::walk) files: Vec<FilePath>,
}

/// The files that are still to be read.
struct CodeSearch {
    /// The folder in which the code runs.
    folder: FolderPath,
    queue: VecDeque<(FilePath, Uses, usize)>,
    /// What of a file was searched already.
    known: BTreeMap<FilePath, Uses>,
    /// How many more files are read.
    left: usize,
}

impl CodeSearch {
    fn in_root() -> Self {
        Self {
            folder: FolderPath::root(),
            queue: VecDeque::new(),
            known: BTreeMap::new(),
            left: MOST_FILES,
        }
    }

    fn add(&mut self, path: FilePath, uses: Uses, depth: usize) {
        let before = self.known.get(&path);
        let all = match before {
            Some(before) => before.clone().and(uses),
            None => uses,
        };
        if before == Some(&all) || depth > MOST_DEPTH || is_test(path.as_str()) {
            return;
        }
        self.known.insert(path.clone(), all.clone());
        self.queue.push_back((path, all, depth));
    }
}

impl<'a> Walker<'_, 'a> {
    /// The first publish to which a file of code leads that runs in a folder.
    pub(super) fn publish_in_code(&self, path: &FilePath, folder: &FolderPath) -> Option<CodePublish> {
        let mut search = CodeSearch {
            folder: folder.clone(),
            ..CodeSearch::in_root()
        };
        search.add(path.clone(), Uses::nothing(), 0);
        self.search(search)
    }

    fn search(&self, mut search: CodeSearch) -> Option<CodePublish> {
        while let Some((path, uses, depth)) = search.queue.pop_front() {
            search.left = search.left.checked_sub(1)?;
            let Some(file) = self.script_on_demand(&path) else {
                continue;
            };
            let reached = file.code().reach(&uses);
            let found = self.publish_in_steps(&mut search, &path, steps_of(&reached), depth);
            if let Some(found) = found {
                let files = search.known.into_keys().collect();
                return Some(CodePublish { files, ..found });
            }
            for module in &reached.modules {
                if let Some(path) = self.imported(&path, module.name) {
                    search.add(path, module.uses.clone(), depth + 1);
                }
            }
        }
        None
    }

    /// Whether the code that a command runs names nothing that publishes, and calls no package that may do so.
    pub(super) fn has_nothing_to_publish_with(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
        folder: &FolderPath,
    ) -> bool {
        let Some((file, arguments)) = file_of(script) else {
            return false;
        };
        let names = |text: &str| PUBLISHERS.iter().any(|word| text.contains(word));
        if arguments.iter().any(|word| word.is_dynamic || names(&word.text)) {
            return false;
        }
        let Some(path) = self.file_at(context, &command.loops, file, folder) else {
            return false;
        };
        let mut search = CodeSearch::in_root();
        search.add(path, Uses::nothing(), 0);
        while let Some((path, uses, depth)) = search.queue.pop_front() {
            let file = self.script_on_demand(&path);
            let Some(file) = file.filter(|file| search.left > 0 && !names(&file.text)) else {
                return false;
            };
            if !matches!(
                program_of(&script.program, path.as_str(), &file.text),
                Program::Code
            ) {
                return false;
            }
            search.left -= 1;
            for module in &file.code().reach(&uses).modules {
                match self.imported(&path, module.name) {
                    Some(path) if depth < MOST_DEPTH => search.add(path, module.uses.clone(), depth + 1),
                    None if is_harmless_module(module.name) => {}
                    _ => return false,
                }
            }
        }
        true
    }

    /// The first publish to which the text of a script leads that runs in the root.
    pub(in crate::publish::walk) fn publish_in_text(
        &self,
        path: &FilePath,
        text: &str,
    ) -> Option<CodePublish> {
        let mut search = CodeSearch::in_root();
        let found = self.publish_in_steps(&mut search, path, steps_of_line(text), 0);
        found.or_else(|| self.search(search))
    }

    /// The same for code that a step holds. Where it decides about the login, nothing is said about how it ends.
    pub(super) fn publish_in_javascript(&self, path: &FilePath, text: &str) -> Option<CodePublish> {
        let mut search = CodeSearch::in_root();
        let code = Code::read(text);
        let reached = code.reach(&Uses::nothing());
        let mut found = self.publish_in_steps(&mut search, path, steps_of(&reached), 0)?;
        if code_facts(text).decides_login {
            found.publish.line = None;
        }
        Some(found)
    }

    fn publish_in_steps(
        &self,
        search: &mut CodeSearch,
        path: &FilePath,
        steps: Vec<CodeStep>,
        depth: usize,
    ) -> Option<CodePublish> {
        for step in steps {
            let Some(step) = self.without_choice(&search.folder, step) else {
                continue;
            };
            let found = match step {
                CodeStep::Publish(publish) => Some(CodePublish {
                    publish,
                    path: path.clone(),
                    files: Vec::new(),
                }),
                CodeStep::RunScript(run) => self.publish_in_package_script(search, &run, depth),
                CodeStep::LocalScript(script) => self.publish_in_started_file(search, &script, depth),
                CodeStep::ScriptOrProgram(..) => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The script or the program that a step runs, as the manifest decides.
    fn without_choice(&self, folder: &FolderPath, step: CodeStep) -> Option<CodeStep> {
        let CodeStep::ScriptOrProgram(scripts, program) = step else {
            return Some(step);
        };
        let manifest = self.sources.manifest_in(folder).map(|(_, manifest)| manifest);
        let has = |run: &ScriptRun| {
            let mut names = run.names.iter();
            manifest.is_some_and(|manifest| names.any(|name| manifest.script(&name.text).is_some()))
        };
        let script = scripts.into_iter().find(has).map(CodeStep::RunScript);
        script.or_else(|| program.map(|program| *program))
    }

    fn publish_in_package_script(
        &self,
        search: &mut CodeSearch,
        run: &ScriptRun,
        depth: usize,
    ) -> Option<CodePublish> {
        if depth >= MOST_DEPTH || run.scope.folder.is_some() || run.scope.chooses_workspaces() {
            return None;
        }
        let (path, manifest) = self.sources.manifest_in(&search.folder)?;
        run.names.iter().find_map(|name| {
            let script = manifest.script(&name.text)?;
            let line = format!("{} {}", script.command.value, run.arguments);
            self.publish_in_steps(search, &path, steps_of_line(&line), depth + 1)
        })
    }

    fn publish_in_started_file(
        &self,
        search: &mut CodeSearch,
        script: &LocalScript,
        depth: usize,
    ) -> Option<CodePublish> {
        let (file, _) = file_of(script)?;
        let path = search.folder.file(&file.text).filter(|_| !file.is_dynamic)?;
        let text = &self.script_on_demand(&path)?.text;
        match program_of(&script.program, path.as_str(), text) {
            Program::Code => search.add(path, Uses::nothing(), depth + 1),
            Program::Shell if depth < MOST_DEPTH => {
                return self.publish_in_steps(search, &path, steps_of_line(text), depth + 1);
            }
            Program::Shell | Program::Other => {}
        }
        None
    }

    /// The file of the repository that a module imports by a name.
    fn imported(&self, from: &FilePath, name: &str) -> Option<FilePath> {
        imported(self.sources, from, name)
    }

    fn script_on_demand(&self, path: &FilePath) -> Option<&'a File> {
        script_on_demand(self.sources, path)
    }
}

/// The file of the repository that a module imports by a name.
pub(super) fn imported(sources: &Sources<'_>, from: &FilePath, name: &str) -> Option<FilePath> {
    let is_relative = name.starts_with("./") || name.starts_with("../");
    let names = if is_relative { file_names(name) } else { Vec::new() };
    let folder = from.folder();
    let mut paths = names.iter().filter_map(|name| folder.file(name));
    paths.find(|path| !is_installed(path.as_str()) && script_on_demand(sources, path).is_some())
}

/// A file that is short enough for a script that a person wrote.
pub(super) fn script_on_demand<'a>(sources: &Sources<'a>, path: &FilePath) -> Option<&'a File> {
    sources.file_on_demand(path).filter(|file| is_script(file))
}

/// The files that may be meant by the name of a module.
fn file_names(name: &str) -> Vec<String> {
    let ends_with = |ending: &&str| name.ends_with(*ending);
    if DATA.iter().any(ends_with) {
        return Vec::new();
    }
    if SOURCES.iter().any(ends_with) {
        return vec![name.to_owned()];
    }
    let compiled = COMPILED
        .iter()
        .find_map(|(ending, sources)| Some((name.strip_suffix(ending)?, sources)));
    match compiled {
        Some((stem, sources)) => {
            let sources = sources.iter().map(|source| format!("{stem}{source}"));
            [name.to_owned()].into_iter().chain(sources).collect()
        }
        None => {
            let name = name.trim_end_matches('/');
            IMPLIED.iter().map(|ending| format!("{name}{ending}")).collect()
        }
    }
}

fn is_installed(path: &str) -> bool {
    path.split('/').any(|part| part == "node_modules")
}

/// Whether a file is a test, which publishes to no registry that counts.
fn is_test(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut folders = folders.split('/');
    folders.any(|folder| {
        matches!(
            folder,
            "test" | "tests" | "__tests__" | "e2e" | "fixtures" | "spec"
        )
    }) || name.contains(".test.")
        || name.contains(".spec.")
}
