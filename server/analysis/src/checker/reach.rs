//! What steps lead to: the actions of the repository and the package scripts that they run, and all commands in these. Unlike the
//! walk of a publish job, this does not ask in which folder something runs or whether it is left out: a package script of that name
//! anywhere may be it.

use std::collections::{BTreeSet, HashSet, VecDeque};

use crate::model::job::Step;
use crate::publish::{Meaning, meaning};
use crate::sources::Sources;
use crate::syntax::shell::{Command, split_script};
use crate::text::FolderPath;
use crate::versions::action_reference::local_folder;

/// What is reached.
pub(crate) enum Reached<'r> {
    /// A step, of a job or of an action.
    Step(&'r Step),
    /// The folder of an action of the repository.
    Action(&'r FolderPath),
    /// The text of a package script.
    PackageScript(&'r str),
    /// A command, of a step or of a package script.
    Command(&'r Command),
}

/// The first answer about something that a step leads to, itself included. Everything is asked about once, however often something
/// leads to it.
pub(crate) fn find_from_step<T>(
    sources: &Sources<'_>,
    step: &Step,
    find: impl FnMut(&Reached<'_>) -> Option<T>,
) -> Option<T> {
    let mut search = Search::new(sources, find);
    search.steps.push_back(step);
    search.run()
}

struct Search<'r, 'a, F> {
    sources: &'r Sources<'a>,
    find: F,
    steps: VecDeque<&'r Step>,
    scripts: VecDeque<&'r str>,
    known_actions: BTreeSet<FolderPath>,
    known_names: HashSet<String>,
    /// Packages often have the same text under a name.
    known_texts: HashSet<&'r str>,
}

impl<'r, 'a: 'r, F> Search<'r, 'a, F> {
    fn new(sources: &'r Sources<'a>, find: F) -> Self {
        Self {
            sources,
            find,
            steps: VecDeque::new(),
            scripts: VecDeque::new(),
            known_actions: BTreeSet::new(),
            known_names: HashSet::new(),
            known_texts: HashSet::new(),
        }
    }

    fn run<T>(mut self) -> Option<T>
    where
        F: FnMut(&Reached<'_>) -> Option<T>,
    {
        loop {
            let found = match (self.steps.pop_front(), self.scripts.pop_front()) {
                (None, None) => return None,
                (step, script) => {
                    let of_step = step.and_then(|step| self.step(step));
                    of_step.or_else(|| script.and_then(|script| self.script(script)))
                }
            };
            if found.is_some() {
                return found;
            }
        }
    }

    fn step<T>(&mut self, step: &'r Step) -> Option<T>
    where
        F: FnMut(&Reached<'_>) -> Option<T>,
    {
        let found = (self.find)(&Reached::Step(step));
        if found.is_some() {
            return found;
        }
        if let Some(run) = &step.run {
            self.scripts.push_back(&run.text);
        }
        let folder = step.uses.as_ref().and_then(|uses| local_folder(&uses.value))?;
        if !self.known_actions.insert(folder.clone()) {
            return None;
        }
        if let Some((_, action)) = self.sources.action_in(&folder) {
            self.steps.extend(&action.steps);
        }
        (self.find)(&Reached::Action(&folder))
    }

    fn script<T>(&mut self, script: &'r str) -> Option<T>
    where
        F: FnMut(&Reached<'_>) -> Option<T>,
    {
        for command in &split_script(script).commands {
            let found = (self.find)(&Reached::Command(command));
            if found.is_some() {
                return found;
            }
            let Meaning::RunScript(run) = meaning(command) else {
                continue;
            };
            for name in run.names.iter().map(|name| &name.text) {
                let found = self.package_scripts(name);
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    fn package_scripts<T>(&mut self, name: &str) -> Option<T>
    where
        F: FnMut(&Reached<'_>) -> Option<T>,
    {
        if !self.known_names.insert(name.to_owned()) {
            return None;
        }
        let sources = self.sources;
        let manifests = sources.manifest_paths().filter_map(|path| sources.manifest(path));
        for script in manifests.filter_map(|manifest| manifest.script(name)) {
            let text: &'r str = &script.command.value;
            if self.known_texts.insert(text) {
                let found = (self.find)(&Reached::PackageScript(text));
                if found.is_some() {
                    return found;
                }
                self.scripts.push_back(text);
            }
        }
        None
    }
}
