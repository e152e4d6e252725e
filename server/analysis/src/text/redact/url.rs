//! User names and passwords in URLs.

use std::ops::Range;

use super::is_reference;

/// Collects what URLs have before `@`, as far as it is secret.
pub(super) fn collect(text: &str, found: &mut Vec<Range<usize>>) {
    for (slashes, _) in text.match_indices("//") {
        let start = slashes + 2;
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find(|c: char| "/?#\"'`<>|\\".contains(c) || c.is_whitespace());
        let authority = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let Some((user_info, host)) = authority.rsplit_once('@') else {
            continue;
        };
        let before = text.get(..slashes).unwrap_or_default();
        if !host.is_empty() && is_secret(user_info, before) {
            found.push(start..start + user_info.len());
        }
    }
}

/// Whether `user:password` or a lone name holds a secret. Over HTTP a lone name is a token as a rule; over SSH it is the
/// name of a user.
fn is_secret(user_info: &str, before: &str) -> bool {
    match user_info.split_once(':') {
        Some((_, password)) => !is_reference(password),
        None => {
            let is_web = before.ends_with("http:") || before.ends_with("https:");
            is_web && user_info != "git" && !is_reference(user_info)
        }
    }
}
