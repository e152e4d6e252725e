//! What a test of a shell script says for a certain version of npm: `[ "$(npm -v | cut -d. -f1)" -lt 11 ]`.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::versions::version::{Version, parse_loose, parse_range, parse_version};

/// How deep substitutions and variables may lead into each other.
const MOST_DEPTH: usize = 12;

/// A shell whose npm is a certain one. It knows the few programs with which scripts take versions apart; whatever else they
/// run, it does not know.
pub(crate) struct VersionShell<'s> {
    npm: String,
    /// Variables as they are written, with their quotes.
    variables: &'s BTreeMap<String, String>,
}

impl<'s> VersionShell<'s> {
    pub(crate) fn new(npm: &Version, variables: &'s BTreeMap<String, String>) -> Self {
        Self {
            npm: npm.to_string(),
            variables,
        }
    }

    /// Whether a list of commands succeeds.
    pub(crate) fn succeeds(&self, list: &str) -> Option<bool> {
        self.list(list, MOST_DEPTH)
    }

    fn list(&self, list: &str, depth: usize) -> Option<bool> {
        let mut status = None;
        let mut joiner = "";
        for (part, next) in split_at(list, &["&&", "||"])? {
            let runs = match joiner {
                "" => Some(true),
                "&&" => status,
                _ => status.map(|status: bool| !status),
            };
            if runs? {
                status = Some(self.pipeline_status(part.trim(), depth)?);
            }
            joiner = next;
        }
        status
    }

    fn pipeline_status(&self, text: &str, depth: usize) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        if let Some(rest) = text.strip_prefix("! ") {
            return Some(!self.pipeline_status(rest.trim(), depth)?);
        }
        if let Some(inside) = text.strip_prefix("((").and_then(|text| text.strip_suffix("))")) {
            return self.conjunction(inside, &|test| self.arithmetic(test, depth));
        }
        if let Some(inside) = text.strip_prefix("[[ ").and_then(|text| text.strip_suffix(" ]]")) {
            return self.conjunction(inside, &|test| self.test(&raw_words(test)?, true, depth));
        }
        let stages = split_at(text, &["|"])?;
        let (last, before) = stages.split_last()?;
        let words = self.words(last.0, depth)?;
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        if before.is_empty() {
            return match texts.as_slice() {
                ["[", .., "]"] => {
                    let raw = raw_words(last.0)?;
                    self.test(raw.get(1..raw.len() - 1)?, false, depth)
                }
                ["test", ..] => self.test(raw_words(last.0)?.get(1..)?, false, depth),
                ["true" | ":"] => Some(true),
                ["false"] => Some(false),
                ["dpkg", "--compare-versions", a, operator, b] => {
                    compares(parse_loose(a)?.cmp(&parse_loose(b)?), operator)
                }
                _ => semver(&texts),
            };
        }
        let mut lines = Vec::new();
        for (stage, _) in before {
            lines = run(&self.words(stage, depth)?, &lines, &self.npm)?;
        }
        match texts.as_slice() {
            ["sort", flags @ ..] if flags.iter().all(|flag| flag.starts_with('-')) => {
                let flags = flags.concat().to_lowercase();
                let versions: Option<Vec<Version>> = lines.iter().map(|line| parse_loose(line)).collect();
                (flags.contains('v') && flags.contains('c') && !flags.contains('r'))
                    .then(|| versions.map(|versions| versions.is_sorted()))?
            }
            ["grep", flags @ .., pattern]
                if flags
                    .iter()
                    .all(|flag| matches!(*flag, "-q" | "-qE" | "-E" | "-Eq")) =>
            {
                let pattern = pattern.replace("\\.", ".");
                let literal = pattern.strip_prefix('^')?;
                let is_plain = literal.chars().all(|c| c.is_ascii_digit() || c == '.');
                is_plain.then(|| lines.iter().any(|line| line.starts_with(literal)))
            }
            _ => None,
        }
    }

    /// The parts of `[[ … && … ]]`.
    fn conjunction(&self, text: &str, test: &dyn Fn(&str) -> Option<bool>) -> Option<bool> {
        let mut any = false;
        for alternative in text.split("||") {
            let mut all = true;
            for part in alternative.split("&&") {
                all &= match part.trim().strip_prefix("! ") {
                    Some(part) => !test(part.trim())?,
                    None => test(part.trim())?,
                };
            }
            any |= all;
        }
        Some(any)
    }

    /// The words of `[ … ]`, as they are written.
    fn test(&self, words: &[&str], is_double: bool, depth: usize) -> Option<bool> {
        match words {
            ["!", rest @ ..] => Some(!self.test(rest, is_double, depth)?),
            ["-n", word] | [word] => Some(!self.expand(word, depth)?.is_empty()),
            ["-z", word] => Some(self.expand(word, depth)?.is_empty()),
            [a, operator, b] => {
                let left = self.expand(a, depth)?;
                let right = self.expand(b, depth)?;
                match *operator {
                    "=" | "==" | "!=" => {
                        let is_pattern = is_double && right.ends_with('*') && !b.ends_with(['"', '\'']);
                        let is_equal = match right.strip_suffix('*').filter(|_| is_pattern) {
                            Some(start) if !start.contains(['*', '?', '[']) => left.starts_with(start),
                            Some(_) => return None,
                            None => left == right,
                        };
                        Some(is_equal != (*operator == "!="))
                    }
                    // The shell compares texts here, which sorts 9 after 11.
                    "<" | "\\<" => Some(left < right),
                    ">" | "\\>" => Some(left > right),
                    _ => compares(number(&left)?.cmp(&number(&right)?), operator.strip_prefix('-')?),
                }
            }
            _ => None,
        }
    }

    /// `MAJOR < 11`
    fn arithmetic(&self, test: &str, depth: usize) -> Option<bool> {
        let operators = [
            ("<=", "le"),
            (">=", "ge"),
            ("==", "eq"),
            ("!=", "ne"),
            ("<", "lt"),
            (">", "gt"),
        ];
        let (operator, name) = operators.iter().find(|(operator, _)| test.contains(operator))?;
        let (a, b) = test.split_once(operator)?;
        let value = |text: &str| {
            let text = text.trim();
            match text.parse::<u64>() {
                Ok(number) => Some(number),
                Err(_) if self.variables.contains_key(text) => {
                    number(&self.expand(&format!("${text}"), depth)?)
                }
                Err(_) => number(&self.expand(text, depth)?),
            }
        };
        compares(value(a)?.cmp(&value(b)?), name)
    }

    fn words(&self, command: &str, depth: usize) -> Option<Vec<String>> {
        let words = raw_words(command)?.into_iter();
        words
            .filter(|word| !matches!(*word, ">" | "&>" | "2>" | "2>&1") && !word.ends_with("/dev/null"))
            .map(|word| self.expand(word, depth))
            .collect()
    }

    /// The text of a word.
    fn expand(&self, word: &str, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let mut text = String::new();
        let mut rest = word;
        let mut is_quoted = false;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..)?;
            rest = match c {
                '"' => {
                    is_quoted = !is_quoted;
                    after
                }
                '\'' if !is_quoted => {
                    let (literal, after) = after.split_once('\'')?;
                    text.push_str(literal);
                    after
                }
                '\\' => {
                    let next = after.chars().next()?;
                    if is_quoted && !"\"\\$`".contains(next) {
                        text.push('\\');
                    }
                    text.push(next);
                    after.get(next.len_utf8()..)?
                }
                '`' => {
                    let (inside, after) = after.split_once('`')?;
                    text.push_str(&self.output(inside, depth)?);
                    after
                }
                '$' if after.starts_with('(') => {
                    let end = closing(after)?;
                    text.push_str(&self.output(after.get(1..end)?, depth)?);
                    after.get(end + 1..)?
                }
                '$' if after.starts_with('{') => {
                    let (inside, after) = after.get(1..)?.split_once('}')?;
                    text.push_str(&self.parameter(inside, depth)?);
                    after
                }
                '$' => {
                    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                    let (name, after) = after.split_at(end.unwrap_or(after.len()));
                    text.push_str(&self.variable(name, depth)?);
                    after
                }
                _ => {
                    text.push(c);
                    after
                }
            };
        }
        Some(text)
    }

    fn variable(&self, name: &str, depth: usize) -> Option<String> {
        self.expand(self.variables.get(name)?, depth)
    }

    /// `V`, `V%%.*`, `V#v`
    fn parameter(&self, inside: &str, depth: usize) -> Option<String> {
        let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (name, operator) = inside.split_at(end.unwrap_or(inside.len()));
        let value = self.variable(name, depth)?;
        let cut = match operator {
            "" => Some(value.as_str()),
            "%%.*" => value.split('.').next(),
            "%.*" => value.rsplit_once('.').map(|(before, _)| before),
            "#*." => value.split_once('.').map(|(_, after)| after),
            "#v" => Some(value.strip_prefix('v').unwrap_or(&value)),
            _ => None,
        };
        cut.map(str::to_owned)
    }

    fn output(&self, pipeline: &str, depth: usize) -> Option<String> {
        let mut lines = Vec::new();
        for (stage, _) in split_at(pipeline, &["|"])? {
            lines = run(&self.words(stage, depth)?, &lines, &self.npm)?;
        }
        Some(lines.join("\n"))
    }
}

/// What a program prints, given what it reads.
fn run(words: &[String], input: &[String], npm: &str) -> Option<Vec<String>> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let each = |change: &dyn Fn(&str) -> Option<String>| input.iter().map(|line| change(line)).collect();
    match words.as_slice() {
        ["npm", "-v" | "--version"] => Some(vec![npm.to_owned()]),
        ["echo", word] => Some(vec![(*word).to_owned()]),
        ["echo", "-e", word] => Some(word.split("\\n").map(str::to_owned).collect()),
        ["printf", "%s\\n", rest @ ..] => Some(rest.iter().map(|word| (*word).to_owned()).collect()),
        ["printf", format, rest @ ..] if format.replace("%s\\n", "").is_empty() => {
            Some(rest.iter().map(|word| (*word).to_owned()).collect())
        }
        ["cut", flags @ ..] => {
            let flags = flags.join("").replace("-d", "");
            let field = flags.strip_prefix(".-f")?;
            each(&|line| {
                let parts: Vec<&str> = line.split('.').collect();
                match field {
                    "1,2" | "1-2" => Some(parts.get(..2)?.join(".")),
                    _ => Some((*parts.get(field.parse::<usize>().ok()?.checked_sub(1)?)?).to_owned()),
                }
            })
        }
        ["sed", "s/\\..*//" | "s/\\..*$//"] | ["awk", "-F.", "{print $1}" | "{ print $1 }"] => {
            each(&|line| Some(line.split('.').next()?.to_owned()))
        }
        ["awk", "-F", ".", "{print $1}" | "{ print $1 }"] => {
            each(&|line| Some(line.split('.').next()?.to_owned()))
        }
        ["sed", "s/^v//" | "s/v//"] | ["tr", "-d", "v"] => {
            each(&|line| Some(line.trim_start_matches('v').to_owned()))
        }
        ["sort", "-V" | "--version-sort"] => sorted(input),
        ["sort", "-rV" | "-Vr"] | ["sort", "-V", "-r"] | ["sort", "-r", "-V"] => {
            sorted(input).map(|lines| lines.into_iter().rev().collect())
        }
        ["head", "-1" | "-n1"] | ["head", "-n", "1"] => Some(input.iter().take(1).cloned().collect()),
        ["tail", "-1" | "-n1"] | ["tail", "-n", "1"] => Some(input.last().cloned().into_iter().collect()),
        ["node", "-p" | "-pe", code] => Some(vec![split_in_code(code)?]),
        _ => None,
    }
}

fn sorted(lines: &[String]) -> Option<Vec<String>> {
    let mut versions = Vec::new();
    for line in lines {
        versions.push((parse_loose(line)?, line.clone()));
    }
    versions.sort_by(|(a, _), (b, _)| a.cmp(b));
    Some(versions.into_iter().map(|(_, line)| line).collect())
}

/// `'11.5.1'.split('.')[0]`, as it is or in `parseInt(…)` or `Number(…)`.
fn split_in_code(code: &str) -> Option<String> {
    let code = code.trim();
    let inner = ["parseInt(", "Number("]
        .iter()
        .find_map(|name| code.strip_prefix(name)?.strip_suffix(')'));
    let code = inner.unwrap_or(code).replace('"', "'");
    let code = code
        .strip_suffix(", 10")
        .or_else(|| code.strip_suffix(",10"))
        .unwrap_or(&code);
    let (text, rest) = code.strip_prefix('\'')?.split_once('\'')?;
    let index = rest.strip_prefix(".split('.')[")?.strip_suffix(']')?;
    Some(text.split('.').nth(index.parse().ok()?)?.to_owned())
}

/// `npx --yes semver -r ">=11.5.1" 10.9.8`
fn semver(words: &[&str]) -> Option<bool> {
    let at = words
        .iter()
        .position(|word| *word == "semver" || word.starts_with("semver@"))?;
    let is_start = words.get(..at)?.iter().all(|word| {
        matches!(
            *word,
            "npx" | "pnpm" | "dlx" | "bunx" | "-y" | "--yes" | "-q" | "--quiet"
        )
    });
    let words = words.get(at + 1..)?;
    let (range, version) = match words {
        ["-r" | "--range", range, version] | [version, "-r" | "--range", range] => (range, version),
        _ => return None,
    };
    is_start.then(|| Some(parse_range(range)?.satisfies(&parse_version(version)?)))?
}

fn compares(order: Ordering, operator: &str) -> Option<bool> {
    Some(match operator {
        "lt" => order.is_lt(),
        "le" => order.is_le(),
        "gt" => order.is_gt(),
        "ge" => order.is_ge(),
        "eq" => order.is_eq(),
        "ne" => order.is_ne(),
        _ => return None,
    })
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

/// The words of a command, as they are written.
fn raw_words(text: &str) -> Option<Vec<&str>> {
    let parts = split_at(text, &[" ", "\t", "\n"])?;
    Some(
        parts
            .into_iter()
            .map(|(part, _)| part)
            .filter(|part| !part.is_empty())
            .collect(),
    )
}

/// The parts of a text, each with the separator after it. None if quotes or parentheses do not match.
fn split_at<'t>(text: &'t str, separators: &[&'static str]) -> Option<Vec<(&'t str, &'static str)>> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let rest = text.get(at..)?;
        let c = rest.chars().next()?;
        let separator = separators.iter().find(|separator| rest.starts_with(**separator));
        // `||` is not a pipe.
        let is_double = rest.starts_with("||") && separators == ["|"];
        if is_double {
            return None;
        }
        if let Some(separator) = separator {
            parts.push((text.get(start..at)?, *separator));
            at += separator.len();
            start = at;
            continue;
        }
        at += match c {
            '\\' => 1 + rest.get(1..)?.chars().next()?.len_utf8(),
            '(' => closing(rest)? + 1,
            '[' if rest.starts_with("[[ ") && separators.contains(&"&&") => rest.find(" ]]")? + 3,
            '"' | '\'' | '`' => end_of_quotes(rest)? + 1,
            _ => c.len_utf8(),
        };
    }
    parts.push((text.get(start..)?, ""));
    Some(parts)
}

/// Where the parenthesis closes with which a text begins.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = text.get(at..)?;
        let c = rest.chars().next()?;
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at),
            ')' => depth = depth.checked_sub(1)?,
            '"' | '\'' | '`' => at += end_of_quotes(rest)?,
            _ => {}
        }
        at += rest
            .get(..)
            .and_then(|_| text.get(at..)?.chars().next())
            .map_or(1, char::len_utf8);
    }
    None
}

/// Where the quotes close with which a text begins. `$(…)` in them may have quotes of its own.
fn end_of_quotes(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut at = 1;
    while at < text.len() {
        let rest = text.get(at..)?;
        let c = rest.chars().next()?;
        if c == quote {
            return Some(at);
        }
        at += match c {
            '\\' if quote != '\'' => 1 + rest.get(1..)?.chars().next()?.len_utf8(),
            '$' if quote == '"' && rest.starts_with("$(") => 1 + closing(rest.get(1..)?)? + 1,
            _ => c.len_utf8(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what a test says for two versions of npm, with variables.
    #[track_caller]
    fn check(variables: &[(&str, &str)], test: &str, expected: [Option<bool>; 2]) {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let variables = variables.collect();
        let found = ["10.9.8", "11.16.0"].map(|npm| {
            let npm = parse_version(npm).unwrap();
            VersionShell::new(&npm, &variables).succeeds(test)
        });
        assert_eq!(found, expected, "{test}");
    }

    const OLD: [Option<bool>; 2] = [Some(true), Some(false)];
    const NEW: [Option<bool>; 2] = [Some(false), Some(true)];

    #[test]
    fn versions_are_compared_as_scripts_do_it() {
        for (value, test) in [
            ("$(npm -v | cut -d. -f1)", "[ \"$V\" -lt 11 ]"),
            ("$(npm --version | cut -d '.' -f 1)", "test $V -lt 11"),
            ("\"$(npm -v)\"", "[ ${V%%.*} -lt 11 ]"),
            ("\"$(npm -v)\"", "[[ \"${V%%.*}\" -lt 11 ]]"),
            ("`npm -v`", "[[ $V == 10.* ]]"),
            ("$(npm -v)", "[[ $V != 11.* && -n $V ]]"),
            ("$(npm -v | sed 's/\\..*//')", "(( V < 11 ))"),
            ("$(npm -v | awk -F. '{print $1}')", "(( $V<=10 ))"),
            ("$(node -p \"'$(npm -v)'.split('.')[0]\")", "[ $V -ne 11 ]"),
            (
                "$(node -p \"parseInt('$(npm -v)'.split('.')[0])\")",
                "[ ! $V -ge 11 ]",
            ),
            ("$(npm -v)", "! npx semver -r '>=11.5.1' $V"),
            ("$(npm -v)", "npx --yes semver@7 \"$V\" -r '<11.5.1' > /dev/null"),
            (
                "$(npm -v)",
                "[ \"$(printf '%s\\n' 11.5.1 \"$V\" | sort -V | head -n1)\" != \"11.5.1\" ]",
            ),
            (
                "$(npm -v)",
                "[ \"$(printf '%s\\n%s\\n' \"11.5.1\" \"$V\" | sort -V | head -1)\" = \"$V\" ]",
            ),
            ("$(npm -v)", "dpkg --compare-versions \"$V\" lt 11.5.1"),
            ("$(npm -v)", "! printf '%s\\n' 11.5.1 $V | sort -V -C"),
            ("", "npm -v | grep -q '^10\\.'"),
            ("", "[ \"$(npm -v | cut -d. -f1)\" -lt 11 ] || false"),
            ("$(npm -v)", "[[ \"$V\" < \"11\" ]]"),
            ("", "[ \"$(echo $(npm -v) | cut -d. -f1)\" -lt \"11\" ]"),
        ] {
            check(&[("V", value)], test, OLD);
            check(
                &[("V", value)],
                &format!("! {test} && true").replace("! ! ", ""),
                NEW,
            );
        }
        let variables = [
            ("NPM", "$(npm -v)"),
            ("MIN", "11"),
            ("V", "$(echo $NPM | cut -d. -f1)"),
        ];
        check(&variables, "[ $V -ge $MIN ]", NEW);
    }

    #[test]
    fn what_is_not_understood_is_not_known() {
        for test in [
            "",
            "[ $UNKNOWN -lt 11 ]",
            "[ $(other) -lt 11 ]",
            "[ $V -lt 11 ]",
            "[ \"$V\" -lt ",
            "((",
            "npm -v | grep -q '1[01]'",
            "[[ $V =~ ^11 ]]",
            "check $V",
            "$LOOP",
            "[ a -lt 11 ] )",
        ] {
            check(&[("V", "$(npm -v)"), ("LOOP", "$LOOP")], test, [None, None]);
        }
    }
}
