//! The globs that a regular expression for paths stands for.

use std::collections::BTreeSet;

/// Spells an expression out: `a(b|c)\.ya?ml` stands for four names. It may contain groups, `|`, `?` after one character,
/// escapes, and `[^/]+`, which becomes `*`.
pub fn spelled_out(regex: &str) -> BTreeSet<String> {
    let mut rest = regex.chars().collect::<Vec<_>>().into_iter().peekable();
    let names = alternatives(&mut rest);
    assert_eq!(rest.next(), None, "{regex} has a `)` too many");
    names
}

type Characters = std::iter::Peekable<std::vec::IntoIter<char>>;

/// To the end, or to a `)`.
fn alternatives(rest: &mut Characters) -> BTreeSet<String> {
    let mut all = sequence(rest);
    while rest.next_if_eq(&'|').is_some() {
        all.extend(sequence(rest));
    }
    all
}

fn sequence(rest: &mut Characters) -> BTreeSet<String> {
    let mut names = BTreeSet::from([String::new()]);
    while let Some(c) = rest.next_if(|c| !matches!(c, '|' | ')')) {
        let mut next = match c {
            '(' => {
                let group = alternatives(rest);
                assert_eq!(rest.next(), Some(')'), "a `)` is missing");
                group
            }
            '\\' => BTreeSet::from([rest.next().map(String::from).unwrap_or_default()]),
            '[' => {
                let class: String = std::iter::once('[').chain(rest.by_ref().take(4)).collect();
                assert_eq!(class, "[^/]+", "this is the only class that is understood");
                BTreeSet::from(["*".to_owned()])
            }
            c => BTreeSet::from([c.to_string()]),
        };
        if rest.next_if_eq(&'?').is_some() {
            next.insert(String::new());
        }
        let both = |start: &String| next.iter().map(|end| format!("{start}{end}")).collect::<Vec<_>>();
        names = names.iter().flat_map(both).collect();
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_stands_for_globs() {
        let globs = |regex| spelled_out(regex).into_iter().collect::<Vec<_>>();
        assert_eq!(globs(r"a\.ya?ml"), ["a.yaml", "a.yml"]);
        assert_eq!(globs(r"(\.?a|b/[^/]+)\.c|d"), [".a.c", "a.c", "b/*.c", "d"]);
    }
}
