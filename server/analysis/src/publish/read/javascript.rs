//! Commands that a script of JavaScript or TypeScript starts, found by the texts in it. The code is not followed, so
//! that what is found is a sign and no more.

use super::command::{Meaning, meaning};
use crate::publish::tools::Flag;
use crate::syntax::shell::split_script;

/// Functions that print or throw what they are given.
const TELLS: [&str; 14] = [
    "log", "info", "warn", "error", "debug", "success", "fail", "start", "step", "Error", "describe", "it",
    "test", "includes",
];

/// Characters behind which a `/` begins a regular expression.
const BEFORE_EXPRESSION: &[u8] = b"(,=:[!&|?{};+";

/// How many words of an argument list are read.
const MOST_WORDS: usize = 24;

/// A part of the code that matters here.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Token<'t> {
    /// A text without its quotes, and whether it is a template.
    Text(&'t str),
    /// A name or a number.
    Word(&'t str),
    Sign(u8),
}

/// The first publish command that the code starts: `npm publish`.
pub(crate) fn publish_command(code: &str) -> Option<String> {
    memchr::memmem::find(code.as_bytes(), b"publish")?;
    let tokens = tokens(code);
    let at_text = tokens
        .iter()
        .enumerate()
        .filter_map(|(at, token)| Some((at, text_of(token)?)));
    for (at, text) in at_text {
        let before = tokens.get(..at).unwrap_or_default();
        let is_list = before.last() == Some(&Token::Sign(b'['));
        let found = if is_list {
            of_list(&tokens, at)
        } else if text.contains("publish") && !is_told(before) {
            publish_in(text)
        } else {
            None
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// `'npm', ['publish', …]` and `['npm', 'publish', …]`.
fn of_list(tokens: &[Token<'_>], first: usize) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    if let Some([Token::Text(program), Token::Sign(b','), Token::Sign(b'[')]) =
        first.checked_sub(3).and_then(|from| tokens.get(from..first))
    {
        words.push(program);
    }
    let mut rest = tokens.get(first..).unwrap_or_default();
    while let [Token::Text(text), behind @ ..] = rest {
        words.push(text);
        rest = match behind {
            [Token::Sign(b','), behind @ ..] => behind,
            _ => &[],
        };
        if words.len() >= MOST_WORDS {
            break;
        }
    }
    if !words.contains(&"publish") {
        return None;
    }
    publish_in(&words.join(" "))
}

/// The publish command in a command line.
fn publish_in(line: &str) -> Option<String> {
    let script = split_script(line);
    script.commands.iter().find_map(|command| match meaning(command) {
        Meaning::Publish(publish) if publish.flags.dry_run != Some(Flag::True) => {
            let name = publish.name_range.slice(line);
            name.contains("publish").then(|| name.to_owned())
        }
        _ => None,
    })
}

/// Whether the text is only printed, thrown or compared.
fn is_told(before: &[Token<'_>]) -> bool {
    match before {
        [.., Token::Sign(b'='), Token::Sign(b'=')] => true,
        [
            ..,
            Token::Word("console"),
            Token::Sign(b'.'),
            Token::Word(_),
            Token::Sign(b'('),
        ] => true,
        [.., Token::Word(name), Token::Sign(b'(')] => TELLS.contains(name),
        _ => false,
    }
}

fn text_of<'t>(token: &Token<'t>) -> Option<&'t str> {
    match token {
        Token::Text(text) => Some(text),
        _ => None,
    }
}

/// The tokens of the code, comments and regular expressions left out. What does not match is forgiven.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let bytes = code.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        match byte {
            b'/' if next == Some(b'/') => at = end_of_line(bytes, at),
            b'/' if next == Some(b'*') => {
                let end = memchr::memmem::find(bytes.get(at + 2..).unwrap_or_default(), b"*/");
                at = end.map_or(bytes.len(), |end| at + 2 + end + 2);
            }
            b'/' if begins_expression(&tokens) => at = end_of_expression(bytes, at),
            b'#' if at == 0 && next == Some(b'!') => at = end_of_line(bytes, at),
            b'\'' | b'"' | b'`' => {
                let end = end_of_text(bytes, at);
                tokens.push(Token::Text(code.get(at + 1..end).unwrap_or_default()));
                at = end + 1;
            }
            _ if is_part_of_word(byte) => {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest
                    .iter()
                    .position(|byte| !is_part_of_word(*byte))
                    .unwrap_or(rest.len());
                tokens.push(Token::Word(code.get(at..at + length).unwrap_or_default()));
                at += length;
            }
            _ => {
                if !byte.is_ascii_whitespace() {
                    tokens.push(Token::Sign(byte));
                }
                at += 1;
            }
        }
    }
    tokens
}

fn is_part_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// Where the quote stands that ends the text which begins at `at`. One in quotes ends with its line at the latest.
fn end_of_text(bytes: &[u8], at: usize) -> usize {
    let quote = bytes.get(at).copied().unwrap_or_default();
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 1,
            b'\n' if quote != b'`' => return end,
            _ if byte == quote => return end,
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}

/// Whether a `/` begins a regular expression here, and does not divide.
fn begins_expression(tokens: &[Token<'_>]) -> bool {
    match tokens.last() {
        None => true,
        Some(Token::Sign(sign)) => BEFORE_EXPRESSION.contains(sign),
        Some(Token::Word(word)) => matches!(*word, "return" | "typeof" | "case"),
        Some(Token::Text(_)) => false,
    }
}

/// Behind the regular expression that begins at `at`, or behind the `/` where none ends in this line.
fn end_of_expression(bytes: &[u8], at: usize) -> usize {
    let mut in_class = false;
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return end + 1,
            b'\n' => break,
            _ => {}
        }
        end += 1;
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::publish_command;

    #[test]
    fn publish_commands_are_found_where_they_are_started() {
        for (code, expected) in [
            ("execSync('npm publish --access public')", Some("npm publish")),
            ("await $`pnpm -r publish --tag ${tag}`", Some("pnpm -r publish")),
            ("run(`cd ${dir} && npm publish`)", Some("npm publish")),
            (
                "await execa('npm', ['publish', '--tag', tag])",
                Some("npm publish"),
            ),
            (
                "spawnSync(isWindows ? 'npm.cmd' : 'npm', [\n  'publish', // it\n])",
                Some("npm publish"),
            ),
            ("Bun.spawn(['npm', 'publish'])", Some("npm publish")),
            (
                "x('vp', ['exec', 'pnpm', 'publish', '--tag', tag])",
                Some("pnpm publish"),
            ),
            ("exec(\"yarn npm publish\")", Some("yarn npm publish")),
            ("exec('npx changeset publish')", Some("changeset publish")),
            (
                "const command = 'npm publish'; exec(command)",
                Some("npm publish"),
            ),
            (
                "x.replace(/['\"`]/g, ''); exec('npm publish')",
                Some("npm publish"),
            ),
            ("const half = a / b; exec('npm publish') / 2", Some("npm publish")),
            // It is not started.
            ("// execSync('npm publish')", None),
            ("/* execSync('npm publish') */", None),
            ("execSync('npm publish --dry-run')", None),
            ("exec('npm', ['publish', '--dry-run'])", None),
            ("console.log('npm publish')", None),
            ("throw new Error('npm publish failed')", None),
            ("consola.info(`npm publish ${tag}`)", None),
            ("if (command === 'npm publish') {}", None),
            ("const text = 'how to npm publish'", None),
            ("publish('npm')", None),
            ("exec('npm', ['view', name, 'publish'])", None),
            ("exec('pnpm', ['run', 'publish'])", None),
            ("const url = 'https://a.b/npm publish", None),
            ("['a', '", None),
            ("", None),
        ] {
            assert_eq!(publish_command(code).as_deref(), expected, "{code}");
        }
    }

    #[test]
    fn long_monotonous_code_comes_to_an_end() {
        for piece in [
            "'",
            "`",
            "/",
            "/*",
            "[",
            "['publish',",
            "\\",
            "'publish' ",
            "é",
            "//",
        ] {
            let code = format!("publish{}", piece.repeat(20_000));
            assert_eq!(publish_command(&code), None, "{piece}");
        }
    }
}
