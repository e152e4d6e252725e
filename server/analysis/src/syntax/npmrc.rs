//! `.npmrc`: lines of `key = value`, read as npm's own reader of `ini` files does.

use crate::syntax::json::parse_json;
use crate::text::{Ranged, TextRange};

/// The settings of an `.npmrc`, in text order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Npmrc {
    /// Every line that sets something.
    pub settings: Vec<NpmrcSetting>,
}

/// One line of an `.npmrc`.
#[derive(Clone, Debug)]
pub(crate) struct NpmrcSetting {
    /// The key, for example `registry`, `@acme:registry`, `//host/:_authToken`; without the `[]` of an array.
    pub key: Ranged<String>,
    /// The value, unquoted (its range includes the quotes); `${NAME}` is left as it is written. A key alone means
    /// `true`, and its value's range is the empty one after the key.
    pub value: Ranged<String>,
    /// The whole line without its break.
    pub line: TextRange,
    /// Whether the key is written with `[]`, so that every such line adds a value.
    pub is_array: bool,
}

/// What an `.npmrc` key is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NpmrcKey<'a> {
    /// `registry`, or `@scope:registry`.
    Registry {
        /// The scope with its `@`.
        scope: Option<&'a str>,
    },
    /// A credential, for one registry or without saying for which.
    Credential {
        /// Which part of a credential it is.
        kind: CredentialKind,
        /// The registry without its protocol, `//host/path/`. None is an error for npm: ERR_INVALID_AUTH.
        registry: Option<&'a str>,
    },
    /// `provenance`
    Provenance,
    /// `access`
    Access,
    /// `always-auth`, of a registry or not.
    AlwaysAuth,
    /// Anything else.
    Other,
}

/// Which part of a credential a setting is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum CredentialKind {
    /// `_authToken`
    AuthToken,
    /// `_auth`: user name and password in base64.
    Auth,
    /// `_password`
    Password,
    /// `username`
    Username,
}

/// What the value of a setting is written as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NpmrcValue<'a> {
    /// There is no text.
    Empty,
    /// Exactly one `${NAME}`: the name. Where the variable is not set, npm uses the text `${NAME}` itself.
    Environment(&'a str),
    /// Text with a `${NAME}` in it.
    PartlyEnvironment,
    /// The value itself.
    Literal(&'a str),
}

/// Parses an `.npmrc`. Every text is one; lines that set nothing are passed over, as npm does.
pub(crate) fn parse_npmrc(text: &str) -> Npmrc {
    let mut settings = Vec::new();
    let mut start = 0;
    for line in text.split(['\n', '\r']) {
        let range = TextRange::new(start, start + line.len());
        start = range.end() + 1;
        // npm keeps what follows a section header apart and never looks at it.
        if is_section(line) {
            break;
        }
        settings.extend(parse_line(line, range));
    }
    Npmrc { settings }
}

/// The keys and values of an `.npmrc` in text order, variables as they are written.
pub fn npmrc_settings(text: &str) -> Vec<(String, String)> {
    let settings = parse_npmrc(text).settings.into_iter();
    settings
        .map(|setting| (setting.key.value, setting.value.value))
        .collect()
}

impl Npmrc {
    /// The setting with this key that counts, which is the last one.
    pub(crate) fn setting(&self, key: &str) -> Option<&NpmrcSetting> {
        self.settings
            .iter()
            .rev()
            .find(|setting| setting.key.value == key)
    }

    /// The registry of packages with this scope (`@acme`), or of packages without a registry of their own.
    pub(crate) fn registry(&self, scope: Option<&str>) -> Option<&NpmrcSetting> {
        self.settings
            .iter()
            .rev()
            .find(|setting| setting.meaning() == NpmrcKey::Registry { scope })
    }
}

/// Whether a key in an `.npmrc` is that of a credential that does not say for which registry. A user name or a password alone is one
/// too, and two keys that npm never read.
/// Source: `validate` in lib/index.js of @npmcli/config, in npm 11.19.1; each key measured there.
pub(crate) fn is_unscoped_credential(key: &str) -> bool {
    matches!(
        key,
        "_authToken" | "_auth" | "_password" | "username" | "_authtoken" | "-authtoken"
    )
}

impl NpmrcSetting {
    /// What the key is about.
    pub(crate) fn meaning(&self) -> NpmrcKey<'_> {
        let key = self.key.as_str();
        let (registry, name) = match key.strip_prefix("//").and_then(|_| key.rsplit_once(':')) {
            Some((registry, name)) => (Some(registry), name),
            None => (None, key),
        };
        let credential = |kind| NpmrcKey::Credential { kind, registry };
        match name {
            "_authToken" => credential(CredentialKind::AuthToken),
            "_auth" => credential(CredentialKind::Auth),
            "_password" => credential(CredentialKind::Password),
            "username" => credential(CredentialKind::Username),
            "always-auth" => NpmrcKey::AlwaysAuth,
            _ if registry.is_some() => NpmrcKey::Other,
            "registry" => NpmrcKey::Registry { scope: None },
            "provenance" => NpmrcKey::Provenance,
            "access" => NpmrcKey::Access,
            _ => match key.strip_suffix(":registry") {
                Some(scope) if scope.starts_with('@') => NpmrcKey::Registry { scope: Some(scope) },
                _ => NpmrcKey::Other,
            },
        }
    }

    /// Whether this is a credential that does not say for which registry. npm refuses to run with such a one,
    /// unless its value is empty.
    pub(crate) fn is_unscoped_credential(&self) -> bool {
        is_unscoped_credential(&self.key.value)
    }

    /// What the value is written as.
    pub(crate) fn value_form(&self) -> NpmrcValue<'_> {
        let value = self.value.as_str();
        if value.is_empty() {
            return NpmrcValue::Empty;
        }
        let Some(open) = value.find("${") else {
            return NpmrcValue::Literal(value);
        };
        let rest = value.get(open + 2..).unwrap_or("");
        match rest.find('}') {
            // npm knows `${NAME?}`, pnpm `${NAME-default}` and `${NAME:-default}`.
            Some(close) if open == 0 && close + 1 == rest.len() => {
                let inside = rest.get(..close).unwrap_or("");
                let name = inside.split(['?', '-', ':']).next().unwrap_or("");
                NpmrcValue::Environment(name)
            }
            Some(_) => NpmrcValue::PartlyEnvironment,
            None => NpmrcValue::Literal(value),
        }
    }

    /// Whether the value is an npm access token as the registry makes them: `npm_` and 36 letters or digits.
    pub(crate) fn is_npm_token(&self) -> bool {
        self.value.value.strip_prefix("npm_").is_some_and(|secret| {
            secret.len() == 36 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    }
}

fn is_section(line: &str) -> bool {
    let inside = line
        .strip_prefix('[')
        .and_then(|l| l.trim_end().strip_suffix(']'));
    inside.is_some_and(|inside| !inside.contains(']'))
}

fn parse_line(line: &str, range: TextRange) -> Option<NpmrcSetting> {
    let trimmed = line.trim_start_matches(is_blank);
    if trimmed.is_empty() || trimmed.starts_with([';', '#']) {
        return None;
    }
    let (key_part, value_part) = match line.split_once('=') {
        Some((key, value)) => (key, Some((value, range.start() + key.len() + 1))),
        None => (line, None),
    };
    if key_part.is_empty() {
        return None;
    }
    let mut key = unquote(key_part, range.start());
    let is_array = key.value.len() > 2 && key.value.ends_with("[]");
    if is_array {
        let name_length = key.value.len() - 2;
        key.value.truncate(name_length);
    }
    let value = match value_part {
        Some((value, start)) => unquote(value, start),
        None => Ranged::new("true".to_owned(), TextRange::empty(key.range.end())),
    };
    Some(NpmrcSetting {
        key,
        value,
        line: range,
        is_array,
    })
}

/// What npm makes of a key or a value: blanks around it fall away; in quotes it is read as JSON; without them
/// `;` and `#` start a comment unless a backslash is in front.
fn unquote(part: &str, start: usize) -> Ranged<String> {
    let left_trimmed = part.trim_start_matches(is_blank);
    let start = start + part.len() - left_trimmed.len();
    let raw = left_trimmed.trim_end_matches(is_blank);
    for quote in ['"', '\''] {
        let is_quoted = raw.starts_with(quote) && raw.ends_with(quote);
        if is_quoted {
            let inside = raw.get(1..raw.len() - 1).unwrap_or(raw);
            let json = if quote == '\'' { inside } else { raw };
            let value = json_string(json).unwrap_or_else(|| json.to_owned());
            return Ranged::new(value, TextRange::new(start, start + raw.len()));
        }
    }
    let mut value = String::with_capacity(raw.len());
    let mut end = raw.len();
    let mut is_escaped = false;
    for (at, c) in raw.char_indices() {
        if is_escaped {
            if !matches!(c, '\\' | ';' | '#') {
                value.push('\\');
            }
            value.push(c);
            is_escaped = false;
        } else if matches!(c, ';' | '#') {
            end = at;
            break;
        } else if c == '\\' {
            is_escaped = true;
        } else {
            value.push(c);
        }
    }
    if is_escaped {
        value.push('\\');
    }
    let written = raw.get(..end).unwrap_or(raw).trim_end_matches(is_blank);
    let value = value.trim_matches(is_blank).to_owned();
    Ranged::new(value, TextRange::new(start, start + written.len()))
}

fn json_string(text: &str) -> Option<String> {
    let parsed = parse_json(text);
    if parsed.errors.is_empty() {
        parsed.tree?.as_str().map(str::to_owned)
    } else {
        None
    }
}

/// What JavaScript's `trim` removes: for it a byte order mark is white space.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `key=value` of each setting, and the texts of the two ranges.
    fn settings(text: &str) -> Vec<(String, String, String)> {
        let npmrc = parse_npmrc(text);
        let settings = npmrc.settings.iter().map(|setting| {
            assert!(setting.line.contains_range(setting.key.range));
            assert!(setting.line.contains_range(setting.value.range));
            (
                format!("{}={}", setting.key.value, setting.value.value),
                setting.key.range.slice(text).to_owned(),
                setting.value.range.slice(text).to_owned(),
            )
        });
        settings.collect()
    }

    fn one(line: &str) -> NpmrcSetting {
        let mut settings = parse_npmrc(line).settings;
        assert_eq!(settings.len(), 1, "{line:?}");
        settings.remove(0)
    }

    #[test]
    fn lines_are_read_as_npm_reads_them() {
        for (line, meaning, key, value) in [
            ("a=1", "a=1", "a", "1"),
            ("  a  =  1 2  ", "a=1 2", "a", "1 2"),
            ("flag", "flag=true", "flag", ""),
            ("a=", "a=", "a", ""),
            ("a = é😀 ; why", "a=é😀", "a", "é😀"),
            ("a=b#c", "a=b", "a", "b"),
            ("a=b\\#c\\;d\\\\e\\f", "a=b#c;d\\e\\f", "a", "b\\#c\\;d\\\\e\\f"),
            ("a = \"b;c\"", "a=b;c", "a", "\"b;c\""),
            ("a = 'b#c'", "a=b#c", "a", "'b#c'"),
            ("a = \"b\\\"c\"", "a=b\"c", "a", "\"b\\\"c\""),
            ("a = \"open", "a=\"open", "a", "\"open"),
            ("a = \"", "a=\"", "a", "\""),
            ("\"a\" = b=c", "a=b=c", "\"a\"", "b=c"),
            ("hoist[]=x", "hoist=x", "hoist[]", "x"),
            ("t=${NPM_TOKEN}", "t=${NPM_TOKEN}", "t", "${NPM_TOKEN}"),
            ("\u{feff}a=1", "a=1", "a", "1"),
        ] {
            let expected = (meaning.to_owned(), key.to_owned(), value.to_owned());
            assert_eq!(settings(line), [expected], "{line:?}");
        }
        assert_eq!(settings("; a=1\n  # b=2\n=3\n \t\n\r\n"), []);
    }

    #[test]
    fn line_ends_sections_and_ranges() {
        let text = "a=1\r\n\r\nb=2\rc = 3 # x\n[section]\nd=4\n";
        let found: Vec<String> = settings(text).into_iter().map(|s| s.0).collect();
        assert_eq!(found, ["a=1", "b=2", "c=3"]);
        let npmrc = parse_npmrc(text);
        assert_eq!(npmrc.settings[2].line.slice(text), "c = 3 # x");
        assert!(!npmrc.settings[2].is_array);
        assert!(one("x[]=1").is_array);
    }

    #[test]
    fn the_last_setting_counts() {
        let npmrc = parse_npmrc("registry=a\n@acme:registry=b\nregistry=c\n");
        assert_eq!(npmrc.registry(None).unwrap().value.value, "c");
        assert_eq!(npmrc.registry(Some("@acme")).unwrap().value.value, "b");
        assert!(npmrc.registry(Some("@other")).is_none());
        assert_eq!(npmrc.setting("registry").unwrap().value.value, "c");
    }

    #[test]
    fn keys_have_a_meaning() {
        let credential = |kind, registry| NpmrcKey::Credential { kind, registry };
        let host = Some("//registry.npmjs.org/");
        for (key, meaning) in [
            ("registry", NpmrcKey::Registry { scope: None }),
            ("@acme:registry", NpmrcKey::Registry { scope: Some("@acme") }),
            ("acme:registry", NpmrcKey::Other),
            ("provenance", NpmrcKey::Provenance),
            ("access", NpmrcKey::Access),
            ("always-auth", NpmrcKey::AlwaysAuth),
            ("//registry.npmjs.org/:always-auth", NpmrcKey::AlwaysAuth),
            ("_authToken", credential(CredentialKind::AuthToken, None)),
            ("_auth", credential(CredentialKind::Auth, None)),
            (
                "//registry.npmjs.org/:_authToken",
                credential(CredentialKind::AuthToken, host),
            ),
            (
                "//registry.npmjs.org/:username",
                credential(CredentialKind::Username, host),
            ),
            (
                "//localhost:4873/:_password",
                credential(CredentialKind::Password, Some("//localhost:4873/")),
            ),
            ("//registry.npmjs.org/:email", NpmrcKey::Other),
            ("_authtoken", NpmrcKey::Other),
        ] {
            let setting = one(&format!("{key}=x"));
            assert_eq!(setting.meaning(), meaning, "{key}");
            let is_unscoped = matches!(key, "_authToken" | "_auth" | "_authtoken");
            assert_eq!(setting.is_unscoped_credential(), is_unscoped, "{key}");
        }
    }

    #[test]
    fn values_are_references_or_literals() {
        for (value, form) in [
            ("", NpmrcValue::Empty),
            ("\"\"", NpmrcValue::Empty),
            ("${NPM_TOKEN}", NpmrcValue::Environment("NPM_TOKEN")),
            ("'${NPM_TOKEN}'", NpmrcValue::Environment("NPM_TOKEN")),
            ("${NPM_TOKEN?}", NpmrcValue::Environment("NPM_TOKEN")),
            ("${NPM_TOKEN:-none}", NpmrcValue::Environment("NPM_TOKEN")),
            ("x${NPM_TOKEN}", NpmrcValue::PartlyEnvironment),
            ("${A}${B}", NpmrcValue::PartlyEnvironment),
            ("${OPEN", NpmrcValue::Literal("${OPEN")),
            ("$NPM_TOKEN", NpmrcValue::Literal("$NPM_TOKEN")),
        ] {
            assert_eq!(one(&format!("k={value}")).value_form(), form, "{value}");
        }
        let token = format!("npm_{}", "aB3".repeat(12));
        assert!(one(&format!("k={token}")).is_npm_token());
        assert!(!one(&format!("k={token}x")).is_npm_token());
        assert!(!one("k=${NPM_TOKEN}").is_npm_token());
    }
}
