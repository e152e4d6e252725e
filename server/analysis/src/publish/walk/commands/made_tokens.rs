//! Tokens that steps of the job make from the ID token, and the publish steps that they reach.

use super::script_context::ScriptContext;
use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::machine::Machine;
use crate::publish::read::made_token::{
    MadeKind, MadeName, MadeToken, asks_for_id_token, kind_of, made_by_javascript, made_tokens,
};
use crate::publish::site::{Credential, CredentialSource};
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::Script;
use crate::text::Place;
use crate::text::Ranged;
use crate::versions::version::Truth;

/// A token that a step has made, as the steps after it know it.
#[derive(Clone, Debug)]
pub(crate) struct HandedOn {
    token: MadeToken,
    /// The id of the step.
    step: Option<String>,
    place: Place,
}

/// What made tokens mean for a publish site.
#[derive(Debug, Default)]
pub(crate) struct MadeTokens {
    /// ID tokens that are passed as if they were npm tokens.
    pub(crate) raw_id_tokens: Vec<Credential>,
    /// Whether a token from a token exchange reaches the step.
    pub(crate) has_exchanged_token: bool,
}

impl<'a> Walker<'_, 'a> {
    /// Takes down the tokens that a script makes. Variables of the shell end with the script.
    pub(crate) fn note_made_tokens(&mut self, context: &ScriptContext<'_, 'a>, text: &str, script: &Script) {
        // A package script runs in between; the script that calls it keeps its variables.
        if context.called.is_empty() {
            self.made_tokens
                .retain(|made| !matches!(made.token.name, MadeName::Shell(_)));
        }
        if !asks_for_id_token(text) {
            return;
        }
        for token in made_tokens(script) {
            let place = context.source.place(self.sources, token.range);
            let step = context.step.id.as_ref().map(|id| id.value.clone());
            self.made_tokens.push(HandedOn { token, step, place });
        }
    }

    pub(crate) fn note_tokens_of_javascript(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &Step,
        uses: &Ranged<String>,
    ) {
        let script = find_input(&step.with, "script");
        let Some(kind) = script.and_then(|script| made_by_javascript(&script.value.value)) else {
            return;
        };
        self.made_tokens.push(HandedOn {
            token: MadeToken {
                name: MadeName::Output(String::new()),
                kind,
                range: uses.range,
            },
            step: step.id.as_ref().map(|id| id.value.clone()),
            place: Place::new(&frame.path, uses.range),
        });
    }

    /// The variables of the environment that hold a made token.
    pub(crate) fn made_variables(&self) -> Vec<&str> {
        self.made_tokens
            .iter()
            .filter_map(|made| match &made.token.name {
                MadeName::Environment(name) => Some(name.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Takes the tokens that the job has made itself out of the credentials of a site.
    pub(crate) fn take_made_tokens(
        &self,
        machine: &Machine,
        credentials: &mut Vec<Credential>,
    ) -> MadeTokens {
        let mut found = MadeTokens::default();
        if self.made_tokens.is_empty() {
            return found;
        }
        credentials.retain(|credential| match self.kind_of_credential(machine, credential) {
            Some(MadeKind::IdToken) => {
                found.raw_id_tokens.push(credential.clone());
                false
            }
            Some(MadeKind::Exchanged) => {
                found.has_exchanged_token = true;
                false
            }
            None => true,
        });
        for made in &self.made_tokens {
            let MadeName::Environment(name) = &made.token.name else {
                continue;
            };
            if !crate::publish::find::credentials::is_npm_token_variable(name) {
                continue;
            }
            match made.token.kind {
                MadeKind::Exchanged => found.has_exchanged_token = true,
                MadeKind::IdToken => found.raw_id_tokens.push(Credential {
                    name: name.clone(),
                    text: name.clone(),
                    source: CredentialSource::NpmrcCommand,
                    place: made.place.clone(),
                    is_read: Truth::Yes,
                }),
            }
        }
        found
    }

    fn kind_of_credential(&self, machine: &Machine, credential: &Credential) -> Option<MadeKind> {
        let of_output = self.made_tokens.iter().rev().find(|made| {
            let (MadeName::Output(name), Some(step)) = (&made.token.name, &made.step) else {
                return false;
            };
            credential.text.contains(&format!("steps.{step}.outputs.{name}"))
        });
        if let Some(made) = of_output {
            return Some(made.token.kind);
        }
        let tokens: Vec<MadeToken> = self.made_tokens.iter().map(|made| made.token.clone()).collect();
        let text = match credential.source {
            CredentialSource::NpmrcCommand => machine
                .npmrc_lines
                .iter()
                .find(|line| line.place == credential.place)
                .map_or("", |line| line.value.as_str()),
            CredentialSource::CommandEnv | CredentialSource::CommandFlag => credential.text.as_str(),
            _ => return None,
        };
        kind_of(text, &tokens)
    }
}
