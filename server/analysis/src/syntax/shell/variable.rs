/// The name in `$NAME`, `${NAME}`, `$env:NAME`, and in `%NAME%` and `!NAME!` of cmd.
pub(crate) fn variable_name(text: &str) -> Option<&str> {
    if let Some(name) = variable_of_cmd(text.trim()) {
        return Some(name);
    }
    let rest = text.trim().strip_prefix('$')?;
    let name = rest
        .strip_prefix('{')
        .map_or(rest, |inner| inner.strip_suffix('}').unwrap_or(""));
    let name = name.strip_prefix("env:").unwrap_or(name);
    let name = name.strip_suffix('?').unwrap_or(name);
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then_some(name)
}

/// The text with `${NAME}` in the place of `%NAME%`, and of the `%%i` of a loop; none if it has none.
pub(crate) fn with_variables_of_cmd(text: &str) -> Option<String> {
    match text {
        "%*" => return Some("$*".to_owned()),
        _ if text.len() == 2 && text.starts_with('%') && text.ends_with(|c: char| c.is_ascii_digit()) => {
            return Some(text.replace('%', "$"));
        }
        _ => {}
    }
    let mut put = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_changed = false;
    while let Some((before, after)) = rest.split_once('%') {
        put.push_str(before);
        let of_loop = after.strip_prefix('%').and_then(|loop_name| loop_name.get(..1));
        let of_loop = of_loop.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
        let name = after.split('%').next().filter(|name| after.len() > name.len());
        // `%Y%` is a part of a format of dates.
        let is_name = |name: &&str| {
            name.len() > 1
                && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let (name, length) = match (of_loop, name.filter(is_name)) {
            (Some(name), _) => (name, 2),
            (_, Some(name)) => (name, name.len() + 1),
            _ => {
                put.push('%');
                rest = after;
                continue;
            }
        };
        put.push_str("${");
        put.push_str(name);
        put.push('}');
        is_changed = true;
        rest = after.get(length..).unwrap_or_default();
    }
    put.push_str(rest);
    is_changed.then_some(put)
}

/// The name in `%NAME%` and `!NAME!`.
pub(crate) fn variable_of_cmd(text: &str) -> Option<&str> {
    let in_percents = text.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
    let name = in_percents.or_else(|| text.strip_prefix('!')?.strip_suffix('!'))?;
    // `%Y%` is a part of a format of dates.
    let is_name = name.len() > 1 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{variable_name, with_variables_of_cmd};

    #[test]
    fn variables_of_cmd() {
        for (text, expected) in [
            ("%DIR%\\dist", Some("${DIR}\\dist")),
            ("a%B1%c%D_E%", Some("a${B1}c${D_E}")),
            ("%%i", Some("${i}")),
            ("%%i.tgz", Some("${i}.tgz")),
            ("%1", Some("$1")),
            ("%*", Some("$*")),
            ("+%Y%m%d", None),
            ("%d%%", None),
            ("%~dp0", None),
            ("100%", None),
            ("%{http_code}%", None),
            ("%", None),
        ] {
            assert_eq!(with_variables_of_cmd(text).as_deref(), expected, "{text}");
        }
        assert_eq!(variable_name("%TOKEN%"), Some("TOKEN"));
        assert_eq!(variable_name("!TOKEN!"), Some("TOKEN"));
        assert_eq!(variable_name("%Y%"), None);
    }
}
