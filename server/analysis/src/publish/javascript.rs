//! Publish commands that JavaScript or TypeScript starts.
//!
//! This is no parser: it looks at the texts in quotes, outside of comments, for a command line, or for a program and
//! behind it its arguments. What it finds is a weak signal.

/// Programs that publish when they are told to.
const PROGRAMS: [&str; 7] = ["npm", "pnpm", "yarn", "npx", "bunx", "lerna", "changeset"];
/// A program's arguments stand so close behind it.
const MOST_ARGUMENTS: usize = 8;
/// A longer text is no command.
const LONGEST_COMMAND: usize = 400;

/// Whether the code holds a command of which `publishes` says that it publishes.
pub(super) fn starts_publish(code: &str, publishes: impl Fn(&str) -> bool) -> bool {
    let texts = texts(code);
    texts.iter().enumerate().any(|(at, text)| {
        let line = text.text.trim();
        if line.len() > LONGEST_COMMAND {
            return false;
        }
        let is_line = PROGRAMS.iter().any(|program| {
            line.strip_prefix(program)
                .is_some_and(|rest| rest.starts_with(' '))
        });
        if is_line && publishes(line) {
            return true;
        }
        if !PROGRAMS.contains(&line) {
            return false;
        }
        let mut command = line.to_owned();
        // The arguments stand in one list, so that nothing but punctuation and names lies between them.
        let arguments = texts.iter().skip(at + 1).take(MOST_ARGUMENTS);
        for argument in arguments.take_while(|argument| !argument.is_after_statement) {
            command.push(' ');
            command.push_str(argument.text.trim());
        }
        publishes(&command)
    })
}

/// A text in quotes.
struct Text {
    /// What stands in it; for what a template puts in stands `$x`.
    text: String,
    /// Whether a statement ended between the text before and this one.
    is_after_statement: bool,
}

fn texts(code: &str) -> Vec<Text> {
    let mut found = Vec::new();
    let mut letters = code.chars().peekable();
    let mut is_after_statement = false;
    while let Some(letter) = letters.next() {
        match letter {
            '/' if letters.peek() == Some(&'/') => {
                for letter in letters.by_ref() {
                    if letter == '\n' {
                        break;
                    }
                }
            }
            '/' if letters.peek() == Some(&'*') => {
                letters.next();
                let mut before = ' ';
                for letter in letters.by_ref() {
                    if before == '*' && letter == '/' {
                        break;
                    }
                    before = letter;
                }
            }
            '\'' | '"' | '`' => {
                found.push(Text {
                    text: text_until(letter, &mut letters),
                    is_after_statement,
                });
                is_after_statement = false;
            }
            ';' | '}' => is_after_statement = true,
            _ => {}
        }
    }
    found
}

/// The text up to its closing quote; an unclosed one ends with its line, unless it is a template.
fn text_until(quote: char, letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.extend(letters.next()),
            letter if letter == quote => break,
            '\n' if quote != '`' => break,
            '$' if quote == '`' && letters.peek() == Some(&'{') => {
                let mut depth = 0_usize;
                for inner in letters.by_ref() {
                    match inner {
                        '{' => depth += 1,
                        '}' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
                text.push_str("$x");
            }
            letter => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, expected: Option<&str>) {
        let found = std::cell::RefCell::new(None);
        let publishes = |line: &str| {
            let is_publish = line.contains(" publish") && !line.contains("--dry-run");
            found.replace(is_publish.then(|| line.to_owned()));
            is_publish
        };
        assert_eq!(starts_publish(code, publishes), expected.is_some(), "{code}");
        assert_eq!(found.take().as_deref(), expected, "{code}");
    }

    #[test]
    fn command_lines_and_lists_of_arguments_are_found() {
        check(
            "execSync('npm publish --access public')",
            Some("npm publish --access public"),
        );
        check(
            "await $`pnpm publish --tag ${tag}`;",
            Some("pnpm publish --tag $x"),
        );
        check(
            "spawnSync(\"npm\", [\"publish\", \"--tag\", tag], { cwd })",
            Some("npm publish --tag"),
        );
        check(
            "run('pnpm', [\n  'publish', // now\n  '--no-git-checks',\n])",
            Some("pnpm publish --no-git-checks"),
        );
    }

    #[test]
    fn what_only_speaks_of_publishing_is_left_alone() {
        check("// execSync('npm publish')", None);
        check("/* npm publish\n 'npm publish' */ run('npm test')", None);
        check("console.log('To publish, run npm publish')", None);
        check("run('npm'); log('publish is next')", None);
        check("execSync('npm publish --dry-run')", None);
        check("const text = 'unclosed\nrun()", None);
        check("`${", None);
    }
}
