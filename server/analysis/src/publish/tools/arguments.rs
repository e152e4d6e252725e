//! The words after a program's name: flags, their values, and the rest.

use super::has_value_flag;
use crate::syntax::shell::Word;

/// Flags of npm, pnpm, yarn, bun and the tools that publish whose value is the next word.
const FLAGS_WITH_VALUE: [&str; 35] = [
    "--tag",
    "--access",
    "--registry",
    "--workspace",
    "--filter",
    "-F",
    "--prefix",
    "-C",
    "--dir",
    "--cwd",
    "--otp",
    "--userconfig",
    "--globalconfig",
    "--cache",
    "--loglevel",
    "--include",
    "--omit",
    "--dist-tag",
    "--preid",
    "--package",
    "--reporter",
    "--publish-branch",
    "--branches",
    "--extends",
    "--auth-type",
    "--gitHead",
    "--git-head",
    "--new-version",
    "--tolerate-republish-if",
    "--package-manager",
    "--pack-to-path",
    "--profile",
    "--token",
    "--location",
    "--contents",
];

/// The value of a boolean flag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flag {
    /// On.
    True,
    /// Off.
    False,
    /// Only the run knows.
    Dynamic,
}

/// The words after a program's name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arguments<'w> {
    /// The program: `-w` takes a value in npm, and none in pnpm.
    program: &'w str,
    words: &'w [Word],
}

impl<'w> Arguments<'w> {
    pub(crate) fn new(program: &'w str, words: &'w [Word]) -> Self {
        Self { program, words }
    }

    /// All words.
    pub(crate) fn words(&self) -> &'w [Word] {
        self.words
    }

    /// Whether a flag takes the next word as its value.
    fn takes_value(&self, flag: &str) -> bool {
        match flag {
            "-w" | "-L" => self.program == "npm",
            "-p" if matches!(self.program, "npx" | "pnpx" | "bunx") => true,
            _ => {
                FLAGS_WITH_VALUE.contains(&flag)
                    || is_scoped_registry(flag)
                    || has_value_flag(self.program, flag)
            }
        }
    }

    /// The words that are neither flags nor values of flags. After `--`, every word is one.
    pub(crate) fn positionals(&self) -> Vec<&'w Word> {
        let mut found = Vec::new();
        let mut words = self.words.iter().peekable();
        let mut only_positionals = false;
        while let Some(word) = words.next() {
            if only_positionals || !word.text.starts_with('-') || word.text == "-" {
                found.push(word);
                continue;
            }
            only_positionals = word.text == "--";
            let is_boolean_value = |next: &&Word| matches!(next.text.as_str(), "true" | "false");
            if self.takes_value(&word.text)
                || word.text.starts_with("--") && words.peek().is_some_and(is_boolean_value)
            {
                words.next();
            }
        }
        found
    }

    /// The texts of the positionals.
    pub(crate) fn texts(&self) -> Vec<&'w str> {
        texts_of(&self.positionals())
    }

    /// Whether one of these flags is given, without a value or with `true`.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.flag(names) == Some(Flag::True)
    }

    /// The value of a boolean flag; the last one counts.
    pub(crate) fn flag(&self, names: &[&str]) -> Option<Flag> {
        let values = names.iter().filter_map(|name| self.flag_word(name));
        values.max_by_key(|(at, _)| *at).map(|(_, flag)| flag)
    }

    /// The value of a boolean flag, and its place among the words.
    fn flag_word(&self, name: &str) -> Option<(usize, Flag)> {
        let with_next = self.words.iter().enumerate().rev();
        for (at, word) in with_next {
            let value = match word.text.strip_prefix(name) {
                Some("") => self.words.get(at + 1).map_or("true", |next| next.text.as_str()),
                Some(rest) => match rest.strip_prefix('=') {
                    Some(value) => value,
                    None => continue,
                },
                None => continue,
            };
            let has_own_value = word.text != name;
            let flag = match value {
                "false" => Flag::False,
                "true" => Flag::True,
                _ if has_own_value => Flag::Dynamic,
                _ => Flag::True,
            };
            return Some((at, flag));
        }
        None
    }

    /// The value of the first of these flags, as `--flag value` or `--flag=value`.
    pub(crate) fn value(&self, names: &[&str]) -> Option<Word> {
        self.values(names).into_iter().next()
    }

    /// The values of these flags, in their order.
    pub(crate) fn values(&self, names: &[&str]) -> Vec<Word> {
        self.values_where(|flag| names.contains(&flag))
    }

    /// The targets of `nx run-many` and `nx affected`.
    pub(crate) fn nx_targets(&self) -> Vec<String> {
        self.values(&["-t", "--target", "--targets"])
            .iter()
            .flat_map(|word| word.text.split(','))
            .map(str::to_owned)
            .collect()
    }

    /// The value of `--@scope:registry`.
    pub(crate) fn scoped_registry(&self) -> Option<Word> {
        self.values_where(is_scoped_registry).into_iter().next()
    }

    /// Each `--@scope:registry`, with its scope.
    pub(crate) fn scoped_registries(&self) -> Vec<(String, Word)> {
        let flags = self
            .words
            .iter()
            .map(|word| word.text.split('=').next().unwrap_or_default());
        let flags = flags.filter(|flag| is_scoped_registry(flag));
        flags
            .filter_map(|flag| {
                let scope = flag.strip_prefix("--")?.strip_suffix(":registry")?;
                Some((scope.to_owned(), self.value(&[flag])?))
            })
            .collect()
    }

    /// The flag that gives npm's registry a credential, with its name and its value: `--//registry.npmjs.org/:_authToken=…`.
    pub(crate) fn credential_of_npm(&self) -> Option<(String, Word, Word)> {
        let mut words = self.words.iter();
        words.find_map(|word| {
            let (flag, value) = word.text.split_once('=')?;
            let (registry, key) = flag.strip_prefix("--//")?.rsplit_once("/:")?;
            let is_credential = matches!(key, "_authToken" | "_auth" | "_password");
            (registry == "registry.npmjs.org" && is_credential)
                .then(|| (flag.to_owned(), word.clone(), with_text(word, value)))
        })
    }

    fn values_where(&self, is_meant: impl Fn(&str) -> bool) -> Vec<Word> {
        let mut found = Vec::new();
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            if is_meant(&word.text) {
                found.extend(words.next().cloned());
            } else if let Some((_, value)) = word.text.split_once('=').filter(|(flag, _)| is_meant(flag)) {
                found.push(with_text(word, value));
            }
        }
        found
    }
}

/// The texts of positionals.
pub(crate) fn texts_of<'w>(positionals: &[&'w Word]) -> Vec<&'w str> {
    positionals.iter().map(|word| word.text.as_str()).collect()
}

fn is_scoped_registry(flag: &str) -> bool {
    flag.starts_with("--@") && flag.ends_with(":registry")
}

/// A word with another text; whether it is dynamic is decided again, as only a part of the text is left.
pub(crate) fn with_text(word: &Word, text: &str) -> Word {
    Word {
        range: word.range,
        text: text.to_owned(),
        is_dynamic: word.is_dynamic && text.contains(['$', '`', '*', '?']),
        inner: None,
    }
}

/// A word of which nothing is known.
pub(crate) fn unknown_word(range: crate::text::TextRange) -> Word {
    Word {
        range,
        text: "$".to_owned(),
        is_dynamic: true,
        inner: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::read::command::test_support::{command_of, table};

    fn positionals(script: &str) -> String {
        let command = command_of(script);
        let program = command.words[0].text.clone();
        Arguments::new(&program, &command.words[1..]).texts().join(" ")
    }

    #[test]
    fn values_of_flags_are_not_positionals() {
        table(
            positionals,
            &[
                ("npm publish dist --tag next", "publish dist"),
                ("npm publish --tag=next dist", "publish dist"),
                ("npm -w a publish", "publish"),
                ("pnpm -w publish", "publish"),
                ("npm publish --provenance false dist", "publish dist"),
                ("npm publish --@a:registry https://example.com", "publish"),
                ("npm exec -- publish --x", "exec publish --x"),
                ("npm publish -", "publish -"),
            ],
        );
    }

    #[test]
    fn boolean_flags_may_have_values() {
        let flag = |script: &str| {
            let command = command_of(script);
            let arguments = Arguments::new("npm", &command.words[1..]);
            format!("{:?}", arguments.flag(&["--dry-run", "-n"]))
        };
        table(
            flag,
            &[
                ("npm publish", "None"),
                ("npm publish --dry-run", "Some(True)"),
                ("npm publish -n dist", "Some(True)"),
                ("npm publish --dry-run=false", "Some(False)"),
                ("npm publish --dry-run false", "Some(False)"),
                ("npm publish --dry-run=${{ inputs.dry }}", "Some(Dynamic)"),
                ("npm publish --dry-run --dry-run=false", "Some(False)"),
                ("npm publish --dry-running", "None"),
            ],
        );
    }
}
