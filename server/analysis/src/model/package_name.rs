//! Names of packages.

/// Whether this can be the name of a package on npm. Such a name needs no quotes in a shell and no escape in an
/// address.
pub(crate) fn is_package_name(name: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
    };
    match name.strip_prefix('@') {
        Some(scoped) => scoped
            .split_once('/')
            .is_some_and(|(scope, name)| is_plain(scope) && is_plain(name)),
        None => is_plain(name) && !name.starts_with('-') && !name.starts_with('~'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_or_an_address_would_read_otherwise_is_not_a_name() {
        for name in ["widget", "@acme/widget", "JSONStream", "a.b_c-d", "@acme/-x"] {
            assert!(is_package_name(name), "{name}");
        }
        for name in [
            "",
            "@acme",
            "@/x",
            "@acme/",
            "a/b",
            ".bin",
            "-g",
            "~root",
            "a b",
            "a;b",
            "$(a)",
            "größe",
            "@acme/a/b",
            "@acme/../b",
        ] {
            assert!(!is_package_name(name), "{name}");
        }
    }
}
