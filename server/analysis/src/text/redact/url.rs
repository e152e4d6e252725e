//! User names, passwords and other secrets in URLs.

use std::ops::Range;

use super::name::is_constant;
use super::run;
use super::value::{Origin, end_of_unquoted, literal_parts};

/// Hosts and paths of addresses whose rest is the secret: who knows it may post. `*` is a version that may be left out.
/// Source: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>,
/// <https://docs.slack.dev/tools/slack-github-action/sending-techniques/sending-data-webhook-slack-workflow> (`triggers`),
/// <https://docs.discord.com/developers/resources/webhook>,
/// <https://docs.discord.com/developers/reference#api-versioning>,
/// <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook>.
pub(super) const WEBHOOKS: [(&str, &str); 7] = [
    ("hooks.slack.com", "/services/"),
    ("hooks.slack.com", "/workflows/"),
    ("hooks.slack.com", "/triggers/"),
    ("discord.com", "/api*/webhooks/"),
    ("discordapp.com", "/api*/webhooks/"),
    ("webhook.office.com", "/webhookb2/"),
    ("outlook.office.com", "/webhook/"),
];

/// The parameter of an address that holds a signature, for example of Azure Logic Apps:
/// <https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app>.
pub(super) const SIGNATURE: &str = "sig=";

/// A signature is the base64 text of 32 bytes. Shorter ones are those of an example.
const SHORTEST_SIGNATURE: usize = 20;

/// Passwords are not looked for farther from the colon than this.
const LONGEST_PASSWORD: usize = 300;

/// Collects the secret parts of webhooks' addresses.
pub(super) fn collect_webhooks(text: &str, found: &mut Vec<Range<usize>>) {
    // A host is the same in capital letters.
    let small = text.to_ascii_lowercase();
    for (host, path) in WEBHOOKS {
        let mut done = 0;
        for (at, _) in small.match_indices(host) {
            let is_host = !small
                .get(..at)
                .unwrap_or_default()
                .ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
            if at < done || !is_host {
                continue;
            }
            let rest = small.get(at + host.len()..).unwrap_or_default();
            let Some(secret) = after_path(after_port(rest), path) else {
                continue;
            };
            let start = text.len() - secret.len();
            let end = end_of_unquoted(text, start, |c, rest| match c {
                '\\' => !rest.starts_with("\\/"),
                c => "\"'`<>|)]},".contains(c) || c.is_whitespace(),
            });
            done = end;
            if has_literal(text.get(start..end).unwrap_or_default()) {
                found.push(start..end);
            }
        }
    }
    collect_signatures(text, &small, found);
}

/// The rest of an address after `:443`.
fn after_port(rest: &str) -> &str {
    match rest.strip_prefix(':') {
        Some(port) => port.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    }
}

/// The rest of an address after a path, whose slashes may be `\/` as in JSON.
fn after_path<'t>(mut rest: &'t str, path: &str) -> Option<&'t str> {
    for c in path.chars() {
        if c == '*' {
            let version = rest.trim_start_matches('\\').strip_prefix("/v");
            let unnumbered = version.map(|version| version.trim_start_matches(|c: char| c.is_ascii_digit()));
            rest = unnumbered.unwrap_or(rest);
        } else {
            let unescaped = if c == '/' {
                rest.trim_start_matches('\\')
            } else {
                rest
            };
            rest = unescaped.strip_prefix(c)?;
        }
    }
    Some(rest)
}

/// `?sp=x&sig=SECRET`
fn collect_signatures(text: &str, small: &str, found: &mut Vec<Range<usize>>) {
    for (at, _) in small.match_indices(SIGNATURE) {
        let before = small.get(..at).unwrap_or_default();
        // `&` is `&amp;` in XML and may be `\u0026` in JSON.
        let is_parameter = ["?", "&", "&amp;", "\\u0026"]
            .iter()
            .any(|sign| before.ends_with(sign));
        if !is_parameter {
            continue;
        }
        let start = at + SIGNATURE.len();
        let length = run(text, start, |c| c.is_ascii_alphanumeric() || "%+/=_-".contains(c));
        if length >= SHORTEST_SIGNATURE {
            found.push(start..start + length);
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
