//! What a variable of a script holds: the words with which its values begin.

use crate::publish::tools::is_program;
use crate::syntax::shell::{Assignment, Command, Word, list_of_power_shell, split_script};

/// Programs whose first argument decides what they do: `npm "${ARGS[@]}"`.
pub(super) const WITH_VERB: [&str; 9] = ["npm", "npx", "pnpm", "pn", "pnpx", "yarn", "bun", "bunx", "sudo"];

/// More words than these are not put in the place of a variable.
const MOST_WORDS: usize = 100;

/// More commands than these a variable does not hold.
const MOST_VALUES: usize = 4;

/// What a variable holds after the assignments so far: one of these values, each the words with which it begins.
#[derive(Default)]
pub(super) struct Held {
    pub(super) values: Vec<Value>,
    /// Whether every run has the one value that there is.
    pub(super) is_certain: bool,
    /// Whether a value was not understood.
    pub(super) is_unknown: bool,
}

pub(super) struct Value {
    pub(super) words: Vec<String>,
    /// Whether it is an array of a shell: `(a b)`.
    is_array: bool,
    /// Whether others may follow.
    is_open: bool,
}

impl Held {
    /// Takes over what a command assigns.
    pub(super) fn assign(&mut self, assignment: &Assignment, command: &Command) {
        let is_conditional = command.is_conditional || command.function.is_some();
        let is_lost = !command.subshells.is_empty();
        let added = added_to(assignment);
        let is_first = self.values.is_empty();
        let is_array = assignment.value.text.starts_with('(');
        let value = words_of(added.as_deref().unwrap_or(&assignment.value.text)).filter(|_| !is_lost);
        match (added, value) {
            (Some(_), _) if is_first => self.is_unknown = true,
            (Some(_), added) => self.add(added.filter(|_| !is_conditional)),
            (None, None) => self.is_unknown = true,
            (None, Some(words)) if is_conditional => {
                let mut known = self.values.iter_mut();
                if known.any(|value| value.takes(&words)) {
                    return;
                }
                self.is_certain = false;
                match self.values.len() >= MOST_VALUES {
                    true => self.is_unknown = true,
                    false => self.values.push(Value::new(words, is_array)),
                }
            }
            (None, Some(words)) => {
                *self = Self {
                    values: vec![Value::new(words, is_array)],
                    is_certain: true,
                    is_unknown: false,
                };
            }
        }
    }

    /// Adds words to each value. `None` if the words, or whether they are added, cannot be read from the script.
    fn add(&mut self, added: Option<Vec<String>>) {
        for value in &mut self.values {
            match &added {
                Some(added) if !value.is_open && value.words.len() + added.len() <= MOST_WORDS => {
                    value.words.extend(added.iter().cloned());
                }
                _ => value.is_open = true,
            }
        }
    }

    /// The words that the variable of this name may hold, which is the word `at` of a command. What only some runs add is one word
    /// that nothing is known of. None if a single word does not say what runs.
    pub(super) fn values(&self, name: &str, at: usize, goes_on: bool) -> Vec<Vec<String>> {
        let runs_something =
            |value: &&Value| !matches!(value.words.as_slice(), [word] if word == "true" || word == ":");
        let values = self.values.iter().filter(runs_something);
        let says_enough = |value: &Value| match value.words.as_slice() {
            [] => false,
            [only] => at > 0 || goes_on && may_be_program(only),
            _ => true,
        };
        if self.is_unknown || !values.clone().all(says_enough) {
            return Vec::new();
        }
        let values = values.map(|value| {
            let rest = value.is_open.then(|| format!("${name}"));
            value.words.iter().cloned().chain(rest).collect()
        });
        values.collect()
    }

    /// The words that a word becomes by the one value that every run has: of an array, or else of flags.
    pub(super) fn only_value(&self, name: &str, word: &Word) -> Option<Vec<String>> {
        let [value] = self.values.as_slice() else {
            return None;
        };
        let is_meant = match is_array(word) {
            // In quotes it is one word.
            true => !word.text.ends_with("[*]}") || word.inner == Some(word.range) || value.words.len() < 2,
            // Of an array it is the first element.
            false => !value.is_array && value.words.first().is_some_and(|word| word.starts_with('-')),
        };
        let is_known = self.is_certain && !self.is_unknown && is_meant;
        is_known.then(|| {
            let rest = value.is_open.then(|| format!("${name}"));
            value.words.iter().cloned().chain(rest).collect()
        })
    }
}

impl Value {
    fn new(mut words: Vec<String>, is_array: bool) -> Self {
        let is_open = words.len() > MOST_WORDS;
        words.truncate(MOST_WORDS);
        Self {
            words,
            is_array,
            is_open,
        }
    }

    /// Whether another value begins with the same command: then what both begin with is the value.
    fn takes(&mut self, other: &[String]) -> bool {
        let pairs = self.words.iter().zip(other);
        let same = pairs.take_while(|(one, other)| one == other).count();
        if same < 2 {
            return false;
        }
        self.is_open |= same < self.words.len() || same < other.len();
        self.words.truncate(same);
        true
    }
}

/// Whether a word is an array: `${NAME[@]}`, and `@NAME` of PowerShell.
pub(super) fn is_array(word: &Word) -> bool {
    word.text.ends_with("[@]}") || word.text.ends_with("[*]}") || word.text.starts_with('@')
}

/// Whether a word is a program whose arguments say what it does, or prints them.
fn may_be_program(word: &str) -> bool {
    let program = word.trim_end_matches(".cmd");
    WITH_VERB.contains(&program)
        || is_program(program)
        || matches!(word, "echo" | "printf" | "Write-Host")
        || default_of(word).is_some_and(|default| WITH_VERB.contains(&default) || is_program(default))
}

/// The default in `${NAME:-npm}`.
fn default_of(word: &str) -> Option<&str> {
    let (_, default) = word.strip_prefix("${")?.strip_suffix('}')?.split_once('-')?;
    Some(default)
}

/// What an assignment adds to the value that there is: `CMD="$CMD --tag next"`, `CMD+=' --tag next'`.
fn added_to(assignment: &Assignment) -> Option<String> {
    let (name, text) = (&assignment.name, assignment.value.text.as_str());
    let is_added_to = assignment.range.len() > name.len() + 1 + assignment.value.range.len();
    let rest = [format!("${name} "), format!("${{{name}}} ")]
        .iter()
        .find_map(|start| text.strip_prefix(start.as_str()).map(str::to_owned));
    rest.or_else(|| is_added_to.then(|| text.to_owned()))
}

/// The words of a value; none if it is more than one command, or empty.
fn words_of(value: &str) -> Option<Vec<String>> {
    if value.starts_with(['@', '\'', '"'])
        && let Some(list) = list_of_power_shell(value)
    {
        return Some(list);
    }
    let inside = value.strip_prefix('(').and_then(|value| value.strip_suffix(')'));
    if inside.is_some_and(|inside| inside.trim().is_empty()) {
        return Some(Vec::new());
    }
    let script = split_script(inside.unwrap_or(value));
    let [command] = script.commands.as_slice() else {
        return None;
    };
    let is_plain = command.assignments.is_empty() && command.redirects.is_empty();
    is_plain.then(|| command.words.iter().map(|word| word.text.clone()).collect())
}
