//! What the mock answers.

use serde_json::{Value, json};

use super::http::{Answer, Request, accepted, refused};
use super::sigstore::{base64, sigstore};
use super::{Conversation, Conversations, Credential, ID_TOKEN_HOST, NPM_HOST, REQUEST_TOKEN, Sent};
use crate::repository::{SLUG, VALID_TOKEN};

const EXCHANGE: &str = "/-/npm/v1/oidc/token/exchange/package/";
const STAGE: &str = "/-/stage/package/";
const PACKAGE: &str = "/-/package/";

/// The token that an exchange gives.
const EXCHANGED_TOKEN: &str = "npm_exchanged";

/// The end of every ID token: the signature is not checked.
const SIGNATURE: &str = ".c2lnbmF0dXJl";

/// Answers a request whose path begins with the run and the host.
pub(super) fn answer(request: &Request, conversations: &Conversations) -> Answer {
    let mut parts = request.path.trim_start_matches('/').splitn(3, '/');
    let (run, host) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let path = format!("/{}", parts.next().unwrap_or_default()).replace("//", "/");
    let path = path.replace("%2f", "/").replace("%2F", "/").replace("%40", "@");
    let mut conversations = conversations.lock();
    let Some(conversation) = conversations.get_mut(run) else {
        return refused(404, "Not found");
    };
    let method = match request.method.as_str() {
        "HEAD" => "GET",
        method => method,
    };
    let answer = match host {
        ID_TOKEN_HOST => id_token(request, conversation),
        "registry.npmjs.org" | "registry.yarnpkg.com" => {
            registry(host, (method, &path), request, conversation)
        }
        _ if host.ends_with("sigstore.dev") => {
            sigstore(&request.method, &path, &request.body).unwrap_or_else(|| refused(404, "Not found"))
        }
        _ => refused(404, "Not Found"),
    };
    let kind = request.authorization.split_whitespace().next().unwrap_or("-");
    let log = format!("{} {host}{path} {kind} → {}", request.method, answer.status);
    conversation.log.push(log);
    answer
}

fn id_token(request: &Request, conversation: &Conversation) -> Answer {
    if request.authorization != format!("Bearer {REQUEST_TOKEN}") {
        return refused(401, "wrong request token");
    }
    let audience = request
        .query
        .split('&')
        .find_map(|part| part.strip_prefix("audience="));
    let claims = json!({
        "aud": audience.unwrap_or_default().replace("%3A", ":").replace("%3a", ":"),
        "exp": 4_000_000_000_u64,
        "iat": 1_700_000_000,
        "iss": "https://token.actions.githubusercontent.com",
        "nbf": 1_700_000_000,
        "sub": format!("repo:{SLUG}:ref:refs/heads/main"),
        "repository": SLUG,
        "repository_visibility": if conversation.is_public { "public" } else { "private" },
    });
    accepted(200, json!({ "count": 1, "value": signed(&claims) }))
}

/// An ID token: the same claims always make the same text.
fn signed(claims: &Value) -> String {
    let head = base64(b"{\"alg\":\"RS256\"}");
    format!("{head}.{}{SIGNATURE}", base64(claims.to_string().as_bytes()))
}

fn registry(
    host: &str,
    (method, path): (&str, &str),
    request: &Request,
    conversation: &mut Conversation,
) -> Answer {
    let credential = credential(request);
    let is_known = matches!(credential, Credential::Token | Credential::Oidc);
    let of_user = |body: Value| match credential {
        Credential::Token => accepted(200, body),
        _ => refused(401, "Unauthorized"),
    };
    match method {
        "POST" if path.starts_with(EXCHANGE) => exchange(&path[EXCHANGE.len()..], request, conversation),
        "POST" if path.starts_with(STAGE) => publish(host, request, credential, conversation),
        "GET" if path == "/-/ping" => accepted(200, json!({})),
        "GET" if path == "/-/whoami" => of_user(json!({ "username": "someone" })),
        "GET" if path == "/-/npm/v1/user" => of_user(json!({ "name": "someone", "tfa": null })),
        "GET" if path.ends_with("/visibility") => accepted(200, json!({ "public": true })),
        "GET" if path.ends_with("/collaborators") => of_user(json!({ "someone": "write" })),
        "GET" if path.ends_with("/dist-tags") => accepted(200, json!({ "latest": "0.9.0" })),
        "PUT" | "POST" if path.starts_with(PACKAGE) => match is_known {
            true => accepted(200, json!({ "ok": true })),
            false => refused(404, "Not found"),
        },
        "GET" if !path.starts_with("/-/") => packument(path.trim_start_matches('/'), conversation),
        "PUT" => publish(host, request, credential, conversation),
        _ => refused(404, "Not found"),
    }
}

fn credential(request: &Request) -> Credential {
    match request.authorization.strip_prefix("Bearer ") {
        Some(EXCHANGED_TOKEN) => Credential::Oidc,
        Some(VALID_TOKEN) => Credential::Token,
        None if request.authorization.is_empty() => Credential::Nothing,
        _ => Credential::Unknown,
    }
}

fn exchange(package: &str, request: &Request, conversation: &mut Conversation) -> Answer {
    let claims = request
        .authorization
        .strip_prefix("Bearer ")
        .and_then(|token| token.strip_suffix(SIGNATURE)?.split_once('.'))
        .map(|(_, claims)| claims.to_owned());
    // The claims are as they were given out, if they are for npm's registry and nothing else.
    let audience = base64(format!("{{\"aud\":\"npm:{NPM_HOST}\"").as_bytes());
    let audience = &audience[..audience.len() - audience.len() % 4];
    let is_for_npm = claims.is_some_and(|claims| claims.starts_with(audience));
    let is_granted = is_for_npm && conversation.declared.iter().any(|declared| declared == package);
    conversation.exchanges.push((package.to_owned(), is_granted));
    match is_granted {
        true => accepted(201, json!({ "token_type": "oidc", "token": EXCHANGED_TOKEN })),
        false => refused(404, "OIDC token exchange error - package not found"),
    }
}

/// A package that exists: trusted publishers are registered for nothing else.
fn packument(path: &str, conversation: &Conversation) -> Answer {
    let parts = if path.starts_with('@') { 2 } else { 1 };
    let mut words = path.splitn(parts + 1, '/');
    let name: Vec<&str> = words.by_ref().take(parts).collect();
    let name = name.join("/");
    if !matches!(name.as_str(), "widget" | "@acme/widget") && !conversation.packages.contains(&name) {
        return refused(404, "Not found");
    }
    let version = |version: &str| {
        let tarball = format!("https://{NPM_HOST}/{name}/-/widget-{version}.tgz");
        json!({ "name": name, "version": version, "dist": { "tarball": tarball, "shasum": "0" } })
    };
    let newest = conversation.accepted.get(&name).map_or("0.9.0", String::as_str);
    match words.next() {
        Some("0.9.0") => return accepted(200, version("0.9.0")),
        Some(asked) if asked == newest || asked == "latest" => return accepted(200, version(newest)),
        Some(_) => return refused(404, "Not found"),
        None => {}
    }
    let mut versions = serde_json::Map::new();
    let mut times = serde_json::Map::new();
    for known in ["0.9.0", newest] {
        versions.insert(known.to_owned(), version(known));
        times.insert(known.to_owned(), "2026-01-01T00:00:00.000Z".into());
    }
    let tags = json!({ "latest": newest });
    let body = json!({ "_id": name, "name": name, "dist-tags": tags, "versions": versions, "time": times });
    accepted(200, body)
}

fn publish(host: &str, request: &Request, credential: Credential, conversation: &mut Conversation) -> Answer {
    let document: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let attachments = document["_attachments"].as_object();
    let has_provenance =
        attachments.is_some_and(|attachments| attachments.keys().any(|name| name.ends_with(".sigstore")));
    conversation.sent = Some(Sent {
        host: host.to_owned(),
        credential,
        has_provenance,
    });
    if !matches!(credential, Credential::Oidc | Credential::Token) {
        return refused(404, "Not found");
    }
    let versions = document["versions"].as_object();
    let manifest = versions.and_then(|versions| versions.values().next());
    let manifest = manifest.cloned().unwrap_or_default();
    if has_provenance && let Some(problem) = provenance_problem(&manifest) {
        let why = format!("Error verifying sigstore provenance bundle: {problem}");
        return refused(422, &why);
    }
    let version = manifest["version"].as_str().unwrap_or("0.0.0");
    let name = manifest["name"].as_str().unwrap_or_default();
    conversation.accepted.insert(name.to_owned(), version.to_owned());
    accepted(201, json!({ "ok": true, "stageId": "stage-1" }))
}

/// What the public registry objects to in a manifest that comes with provenance.
fn provenance_problem(manifest: &Value) -> Option<String> {
    let repository = &manifest["repository"];
    let url = repository["url"]
        .as_str()
        .or(repository.as_str())
        .unwrap_or_default();
    let expected = format!("https://github.com/{SLUG}");
    let is_right = url.trim_start_matches("git+").trim_end_matches(".git") == expected;
    (!is_right).then(|| {
        format!(
            "Failed to validate repository information: package.json: \"repository.url\" is \"{url}\", \
             expected to match \"{expected}\" from provenance"
        )
    })
}
