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

/// The name in `%NAME%` and `!NAME!`.
pub(crate) fn variable_of_cmd(text: &str) -> Option<&str> {
    let in_percents = text.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
    let name = in_percents.or_else(|| text.strip_prefix('!')?.strip_suffix('!'))?;
    // `%Y%` is a part of a format of dates.
    let is_name = name.len() > 1 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then_some(name)
}
