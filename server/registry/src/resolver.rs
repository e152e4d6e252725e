//! Which addresses are connected to.

use std::fmt;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver as NameResolver};
use ureq::unversioned::transport::NextTimeout;

use crate::settings::is_nobodys_address;

/// Resolves names as the system does, and leaves out addresses that no registry has. A redirect, or the name of a registry
/// that a repository chooses, could lead to them: to the metadata service of a cloud, for example.
#[derive(Debug, Default)]
pub(crate) struct Resolver(DefaultResolver);

impl NameResolver for Resolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.0.resolve(uri, config, timeout)?;
        let mut addresses = self.empty();
        for address in found.iter().filter(|address| !is_nobodys_address(address.ip())) {
            addresses.push(*address);
        }
        if addresses.is_empty() {
            return Err(ureq::Error::Other(Box::new(UnusableAddress)));
        }
        Ok(addresses)
    }
}

/// A name leads to addresses only that no registry has.
#[derive(Debug)]
pub(crate) struct UnusableAddress;

impl fmt::Display for UnusableAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it leads to a link-local address, which no registry has")
    }
}

impl std::error::Error for UnusableAddress {}
