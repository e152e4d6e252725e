//! Names of settings, variables and headers whose values are secrets.

/// What the value of a name is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NameKind {
    /// A credential of npm, pnpm or Yarn. No such name is a word of prose.
    Npm,
    /// A secret, according to the last word of the name.
    Other,
    /// The header `Authorization`: a secret after the name of a scheme.
    Authorization,
}

/// Keys of `.npmrc` and `.yarnrc.yml` whose values are credentials, in small letters:
/// <https://docs.npmjs.com/cli/v11/configuring-npm/npmrc#auth-related-configuration>,
/// <https://yarnpkg.com/configuration/yarnrc#npmAuthToken>.
const NPM_KEYS: [&str; 5] = ["_authtoken", "_auth", "_password", "npmauthtoken", "npmauthident"];

/// The same as variables, `NPM_CONFIG__AUTH`: npm ignores case after `npm_config_`.
/// Source: `loadEnv` in lib/index.js of @npmcli/config.
const NPM_VARIABLE_ENDS: [&str; 3] = ["__authtoken", "__auth", "__password"];

/// Words at the end of a name that say that its value is a secret, without `_` and `-`.
const SECRET_WORDS: [&str; 11] = [
    "token",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "apikey",
    "privatekey",
    "accesskey",
    "secretkey",
    "authident",
    "otp",
];

/// What the value of `name` is, if it is a secret. Of a longer name, `//registry.npmjs.org/:_authToken`, the last part counts.
pub(crate) fn kind_of_name(name: &str) -> Option<NameKind> {
    let start = name
        .char_indices()
        .rev()
        .find(|(_, c)| !is_part(*c))
        .map_or(0, |(at, c)| at + c.len_utf8());
    // `-` is a sign of a list, of a flag or of a removed line.
    let name = name.get(start..)?.trim_start_matches('-');
    // `NPM_TOKEN_2` is a second `NPM_TOKEN`.
    let unnumbered = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_' || c == '-');
    // How the names below end. Nearly all names are done with here.
    unnumbered.strip_suffix(|c: char| "ndethypNDETHYP".contains(c))?;
    let name = name.to_ascii_lowercase();
    if NPM_KEYS.contains(&name.as_str()) || NPM_VARIABLE_ENDS.iter().any(|end| name.ends_with(end)) {
        return Some(NameKind::Npm);
    }
    if name == "authorization" || name.ends_with("-authorization") {
        return Some(NameKind::Authorization);
    }
    let words = unnumbered.to_ascii_lowercase().replace(['_', '-'], "");
    // The permission `id-token` is not a token.
    let is_secret = words != "idtoken" && SECRET_WORDS.iter().any(|word| words.ends_with(word));
    is_secret.then_some(NameKind::Other)
}

/// Whether the name of a secret can end with this byte. Nearly all other names are told by it.
pub(super) fn may_end_secret_name(byte: &u8) -> bool {
    byte.is_ascii_digit() || b"ndethypNDETHYP_-".contains(byte)
}

/// Whether a character can be in the last part of a name.
pub(super) fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Whether `$name` is a variable as people name them, and not a password that begins with `$`.
pub(super) fn is_variable(name: &str) -> bool {
    let is_of_constant = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    match name.as_bytes() {
        [] => false,
        // An argument, `$1`.
        [first, rest @ ..] if first.is_ascii_digit() => rest.is_empty(),
        _ if name.bytes().all(is_of_constant) => true,
        _ => {
            let small = name.to_ascii_lowercase();
            let has_digit = name.bytes().any(|byte| byte.is_ascii_digit());
            let ends = ["user", "username", "auth", "pass"];
            !has_digit && (kind_of_name(name).is_some() || ends.iter().any(|end| small.ends_with(end)))
        }
    }
}

/// Whether `$name` in a command is a variable: `jwt`, `newJwt`. A password that is in no quotes has digits and capital letters.
pub(super) fn is_shell_variable(name: &str) -> bool {
    let has = |is_of_kind: fn(&u8) -> bool| name.as_bytes().iter().any(is_of_kind);
    let may_be_password = has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    !name.is_empty() && !may_be_password
}

/// Whether a value is the name of a variable or of one of GitHub's secrets, `NPM_TOKEN`.
pub(super) fn is_constant(value: &str) -> bool {
    value.contains('_')
        && value
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        && kind_of_name(value).is_some()
}
