//! What the `.npmrc` of a repository may decide: which registry has which packages, and nothing else.
//!
//! Whoever wrote the repository may be hostile. A variable in a registry's address or a credential would carry any secret
//! of the user to any host; a proxy, a certificate or plain HTTP would let others read the user's token.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use trustpub_analysis::npmrc_settings;

use super::url::{host_of, origin_of};

/// The registries that a repository chooses, and what else its `.npmrc` would have set.
#[derive(Clone, Debug, Default)]
pub(super) struct RepositoryChoice {
    /// By key: `registry`, `@acme:registry`. A choice that was refused stays, so that no other registry is asked instead.
    registries: BTreeMap<String, RegistryChoice>,
    pub(super) ignored: Vec<IgnoredSetting>,
}

/// A registry that the repository has chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct RegistryChoice {
    pub(super) url: String,
    pub(super) refused: Option<Refusal>,
}

/// What is asked about the user's own configuration.
pub(super) trait UserConfiguration {
    /// Whether it has a credential for this host, on whichever port and path.
    fn has_credential_for(&self, host: &str) -> bool;
    /// Whether it names a registry with this scheme, host and port.
    fn names_registry(&self, origin: &str) -> bool;
}

/// Why a registry that a repository has chosen is not asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    Variable,
    NoUrl,
    Credential,
    PlainHttp,
    Address,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Variable => "it contains an environment variable, which could be a secret",
            Self::NoUrl => "it is not the plain URL of a registry",
            Self::Credential => "it contains a user name or a password",
            Self::PlainHttp => "you have a token for this host, which plain HTTP would show to the network",
            Self::Address => "no registry has a link-local address",
        })
    }
}

/// A setting of a repository's `.npmrc` that has no effect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IgnoredSetting {
    /// Its key, as it is written in the file.
    pub key: String,
    kind: IgnoredKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum IgnoredKind {
    Credential,
    Proxy,
    Certificate,
    Place,
    Variable,
    Registry(Refusal),
}

impl IgnoredSetting {
    /// Why it has no effect.
    pub fn reason(&self) -> String {
        match self.kind {
            IgnoredKind::Credential => "a credential".to_owned(),
            IgnoredKind::Proxy => "a proxy could read and change what you send".to_owned(),
            IgnoredKind::Certificate => "who is trusted is your choice".to_owned(),
            IgnoredKind::Place => "where your own settings are is your choice".to_owned(),
            IgnoredKind::Variable => Refusal::Variable.to_string(),
            IgnoredKind::Registry(refusal) => refusal.to_string(),
        }
    }
}

impl RepositoryChoice {
    /// Reads an `.npmrc`. Of a key that is there twice, the last one counts, as for npm.
    pub(super) fn read(text: &str, user: &impl UserConfiguration) -> Self {
        let mut choice = Self::default();
        for (key, value) in npmrc_settings(text) {
            if is_registry_key(&key) && !value.is_empty() {
                let refused = refusal(&value, user);
                let found = RegistryChoice { url: value, refused };
                choice.registries.insert(key, found);
            } else if let Some(kind) = ignored_kind(&key) {
                choice.ignored.push(IgnoredSetting { key, kind });
            }
        }
        let refused = choice.registries.iter().filter_map(|(key, found)| {
            let kind = IgnoredKind::Registry(found.refused?);
            Some(IgnoredSetting {
                key: key.clone(),
                kind,
            })
        });
        choice.ignored.extend(refused);
        choice
    }

    /// The registry that the file sets with this key.
    pub(super) fn registry(&self, key: &str) -> Option<&RegistryChoice> {
        self.registries.get(key)
    }
}

pub(super) fn is_registry_key(key: &str) -> bool {
    key == "registry" || (key.starts_with('@') && key.ends_with(":registry") && !key.contains('$'))
}

/// Why a setting has no effect; none if `verify` has no use for it anyway.
fn ignored_kind(key: &str) -> Option<IgnoredKind> {
    let name = key.rsplit_once(':').map_or(key, |(_, name)| name);
    match name {
        _ if key.contains("${") => Some(IgnoredKind::Variable),
        "_authToken" | "_auth" | "_password" | "username" => Some(IgnoredKind::Credential),
        "proxy" | "https-proxy" | "http-proxy" | "noproxy" => Some(IgnoredKind::Proxy),
        "cafile" | "ca" | "cert" | "key" | "certfile" | "keyfile" | "strict-ssl" => {
            Some(IgnoredKind::Certificate)
        }
        "userconfig" | "globalconfig" | "prefix" => Some(IgnoredKind::Place),
        _ => None,
    }
}

fn refusal(url: &str, user: &impl UserConfiguration) -> Option<Refusal> {
    if url.contains("${") {
        return Some(Refusal::Variable);
    }
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Some(Refusal::Credential);
    }
    if !is_plain_url(url) {
        return Some(Refusal::NoUrl);
    }
    let host = host_of(url).to_ascii_lowercase();
    if is_nobody(&host) {
        return Some(Refusal::Address);
    }
    let is_plain_http = url.starts_with("http://");
    let is_readable =
        is_plain_http && user.has_credential_for(&host) && !user.names_registry(&origin_of(url)?);
    is_readable.then_some(Refusal::PlainHttp)
}

/// Whether all programs read the same in a URL: a host, perhaps a port, and a path that goes nowhere but down.
fn is_plain_url(url: &str) -> bool {
    let Some(rest) = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
    else {
        return false;
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/@+".contains(c);
    is_host_and_port(authority)
        && path.chars().all(is_plain)
        && !path.split('/').any(|part| matches!(part, "." | ".."))
}

fn is_host_and_port(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[') {
        Some(address) => {
            let Some((address, port)) = address.split_once(']') else {
                return false;
            };
            if address.parse::<Ipv6Addr>().is_err() {
                return false;
            }
            return port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    !host.is_empty() && !host.starts_with('.') && host.chars().all(is_plain) && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    port.parse::<u16>().is_ok_and(|port| port != 0) && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_nobody(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    match host.parse::<IpAddr>() {
        Ok(address) => is_nobodys_address(address),
        Err(_) => ends_in_number(host),
    }
}

/// Whether a host is an IPv4 address in a spelling that only some programs read, such as `2852039166` or `0xa9fea9fe`: no name
/// ends in a number. Source: "ends in a number checker" in the URL standard of WHATWG.
fn ends_in_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_hex = hex.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_hex || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether an address is one that no registry has: link-local ones, those of the clouds' metadata services, and those that
/// belong to no host.
pub(crate) fn is_nobodys_address(address: IpAddr) -> bool {
    // Of Alibaba and of Amazon; that of most others, 169.254.169.254, is link-local. Sources: the two clouds' pages on
    // instance metadata.
    const METADATA_V4: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);
    const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    let is_nobodys_v4 = |address: Ipv4Addr| {
        address.is_link_local()
            || address.is_multicast()
            || address.is_broadcast()
            || address == METADATA_V4
            || address.octets().first() == Some(&0)
    };
    match address {
        IpAddr::V4(address) => is_nobodys_v4(address),
        IpAddr::V6(address) => {
            address.is_unspecified()
                || address.is_multicast()
                || address.is_unicast_link_local()
                || address == METADATA_V6
                || embedded_v4(address).is_some_and(is_nobodys_v4)
        }
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, in the old form `::192.0.2.1`, or behind a translator
/// (`64:ff9b::/96`, RFC 6052) or in 6to4 (`2002::/16`, RFC 3056).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let is_translated = segments.starts_with(&[0x64, 0xff9b, 0, 0, 0, 0]);
    let is_compatible = segments.starts_with(&[0; 6]) && !address.is_loopback();
    let octets = address.octets();
    let [.., a, b, c, d] = octets;
    let embedded = (is_translated || is_compatible).then(|| Ipv4Addr::new(a, b, c, d));
    let of_6to4 = || match octets {
        [0x20, 0x02, a, b, c, d, ..] => Some(Ipv4Addr::new(a, b, c, d)),
        _ => None,
    };
    address.to_ipv4_mapped().or(embedded).or_else(of_6to4)
}
