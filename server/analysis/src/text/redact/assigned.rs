//! Secrets that are known by the name that they are assigned to.

use std::ops::Range;

use super::is_reference;

/// Keys of `.npmrc` and `.yarnrc.yml` whose values are credentials:
/// <https://docs.npmjs.com/cli/v11/configuring-npm/npmrc#auth-related-configuration>,
/// <https://yarnpkg.com/configuration/yarnrc#npmAuthToken>.
pub(super) const NPM_KEYS: [&str; 5] = ["_authToken", "_auth", "_password", "npmAuthToken", "npmAuthIdent"];

/// Words at the end of a variable's or an input's name that say that its value is a secret.
const SECRET_WORDS: [&str; 6] = ["token", "password", "passwd", "secret", "api_key", "auth_ident"];

/// The values of such inputs that are none, and of the permission `id-token`.
const PLAIN_VALUES: [&str; 8] = [
    "true", "false", "null", "write", "read", "none", "inherit", "string",
];

/// Collects the values after `name=` and `name:`.
pub(super) fn collect(text: &str, found: &mut Vec<Range<usize>>) {
    for (separator, sign) in text.match_indices(['=', ':']) {
        let before = text.get(..separator).unwrap_or_default();
        let Some(name) = name_at_end(before) else {
            continue;
        };
        let Some(value) = value_at(text, separator + 1) else {
            continue;
        };
        let words = text.get(value.clone()).unwrap_or_default();
        let is_adjacent = value.start <= separator + 2
            && !text
                .get(separator + 1..)
                .is_some_and(|rest| rest.starts_with(' '));
        let is_secret = match name.kind {
            // `_authToken: what stands here` is prose.
            Kind::Npm => is_adjacent || words.len() >= 6,
            Kind::Other => match sign {
                "=" => name.is_spaceless && is_adjacent && words.len() >= 6,
                _ => name.is_at_start && words.len() >= 6,
            },
        };
        if is_secret && !is_reference(words) && !is_version(words) && !PLAIN_VALUES.contains(&words) {
            found.push(value);
        }
    }
}

/// Whether a value is what a dependency is set to: `"registry-auth-token": "^5.0.0"`.
fn is_version(value: &str) -> bool {
    let protocols = ["workspace:", "npm:", "file:", "link:", "portal:", "catalog:"];
    value.starts_with(['^', '~', '>', '='])
        || protocols.iter().any(|protocol| value.starts_with(protocol))
        || is_number(value)
}

/// Whether a value begins like `5.0.0-beta.1` and `22.x`.
fn is_number(value: &str) -> bool {
    let number = value.split(['-', '+']).next().unwrap_or_default();
    number.contains('.')
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'x' | b'*'))
}

enum Kind {
    Npm,
    Other,
}

struct Name {
    kind: Kind,
    /// Whether it begins its line, or an entry of `{…}`.
    is_at_start: bool,
    is_spaceless: bool,
}

/// The name before a separator, if it is one of a secret.
fn name_at_end(before: &str) -> Option<Name> {
    let trimmed = before.trim_end_matches([' ', '\t', '"', '\'', '\\']);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let start = trimmed.rfind(|c| !is_part(c)).map_or(0, |at| {
        at + trimmed
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(1, char::len_utf8)
    });
    // `-` is a sign of a list, of a flag or of a removed line.
    let name = trimmed.get(start..)?.trim_start_matches('-');
    let kind = if NPM_KEYS.contains(&name) {
        Kind::Npm
    } else if is_name_of_secret(name) {
        Kind::Other
    } else {
        return None;
    };
    let ahead = trimmed
        .get(..start)?
        .trim_end_matches([' ', '\t', '"', '\'', '\\', '-', '+']);
    let ends = |signs: &[char]| ahead.is_empty() || ahead.ends_with(signs);
    Some(Name {
        kind,
        is_at_start: ends(&['\n', '\r', '{', ',', '?', '&', '|']),
        is_spaceless: trimmed.len() == before.len(),
    })
}

fn is_name_of_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    let ends_with = |word: &str| {
        let start = name.strip_suffix(word);
        start.is_some_and(|start| start.is_empty() || start.ends_with('_'))
    };
    name != "id_token" && SECRET_WORDS.iter().any(|word| ends_with(word))
}

/// The value that begins at `at`, without its quotes.
fn value_at(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let unspaced = rest.trim_start_matches([' ', '\t']);
    let opened = unspaced.trim_start_matches('\\');
    let quote = opened.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = quote.map_or(unspaced, |_| opened.get(1..).unwrap_or_default());
    let length = match quote {
        Some(quote) => value.find([quote, '\n', '\r', '\\']),
        None => value.find(|c: char| c.is_whitespace() || "\"'`,;)}&|\\".contains(c)),
    };
    let start = text.len() - value.len() - text.get(at + rest.len()..).map_or(0, str::len);
    let end = start + length.unwrap_or(value.len());
    (end > start).then_some(start..end)
}
