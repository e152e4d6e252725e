//! Programs that a command looks up where it names them: `$(which npm)`, `$(yarn bin)/changeset`, `@npm`.

/// The program that a command looks up on the PATH: `$(which npm)`.
pub(super) fn looked_up(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("$(").and_then(|text| text.strip_suffix(')'));
    let inside = inside.or_else(|| text.strip_prefix('`').and_then(|text| text.strip_suffix('`')))?;
    let mut words = inside.split_whitespace();
    match (words.next()?, words.next()?, words.next(), words.next()) {
        ("which", program, None, None) | ("command", "-v", Some(program), None) => Some(program),
        _ => None,
    }
}

/// The command after the `@` by which cmd is told not to print it: `@npm publish`.
pub(super) fn without_sign(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('@')?;
    let is_program = rest.starts_with(|c: char| c.is_ascii_alphabetic()) && !rest.contains('/');
    is_program.then_some(rest)
}

/// The program of the folder that a package manager prints: `$(yarn bin)/changeset`, `$(npm root)/.bin/changeset`,
/// `$(yarn bin changeset)`.
pub(super) fn in_bin_folder(text: &str) -> Option<&str> {
    let (inside, rest) = match text.strip_prefix("$(") {
        Some(text) => text.split_once(')')?,
        None => text.strip_prefix('`')?.split_once('`')?,
    };
    let mut words = inside.split_whitespace().filter(|word| !word.starts_with('-'));
    let (manager, verb, named) = (words.next()?, words.next()?, words.next());
    if !matches!(manager, "npm" | "pnpm" | "yarn") || words.next().is_some() {
        return None;
    }
    let program = match (verb, named) {
        ("bin", None) => rest.strip_prefix('/')?,
        ("root", None) => rest.strip_prefix("/.bin/")?,
        ("bin", Some(program)) if manager == "yarn" && rest.is_empty() => program,
        _ => return None,
    };
    (!program.is_empty() && !program.contains(['/', '$', '`'])).then_some(program)
}
