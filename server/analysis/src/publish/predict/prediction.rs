//! From the facts of a publish site to its outcome.
//!
//! What the files cannot show is an assumption, see [`Assumptions`]. Besides, the package is taken to exist.

use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::npm_releases::{
    OIDC_MINIMUM, PROVENANCE_MINIMUM, REFUSES_UNSCOPED_CREDENTIALS, exchange_outranks_project_npmrc,
    lacks_sigstore,
};
use crate::model::permissions::Grant;
use crate::publish::site::Outcome;
use crate::publish::site::{Credential, CredentialSource, Intent, RegistryFact};
use crate::publish::site::{Prediction, RunnerFact};
use crate::publish::site::{Site, StopCause, StopPoint};
use crate::publish::tools::{Exchange, Tool};
use crate::sources::{Assumptions, Secrets};
use crate::versions::version::Truth;

/// The variable that the line of setup-node's `registry-url` names.
const PLACEHOLDER_VARIABLE: &str = "NODE_AUTH_TOKEN";

impl Site<'_> {
    /// Whether the publisher can perform the token exchange: it does so itself, or npm is new enough.
    pub(crate) fn can_exchange(&self) -> Truth {
        match self.publishing_tool.exchange {
            Exchange::Itself => Truth::Yes,
            Exchange::Unsupported => Truth::No,
            // A pnpm of unknown version runs npm or makes the exchange itself: with a good npm both work.
            Exchange::Unknown if self.runs_npm_or_exchanges() => {
                match self.node_and_npm.npm_at_least(&OIDC_MINIMUM) {
                    Truth::Yes => Truth::Yes,
                    Truth::No | Truth::Maybe => Truth::Maybe,
                }
            }
            Exchange::Unknown => Truth::Maybe,
            Exchange::NpmOnPath => self.node_and_npm.npm_at_least(&OIDC_MINIMUM),
        }
    }

    /// Whether no token reaches a tool that publishes only with one, so that another tool or release has to publish, whatever the
    /// job's permissions are.
    pub(crate) fn needs_other_tool(&self) -> bool {
        // With a token, the npm that such a tool runs makes the exchange.
        let cannot =
            self.publishing_tool.exchange == Exchange::Unsupported || self.publishing_tool.needs_token();
        cannot && !self.publishing_tool.is_guess && self.intent() == Intent::Oidc
    }

    /// Whether the job has nothing but trusted publishing and publishes to a registry that has none.
    pub(crate) fn asks_other_registry(&self) -> bool {
        matches!(self.target.registry, RegistryFact::Other { .. })
            && self.intent() == Intent::Oidc
            && self.identity.id_token.grant == Grant::Yes
            && !self.publishing_tool.is_guess
    }

    /// Whether the npm on the PATH may be what performs the token exchange.
    pub(crate) fn may_run_npm(&self) -> bool {
        let publishing_tool = &self.publishing_tool;
        let last = publishing_tool
            .client
            .as_ref()
            .map_or(publishing_tool.tool, |client| client.tool);
        match publishing_tool.exchange {
            Exchange::NpmOnPath => true,
            Exchange::Itself | Exchange::Unsupported => false,
            Exchange::Unknown => last
                .entry()
                .is_none_or(|entry| entry.exchange.before != Exchange::Unsupported),
        }
    }

    /// Whether it is a pnpm of unknown version, which runs the npm on the PATH or makes the exchange itself.
    pub(crate) fn runs_npm_or_exchanges(&self) -> bool {
        let publishing_tool = &self.publishing_tool;
        let last = publishing_tool
            .client
            .as_ref()
            .map_or(publishing_tool.tool, |client| client.tool);
        last == Tool::Pnpm && publishing_tool.last().1.is_none() && !publishing_tool.is_guess
    }

    /// Whether the exchange succeeds, so that npm publishes with the short-lived token that it got.
    fn exchange_succeeds(&self, assumptions: &Assumptions) -> Truth {
        let is_granted = match self.identity.id_token.grant {
            Grant::Yes => Truth::Yes,
            Grant::No => Truth::No,
            Grant::Unknown => Truth::Maybe,
        };
        match (is_granted, self.can_exchange(), assumptions.publisher_matches) {
            (Truth::No, _, _) | (_, Truth::No, _) | (_, _, Some(false)) => Truth::No,
            (_, _, None) if self.identity.registration.may_be_refused() => Truth::Maybe,
            (Truth::Yes, Truth::Yes, _) => Truth::Yes,
            _ => Truth::Maybe,
        }
    }

    /// What becomes of the package once the exchange has succeeded.
    pub(crate) fn once_exchanged(&self, assumptions: &Assumptions) -> Prediction {
        self.with_provenance(assumptions, Prediction::OIDC)
    }

    /// Whether a token that is written down can be used.
    pub(crate) fn has_usable_token(&self) -> Truth {
        let is_certain = |token: &&Credential| token.is_read.is_yes() || self.publishing_tool.is_guess;
        let usable = || self.credentials.tokens.iter().filter(|token| self.can_use(token));
        match usable().next() {
            None => Truth::No,
            Some(_) if usable().any(|token| is_certain(&token)) => Truth::Yes,
            Some(_) => Truth::Maybe,
        }
    }

    /// Whether the tool reads a token, or may.
    pub(crate) fn can_use(&self, credential: &Credential) -> bool {
        if self.takes_placeholder_for_token() == Truth::Yes {
            return credential.name == PLACEHOLDER_VARIABLE;
        }
        !credential.is_read.is_no() || self.publishing_tool.is_guess
    }

    /// Whether semantic-release takes the placeholder for its token that setup-node's `registry-url` exports, and fails with
    /// EINVALIDNPMTOKEN unless the exchange works.
    /// Source: measured with 24.2.9 and 25.0.9: an `NPM_TOKEN` is not used beside that line.
    pub(crate) fn takes_placeholder_for_token(&self) -> Truth {
        let Some(registry_url) = &self.credentials.registry_url else {
            return Truth::No;
        };
        // A token in this variable is the one that the line is for.
        let mut tokens = self.credentials.tokens.iter();
        let is_set = tokens.any(|credential| credential.name == PLACEHOLDER_VARIABLE);
        let is_asked = self.publishing_tool.tool.is_semantic_release()
            && self.target.is_npm()
            && registry_url.scope.is_none()
            && !is_set;
        // The line of a project's `.npmrc` outranks that of setup-node's file; the release of allxsmith/bestax issue 149 got to EOTP with it.
        let of_project = self
            .credentials
            .tokens
            .iter()
            .filter(|token| token.source == CredentialSource::NpmrcFile);
        let is_in_project = Truth::of_any(of_project.map(|token| token.is_read));
        match self.credentials.npmrc.sends_placeholder {
            _ if !is_asked || is_in_project.is_yes() => Truth::No,
            _ if is_in_project == Truth::Maybe => Truth::Maybe,
            Truth::Yes if registry_url.exports_placeholder == Truth::Yes => Truth::Yes,
            Truth::No => Truth::No,
            _ => Truth::Maybe,
        }
    }

    /// Whether the npm that publishes is a release that cannot publish at all. Where nothing is known about npm, it is not.
    pub(crate) fn runs_npm_without_sigstore(&self) -> Truth {
        let candidates = &self.node_and_npm.npm.candidates;
        if candidates.is_empty() || !self.may_run_npm() {
            return Truth::No;
        }
        let is_certain = self.publishing_tool.exchange == Exchange::NpmOnPath;
        match Truth::of_all(candidates.iter().map(|npm| Truth::from(lacks_sigstore(npm)))) {
            Truth::Yes if !is_certain => Truth::Maybe,
            truth => truth,
        }
    }

    /// Whether npm will not run at all.
    fn npm_refuses_to_run(&self, assumptions: &Assumptions) -> Truth {
        if self.publishing_tool.exchange != Exchange::NpmOnPath {
            return Truth::No;
        }
        let npmrc = &self.credentials.npmrc;
        let has_credential = match npmrc.has_unscoped_credential {
            Truth::Maybe => Truth::from(assumptions.secrets != Secrets::Empty),
            truth => truth,
        };
        match self.node_and_npm.npm_at_least(&REFUSES_UNSCOPED_CREDENTIALS) {
            Truth::Yes if has_credential.is_yes() => Truth::Yes,
            Truth::Yes if npmrc.may_have_unscoped_credential => Truth::Maybe,
            _ => Truth::No,
        }
    }

    /// Whether npm finds the token that the exchange gave it, and not an empty line of the project's `.npmrc`.
    pub(crate) fn finds_exchanged_token(&self, assumptions: &Assumptions) -> Truth {
        let is_empty = match self.credentials.npmrc.project_token_is_empty {
            Truth::Maybe => assumptions.secrets == Secrets::Empty,
            truth => truth.is_yes(),
        };
        if !is_empty
            || matches!(
                self.publishing_tool.exchange,
                Exchange::Itself | Exchange::Unsupported
            )
        {
            return !self.publishing_tool.loses_exchanged_token;
        }
        let versions = self.node_and_npm.npm.candidates.iter();
        match Truth::of_all(versions.map(|npm| Truth::from(exchange_outranks_project_npmrc(npm)))) {
            Truth::No if self.publishing_tool.exchange == Exchange::Unknown => Truth::Maybe,
            truth => truth,
        }
    }

    /// Whether the tool signs provenance because it is told to.
    pub(crate) fn signs_explicitly(&self) -> bool {
        self.target.requested_provenance().is_some()
            && match self.publishing_tool.exchange {
                Exchange::NpmOnPath => self.node_and_npm.npm_at_least(&PROVENANCE_MINIMUM) == Truth::Yes,
                // They sign with npm or its library, and take npm's settings.
                _ => {
                    matches!(self.publishing_tool.tool, Tool::Lerna | Tool::LernaLite)
                        || self.publishing_tool.tool.is_semantic_release()
                        || self.publishing_tool.is_own_client_of_pnpm()
                        || self.publishing_tool.is_yarn_berry()
                }
            }
    }

    /// Whether the tool signs no provenance: it is told not to, or it needs to be asked and is not.
    pub(crate) fn provenance_is_off(&self) -> bool {
        let provenance = self.target.provenance.as_ref();
        let is_told = provenance.is_some_and(|provenance| !provenance.is_on && !provenance.is_publish_config);
        is_told
            || self.publishing_tool.signs_by_itself.is_no() && self.target.requested_provenance().is_none()
    }

    /// " with E404", as the tool prints it; nothing if it prints no code.
    pub(crate) fn with_code(&self, error: NpmError) -> String {
        let printed = self.publishing_tool.printed(error);
        printed.map(|code| format!(" with {code}")).unwrap_or_default()
    }

    /// What happens to a package that is sent with provenance.
    fn with_provenance(&self, assumptions: &Assumptions, sent: Prediction) -> Prediction {
        match self.with_known_provenance(assumptions, sent) {
            // Perhaps there is no provenance that the registry could refuse.
            known if known.outcome == Outcome::Fails && self.target.provenance_is_open => Prediction::UNKNOWN,
            known => known,
        }
    }

    fn with_known_provenance(&self, assumptions: &Assumptions, sent: Prediction) -> Prediction {
        let is_signed =
            !self.provenance_is_off() && (assumptions.repository_is_public || self.signs_explicitly());
        match self.job.runner {
            // The exchange was seen to work there; provenance is what the registry refuses.
            RunnerFact::SelfHosted { .. } if self.provenance_is_off() => return Prediction::UNKNOWN,
            RunnerFact::SelfHosted { .. } if is_signed => return Prediction::fails(Some(NpmError::E422)),
            RunnerFact::MaybeSelfHosted { .. } if is_signed => return Prediction::UNKNOWN,
            _ => {}
        }
        match assumptions.repository_is_public {
            true if self.target.repository_mismatch => Prediction::fails(Some(NpmError::E422)),
            // Whichever it is, it has none; unless the run writes one.
            _ if self.packages.candidates_lack_repository && is_signed => Prediction::UNKNOWN,
            true if self.target.repository_may_mismatch => Prediction::UNKNOWN,
            true => sent,
            // The registry refuses provenance from a private repository, and none is made there unasked.
            false if self.signs_explicitly() => Prediction::fails(Some(NpmError::E422)),
            false => sent,
        }
    }

    /// What happens where the exchange does not give a token.
    fn without_exchange(&self, assumptions: &Assumptions, has_token: bool) -> Prediction {
        if !has_token && self.credentials.may_have_others {
            return Prediction::UNKNOWN;
        }
        let placeholder = match self.credentials.npmrc.sends_placeholder {
            Truth::Maybe if assumptions.secrets == Secrets::Empty => Truth::No,
            truth => truth,
        };
        let signs_without_id_token = self.signs_explicitly() && self.identity.id_token.grant == Grant::No;
        match (has_token, assumptions.secrets) {
            // npm looks for a credential first, of whatever worth, and signs then.
            (true, _) if signs_without_id_token => Prediction::fails(Some(NpmError::Usage)),
            (false, _)
                if signs_without_id_token
                    && (placeholder == Truth::Yes
                        || self.publishing_tool.is_own_client_of_pnpm()
                        || self.publishing_tool.is_yarn_berry()) =>
            {
                Prediction::fails(Some(NpmError::Usage))
            }
            (true, Secrets::Refused) => Prediction::fails(Some(NpmError::E404)),
            (true, _) if self.takes_placeholder_for_token() == Truth::Maybe => Prediction::UNKNOWN,
            (true, _) if self.signs_explicitly() => self.with_provenance(assumptions, Prediction::TOKEN),
            (true, _) => Prediction::TOKEN,
            (false, _) if self.credentials.sent_without_token.is_some() => {
                Prediction::fails(Some(NpmError::E404))
            }
            (false, _) => Prediction::fails(self.error_without_credential(placeholder)),
        }
    }

    /// The error of a tool that asks for a token before it publishes anything, and has none.
    fn error_of_tool_without_token(&self, placeholder: Truth) -> Option<NpmError> {
        match self.publishing_tool.tool.is_semantic_release() {
            true => self.error_without_credential(placeholder),
            false => self.publishing_tool.errors.without_credential,
        }
    }

    /// The error of npm when it has nothing to publish with. A line in an `.npmrc` makes npm send what is
    /// there, a placeholder or not, and then it is the registry that refuses.
    fn error_without_credential(&self, placeholder: Truth) -> Option<NpmError> {
        match (self.publishing_tool.exchange, placeholder) {
            // It does not ask itself whether it has a credential.
            _ if self.publishing_tool.is_own_client_of_pnpm() => Some(NpmError::E404),
            // It takes the token of such a line for its own, and asks npm whose it is.
            _ if self.publishing_tool.tool.is_semantic_release() && self.credentials.npmrc.has_token_line => {
                Some(NpmError::InvalidNpmToken)
            }
            _ if self.publishing_tool.tool.is_semantic_release() => {
                self.publishing_tool.errors.without_credential
            }
            (Exchange::NpmOnPath, Truth::Yes) => Some(NpmError::E404),
            (Exchange::NpmOnPath, Truth::No) => Some(NpmError::NeedAuth),
            (Exchange::Itself | Exchange::Unsupported, _) => self.publishing_tool.errors.without_credential,
            _ => None,
        }
    }
}

/// The outcome that follows from a site's facts.
pub(crate) fn predict(site: &Site<'_>, assumptions: &Assumptions) -> Prediction {
    let assumptions = site.identity.registration.assumed(assumptions);
    let prediction = predict_unstopped(site, &assumptions);
    let prediction = Prediction {
        error: prediction
            .error
            .and_then(|error| site.publishing_tool.printed(error)),
        ..prediction
    };
    if let Some(stop) = &site.outcome.stop {
        match stop.point {
            StopPoint::Start(_) | StopPoint::EarlierStep(_) | StopPoint::SkippedAfter(_)
                if stop.is_in_every_run && !site.publishing_tool.is_guess =>
            {
                return Prediction::not_reached(stop.error);
            }
            StopPoint::Command
                if stop.is_in_every_run && matches!(stop.cause, StopCause::UnsetVariable { .. }) =>
            {
                return Prediction::fails(None);
            }
            // It comes before everything that npm or the registry would say.
            StopPoint::Command if stop.is_in_every_run && stop.error.is_some() => {
                return Prediction::fails(stop.error);
            }
            _ if prediction.outcome == Outcome::Fails => {}
            StopPoint::Command if stop.is_in_every_run => return Prediction::fails(stop.error),
            _ => return Prediction::UNKNOWN,
        }
    }
    prediction
}

/// The outcome where the command is reached and npm starts to publish.
fn predict_unstopped(site: &Site<'_>, assumptions: &Assumptions) -> Prediction {
    let prediction = predict_unrefused(site, assumptions);
    // A command that does not exist comes before everything else.
    if site.lacks_stage() || site.pnpm_without_stage().is_some() {
        let code = site.outcome.refusal.and_then(|refusal| refusal.code);
        return Prediction::fails(code);
    }
    match site.outcome.refusal {
        // Nothing is sent, but what is wrong besides is worth more words.
        Some(refusal) if prediction.outcome != Outcome::Fails => Prediction::fails(refusal.code),
        None if prediction.outcome == Outcome::Oidc && site.identity.registration.action_is_refused() => {
            Prediction::fails(Some(NpmError::E403))
        }
        None if site.outcome.may_be_refused && prediction.outcome != Outcome::Fails => Prediction::UNKNOWN,
        _ => prediction,
    }
}

/// The outcome where npm takes the command and the manifests as they are.
fn predict_unrefused(site: &Site<'_>, assumptions: &Assumptions) -> Prediction {
    if site.asks_other_registry() {
        // What another registry says to a placeholder is its own affair.
        let placeholder = site.credentials.npmrc.sends_placeholder;
        let is_plain = placeholder == Truth::No;
        return Prediction::fails(match site.publishing_tool.asks_for_token {
            Truth::Yes => site.error_of_tool_without_token(placeholder),
            _ if is_plain => site.error_without_credential(placeholder),
            _ => None,
        });
    }
    if site.publishing_tool.is_guess || !site.target.is_npm() {
        return Prediction::UNKNOWN;
    }
    let refuses = site.npm_refuses_to_run(assumptions);
    if refuses.is_yes() {
        return Prediction::fails(Some(NpmError::InvalidAuth));
    }
    if let Some(error) = site.node_and_npm.failed_upgrade {
        return Prediction::fails(Some(error));
    }
    // npm loads what it publishes with before it looks for a credential.
    let lacks_sigstore = site.runs_npm_without_sigstore();
    if lacks_sigstore == Truth::Yes {
        return Prediction::fails(Some(NpmError::ModuleNotFound));
    }
    let sent = predict_sent(site, assumptions);
    let may_stop_before =
        lacks_sigstore == Truth::Maybe || refuses == Truth::Maybe || site.node_and_npm.upgrade_may_fail();
    if sent.outcome != Outcome::Fails && may_stop_before {
        return Prediction::UNKNOWN;
    }
    let is_sent = !matches!(sent.outcome, Outcome::Fails | Outcome::Unknown);
    match sent.error {
        _ if is_sent && site.packages.has_none() => Prediction::UNKNOWN,
        _ if is_sent && site.packages.is_open && site.packages.is_private != Truth::Yes => {
            Prediction::UNKNOWN
        }
        _ if site.packages.is_private != Truth::Yes => sent,
        // npm looks for a credential before it looks at the package.
        Some(NpmError::NeedAuth) => sent,
        None if matches!(sent.outcome, Outcome::Fails | Outcome::Unknown) => Prediction::fails(None),
        _ => Prediction::fails(Some(NpmError::Private)),
    }
}

/// What becomes of a package that may be published.
fn predict_sent(site: &Site<'_>, assumptions: &Assumptions) -> Prediction {
    let with = |has_token| predict_sent_with(site, assumptions, has_token);
    match site.has_usable_token() {
        _ if assumptions.secrets == Secrets::Empty => with(false),
        Truth::Yes => with(true),
        Truth::No => with(false),
        Truth::Maybe => with(true).or(with(false)),
    }
}

/// The same, where it is known whether the tool finds a token.
fn predict_sent_with(site: &Site<'_>, assumptions: &Assumptions, has_token: bool) -> Prediction {
    let by_oidc = || match site.finds_exchanged_token(assumptions) {
        Truth::Yes => site.with_provenance(assumptions, Prediction::OIDC),
        Truth::No => Prediction::fails(Some(NpmError::NeedAuth)),
        Truth::Maybe => Prediction::UNKNOWN,
    };
    let otherwise = site.without_exchange(assumptions, has_token);
    if site.publishing_tool.prefers_token && (has_token || site.credentials.sent_without_token.is_some()) {
        return otherwise;
    }
    match site.publishing_tool.asks_for_token {
        Truth::No => {}
        _ if has_token => {}
        // The tool itself stops before anything is published.
        Truth::Yes if !site.credentials.may_have_others => {
            let placeholder = site.credentials.npmrc.sends_placeholder;
            return Prediction::fails(site.error_of_tool_without_token(placeholder));
        }
        // Whether the tool gets so far is not known.
        _ => return by_oidc().or(otherwise).or(Prediction::fails(None)),
    }
    match site.exchange_succeeds(assumptions) {
        Truth::No => otherwise,
        // The exchange comes first and the token is the fallback: which one it is, npm's settings decide.
        Truth::Yes if assumptions.publisher_matches.is_none() && otherwise == Prediction::TOKEN => {
            by_oidc().or(otherwise)
        }
        Truth::Yes => by_oidc(),
        Truth::Maybe => by_oidc().or(otherwise),
    }
}
