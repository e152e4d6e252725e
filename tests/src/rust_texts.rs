//! The string literals of Rust code, for pages that list what the code says.

use crate::rust_code::code_of;

/// A string literal.
#[derive(PartialEq, Eq, Debug)]
pub struct Literal {
    /// What it holds. Of a format string, the placeholders are kept: `{name}`.
    pub text: String,
    /// The code before it, without the literals and comments there.
    pub before: String,
}

/// The string literals of code that is not compiled for tests only, in order.
pub fn literals(source: &str) -> Vec<Literal> {
    let code: Vec<char> = code_of(source).chars().collect();
    let source: Vec<char> = source.chars().collect();
    let tests = test_items(&code);
    let mut literals = Vec::new();
    for (start, _) in code.iter().enumerate().filter(|&(_, &c)| c == '"') {
        if tests.iter().any(|item| item.contains(&start)) || literal_is_raw(&code, start) {
            continue;
        }
        let rest = source.get(start + 1..).unwrap_or_default();
        let before: String = code.get(..start).unwrap_or_default().iter().collect();
        let before = before.trim_end().to_owned();
        let text = unescaped(rest);
        let is_format = ["format!(", "write!(", "writeln!("]
            .iter()
            .any(|name| last_call(&before).ends_with(name));
        let text = match is_format {
            true => text.replace("{{", "{").replace("}}", "}"),
            false => text,
        };
        literals.push(Literal { text, before });
    }
    literals
}

/// The code from the last open parenthesis of a call: `format!(` for the code before the text of `format!("…")`.
fn last_call(before: &str) -> &str {
    before.get(before.len().saturating_sub(12)..).unwrap_or(before)
}

fn literal_is_raw(code: &[char], start: usize) -> bool {
    start > 0 && matches!(code.get(start - 1), Some('b' | '#' | 'r'))
}

/// A string up to the quote that ends it.
fn unescaped(rest: &[char]) -> String {
    let mut text = String::new();
    let mut chars = rest.iter().copied().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                Some('u') => {
                    let digits: String = chars.by_ref().take_while(|&c| c != '}').collect();
                    let code = u32::from_str_radix(digits.trim_start_matches('{'), 16);
                    text.extend(code.ok().and_then(char::from_u32));
                }
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

/// Where the code is compiled for tests only.
fn test_items(code: &[char]) -> Vec<std::ops::Range<usize>> {
    let attribute: Vec<char> = "#[cfg(test)]".chars().collect();
    let starts = code
        .windows(attribute.len())
        .enumerate()
        .filter(|(_, window)| *window == attribute)
        .map(|(start, _)| start);
    starts
        .map(|start| start..start + item_length(code.get(start..).unwrap_or_default()))
        .collect()
}

/// To the `;` or the closing brace that ends the item.
fn item_length(item: &[char]) -> usize {
    let mut depth = 0;
    for (at, c) in item.iter().enumerate() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_decoded_and_those_of_tests_left_out() {
        let source = "fn f() { help(\"one \\\"two\\\" \\\n    three\"); // \"four\"\n format!(\"{name}: {{x}}\"); r\"raw\"; }\n\
                      #[cfg(test)]\nmod tests { fn g() { \"five\" } }\nconst LAST: &str = \"six\";";
        let texts: Vec<String> = literals(source).into_iter().map(|literal| literal.text).collect();
        assert_eq!(texts, ["one \"two\" three", "{name}: {x}", "six"]);
        assert!(literals(source)[0].before.ends_with("help("));
    }
}
