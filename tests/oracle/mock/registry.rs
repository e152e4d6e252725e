//! What the mock answers.

use serde_json::{Value, json};

use super::http::{Answer, Request, accepted, refused};
use super::sigstore::{base64, sigstore};
use super::{Conversation, Conversations, Credential, REQUEST_TOKEN};
use crate::outcome::Registry;
use crate::repository::{SLUG, VALID_OLD_AUTH, VALID_TOKEN};

/// Where ID tokens are given out.
pub(super) const ID_TOKEN: &str = "/id-token/";
const EXCHANGE: &str = "/-/npm/v1/oidc/token/exchange/package/";
const VISIBILITY: &str = "/-/package/";
const STAGE: &str = "/-/stage/package/";

/// The token that an exchange gives.
const EXCHANGED_TOKEN: &str = "npm_exchanged";

/// The end of every ID token: the signature is not checked.
const SIGNATURE: &str = ".c2lnbmF0dXJl";

/// Answers a request.
pub(super) fn answer(registry: Registry, request: &Request, conversations: &Conversations) -> Answer {
    // npm 10 asks for a package's visibility with two slashes.
    let path = request.path.replace("//", "/");
    let method = request.method.as_str();
    if let Some(answer) = sigstore(method, &path, &request.body) {
        return answer;
    }
    let mut conversations = conversations.lock();
    let package = package_of(&path);
    let Some(conversation) = conversations.get_mut(package) else {
        return refused(404, "Not found");
    };
    let answer = if path.starts_with(ID_TOKEN) {
        id_token(request, conversation)
    } else {
        conversation.registry = Some(registry);
        match method {
            "POST" if path.starts_with(EXCHANGE) => exchange(registry, request, conversation),
            "GET" if path.starts_with(VISIBILITY) => accepted(200, json!({ "public": true })),
            "GET" => packument(package),
            "PUT" => publish(registry, request, conversation),
            "POST" if path.starts_with(STAGE) => publish(registry, request, conversation),
            _ => refused(405, "Method not allowed"),
        }
    };
    let kind = request.authorization.split_whitespace().next().unwrap_or("-");
    let log = format!("{method} {path} {kind} → {}", answer.status);
    conversation.log.push(log);
    answer
}

/// The package that a request is about.
fn package_of(path: &str) -> &str {
    let rest = path
        .strip_prefix(ID_TOKEN)
        .or_else(|| path.strip_prefix(EXCHANGE))
        .or_else(|| path.strip_prefix(STAGE))
        .or_else(|| path.strip_prefix(VISIBILITY)?.strip_suffix("/visibility"));
    rest.unwrap_or_else(|| path.trim_start_matches('/'))
}

fn id_token(request: &Request, conversation: &Conversation) -> Answer {
    if request.authorization != format!("Bearer {REQUEST_TOKEN}") {
        return refused(401, "wrong request token");
    }
    let audience = request
        .query
        .split('&')
        .find_map(|part| part.strip_prefix("audience="));
    let visibility = match conversation.repository_is_public {
        true => "public",
        false => "private",
    };
    let claims = json!({
        "aud": audience.unwrap_or_default().replace("%3A", ":"),
        "sub": format!("repo:{SLUG}:ref:refs/heads/main"),
        "repository": SLUG,
        "repository_visibility": visibility,
    });
    let value = format!(
        "{}.{}{SIGNATURE}",
        base64(b"{\"alg\":\"RS256\"}"),
        base64(claims.to_string().as_bytes())
    );
    accepted(200, json!({ "value": value }))
}

fn exchange(registry: Registry, request: &Request, conversation: &Conversation) -> Answer {
    let has_id_token = request.authorization.ends_with(SIGNATURE);
    if registry == Registry::Npm && has_id_token && conversation.publisher_matches {
        return accepted(201, json!({ "token_type": "oidc", "token": EXCHANGED_TOKEN }));
    }
    refused(404, "OIDC token exchange error - package not found")
}

fn packument(package: &str) -> Answer {
    let version = json!({ "name": package, "version": "0.9.0", "dist": {} });
    let body =
        json!({ "name": package, "dist-tags": { "latest": "0.9.0" }, "versions": { "0.9.0": version } });
    accepted(200, body)
}

fn publish(registry: Registry, request: &Request, conversation: &mut Conversation) -> Answer {
    let credential = match request.authorization.strip_prefix("Bearer ") {
        Some(EXCHANGED_TOKEN) => Credential::Exchanged,
        Some(VALID_TOKEN) => Credential::Token,
        None if request.authorization == format!("Basic {VALID_OLD_AUTH}") => Credential::Token,
        _ => return refused(404, "Not found"),
    };
    if registry == Registry::Other {
        return refused(404, "Not found");
    }
    let document: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    if let Some(problem) = provenance_problem(&document, conversation) {
        return refused(
            422,
            &format!("Error verifying sigstore provenance bundle: {problem}"),
        );
    }
    conversation.accepted = Some(credential);
    let versions = document["versions"].as_object();
    let manifest = versions.and_then(|versions| versions.values().next());
    conversation.manifest = manifest.cloned().unwrap_or_default();
    accepted(201, json!({ "ok": true, "stageId": "stage-1" }))
}

/// What the public registry would object to in a package that comes with provenance.
fn provenance_problem(document: &Value, conversation: &Conversation) -> Option<String> {
    let attachments = document["_attachments"].as_object()?;
    attachments.keys().find(|name| name.ends_with(".sigstore"))?;
    if !conversation.repository_is_public {
        return Some("Unsupported GitHub Actions source repository visibility: \"private\".".to_owned());
    }
    let versions = document["versions"].as_object()?;
    let url = versions.values().next()?["repository"]["url"]
        .as_str()
        .unwrap_or_default();
    let expected = format!("https://github.com/{SLUG}");
    (url.trim_start_matches("git+").trim_end_matches(".git") != expected).then(|| {
        format!(
            "Failed to validate repository information: package.json: \"repository.url\" is \"{url}\", \
             expected to match \"{expected}\" from provenance"
        )
    })
}
