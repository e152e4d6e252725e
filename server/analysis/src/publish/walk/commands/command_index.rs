//! What is asked of all commands of a script at each of them, found in one pass.

use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::failures::switches_errexit;
use super::written_scripts::WrittenFiles;
use crate::publish::read::version_guard::VersionGuard;
use crate::publish::walk::stops::missing_github_token::gives_token;
use crate::syntax::shell::{Command, OnFailure};

/// In front of how many commands the tests are read that decide whether they run: each is read from the start of the script. What
/// decides about the others is not known. No real script known has more than three.
const MOST_GUARDS: usize = 50;

/// The commands of a script, in text order.
#[derive(Debug, Default)]
pub(crate) struct CommandIndex<'c> {
    text: &'c str,
    commands: &'c [Command],
    functions: OnceCell<Functions>,
    failures: OnceCell<Failures>,
    variables: OnceCell<Variables>,
    gives_token: OnceCell<bool>,
    /// A hash of the text.
    fingerprint: OnceCell<u64>,
    names_publish_config: OnceCell<bool>,
    names_repository: OnceCell<bool>,
    names_jq: OnceCell<bool>,
    /// Whether the text may switch `errexit` off.
    turns_errexit_off: OnceCell<bool>,
    /// Where the last words are that look at the status of a command.
    last_look_at_status: OnceCell<Option<usize>>,
    /// How many more tests in front of a command are read.
    guards_left: Cell<usize>,
    /// The largest end of the commands up to each one.
    ends: OnceCell<Vec<usize>>,
    /// The words of the text that may be names of functions; none if a command may call any.
    names: OnceCell<Option<HashSet<String>>>,
    written_files: OnceCell<WrittenFiles>,
    /// The list at the end of which all commands ran if the script succeeded.
    required: OnceCell<Option<RequiredList>>,
}

/// `A && B && C` at the end of a script: it succeeds only if all of them ran.
#[derive(Clone, Copy, Debug)]
struct RequiredList {
    /// Where the first command begins.
    start: usize,
    /// The branch of those after it.
    branch: u32,
}

#[derive(Debug, Default)]
struct Functions {
    /// Where the commands of each function are.
    bodies: HashMap<Arc<str>, Vec<usize>>,
    /// The functions that something outside of them calls.
    called: HashSet<Arc<str>>,
    /// The functions that something outside of them names, so that it may call them: `retry publish`, `trap publish EXIT`. PowerShell
    /// does not tell capitals from small letters.
    named: HashSet<Arc<str>>,
    /// Whether a command may call any function: `"$@"`, `eval`, `source lib.sh`.
    may_call_all: bool,
}

/// What decides what follows from a failure.
#[derive(Debug, Default)]
struct Failures {
    /// Where the first command begins by which the rest may be left out.
    first_leaving: Option<usize>,
    /// The commands that switch `errexit`: which they are, and whether it is on after them.
    switches: Vec<(usize, bool)>,
    /// For each command whether nothing follows it but the rest of the list that leads to it.
    end_of_list: Vec<bool>,
    /// Whether a pipe's failure is handled: by `pipefail`, or by a look at its parts.
    handles_pipes: bool,
}

/// The names that commands may give values to.
#[derive(Debug, Default)]
struct Variables {
    /// Assigned names, and what is in front of `=` in words, with the first command that names them after its program.
    set: HashMap<String, Setting>,
    /// The same, programs included.
    named: HashSet<String>,
    /// Whether a command may set any variable.
    may_set_all: bool,
}

#[derive(Clone, Copy, Debug)]
struct Setting {
    first: usize,
    is_only: bool,
}

/// Whether a command may call a function that it does not name.
fn may_call_any(command: &Command) -> bool {
    let is_chosen_by_run = command.words.first().is_some_and(|word| word.is_dynamic);
    let passes_words_on = || {
        let mut words = command.words.iter().map(|word| word.text.as_str());
        words.any(|word| matches!(word, "$@" | "${@}" | "$*" | "$1" | "${1}"))
    };
    is_chosen_by_run || matches!(command.word(0), Some("eval" | "source" | ".")) || passes_words_on()
}

/// Whether a command is in no subshell and no function.
fn is_on_top(command: &Command) -> bool {
    command.subshells.is_empty() && command.function.is_none()
}

/// The words in a text that may be names of functions.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let is_in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '.');
    text.split(move |c: char| !is_in_name(c))
}

impl<'c> CommandIndex<'c> {
    pub(crate) fn new(text: &'c str, commands: &'c [Command]) -> Self {
        Self {
            text,
            commands,
            guards_left: Cell::new(MOST_GUARDS),
            ..Self::default()
        }
    }

    pub(in crate::publish::walk) fn text(&self) -> &'c str {
        self.text
    }

    pub(in crate::publish::walk) fn commands(&self) -> &'c [Command] {
        self.commands
    }

    /// Which commands write files.
    pub(super) fn written_files(&self) -> &WrittenFiles {
        self.written_files
            .get_or_init(|| WrittenFiles::find(self.commands))
    }

    /// What tells the script from others.
    pub(crate) fn fingerprint(&self) -> u64 {
        *self.fingerprint.get_or_init(|| {
            let mut hasher = DefaultHasher::new();
            self.text.hash(&mut hasher);
            hasher.finish()
        })
    }

    /// Whether the script may give later commands a token.
    pub(crate) fn gives_token(&self) -> bool {
        *self.gives_token.get_or_init(|| gives_token(self.text))
    }

    /// Whether the text speaks of the `repository` of a manifest. `github.repository` is in many scripts.
    pub(crate) fn names_repository(&self) -> bool {
        *self.names_repository.get_or_init(|| {
            let mut found = self.text.match_indices("repository");
            found.any(|(at, _)| !self.text.get(..at).unwrap_or_default().ends_with("github."))
        })
    }

    /// Whether the text has the word `jq`.
    pub(crate) fn names_jq(&self) -> bool {
        *self.names_jq.get_or_init(|| self.text.contains("jq"))
    }

    /// Whether the script may write to `publishConfig`.
    pub(crate) fn names_publish_config(&self) -> bool {
        let names = || self.text.contains("publishConfig");
        *self.names_publish_config.get_or_init(names)
    }

    /// The tests that decide whether a command runs.
    pub(crate) fn guard_of(&self, command: &Command) -> Option<VersionGuard> {
        self.guards_left.set(self.guards_left.get().checked_sub(1)?);
        VersionGuard::of(self.text, self.commands, command)
    }

    /// Whether the script has a function of this name.
    pub(crate) fn has_function(&self, name: &str) -> bool {
        self.functions().bodies.contains_key(name)
    }

    /// The commands of a function.
    pub(crate) fn body(&self, name: &str) -> impl Iterator<Item = &'c Command> {
        let body = self.functions().bodies.get(name);
        let body = body.map(Vec::as_slice).unwrap_or_default();
        body.iter().filter_map(|at| self.commands.get(*at))
    }

    /// Whether something outside of a function calls it.
    pub(crate) fn is_called(&self, function: &str) -> bool {
        self.functions().called.contains(function)
    }

    /// Whether nothing in the script can call a function.
    pub(crate) fn is_never_called(&self, function: &str) -> bool {
        let functions = self.functions();
        !functions.may_call_all && !functions.named.contains(function)
    }

    /// Whether nothing in the script can call a function of another file, which it reads with `source`.
    pub(crate) fn never_names(&self, function: &str) -> bool {
        let names = self.names.get_or_init(|| {
            let reads_file = |command: &Command| matches!(command.word(0), Some("source" | "."));
            let mut commands = self.commands.iter();
            let may_call_all = commands.any(|command| may_call_any(command) && !reads_file(command));
            (!may_call_all).then(|| names_in(self.text).map(str::to_owned).collect())
        });
        names.as_ref().is_some_and(|names| !names.contains(function))
    }

    /// Whether a command that begins before `start` may leave the rest out.
    pub(crate) fn may_leave_before(&self, start: usize) -> bool {
        self.failures().first_leaving.is_some_and(|first| first < start)
    }

    /// The last command that begins before `start` and switches `errexit`, and whether it is on after it.
    pub(crate) fn errexit_before(&self, start: usize) -> Option<(&'c Command, bool)> {
        let switches = &self.failures().switches;
        let begins = |at: usize| self.commands.get(at).map(|command| command.range.start());
        let count = switches.partition_point(|(at, _)| begins(*at).is_some_and(|begin| begin < start));
        let (at, is_on) = switches.get(count.checked_sub(1)?)?;
        Some((self.commands.get(*at)?, *is_on))
    }

    /// Whether the text may switch `errexit` off.
    pub(crate) fn may_turn_errexit_off(&self) -> bool {
        *self.turns_errexit_off.get_or_init(|| self.text.contains("set +"))
    }

    /// Whether nothing follows from `end` on but the rest of a list, which `is_open` says goes on.
    pub(crate) fn only_list_follows(&self, end: usize, is_open: bool) -> bool {
        let next = self.first_from(end);
        if next == self.commands.len() {
            return !is_open;
        }
        is_open && self.failures().end_of_list.get(next) == Some(&true)
    }

    /// Whether the script fails unless this command of a list of `&&` runs: the list ends the script, and its status is that of the
    /// script. In the middle of a script the shell goes on after such a list, also with `set -e`.
    pub(crate) fn is_required(&self, command: &Command) -> bool {
        let list = *self.required.get_or_init(|| self.find_required_list());
        list.is_some_and(|list| {
            is_on_top(command)
                && command.range.start() >= list.start
                && command.branches == [list.branch]
                && !self.may_leave_before(list.start)
        })
    }

    fn find_required_list(&self) -> Option<RequiredList> {
        let mut on_top = self
            .commands
            .iter()
            .rev()
            .filter(|command| is_on_top(command))
            .peekable();
        let last = *on_top.peek()?;
        let [branch] = last.branches.as_slice() else {
            return None;
        };
        if last.on_failure != OnFailure::EndsScript || self.goes_on_after(last.range.end()) {
            return None;
        }
        let is_plain = |command: &Command| {
            !command.failure_is_ignored && !command.never_runs && command.loops.is_empty()
        };
        let leads_on = |command: &Command| is_plain(command) && command.on_failure == OnFailure::SkipsList;
        on_top.next_if(|last| is_plain(last))?;
        while on_top
            .next_if(|command| command.branches == [*branch] && leads_on(command))
            .is_some()
        {}
        let first = on_top.next()?;
        (first.branches.is_empty() && !first.is_conditional && leads_on(first)).then(|| RequiredList {
            start: first.range.start(),
            branch: *branch,
        })
    }

    /// Whether a command begins at `end` or later.
    pub(crate) fn goes_on_after(&self, end: usize) -> bool {
        self.first_from(end) < self.commands.len()
    }

    /// Whether words from `end` on look at the status of a command.
    pub(crate) fn looks_at_status_after(&self, end: usize) -> bool {
        let last = self.last_look_at_status.get_or_init(|| {
            let signs = ["$?", "${?}", "PIPESTATUS", "exit "].iter();
            signs.filter_map(|sign| self.text.rfind(sign)).max()
        });
        last.is_some_and(|last| last >= end)
    }

    /// Whether the script has a say in what the failure of a part of a pipe does.
    pub(crate) fn handles_pipes(&self) -> bool {
        self.failures().handles_pipes
    }

    /// The first command around this one, in whose substitution it is.
    pub(crate) fn first_around(&self, command: &Command) -> Option<&'c Command> {
        if command.subshells.is_empty() {
            return None;
        }
        let ends = self.ends.get_or_init(|| self.find_ends());
        // The commands before this one end too early.
        let first = ends.partition_point(|end| *end < command.range.end());
        let from = self.commands.get(first..)?.iter();
        from.take_while(|other| other.range.start() <= command.range.start())
            .find(|other| {
                other.subshells.len() < command.subshells.len() && other.range.contains_range(command.range)
            })
    }

    /// The only command that may give a variable a value; none for several. The outer none: there is no such command.
    pub(crate) fn setting(&self, name: &str) -> Option<Option<&'c Command>> {
        let setting = self.variables().set.get(name)?;
        Some(self.commands.get(setting.first).filter(|_| setting.is_only))
    }

    /// Whether a command names a variable in a place where it may set it.
    pub(crate) fn may_set(&self, name: &str) -> bool {
        self.variables().may_set_all || self.variables().named.contains(name)
    }

    fn first_from(&self, end: usize) -> usize {
        self.commands
            .partition_point(|command| command.range.start() < end)
    }

    fn functions(&self) -> &Functions {
        self.functions.get_or_init(|| self.find_functions())
    }

    fn failures(&self) -> &Failures {
        self.failures.get_or_init(|| self.find_failures())
    }

    fn variables(&self) -> &Variables {
        self.variables.get_or_init(|| self.find_variables())
    }

    fn find_functions(&self) -> Functions {
        let mut found = Functions::default();
        for (n, command) in self.commands.iter().enumerate() {
            if let Some(function) = &command.function {
                found.bodies.entry(Arc::clone(function)).or_default().push(n);
            }
        }
        if found.bodies.is_empty() {
            return found;
        }
        let names = found.bodies.keys();
        let in_small_letters: HashMap<String, Arc<str>> = names
            .map(|name| (name.to_ascii_lowercase(), Arc::clone(name)))
            .collect();
        for command in self.commands {
            let trapped = command.word(1).filter(|_| command.word(0) == Some("trap"));
            for name in command.word(0).into_iter().chain(trapped) {
                if command.function.as_deref() != Some(name)
                    && let Some((function, _)) = found.bodies.get_key_value(name)
                {
                    found.called.insert(Arc::clone(function));
                }
            }
            found.may_call_all |= may_call_any(command);
            let words = command.words.iter().map(|word| &word.text);
            let values = command
                .assignments
                .iter()
                .map(|assignment| &assignment.value.text);
            let targets = command.redirects.iter().map(|redirect| &redirect.target.text);
            for name in words.chain(values).chain(targets).flat_map(|text| names_in(text)) {
                let Some(function) = in_small_letters.get(&name.to_ascii_lowercase()) else {
                    continue;
                };
                if command.function.as_ref() != Some(function) {
                    found.named.insert(Arc::clone(function));
                }
            }
        }
        found
    }

    fn find_failures(&self) -> Failures {
        let leaves = |command: &&Command| {
            matches!(
                command.word(0),
                Some("exit" | "return" | "exec" | "trap" | "break" | "continue")
            )
        };
        let commands = self.commands.iter();
        let switches = commands
            .clone()
            .enumerate()
            .filter_map(|(n, command)| Some((n, switches_errexit(command)?)));
        let mut end_of_list = vec![false; self.commands.len()];
        let mut follows = None;
        for (slot, command) in end_of_list.iter_mut().zip(self.commands).rev() {
            *slot = match command.on_failure {
                OnFailure::Unknown => false,
                OnFailure::SkipsList => follows == Some(true),
                OnFailure::EndsScript => follows.is_none(),
            };
            follows = Some(*slot);
        }
        Failures {
            first_leaving: commands.clone().find(leaves).map(|command| command.range.start()),
            switches: switches.collect(),
            end_of_list,
            handles_pipes: commands.clone().any(handles_pipes),
        }
    }

    fn find_variables(&self) -> Variables {
        let mut found = Variables::default();
        let name_of = |text: &'c str| text.split('=').next().unwrap_or_default();
        let commands: &'c [Command] = self.commands;
        for (n, command) in commands.iter().enumerate() {
            let assigned = command.assignments.iter();
            let assigned = assigned.map(|assignment| assignment.name.as_str());
            let words = command.words.iter().map(|word| word.text.as_str());
            let set = assigned.clone().chain(words.clone().skip(1).map(name_of));
            for name in set {
                let setting = found.set.entry(name.to_owned()).or_insert(Setting {
                    first: n,
                    is_only: true,
                });
                setting.is_only &= setting.first == n;
            }
            found
                .named
                .extend(assigned.chain(words.map(name_of)).map(str::to_owned));
            found.may_set_all |= matches!(command.word(0), Some("source" | "." | "eval"));
        }
        found
    }

    fn find_ends(&self) -> Vec<usize> {
        let mut largest = 0;
        let ends = self.commands.iter().map(|command| {
            largest = largest.max(command.range.end());
            largest
        });
        ends.collect()
    }
}

fn handles_pipes(command: &Command) -> bool {
    let sets_pipefail = || command.words.iter().any(|word| word.text == "pipefail");
    let assigned = command.assignments.iter().map(|assignment| &assignment.value);
    let mut words = command.words.iter().chain(assigned);
    command.word(0) == Some("set") && sets_pipefail() || words.any(|word| word.text.contains("PIPESTATUS"))
}
