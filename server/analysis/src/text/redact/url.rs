//! User names and passwords in URLs.

use std::ops::Range;

use super::name::is_constant;
use super::value::{Origin, end_of_unquoted, literal_parts};

/// Addresses whose rest is the secret: who knows it may post.
/// Source: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>,
/// <https://docs.discord.com/developers/resources/webhook>.
const WEBHOOKS: [&str; 4] = [
    "//hooks.slack.com/services/",
    "//hooks.slack.com/workflows/",
    "//discord.com/api/webhooks/",
    "//discordapp.com/api/webhooks/",
];

/// Passwords are not looked for farther from the colon than this.
const LONGEST_PASSWORD: usize = 300;

/// Collects the secret parts of webhooks' addresses.
pub(super) fn collect_webhooks(text: &str, found: &mut Vec<Range<usize>>) {
    for webhook in WEBHOOKS {
        for (at, _) in text.match_indices(webhook) {
            let start = at + webhook.len();
            let end = end_of_unquoted(text, start, |c, _| {
                "\"'`<>|\\)]},".contains(c) || c.is_whitespace()
            });
            if has_literal(text.get(start..end).unwrap_or_default()) {
                found.push(start..end);
            }
        }
    }
}

/// Collects what is written before `@` in URLs.
pub(super) fn collect(text: &str, found: &mut Vec<Range<usize>>) {
    for (slash, _) in text.match_indices('/') {
        // JSON may write `\/\/`.
        let rest = text.get(slash + 1..).unwrap_or_default();
        let Some(authority) = rest.trim_start_matches('\\').strip_prefix('/') else {
            continue;
        };
        let before = text.get(..slash).unwrap_or_default().trim_end_matches('\\');
        let start = text.len() - authority.len();
        let end = end_of_unquoted(text, start, |c, _| is_end_of_authority(c));
        let user_info = match text
            .get(start..end)
            .and_then(|authority| authority.rsplit_once('@'))
        {
            Some((user_info, host)) if !host.is_empty() => Some(start..start + user_info.len()),
            Some(_) => None,
            None => unescaped_password(text, start..end, before),
        };
        if let Some(range) = user_info
            && is_secret(text.get(range.clone()).unwrap_or_default(), before)
        {
            found.push(range);
        }
    }
}

fn is_end_of_authority(c: char) -> bool {
    "/?#\"'`<>|\\".contains(c) || c.is_whitespace()
}

/// A user and a password that holds a sign which ends the authority, such as `#`: the URL is not valid, and people write it.
fn unescaped_password(text: &str, authority: Range<usize>, before: &str) -> Option<Range<usize>> {
    if !before.ends_with(':') {
        return None;
    }
    let (name, port) = text.get(authority.clone())?.split_once(':')?;
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit())
        || !has_literal(port)
        || port.eq_ignore_ascii_case("port")
        || is_constant(port);
    if is_port || name.starts_with('[') {
        return None;
    }
    let rest = text.get(authority.end..)?;
    let limit = rest
        .char_indices()
        .nth(LONGEST_PASSWORD)
        .map_or(rest.len(), |(at, _)| at);
    let is_end = |c: char| "\"'`<>".contains(c) || c.is_whitespace();
    let rest = rest.get(..limit)?.split(is_end).next()?;
    let (password, host) = rest.split_once('@')?;
    host.starts_with(|c: char| c.is_alphanumeric())
        .then_some(authority.start..authority.end + password.len())
}

/// Whether `user:password` or a lone name holds a secret. Over HTTP a lone name is a token as a rule; over SSH it is the
/// name of a user.
fn is_secret(user_info: &str, before: &str) -> bool {
    match user_info.split_once(':') {
        Some((_, password)) => has_literal(password),
        None => {
            let is_web = before.ends_with("http:") || before.ends_with("https:");
            is_web && user_info != "git" && has_literal(user_info)
        }
    }
}

fn has_literal(text: &str) -> bool {
    !literal_parts(text, Origin::Excerpt).is_empty()
}
