//! What a module imports and exports.

use super::tokens::{Placed, Token};

/// A module that is loaded, and the names for what is taken of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Import {
    /// The module as it is written: `./lib/publish.js`.
    pub(super) module: String,
    /// What is taken, and its name here. `*` is the whole module.
    pub(super) bindings: Vec<(String, String)>,
    /// Whether the module may be used in ways that its bindings do not show.
    pub(super) is_open: bool,
    /// The statement that loads it; none if it is loaded at once.
    pub(super) statement: Option<usize>,
}

/// Something that a module exports.
#[derive(Clone, Debug)]
pub(super) struct Export {
    /// Its name. `*` are all names of another module.
    pub(super) name: String,
    /// What it is here, or in the module that it comes from.
    pub(super) local: String,
    /// The module that it comes from.
    pub(super) from: Option<String>,
}

impl Export {
    pub(super) fn of_local(name: &str, local: &str) -> Self {
        Self {
            name: name.to_owned(),
            local: local.to_owned(),
            from: None,
        }
    }
}

impl Import {
    /// An import that takes nothing.
    pub(super) fn loading(module: &str) -> Option<Self> {
        Some(Self {
            module: module.to_owned(),
            ..Self::default()
        })
    }
}

/// Reads an `import` statement; nothing inside if only types are imported.
pub(super) fn read_import(statement: &[Placed<'_>]) -> Option<Option<Import>> {
    let tokens: Vec<Token<'_>> = statement.iter().map(|placed| placed.token).collect();
    let [Token::Word("import"), rest @ ..] = tokens.as_slice() else {
        return None;
    };
    match rest {
        // `import('…')` and `import.meta` are expressions.
        [Token::Sign(b'(' | b'.'), ..] => return None,
        [Token::Text(module), ..] => return Some(Import::loading(module)),
        // `import type { … }`, but not `import type from`.
        [Token::Word("type"), Token::Sign(b'{' | b'*'), ..] => return Some(None),
        [Token::Word("type"), Token::Word(name), ..] if *name != "from" => return Some(None),
        // `import lib = require('./lib')`
        [
            Token::Word(name),
            Token::Sign(b'='),
            Token::Word("require"),
            Token::Sign(b'('),
            Token::Text(module),
            ..,
        ] => {
            return Some(Some(Import {
                module: (*module).to_owned(),
                bindings: vec![("*".to_owned(), (*name).to_owned())],
                ..Import::default()
            }));
        }
        _ => {}
    }
    let from = rest.iter().rposition(|token| token.is_word("from"))?;
    let Some(Token::Text(module)) = rest.get(from + 1) else {
        return None;
    };
    let mut bindings = Vec::new();
    let mut clause = rest.get(..from)?;
    if let [Token::Word(name), after @ ..] = clause {
        bindings.push(("default".to_owned(), (*name).to_owned()));
        clause = after;
    }
    if let [Token::Sign(b','), after @ ..] = clause {
        clause = after;
    }
    match clause {
        [Token::Sign(b'*'), Token::Word("as"), Token::Word(name)] => {
            bindings.push(("*".to_owned(), (*name).to_owned()));
        }
        [Token::Sign(b'{'), names @ .., Token::Sign(b'}')] => bindings.extend(pairs(names, "as")),
        _ => {}
    }
    Some(Some(Import {
        module: (*module).to_owned(),
        bindings,
        ..Import::default()
    }))
}

/// Reads `export { a as b }`, `export { a } from './a'` and `export * from './a'`.
pub(super) fn read_export_list(statement: &[Placed<'_>]) -> Option<Vec<Export>> {
    let tokens: Vec<Token<'_>> = statement.iter().map(|placed| placed.token).collect();
    let [Token::Word("export"), rest @ ..] = tokens.as_slice() else {
        return None;
    };
    if rest.first().is_some_and(|first| first.is_word("type")) && !rest.iter().any(|t| t.is_sign(b'=')) {
        return Some(Vec::new());
    }
    let from = match rest.iter().rposition(|token| token.is_word("from")) {
        Some(at) => match rest.get(at + 1) {
            Some(Token::Text(module)) => Some((*module).to_owned()),
            _ => None,
        },
        None => None,
    };
    let export = |(local, name): (String, String)| Export {
        name,
        local,
        from: from.clone(),
    };
    match rest {
        [Token::Sign(b'*'), Token::Word("as"), Token::Word(name), ..] => {
            Some(vec![export(("*".to_owned(), (*name).to_owned()))])
        }
        [Token::Sign(b'*'), ..] => Some(vec![export(("*".to_owned(), "*".to_owned()))]),
        [Token::Sign(b'{'), names @ ..] => {
            let end = names.iter().position(|token| token.is_sign(b'}'))?;
            let names = names.get(..end)?;
            Some(pairs(names, "as").map(export).collect())
        }
        _ => None,
    }
}

/// The modules that a statement loads when it runs: `require('./a')`, `await import('./a')`.
pub(super) fn read_loads(statement: &[Placed<'_>], at: usize) -> Vec<Import> {
    let tokens: Vec<Token<'_>> = statement.iter().map(|placed| placed.token).collect();
    let mut loads = Vec::new();
    for (n, window) in tokens.windows(3).enumerate() {
        let [
            Token::Word("require" | "import"),
            Token::Sign(b'('),
            Token::Text(module),
        ] = window
        else {
            continue;
        };
        let before = tokens.get(..n).unwrap_or_default();
        let after = tokens.get(n + 4..).unwrap_or_default();
        let bindings = bindings_before(before, after);
        loads.push(Import {
            module: (*module).to_owned(),
            is_open: bindings.is_none(),
            bindings: bindings.unwrap_or_default(),
            statement: Some(at),
        });
    }
    loads
}

/// The names that `const … = require('./a')` binds. None if something else happens with the module.
fn bindings_before(before: &[Token<'_>], after: &[Token<'_>]) -> Option<Vec<(String, String)>> {
    let mut before = before;
    let mut after = after;
    // `(await import('./a')).default`
    if let [rest @ .., Token::Word("await")] = before {
        before = rest;
    }
    if let ([rest @ .., Token::Sign(b'(')], [Token::Sign(b')'), behind @ ..]) = (before, after) {
        (before, after) = (rest, behind);
    }
    let taken = match after {
        [Token::Sign(b'.'), Token::Word(member), ..] => Some(*member),
        [Token::Sign(b'(' | b'['), ..] => return None,
        _ => None,
    };
    match before {
        [
            ..,
            Token::Word("const" | "let" | "var"),
            Token::Word(name),
            Token::Sign(b'='),
        ] => Some(vec![(taken.unwrap_or("*").to_owned(), (*name).to_owned())]),
        [rest @ .., Token::Sign(b'}'), Token::Sign(b'=')] if taken.is_none() => {
            let start = rest.iter().rposition(|token| token.is_sign(b'{'))?;
            let is_declaration = matches!(
                start.checked_sub(1).and_then(|at| rest.get(at)),
                Some(Token::Word("const" | "let" | "var"))
            );
            let names = rest.get(start + 1..)?;
            is_declaration.then(|| pairs(names, ":").collect())
        }
        // `require('./a')` alone on a line
        [] if after.is_empty() || matches!(after, [Token::Sign(b';')]) => Some(Vec::new()),
        _ => None,
    }
}

/// What an object exports: each of its keys, as a name of the module if it is one, and else as the whole object.
pub(super) fn exports_of_object(object: &[Placed<'_>], whole: &str) -> Vec<Export> {
    let mut exports = Vec::new();
    let mut depth = 0;
    for (at, placed) in object.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| object.get(before));
        let begins = before.is_some_and(|before| matches!(before.token, Token::Sign(b'{' | b',')));
        let next = |n: usize| object.get(at + n).map(|placed| placed.token);
        if let Some(name) = placed.token.name().filter(|_| depth == 1 && begins) {
            let local = match (next(1), next(2), next(3)) {
                (Some(Token::Sign(b',' | b'}')), ..) => name,
                (Some(Token::Sign(b':')), Some(Token::Word(local)), Some(Token::Sign(b',' | b'}'))) => local,
                _ => whole,
            };
            exports.push(Export::of_local(name, local));
        }
        depth += placed.token.depth();
    }
    exports
}

/// `a, b as c` as pairs of names. Types and default values are left out.
fn pairs<'n>(names: &'n [Token<'n>], separator: &'n str) -> impl Iterator<Item = (String, String)> + 'n {
    names.split(|token| token.is_sign(b',')).filter_map(move |name| {
        let is_separator = |token: &Token<'_>| match token {
            Token::Word(word) => *word == separator,
            Token::Sign(sign) => separator.as_bytes() == [*sign],
            _ => false,
        };
        match name {
            [Token::Word("type"), Token::Word(_), ..] => None,
            [Token::Word(name), between, Token::Word(other), ..] if is_separator(between) => {
                Some(((*name).to_owned(), (*other).to_owned()))
            }
            [Token::Word(name), ..] => Some(((*name).to_owned(), (*name).to_owned())),
            _ => None,
        }
    })
}
