//! What rules share: severities and phrases.

pub(crate) use super::context::CheckContext;
pub(crate) use super::rule::{Findings, Rule, declare_rule};
pub(crate) use crate::diagnostic::{Applicability, Fix, Severity};
pub(crate) use crate::knowledge::npm_errors::NpmError;
pub(crate) use crate::model::permissions::{Grant, Permissions, PermissionsKind};
pub(crate) use crate::publish::{Exchange, IdTokenCause, Intent, Outcome, Site};
pub(crate) use crate::text::Place;
pub(crate) use crate::versions::version::Truth;

/// The severity of a missing prerequisite of trusted publishing; none if nothing should be reported.
///
/// A site that is meant to publish with a token lacks none, and a site that may get a token from something unseen must not be
/// called broken. Only the prediction says that a site fails. A site that is only guessed to publish lacks nothing if it would
/// work.
pub(crate) fn prerequisite_severity(site: &Site<'_>) -> Option<Severity> {
    match site.intent() {
        Intent::Oidc if site.publishing_tool.is_guess && site.outcome.prediction.outcome == Outcome::Oidc => {
            None
        }
        Intent::Oidc if site.publishing_tool.is_guess => Some(Severity::Information),
        Intent::Oidc if site.outcome.prediction.publishes_nothing() => Some(Severity::Error),
        Intent::Oidc => Some(Severity::Warning),
        Intent::Both => Some(Severity::Information),
        // Trusted publishing is the other way to repair it.
        Intent::Token if site.has_only_unread_tokens() && site.can_exchange_after_update() => {
            Some(Severity::Information)
        }
        Intent::Token | Intent::Unknown => None,
    }
}

/// Like [`prerequisite_severity`], for an ID token that the job cannot request. Signing provenance needs it even with an access
/// token. A tool that cannot use it does not lack it; `tool-cannot-exchange` reports what is wrong there.
pub(crate) fn missing_id_token_severity(site: &Site<'_>) -> Option<Severity> {
    match site.outcome.prediction.error {
        Some(error) if error.is_unsigned() => Some(Severity::Error),
        _ if site.needs_other_tool() => None,
        _ => prerequisite_severity(site),
    }
}

/// The second part of a message, after the cause: what happens at a site that lacks a prerequisite of trusted publishing.
pub(crate) fn consequence(site: &Site<'_>, severity: Severity) -> String {
    let command = &site.publishing_tool.command;
    // A package that is refused whichever token it is published with has another cause.
    let error = site.outcome.prediction.error;
    match (severity, error.filter(|error| error.is_for_want_of_credential())) {
        (Severity::Error, Some(error)) => format!("`{command}` will fail with {error}"),
        (Severity::Error, None) => format!("`{command}` will fail"),
        (Severity::Warning, _) => format!("`{command}` may fail"),
        _ if site.publishing_tool.is_guess => match site.outcome.prediction.outcome {
            Outcome::Token => {
                format!("trusted publishing would fail, but `{command}` would use a token")
            }
            Outcome::Unknown if site.intent() == Intent::Oidc => {
                format!("if `{command}` publishes with npm, it will fail")
            }
            _ => format!("if `{command}` publishes with npm, trusted publishing would fail"),
        },
        _ if site.outcome.prediction.outcome == Outcome::Token => {
            format!("trusted publishing would fail, but `{command}` uses a token")
        }
        _ if site.can_exchange() == Truth::Maybe => format!("trusted publishing may fail with `{command}`"),
        _ => format!("trusted publishing would fail with `{command}`"),
    }
}

/// A phrase as a sentence: with a capital letter and a full stop.
pub(crate) fn sentence(phrase: &str) -> String {
    capitalized(phrase) + "."
}

/// A phrase with a capital letter first.
pub(crate) fn capitalized(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let initial = letters.next().map(|letter| letter.to_ascii_uppercase());
    initial.into_iter().chain(letters).collect()
}

/// A `permissions` entry that is misspelled or has a wrong value, so that GitHub does not grant `id-token`.
pub(crate) struct InvalidIdToken {
    /// The words.
    pub(crate) place: Place,
    /// What is wrong with them.
    pub(crate) problem: String,
    /// What explains it.
    pub(crate) help: &'static str,
}

/// The block that denies the ID token at a site.
pub(crate) fn refusing_block<'a>(site: &Site<'a>) -> Option<&'a Permissions> {
    let is_refused = matches!(
        site.identity.id_token.cause,
        IdTokenCause::WorkflowBlock | IdTokenCause::JobBlock | IdTokenCause::DroppedByJob
    );
    if !is_refused {
        return None;
    }
    let own = site.job.job.and_then(|job| job.permissions.as_ref());
    own.or_else(|| {
        site.job
            .workflow
            .and_then(|workflow| workflow.permissions.as_ref())
    })
}

/// The wrong word by which a block denies the ID token; none if it just leaves it out.
pub(crate) fn invalid_id_token(site: &Site<'_>) -> Option<InvalidIdToken> {
    let block = refusing_block(site)?;
    let place = |range| Place::new(&site.job.path, range);
    match &block.kind {
        PermissionsKind::ReadAll => Some(InvalidIdToken {
            place: place(block.range),
            problem: "`read-all` does not include `id-token`".to_owned(),
            help: "`id-token` has no `read` level.",
        }),
        PermissionsKind::Map(entries) if entries.is_empty() => Some(InvalidIdToken {
            place: place(block.range),
            problem: "`{}` grants nothing".to_owned(),
            help: "A scope that is not listed is `none`.",
        }),
        PermissionsKind::Map(entries) => entries.iter().find_map(|entry| {
            if entry.scope.value == "id-token" {
                let level = &entry.level;
                let (problem, help) = match level.value.as_str() {
                    "none" => return None,
                    "" => (
                        "`id-token` has no value".to_owned(),
                        "It is either `write` or `none`.",
                    ),
                    other => (
                        format!("`id-token` cannot be `{other}`"),
                        "It is either `write` or `none`.",
                    ),
                };
                let range = if level.range.is_empty() {
                    entry.scope.range
                } else {
                    level.range
                };
                return Some(InvalidIdToken {
                    place: place(range),
                    problem,
                    help,
                });
            }
            is_misspelt_id_token(&entry.scope.value).then(|| InvalidIdToken {
                place: place(entry.scope.range),
                problem: format!("`{}` is not a permission scope of GitHub", entry.scope.value),
                help: "The scope is called `id-token`.",
            })
        }),
        PermissionsKind::WriteAll | PermissionsKind::Unknown => None,
    }
}

/// `id_token`, `idtoken`, `id-tokens`, `oidc`, …
pub(crate) fn is_misspelt_id_token(scope: &str) -> bool {
    let letters: String = scope
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    scope != "id-token"
        && matches!(
            letters.as_str(),
            "idtoken" | "idtokens" | "oidc" | "oidctoken" | "tokenid" | "idtokn" | "itoken"
        )
}
