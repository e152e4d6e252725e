//! Causes in an access token.

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[
    EvidenceTopic::Failure,
    EvidenceTopic::AccessToken,
    EvidenceTopic::Exchange,
];

pub(super) const TOKEN_EXPIRED: CauseText = CauseText {
    id: "token-expired",
    stage: Stage::Exchange,
    title: "The access token is expired, revoked, or may not publish this package",
    why: "An access token was sent, and the registry refused it.",
    fix: "Move to trusted publishing and remove the token. A new one is a stopgap: npm plans to end direct publishing with a token that bypasses two-factor authentication in January 2027.",
    rules: &["publish-token-env", "npmrc-token-line", "run-writes-npmrc-token"],
};

pub(super) const TOKEN_EMPTY: CauseText = CauseText {
    id: "token-empty",
    stage: Stage::Exchange,
    title: "The access token is missing or empty",
    // Measured with npm 11.19.1: a line of the project's `.npmrc` whose variable is empty, with an exchange that succeeds.
    why: "A secret that is not set, or not shared with this repository, is empty, so npm has no token. Without an `.npmrc` line that names its variable, npm does not read a token either. An `.npmrc` line with the empty token can also override the exchanged token.",
    fix: "Set the secret and pass it to the publish step, or move to trusted publishing and remove the token's line.",
    rules: &["publish-token-env", "npmrc-token-line", "registry-url-missing"],
};

pub(super) const TOKEN_MIXING: CauseText = CauseText {
    id: "token-mixing",
    stage: Stage::Exchange,
    title: "An access token hides why trusted publishing failed",
    why: "If the exchange fails, npm continues with the access token and says nothing. The error is then about that token.",
    fix: "Remove the token from the publish step, so that the next failure names its own cause.",
    rules: &["publish-token-env", "npmrc-token-line", "run-writes-npmrc-token"],
};

pub(super) const EOTP_TOKEN_2FA: CauseText = CauseText {
    id: "eotp-token-2fa",
    stage: Stage::Registry,
    title: "The access token requires a second factor",
    why: "npm tried to publish with a token that does not bypass two-factor authentication, so trusted publishing did not happen.",
    fix: "Move to trusted publishing. npm plans to end direct publishing with a token that bypasses two-factor authentication in January 2027.",
    rules: &["publish-token-env"],
};

pub(super) const WHOAMI: CauseText = CauseText {
    id: "whoami",
    stage: Stage::Job,
    title: "A command needs a logged-in user",
    // Measured with np 10.3.0 to 12.1.1 and release-it 19.2.4 and 21.1.2.
    why: "Trusted publishing does not log in: npm exchanges the ID token only for `publish`, and for `dist-tag` from 11.21 and 12.2 on. release-it checks the login unless `npm.skipChecks` is set, and np up to 11.0.1 always does.",
    fix: "Remove the command from the publish job. With release-it, set `npm.skipChecks: true`; with np, update to 11.0.2 or later.",
    rules: &["needs-login-command"],
};

// Measured with npm 11.19.1 and 12.2.0: `dist-tag add` asks for a login; from 11.21 and 12.2 on it exchanges the ID token.
pub(super) const NEEDS_LOGIN_COMMAND: CauseText = CauseText {
    id: "needs-login-command",
    stage: Stage::Job,
    title: "Another command than `npm publish` needs a logged-in user",
    why: "Trusted publishing logs in for `npm publish` only, and from npm 11.21 and 12.2 on for `npm dist-tag`. `npm access`, `npm owner`, `npm deprecate` and older `npm dist-tag` find no login.",
    fix: "Publish with `npm publish --tag NAME` instead of setting the tag afterwards, or give that command an access token of its own.",
    rules: &["needs-login-command"],
};

pub(super) const TOKEN_MALFORMED: CauseText = CauseText {
    id: "token-malformed",
    stage: Stage::Exchange,
    title: "The access token contains an invalid character",
    why: "The secret was saved with a line break, a space or a quote, so npm cannot send it.",
    fix: "Save the secret again without it, or move to trusted publishing and remove the token.",
    rules: &["publish-token-env"],
};

pub(super) const TOKEN_IP: CauseText = CauseText {
    id: "token-ip",
    stage: Stage::Exchange,
    title: "The access token does not work from this IP address",
    why: "The token lists the addresses that may use it, and GitHub's runners are not among them.",
    fix: "Move to trusted publishing, or remove the list from the token.",
    rules: &[],
};

// @npmcli/config/lib/errors.js, of npm 9 and later.
pub(super) const TOKEN_UNSCOPED: CauseText = CauseText {
    id: "token-unscoped",
    stage: Stage::BeforeExchange,
    title: "A credential in `.npmrc` names no registry",
    why: "npm sends a credential only to the registry that its line names, and stops every command if a line names none.",
    fix: "Remove the line and publish by trusted publishing. `npm config fix` writes the registry into it.",
    rules: &["npmrc-unscoped-token"],
};
