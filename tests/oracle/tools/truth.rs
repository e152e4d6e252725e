//! What is wrong in a failed cell, by the ids of `trustpub explain`.

use crate::cell::{Cell, Exchange, Token};
use crate::record::Recorded;
use crate::tool::{Kind, Variant};

/// The causes, of which each alone would make the publish fail; none if what is wrong is not a cause that a log could show.
pub(crate) fn true_causes(cell: &Cell, recorded: &Recorded) -> Vec<&'static str> {
    match by_words(cell, recorded) {
        Some(cause) => vec![cause],
        None => by_credentials(cell, recorded),
    }
}

/// Causes that do not depend on the credentials.
fn by_words(cell: &Cell, recorded: &Recorded) -> Option<&'static str> {
    let says = |text: &str| recorded.text.contains(text);
    let is_old_publish_action = cell.tool.kind == Kind::NpmPublish && cell.tool.version.starts_with('3');
    Some(match recorded.code.as_str() {
        "EUSAGE" | "YN0091" | "ERR_PNPM_ID_TOKEN_GITHUB_WORKFLOW_INCORRECT_PERMISSIONS" => "id-token-missing",
        "EUNKNOWNCONFIG" => "npm-unknown-config",
        "ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL" => "pnpm-version",
        // The tools' own mock of the registry checks nothing else.
        "E422" => repository(cell),
        _ if says("Failed to validate repository information") => repository(cell),
        _ if says("is not supported yet") => "bun-provenance",
        _ if says("Unknown command: \"stage\"") => "npm-too-old",
        _ if says("Failed to replace env") => "setup-node-v7-yarn1",
        _ if says("Input required") && is_old_publish_action => "npm-publish-old",
        _ if says("Not authenticated with npm") => "whoami",
        _ if cell.tool.kind == Kind::Bun => "bun-oidc",
        _ if cell.tool.kind == Kind::YarnClassic => "yarn-oidc",
        _ => return None,
    })
}

fn repository(cell: &Cell) -> &'static str {
    match cell.has_repository {
        false => "repository-missing",
        true => "private-repo-provenance",
    }
}

fn by_credentials(cell: &Cell, recorded: &Recorded) -> Vec<&'static str> {
    let mut causes = Vec::new();
    causes.extend(tool_too_old(cell, recorded));
    let can_exchange = !causes.iter().any(|cause| {
        matches!(
            *cause,
            "lerna-old" | "yarn-oidc" | "semantic-release-old" | "whoami"
        )
    });
    match cell.exchange {
        _ if cell.names_registry_of_yarn => causes.push("wrong-registry"),
        Exchange::NoIdToken => causes.push("id-token-missing"),
        Exchange::Refused if can_exchange => causes.extend(["tp-not-configured", "tp-mismatch-unspecified"]),
        Exchange::Granted if causes.is_empty() && cell.token.is_empty_secret() => causes.push("token-empty"),
        Exchange::Refused | Exchange::Granted => {}
    }
    causes
}

/// What is too old to publish without a token.
fn tool_too_old(cell: &Cell, recorded: &Recorded) -> Option<&'static str> {
    let tool = cell.tool;
    match tool.kind {
        Kind::Lerna => is_below(tool.version, [9, 0, 0]).then_some("lerna-old"),
        Kind::LernaLite => is_below(tool.version, [4, 9, 0]).then_some("lerna-old"),
        Kind::YarnBerry => {
            let first = if cell.is_scoped { [4, 10, 3] } else { [4, 10, 0] };
            is_below(tool.version, first).then_some("yarn-oidc")
        }
        // It asks `npm whoami` whether an ID token can be had or not.
        Kind::Np => is_below(tool.version, [11, 0, 2]).then_some("whoami"),
        Kind::SemanticRelease if is_below(tool.version, [25, 0, 0]) => Some("semantic-release-old"),
        // Its own plugin has checked the exchange, and runs the npm of the older plugin.
        Kind::SemanticRelease => (tool.variant == Variant::Plugin("12.0.2") && recorded.code == "ENEEDAUTH")
            .then_some("semantic-release-npm"),
        // It does not read the `.npmrc` of setup-node, which has the token.
        Kind::Pnpm => (tool.version == "11.0.0" || tool.version == "11.0.7")
            .then_some("pnpm-version")
            .filter(|_| cell.token == Token::RegistryUrl),
        _ => None,
    }
}

fn is_below(version: &str, first: [u32; 3]) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    [(); 3].map(|()| numbers.next().unwrap_or(0)) < first
}
