//! What the rules about an npm that is too old share.

use super::node_24::{Node24Obstacle, node_24_obstacle};
use super::prelude::*;
use crate::knowledge::npm_releases::OIDC_MINIMUM;
use crate::publish::{CorepackPin, NodeAndNpm, NodeOrigin, NpmOrigin, RunnerFact};
use crate::versions::version::{at_least, shown_versions};

/// The severity of an npm that is too old for the token exchange at a site; none if it is new enough, if that is
/// not known, or if nothing should be reported.
pub(crate) fn too_old_severity(site: &Site<'_>) -> Option<Severity> {
    let depends_on_npm = site.publishing_tool.exchange == Exchange::NpmOnPath;
    if !depends_on_npm || site.can_exchange() != Truth::No {
        return None;
    }
    // If the job cannot request an ID token, npm's version matters less, but it is still too old.
    prerequisite_severity(site)
}

/// Offers a fix that installs a newer npm, unless that would break the publish. An old npm with a token may send any
/// `repository`, from any runner. A newer one publishes by OIDC with provenance, which the registry may refuse. Where a token is meant
/// that nothing reads, the fix is a choice.
pub(crate) fn with_newer_npm(context: &CheckContext<'_>, site: &Site<'_>, fix: Option<Fix>) -> Option<Fix> {
    let publishes = matches!(
        site.outcome.prediction.outcome,
        Outcome::Token | Outcome::OidcOrToken
    );
    if publishes && site.newer_npm_refuses_prerelease(context.sources) {
        return None;
    }
    match site.intent() {
        Intent::Token => fix.map(Fix::into_choice),
        Intent::Both => fix.filter(|_| !is_worse_once_exchanged(context, site)),
        Intent::Oidc | Intent::Unknown => fix,
    }
}

/// Whether the registry refuses, or may, what the token publishes today, once it comes by OIDC with provenance.
fn is_worse_once_exchanged(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    match site.once_exchanged(context.sources.assumptions()).outcome {
        Outcome::Fails => true,
        Outcome::Unknown => site.outcome.prediction.outcome != Outcome::Unknown,
        _ => false,
    }
}

/// Offers a fix that sets up Node 24, as [`with_newer_npm`] does, unless something in the job
/// refuses it.
pub(crate) fn with_node_24(context: &CheckContext<'_>, site: &Site<'_>, fix: Option<Fix>) -> Option<Fix> {
    with_newer_npm(context, site, fix).filter(|_| runs_on_node_24(context, site))
}

/// Whether nothing keeps the job from using Node 24.
pub(crate) fn runs_on_node_24(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    node_24_obstacle(context, site).is_none()
}

/// What to do about an old Node, in words.
pub(crate) fn node_24_remedy(context: &CheckContext<'_>, site: &Site<'_>) -> String {
    match node_24_obstacle(context, site) {
        None if is_refused_runner(context, site) => "use Node 24 on a runner that GitHub hosts".to_owned(),
        None => "use Node 24".to_owned(),
        Some(Node24Obstacle::Rush) => {
            "use Node 24 and allow it in `nodeSupportedVersionRange` of `rush.json`".to_owned()
        }
        Some(Node24Obstacle::Engines(refused)) => {
            format!(
                "use Node 24 and allow it in `{}` of `package.json`",
                refused.field
            )
        }
        Some(Node24Obstacle::Architecture(architecture)) => {
            format!("use Node 24, which has no builds for `architecture: {architecture}`")
        }
        Some(Node24Obstacle::Image(_)) => "use `node:24`, `node:24-slim` or `node:24-alpine`".to_owned(),
    }
}

/// Whether a token publishes from a runner from which the registry refuses provenance, or may.
fn is_refused_runner(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    let is_own = matches!(
        site.job.runner,
        RunnerFact::SelfHosted { .. } | RunnerFact::MaybeSelfHosted { .. }
    );
    is_own && site.intent() == Intent::Both && is_worse_once_exchanged(context, site)
}

/// Whether the npm at the site is the one that came with its Node.
pub(crate) fn is_bundled(site: &Site<'_>) -> bool {
    site.node_and_npm.npm.origin == NpmOrigin::BundledWithNode
}

/// A site whose bundled npm is too old, with the place that decides which Node it is.
pub(crate) fn too_old_node<'s, 'a>(site: &'s Site<'a>) -> Option<(Severity, &'s NodeOrigin, &'s Place)> {
    // A newer npm of corepack has its own rule.
    if !is_bundled(site) || npm_of_corepack(site).is_some() {
        return None;
    }
    let severity = too_old_severity(site).or_else(|| moving_image_severity(site))?;
    let node = &site.node_and_npm.node;
    Some((severity, &node.origin, node.place.as_ref()?))
}

/// The npm that corepack was asked for, if it is new enough and does not run.
pub(crate) fn npm_of_corepack<'s>(site: &'s Site<'_>) -> Option<&'s CorepackPin> {
    let pin = site.node_and_npm.corepack_pin.as_ref()?;
    let would_do = at_least(&pin.npm.candidates, &OIDC_MINIMUM) == Truth::Yes;
    (is_bundled(site) && would_do && site.can_exchange() == Truth::No).then_some(pin)
}

/// A label like `ubuntu-latest` means two images while GitHub moves it from one to the next. If one of
/// them is too old, the publish may fail.
fn moving_image_severity(site: &Site<'_>) -> Option<Severity> {
    let NodeAndNpm { node, npm, .. } = &site.node_and_npm;
    let is_of_image = matches!(
        node.origin,
        NodeOrigin::RunnerImage | NodeOrigin::SetupWithoutVersion
    );
    let depends_on_npm = site.publishing_tool.exchange == Exchange::NpmOnPath;
    let one_is_too_old = npm.candidates.iter().any(|npm| npm < &OIDC_MINIMUM);
    if !is_of_image || !depends_on_npm || !one_is_too_old || site.can_exchange() != Truth::Maybe {
        return None;
    }
    prerequisite_severity(site).map(|severity| severity.min(Severity::Warning))
}

/// "Node 22 ships npm 10.9.8, but trusted publishing needs npm 11.5.1"
pub(crate) fn why_too_old(site: &Site<'_>) -> String {
    let node = site.node_and_npm.node.text.as_deref().unwrap_or("this version");
    format!(
        "{} ships {}, but trusted publishing needs npm 11.5.1",
        name_of_node(node),
        npm_name(site)
    )
}

/// "npm 10.9.8", or "npm 10.9.8 or 10.9.9" if it may be one of several.
pub(crate) fn npm_name(site: &Site<'_>) -> String {
    let (versions, suffix) = shown_versions(&site.node_and_npm.npm.candidates);
    match versions.as_slice() {
        [only] => format!("npm {only}{suffix}"),
        [first, .., last] => format!("npm {first} or {last}{suffix}"),
        [] => "an old npm".to_owned(),
    }
}

/// "Node 22", "the image `node:20`".
fn name_of_node(text: &str) -> String {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        format!("Node {text}")
    } else {
        format!("`{text}`")
    }
}
