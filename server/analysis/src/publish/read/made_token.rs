//! Tokens that a job makes itself from GitHub's ID token: the ID token as it is, which is not an npm token, or what npm's
//! exchange gives for it. Followed from variable to variable inside a script, and through outputs and the environment.

use memchr::memmem;

use crate::syntax::shell::{Command, Script};
use crate::text::TextRange;

/// What a token is that a job has made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MadeKind {
    /// GitHub's ID token itself.
    IdToken,
    /// The token that npm gives for it, which is good for one publish.
    Exchanged,
}

/// How a token is handed on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum MadeName {
    /// A variable of the script.
    Shell(String),
    /// A variable of the environment, for the commands or steps that follow.
    Environment(String),
    /// An output of the step.
    Output(String),
}

/// A token that a script makes, and where it hands it on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct MadeToken {
    pub(crate) name: MadeName,
    pub(crate) kind: MadeKind,
    /// The command that hands it on, in the script.
    pub(crate) range: TextRange,
}

/// The variable with which GitHub says where the ID token is to be had.
const REQUEST: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";
/// The path at the registry at which npm exchanges it.
const EXCHANGE: &str = "oidc/token/exchange";

/// Whether a script asks for an ID token at all; most do not and cost no more than this look.
pub(crate) fn asks_for_id_token(script: &str) -> bool {
    contains(script, REQUEST) || contains(script, "getIDToken")
}

/// The tokens that a shell script makes, in their order.
pub(crate) fn made_tokens(script: &Script) -> Vec<MadeToken> {
    let mut made: Vec<MadeToken> = Vec::new();
    for command in &script.commands {
        for assignment in &command.assignments {
            if let Some(kind) = kind_of(&assignment.value.text, &made) {
                made.push(MadeToken {
                    name: MadeName::Shell(assignment.name.clone()),
                    kind,
                    range: command.range,
                });
            }
        }
        let Some(target) = target_of(command) else {
            continue;
        };
        for word in &command.words {
            let Some((name, value)) = word.text.split_once('=') else {
                continue;
            };
            if let Some(kind) = kind_of(value, &made) {
                made.push(MadeToken {
                    name: target(name.to_owned()),
                    kind,
                    range: command.range,
                });
            }
        }
    }
    made
}

/// The token that a JavaScript of actions/github-script makes; it may be any of its outputs.
pub(crate) fn made_by_javascript(script: &str) -> Option<MadeKind> {
    if contains(script, EXCHANGE) {
        return Some(MadeKind::Exchanged);
    }
    contains(script, "getIDToken").then_some(MadeKind::IdToken)
}

/// What a text holds that may refer to tokens made before.
pub(crate) fn kind_of(text: &str, made: &[MadeToken]) -> Option<MadeKind> {
    if contains(text, EXCHANGE) {
        return Some(MadeKind::Exchanged);
    }
    if contains(text, REQUEST) {
        return Some(MadeKind::IdToken);
    }
    let referred = made.iter().rev().filter(|token| match &token.name {
        MadeName::Shell(name) | MadeName::Environment(name) => refers_to(text, name),
        MadeName::Output(_) => false,
    });
    referred.map(|token| token.kind).next()
}

fn target_of(command: &Command) -> Option<fn(String) -> MadeName> {
    let goes_to = |file: &str| {
        command
            .redirects
            .iter()
            .any(|redirect| redirect.operator.contains('>') && redirect.target.text.contains(file))
    };
    match command.word(0)? {
        "export" => Some(MadeName::Environment),
        "echo" | "printf" if goes_to("GITHUB_ENV") => Some(MadeName::Environment),
        "echo" | "printf" if goes_to("GITHUB_OUTPUT") => Some(MadeName::Output),
        _ => None,
    }
}

/// Whether a text has `$NAME` or `${NAME}` in it.
fn refers_to(text: &str, name: &str) -> bool {
    memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
        let before = text.get(..at).unwrap_or("");
        let behind = text.get(at + name.len()..).unwrap_or("");
        let ends = !behind.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        ends && (before.ends_with('$') || before.ends_with("${"))
    })
}

fn contains(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::shell::split_script;

    fn show(script: &str) -> String {
        let made = made_tokens(&split_script(script));
        let shown = made.iter().map(|token| match &token.name {
            MadeName::Shell(name) => format!("${name} {:?}", token.kind),
            MadeName::Environment(name) => format!("env {name} {:?}", token.kind),
            MadeName::Output(name) => format!("output {name} {:?}", token.kind),
        });
        shown.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn tokens_are_followed() {
        let request = "curl -H \"Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN\" \"$ACTIONS_ID_TOKEN_REQUEST_URL&audience=npm:x\"";
        let exchange = "curl -X POST -H \"Authorization: Bearer $A\" https://registry.npmjs.org/-/npm/v1/oidc/token/exchange/package/w";
        for (script, expected) in [
            (format!("A=$({request} | jq -r .value)"), "$A IdToken"),
            (
                format!("A=$({request})\nB=$(echo \"$A\" | jq -r .value)"),
                "$A IdToken; $B IdToken",
            ),
            (
                format!("A=$({request})\nB=$({exchange})"),
                "$A IdToken; $B Exchanged",
            ),
            (
                format!("A=$({request})\nexport NODE_AUTH_TOKEN=\"$A\""),
                "$A IdToken; env NODE_AUTH_TOKEN IdToken",
            ),
            (
                format!("A=$({request})\necho \"token=${{A}}\" >> $GITHUB_OUTPUT"),
                "$A IdToken; output token IdToken",
            ),
            (
                format!("A=$({request})\necho \"NPM_TOKEN=$A\" >> \"$GITHUB_ENV\""),
                "$A IdToken; env NPM_TOKEN IdToken",
            ),
            (format!("A=$({request})\nexport X=$AB"), "$A IdToken"),
            ("A=$(date)\nexport NODE_AUTH_TOKEN=$A".to_owned(), ""),
        ] {
            assert_eq!(show(&script), expected, "{script}");
        }
    }
}
