//! Why a registry's answer is missing: what happened, why, and what to do.

use std::fmt;

use trustpub_analysis::{parse_range, parse_version};

use crate::client::MEGABYTE;
use crate::packument::Packument;
use crate::settings::{Refusal, host_and_port_of, host_of, shown_url};

/// Why there is no answer about a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskError {
    /// Its name in the JSON output.
    pub kind: &'static str,
    message: String,
}

impl AskError {
    fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// The registry answered with something else than 200.
    pub(crate) fn of_status(status: u16, url: &str, has_credential: bool) -> Self {
        let host = host_of(url);
        match status {
            404 => Self::new(
                "not-found",
                format!(
                    "404 not found at {host}: was it ever published? A private package also needs a token for this registry in \
                     `.npmrc`."
                ),
            ),
            401 | 403 if has_credential => Self::new(
                "denied",
                format!(
                    "{host} answered {status}: the token in `.npmrc` has expired, was revoked, or may not read this package. Get a \
                     new one with `npm login`."
                ),
            ),
            401 | 403 => Self::new(
                "denied",
                format!(
                    "{host} answered {status}: it requires a token. Put `//{}/:_authToken=${{NPM_TOKEN}}` into `~/.npmrc`.",
                    host_and_port_of(url)
                ),
            ),
            407 => Self::proxy("it requires a user name and a password".to_owned()),
            429 => Self::new(
                "unavailable",
                format!("{host} answered 429: too many requests. Try again in a few minutes."),
            ),
            500.. => Self::new(
                "unavailable",
                format!("{host} answered {status}: the registry is unavailable. Try again later."),
            ),
            _ => Self::new(
                "unexpected",
                format!(
                    "{host} answered {status}, which is not a registry's answer. Is `{}` a registry? Set another one with `--registry`.",
                    shown_url(url)
                ),
            ),
        }
    }

    /// The packument says that a version has attestations, and they are not there.
    pub(crate) fn no_attestations(url: &str) -> Self {
        Self::new(
            "not-found",
            format!(
                "{} lists attestations but does not have them (404), like registries that copy packages. Ask the original registry with `--registry`.",
                host_of(url)
            ),
        )
    }

    pub(crate) fn timed_out(seconds: u64, url: &str) -> Self {
        Self::new(
            "time-out",
            format!(
                "{} did not answer within {seconds} s: the network or the registry is slow. Try again, or raise `--timeout SECONDS`.",
                host_of(url)
            ),
        )
    }

    pub(crate) fn host_not_found(url: &str) -> Self {
        Self::new(
            "host-not-found",
            format!(
                "the name {} cannot be resolved: the machine is offline, or needs a proxy (`HTTPS_PROXY`), or the registry is \
                 misspelled in `.npmrc` or `--registry`.",
                host_of(url)
            ),
        )
    }

    /// The proxy itself was not reached.
    pub(crate) fn proxy_connection(proxy: &str, reason: &str) -> Self {
        Self::proxy(format!(
            "the connection to {} failed: {reason}",
            host_and_port_of(proxy)
        ))
    }

    /// The credential is such that it cannot be sent.
    pub(crate) fn credential(url: &str) -> Self {
        Self::new(
            "denied",
            format!(
                "the token for {} in `.npmrc` contains an invalid character, for example a line break or an accent. Enter it again, or remove the line.",
                host_of(url)
            ),
        )
    }

    pub(crate) fn connection(url: &str, reason: &str) -> Self {
        Self::new(
            "connection",
            format!(
                "the connection to {} failed: {reason}. Is the registry running, and does the connection need a proxy (`HTTPS_PROXY`)?",
                host_of(url)
            ),
        )
    }

    pub(crate) fn tls(url: &str, reason: &str) -> Self {
        Self::new(
            "tls",
            format!(
                "no safe connection to {}: {reason}. If your company uses a proxy, name its certificate with NODE_EXTRA_CA_CERTS or \
                 `cafile` in `.npmrc`.",
                host_of(url)
            ),
        )
    }

    pub(crate) fn proxy(reason: String) -> Self {
        Self::new(
            "proxy",
            format!(
                "the proxy cannot be used: {reason}. See HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and `https-proxy`, `proxy` and \
                 `noproxy` in `.npmrc`."
            ),
        )
    }

    pub(crate) fn redirects(url: &str) -> Self {
        Self::new(
            "redirects",
            format!(
                "{} redirects endlessly. Is `--registry`, or the registry in `.npmrc`, correct?",
                host_of(url)
            ),
        )
    }

    /// The repository's `.npmrc` chooses a registry that is not asked.
    pub(crate) fn refused_registry(url: &str, refusal: Refusal) -> Self {
        Self::new(
            "registry-refused",
            format!(
                "the repository's `.npmrc` names the registry `{}`, which was not asked: {refusal}. If you trust it, name it \
                 with `--registry`, NPM_CONFIG_REGISTRY or in `~/.npmrc`.",
                shown_url(url)
            ),
        )
    }

    /// A redirect from HTTPS to plain HTTP.
    pub(crate) fn plain_redirect(url: &str) -> Self {
        Self::new(
            "redirects",
            format!(
                "{} redirects from https to plain http, which was not followed: anyone in between could change the answer. \
                 Set the right registry with `--registry`.",
                host_of(url)
            ),
        )
    }

    pub(crate) fn too_large(limit: u64) -> Self {
        Self::new(
            "too-large",
            format!(
                "the answer has more than {} MB and was not read to its end: no package needs that much. Is this a registry?",
                limit / MEGABYTE
            ),
        )
    }

    pub(crate) fn garbage(url: &str, reason: &str) -> Self {
        Self::new(
            "no-registry",
            format!(
                "{} did not answer like a registry ({reason}): a login page or a proxy may be in between. Open {} to check.",
                host_of(url),
                shown_url(url)
            ),
        )
    }

    pub(crate) fn address(url: &str) -> Self {
        Self::new(
            "address",
            format!(
                "`{}` is not the URL of a registry. It has to begin with https:// or http://; see `--registry`, NPM_CONFIG_REGISTRY \
                 and `registry` in `.npmrc`.",
                shown_url(url)
            ),
        )
    }

    /// The package is there, and the version is not.
    pub(crate) fn no_version(packument: &Packument, asked: Option<&str>) -> Self {
        let message = match (asked, packument.resolve(None)) {
            (_, None) => "it has no versions left: all were unpublished.".to_owned(),
            (Some(asked), Some(latest)) if is_range(asked) => {
                format!("`{asked}` is a range. Name one version, or a dist-tag: the latest is {latest}.")
            }
            (Some(asked), Some(latest)) => {
                format!(
                    "it has no version or dist-tag `{asked}`: the latest is {latest}. Was the publish successful?"
                )
            }
            (None, Some(latest)) => format!("it has no dist-tag `latest`. Ask for {latest} by its number."),
        };
        Self::new("no-version", message)
    }
}

/// Whether this stands for several versions: a dist-tag cannot look like it.
fn is_range(text: &str) -> bool {
    parse_version(text).is_none() && parse_range(text).is_some()
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
