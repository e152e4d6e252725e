//! What only cmd writes: `if exist FILE command`, and paths with `\`.
//!
//! Source: `if /?`, <https://learn.microsoft.com/windows-server/administration/windows-commands/if>.

use super::Splitter;

/// A condition is not longer.
const LONGEST_CONDITION: usize = 300;

impl Splitter<'_> {
    /// Skips the condition of an `if` of cmd, which the command follows at once. Tells whether there was one.
    pub(super) fn skip_condition_of_cmd(&mut self) -> bool {
        let mut end = self.rest().len().min(LONGEST_CONDITION);
        while !self.rest().is_char_boundary(end) {
            end -= 1;
        }
        let line = self.rest().get(..end).and_then(|text| text.lines().next());
        let length = line.and_then(condition);
        self.at += length.unwrap_or_default();
        length.is_some()
    }
}

/// The length of the condition with which a line begins.
fn condition(line: &str) -> Option<usize> {
    if line.contains("then") {
        return None;
    }
    let mut at = 0;
    let mut word = next_word(line, &mut at)?;
    let mut is_of_cmd = false;
    while word.eq_ignore_ascii_case("not") || word.eq_ignore_ascii_case("/i") {
        is_of_cmd = true;
        word = next_word(line, &mut at)?;
    }
    is_of_cmd |= word.contains(['%', '"', '!']);
    let is_test = ["exist", "defined", "errorlevel", "cmdextversion"]
        .iter()
        .any(|test| word.eq_ignore_ascii_case(test));
    if is_test {
        next_word(line, &mut at)?;
    } else if word.contains("==") {
        if word.ends_with("==") {
            next_word(line, &mut at)?;
        }
        is_of_cmd.then_some(())?;
    } else {
        let operator = next_word(line, &mut at)?;
        let is_named = ["equ", "neq", "lss", "leq", "gtr", "geq"]
            .iter()
            .any(|name| operator.eq_ignore_ascii_case(name));
        (is_of_cmd && (is_named || operator.starts_with("=="))).then_some(())?;
        if is_named || operator == "==" {
            next_word(line, &mut at)?;
        }
    }
    Some(at)
}

/// The word after some blanks, with what is in quotes or in `${{ }}`.
fn next_word<'l>(line: &'l str, at: &mut usize) -> Option<&'l str> {
    let rest = line.get(*at..)?;
    let start = rest.len() - rest.trim_start().len();
    let rest = rest.get(start..)?;
    let mut is_quoted = false;
    let mut expressions = 0_usize;
    let end = rest.char_indices().find(|(offset, c)| {
        match c {
            '"' => is_quoted = !is_quoted,
            '$' if rest.get(*offset..).is_some_and(|rest| rest.starts_with("${{")) => expressions += 1,
            '}' if rest.get(*offset..).is_some_and(|rest| rest.starts_with("}}")) => {
                expressions = expressions.saturating_sub(1);
            }
            _ => {}
        }
        !is_quoted && expressions == 0 && (c.is_whitespace() || *c == '(')
    });
    let end = end.map_or(rest.len(), |(offset, _)| offset);
    *at += start + end;
    rest.get(..end).filter(|word| !word.is_empty())
}

/// Whether the source of a word is a path of Windows: its `\` do not quote what follows.
pub(super) fn is_windows_path(source: &str) -> bool {
    let is_script = [".ps1", ".cmd", ".bat", ".exe"]
        .iter()
        .any(|extension| source.ends_with(extension));
    let is_relative = source.starts_with(".\\") || source.starts_with("..\\");
    let in_path =
        |c: char| c.is_alphanumeric() || matches!(c, '\\' | '/' | '.' | '-' | '_' | ':' | '%' | '$');
    (is_script || is_relative) && source.chars().all(in_path)
}

#[cfg(test)]
mod tests {
    use super::condition;
    use crate::syntax::shell::split_script;

    #[test]
    fn conditions() {
        for (line, expected) in [
            ("exist package.json npm publish", Some("npm publish")),
            ("not exist \"a b\" npm publish", Some("npm publish")),
            ("defined X npm publish", Some("npm publish")),
            ("not \"%A%\"==\"b c\" call npm publish", Some("call npm publish")),
            ("/i %A%==b npm publish", Some("npm publish")),
            ("\"%A%\" == \"b\" npm publish", Some("npm publish")),
            ("\"${{ inputs.a }}\"==\"true\" npm publish", Some("npm publish")),
            ("%ERRORLEVEL% EQU 0 npm publish", Some("npm publish")),
            ("errorlevel 1 exit /b 1", Some("exit /b 1")),
            ("\"%A%\"==\"b\" (", Some("(")),
            ("npm publish", None),
            ("[ \"$a\" == \"b\" ]; then npm publish", None),
            ("($a -eq 'b') { npm publish }", None),
            ("a == b", None),
            ("grep -q a==b", None),
            ("", None),
        ] {
            let rest = condition(line).map(|length| line[length..].trim_start());
            assert_eq!(rest, expected, "{line}");
        }
    }

    /// The commands of a script, with `?` for those that may be left out.
    fn show(script: &str) -> String {
        let commands = split_script(script).commands.into_iter().map(|command| {
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            format!(
                "{}{}",
                words.join(" "),
                if command.is_conditional { "?" } else { "" }
            )
        });
        commands.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn commands_after_a_condition() {
        for (script, expected) in [
            ("if exist a npm publish\nb", "npm publish?; b"),
            ("IF \"%A%\"==\"b\" npm publish\nb", "npm publish?; b"),
            ("if exist a (\n  npm publish\n)\nb", "npm publish?; b"),
            ("if exist a (b) else (c)\nd", "b?; c?; d"),
            ("FOR %%G IN (a b) DO npm publish %%G", "a b; npm publish ${G}?"),
            ("if npm test; then a; fi\nb", "npm test; a?; b"),
        ] {
            assert_eq!(show(script), expected, "{script}");
        }
    }

    #[test]
    fn paths_of_windows() {
        for (script, expected) in [
            (".\\ci\\publish.ps1 -Tag a", "./ci/publish.ps1 -Tag a"),
            ("ci\\publish.cmd", "ci/publish.cmd"),
            ("\\npm publish", "npm publish"),
            ("a\\ b", "a b"),
            ("find . -name \\*.exe", "find . -name *.exe"),
        ] {
            assert_eq!(show(script), expected, "{script}");
        }
    }
}
