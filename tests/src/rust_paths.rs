//! Finds the paths in Rust code, such as `a::b::C`.

/// A name that a `use` imports into a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// The full path: `crate::a::B`.
    pub path: Vec<String>,
    /// The name in this module, or `*` for a glob import.
    pub name: String,
    /// It is a re-export.
    pub is_public: bool,
}

/// What a file imports, refers to and defines.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Paths {
    /// What `use` imports.
    pub imports: Vec<Import>,
    /// The paths with at least two segments outside of `use`.
    pub inline: Vec<Vec<String>>,
    /// The names of the items defined in the file.
    pub items: Vec<String>,
}

/// Reads code whose comments and literals are blanked.
pub fn paths_of(code: &str) -> Paths {
    let tokens = tokens_of(code);
    let mut paths = Paths::default();
    let mut at = 0;
    while let Some(&token) = tokens.get(at) {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before)).copied();
        // `impl Trait + use<'a>` is not an import.
        if token == "use" && tokens.get(at + 1) != Some(&"<") {
            let is_public = matches!(before, Some("pub" | ")"));
            let mut tree = UseTree {
                tokens: &tokens,
                at: at + 1,
            };
            tree.read(&[], is_public, &mut paths.imports);
            at = tree.at;
        } else if is_word(token) && !matches!(before, Some("::" | ".")) {
            let path = path_at(&tokens, at);
            at += 2 * path.len() - 1;
            // `pub(in crate::a)` does not use `crate::a`.
            let is_visibility = before == Some("in") && tokens.get(at) == Some(&")");
            if ITEMS.contains(&token) {
                paths.items.extend(tokens.get(at).map(|name| (*name).to_owned()));
            } else if path.len() > 1 && !is_visibility {
                paths.inline.push(path);
            }
        } else {
            at += 1;
        }
    }
    paths
}

const ITEMS: [&str; 9] = [
    "struct", "enum", "union", "fn", "trait", "type", "const", "static", "macro",
];

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Splits code into words, `::` and single characters.
fn tokens_of(code: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if is_part(first) {
            rest.find(|c| !is_part(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// The path that starts at a word.
fn path_at(tokens: &[&str], start: usize) -> Vec<String> {
    let mut path = Vec::new();
    let mut rest = tokens.get(start..).unwrap_or(&[]);
    while let [word, after @ ..] = rest {
        path.push((*word).to_owned());
        rest = match after {
            ["::", next, ..] if is_word(next) => after.get(1..).unwrap_or(&[]),
            _ => break,
        };
    }
    path
}

struct UseTree<'a> {
    tokens: &'a [&'a str],
    at: usize,
}

impl UseTree<'_> {
    fn next(&mut self) -> Option<&str> {
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        token
    }

    fn next_is(&mut self, token: &str) -> bool {
        let is_next = self.tokens.get(self.at) == Some(&token);
        self.at += usize::from(is_next);
        is_next
    }

    /// Reads a path that ends in a name, `*` or several trees in braces.
    fn read(&mut self, prefix: &[String], is_public: bool, imports: &mut Vec<Import>) {
        let mut path = prefix.to_vec();
        self.next_is("::");
        loop {
            if self.next_is("{") {
                while !self.next_is("}") {
                    self.read(&path, is_public, imports);
                    self.next_is(",");
                    if self.at >= self.tokens.len() {
                        return;
                    }
                }
                return;
            }
            let Some(part) = self.next().map(str::to_owned) else {
                return;
            };
            // `a::{self}` is `a`.
            if part != "self" || path.is_empty() {
                path.push(part);
            }
            if !self.next_is("::") {
                break;
            }
        }
        let mut name = path.last().cloned().unwrap_or_default();
        if self.next_is("as") {
            name = self.next().unwrap_or_default().to_owned();
        }
        if path.last().is_some_and(|last| last == "*") {
            path.pop();
        }
        imports.push(Import {
            path,
            name,
            is_public,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The imports as `path as name`.
    fn imports(code: &str) -> Vec<String> {
        let imports = paths_of(code).imports.into_iter();
        let show = |import: Import| format!("{} as {}", import.path.join("::"), import.name);
        imports.map(show).collect()
    }

    #[test]
    fn use_trees_are_taken_apart() {
        assert_eq!(imports("use crate::a::B;"), ["crate::a::B as B"]);
        assert_eq!(
            imports("use a::B as C; use d::E as _;"),
            ["a::B as C", "d::E as _"]
        );
        assert_eq!(imports("use super::*;"), ["super as *"]);
        assert_eq!(
            imports("use crate::{a::{self, B}, c::*, d as e,};\nuse f;"),
            [
                "crate::a as a",
                "crate::a::B as B",
                "crate::c as *",
                "crate::d as e",
                "f as f"
            ]
        );
    }

    #[test]
    fn re_exports_are_told_from_imports() {
        let code = "use a::A; pub use b::B; pub(crate) use c::{C, D}; pub fn f() {} use e::E;";
        let public: Vec<bool> = paths_of(code)
            .imports
            .iter()
            .map(|import| import.is_public)
            .collect();
        assert_eq!(public, [false, true, true, true, false]);
    }

    #[test]
    fn paths_outside_of_use_are_found() {
        let code = "pub(in crate::a) struct S(crate::b::C<d::E>); fn f() -> g { h.i::<super::J>(); x in crate::y() }";
        let paths = paths_of(code);
        let inline: Vec<String> = paths.inline.iter().map(|path| path.join("::")).collect();
        assert_eq!(inline, ["crate::b::C", "d::E", "super::J", "crate::y"]);
        assert_eq!(paths.items, ["S", "f"]);
    }
}
