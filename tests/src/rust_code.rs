//! As much of Rust as the tests of the project's own sources need.

/// The code alone: comments and the contents of literals are blanked, so that offsets and lines stay the same.
pub fn code_of(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut code = String::with_capacity(source.len());
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let rest = chars.get(at..).unwrap_or(&[]);
        // How much is literal or comment, and how much of its start is kept as code.
        let (length, kept) = match rest {
            ['/', '/', ..] => (rest.iter().take_while(|&&c| c != '\n').count(), 0),
            ['/', '*', ..] => (block_comment_length(rest), 0),
            ['"', ..] => (string_length(rest), 1),
            ['r', '"', ..] | ['r', '#', '"', ..] | ['r', '#', '#', '"', ..] if !ends_in_word(&code) => {
                (raw_string_length(rest), 1)
            }
            ['\'', '\\', ..] => (2 + rest.iter().skip(3).take_while(|&&c| c != '\'').count() + 2, 1),
            ['\'', _, '\'', ..] => (3, 1),
            _ => (1, 1),
        };
        code.push(if kept == 0 { ' ' } else { c });
        code.extend(
            rest.iter()
                .take(length)
                .skip(1)
                .map(|&c| if c == '\n' { '\n' } else { ' ' }),
        );
        at += length;
    }
    code
}

fn ends_in_word(code: &str) -> bool {
    code.ends_with(|c: char| c.is_alphanumeric() || c == '_') && !code.ends_with('b')
}

fn block_comment_length(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while let Some(pair) = rest.get(at..at + 2) {
        match pair {
            ['/', '*'] => (depth, at) = (depth + 1, at + 2),
            ['*', '/'] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string_length(rest: &[char]) -> usize {
    let mut at = 1;
    while let Some(c) = rest.get(at) {
        match c {
            '"' => return at + 1,
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

fn raw_string_length(rest: &[char]) -> usize {
    let hashes = rest.iter().skip(1).take_while(|&&c| c == '#').count();
    let mut end = vec!['"'];
    end.resize(hashes + 1, '#');
    let start = hashes + 2;
    let content = rest.get(start..).unwrap_or(&[]);
    let length = content.windows(end.len()).position(|window| window == end);
    length.map_or(rest.len(), |length| start + length + end.len())
}

/// Code without what is compiled for tests only.
pub fn without_tests(code: &str) -> String {
    const ATTRIBUTE: &str = "#[cfg(test)]";
    let mut result = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(ATTRIBUTE) {
        let (before, item) = rest.split_at(start);
        result.push_str(before);
        let (skipped, after) = item.split_at(item_length(item));
        // The lines stay, so that a finding after them has the right number.
        result.extend(skipped.chars().filter(|&c| c == '\n'));
        rest = after;
    }
    result + rest
}

/// To the `;` or the closing brace that ends the item.
fn item_length(item: &str) -> usize {
    let mut depth = 0;
    for (at, c) in item.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

/// The attributes that `code` has, each from `#` to `]`, with the number of its line from 1.
pub fn attributes(code: &str) -> Vec<(usize, &str)> {
    let starts = code.match_indices("#[").chain(code.match_indices("#!["));
    let mut attributes: Vec<(usize, &str)> = starts
        .filter_map(|(start, _)| {
            let text = code.get(start..)?;
            let mut depth = 0;
            let (end, _) = text.char_indices().find(|&(_, c)| {
                depth += i32::from(c == '[') - i32::from(c == ']');
                c == ']' && depth == 0
            })?;
            Some((line_number(code, start), text.get(..=end)?))
        })
        .collect();
    attributes.sort_unstable();
    attributes
}

/// Where a word is, unless it is part of a longer one: the numbers of the lines, from 1.
pub fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .filter(|&(start, _)| {
            let before = code.get(..start).unwrap_or("");
            let behind = code.get(start + word.len()..).unwrap_or("");
            let joins_before = word.starts_with(is_part) && before.ends_with(is_part);
            let joins_behind = word.ends_with(is_part) && behind.starts_with(is_part);
            !joins_before && !joins_behind
        })
        .map(|(start, _)| line_number(code, start))
        .collect()
}

fn line_number(code: &str, offset: usize) -> usize {
    code.get(..offset).unwrap_or("").matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked() {
        let source = r####"
            let a = "x.unwrap()"; // .unwrap()
            let b = r#"todo!("")"#; /* a /* todo!() */ .unwrap() */ let c = '"'; let d: &'static str = "\"";
            let e = b"todo!()"; let f = '\''; for r in x { r"y" } code()"####;
        let code = code_of(source);
        for gone in ["unwrap", "todo", "y\""] {
            assert!(!code.contains(gone), "{gone} in {code}");
        }
        for kept in [
            "let a",
            "let b",
            "let c",
            "&'static str",
            "let e",
            "let f",
            "for r in x",
            "code()",
        ] {
            assert!(code.contains(kept), "no {kept} in {code}");
        }
        assert_eq!(code.lines().count(), source.lines().count());
    }

    #[test]
    fn test_modules_are_left_out() {
        let code = "a\n#[cfg(test)]\nmod tests {\n { b }\n}\n#[cfg(test)]\nmod more;\nc\n";
        let without = without_tests(code);
        assert_eq!(without.split_whitespace().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(lines_with_word(&without, "c"), [8]);
    }

    #[test]
    fn words_and_attributes_are_found() {
        assert_eq!(
            lines_with_word("TextRange::new(1)\n Range::new(2)\n", "Range::new"),
            [2]
        );
        assert_eq!(lines_with_word("x.unwrap()\n", ".unwrap()"), [1]);
        assert_eq!(lines_with_word("stdin std::fs\nstd::fs_extra", "std::fs"), [1]);
        let found = attributes("#![a]\n#[expect(\n  b[0],\n)]\nx[1]");
        assert_eq!(found, [(1, "#![a]"), (2, "#[expect(\n  b[0],\n)]")]);
    }
}
