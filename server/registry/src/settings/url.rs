//! The parts of a registry's URL.

/// A URL without the user name and the password that it may hold, for people and logs.
pub fn shown_url(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    }
}

/// The URL without its scheme as npm looks for it in the keys of credentials: the host in small letters, and without a
/// port that is the scheme's own.
pub(super) fn plain_address(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let own_port = match scheme {
        "https" => ":443",
        _ => ":80",
    };
    let authority = authority.to_ascii_lowercase();
    let authority = authority.strip_suffix(own_port).unwrap_or(&authority);
    Some(format!("{authority}{path}"))
}

/// Scheme, host and port: `http://a.example:4873`.
pub(super) fn origin_of(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once("://")?;
    let address = plain_address(url)?;
    let authority = address.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Some(format!("{scheme}://{host}"))
}

/// The host of a URL with its port, as it is written before the path.
pub(crate) fn host_and_port_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

/// The host of a URL, without its port.
pub(crate) fn host_of(url: &str) -> &str {
    let host = host_and_port_of(url);
    match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}
