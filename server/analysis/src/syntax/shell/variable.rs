/// The name in `$NAME`, `${NAME}` and `$env:NAME`.
pub(crate) fn variable_name(text: &str) -> Option<&str> {
    let rest = text.trim().strip_prefix('$')?;
    let name = rest
        .strip_prefix('{')
        .map_or(rest, |inner| inner.strip_suffix('}').unwrap_or(""));
    let name = name.strip_prefix("env:").unwrap_or(name);
    let name = name.strip_suffix('?').unwrap_or(name);
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then_some(name)
}
