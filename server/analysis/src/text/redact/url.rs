//! User names and passwords in URLs.

use std::ops::Range;

use super::is_reference;

/// Addresses whose rest is the secret: who knows it may post.
/// Source: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>,
/// <https://docs.discord.com/developers/resources/webhook>.
const WEBHOOKS: [&str; 4] = [
    "//hooks.slack.com/services/",
    "//hooks.slack.com/workflows/",
    "//discord.com/api/webhooks/",
    "//discordapp.com/api/webhooks/",
];

/// Collects what is secret in URLs: what stands before `@`, and the path of a webhook.
pub(super) fn collect(text: &str, found: &mut Vec<Range<usize>>) {
    for webhook in WEBHOOKS {
        for (at, _) in text.match_indices(webhook) {
            let start = at + webhook.len();
            let rest = text.get(start..).unwrap_or_default();
            let is_end = |c: char| "\"'`<>|\\)]},".contains(c) || c.is_whitespace();
            let end = rest.find(is_end).unwrap_or(rest.len());
            if end > 0 && !is_reference(rest.get(..end).unwrap_or_default()) {
                found.push(start..start + end);
            }
        }
    }
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
