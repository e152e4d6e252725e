//! One request to a registry.

use std::fs;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::bufread::MultiGzDecoder;
use ureq::config::RedirectAuthHeaders;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Proxy};

use crate::error::AskError;
use crate::limits::{self, LimitReached, Limited};
use crate::resolver::{Resolver, UnusableAddress};
use crate::settings::RegistrySettings;

pub(crate) const MEGABYTE: u64 = 1_000_000;

/// npm's registry does not redirect; others redirect to a mirror, and that to a store.
const MOST_REDIRECTS: u32 = 5;

/// Asks registries. May be used by several threads at the same time.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    settings: RegistrySettings,
    timeout: Duration,
}

impl Client {
    /// A client that waits for the whole of an answer as long as this. Fails, with a message for people, where a file
    /// with certificates cannot be read.
    pub fn new(settings: RegistrySettings, timeout: Duration) -> Result<Self, String> {
        let tls = TlsConfig::builder().root_certs(root_certificates(&settings)?);
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            // A redirect may lead to another host, and a credential is for one host only.
            .redirect_auth_headers(RedirectAuthHeaders::Never)
            .max_redirects(MOST_REDIRECTS)
            .user_agent(concat!("trustpub/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build());
        Ok(Self {
            agent: Agent::with_parts(config.build(), DefaultConnector::default(), Resolver::default()),
            settings,
            timeout,
        })
    }

    pub(crate) fn settings(&self) -> &RegistrySettings {
        &self.settings
    }

    /// Reads the JSON document at a URL, which has at most `limit` bytes, on the way and decompressed.
    pub(crate) fn get<T>(
        &self,
        url: &str,
        limit: u64,
        read: impl FnOnce(&mut dyn Read) -> Result<T, serde_json::Error>,
    ) -> Result<T, AskError> {
        let until = Instant::now() + self.timeout;
        let proxy_address = self.settings.proxy(url);
        let proxy = proxy_address.as_ref().map(|proxy| {
            Proxy::new(proxy).map_err(|_| AskError::proxy("its address is not that of a proxy".to_owned()))
        });
        // The default form of npm's registry is the one with everything in it.
        let request = self.agent.get(url).header("accept", "application/json");
        // Decompressed here, so that the compressed bytes can be counted too.
        let mut request = request.header("accept-encoding", "gzip");
        let authorization = self.settings.authorization(url);
        if let Some(value) = &authorization {
            if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
                return Err(AskError::credential(url));
            }
            request = request.header("authorization", value);
        }
        let response = request
            .config()
            .proxy(proxy.transpose()?)
            // A redirect, too, must not lead from HTTPS to plain HTTP.
            .https_only(url.starts_with("https://"))
            .build()
            .call()
            .map_err(|error| match (&error, &proxy_address) {
                // Where a proxy is used, it is the only one that was talked to.
                (ureq::Error::Io(reason), Some(proxy))
                    if reason.kind() == io::ErrorKind::ConnectionRefused =>
                {
                    AskError::proxy_connection(proxy, &reason.to_string())
                }
                _ => self.failure(url, &error),
            })?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(AskError::of_status(status, url, authorization.is_some()));
        }
        let encoding = response.headers().get("content-encoding");
        let encoding = encoding.map(|value| value.to_str().unwrap_or("?").to_ascii_lowercase());
        let is_gzip = match encoding.as_deref() {
            None | Some("" | "identity") => false,
            Some("gzip" | "x-gzip") => true,
            Some(_) => {
                return Err(AskError::garbage(url, "an unexpected form of compression"));
            }
        };
        let body = response.into_body();
        if body.content_length().is_some_and(|length| length > limit) {
            return Err(AskError::too_large(limit));
        }
        let body = body.into_with_config().limit(u64::MAX).reader();
        let sent = Limited::new(body, limit, until);
        let text: Box<dyn Read> = if is_gzip {
            Box::new(Limited::new(
                MultiGzDecoder::new(BufReader::new(sent)),
                limit,
                until,
            ))
        } else {
            Box::new(sent)
        };
        read(&mut BufReader::new(text)).map_err(|error| {
            if !error.is_io() {
                return AskError::garbage(url, &error.to_string());
            }
            let error = io::Error::from(error);
            match limits::reached(&error) {
                Some(LimitReached::Size) => AskError::too_large(limit),
                Some(LimitReached::Time) => AskError::timed_out(self.timeout.as_secs(), url),
                None if is_gzip && is_corrupt(&error) => AskError::garbage(url, &error.to_string()),
                None => self.failure(url, &ureq::Error::from(error)),
            }
        })
    }

    fn failure(&self, url: &str, error: &ureq::Error) -> AskError {
        match error {
            ureq::Error::Timeout(_) => AskError::timed_out(self.timeout.as_secs(), url),
            ureq::Error::HostNotFound => AskError::host_not_found(url),
            ureq::Error::TooManyRedirects | ureq::Error::RedirectFailed => AskError::redirects(url),
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => AskError::address(url),
            ureq::Error::ConnectProxyFailed(reason) => AskError::proxy(reason.trim().to_owned()),
            ureq::Error::Rustls(reason) => AskError::tls(url, &reason.to_string()),
            ureq::Error::Tls(reason) => AskError::tls(url, reason),
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
                AskError::timed_out(self.timeout.as_secs(), url)
            }
            // Here the library for TLS reports what it did not like about the other side.
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                AskError::tls(url, &error.to_string())
            }
            ureq::Error::Io(error) if is_of_name_lookup(error) => AskError::host_not_found(url),
            ureq::Error::Io(error) => AskError::connection(url, &error.to_string()),
            ureq::Error::Protocol(reason) => AskError::garbage(url, &reason.to_string()),
            ureq::Error::RequireHttpsOnly(_) => AskError::plain_redirect(url),
            ureq::Error::Other(reason) if reason.is::<UnusableAddress>() => {
                AskError::connection(url, &reason.to_string())
            }
            error => AskError::connection(url, &error.to_string()),
        }
    }
}

/// Whether compressed bytes are not what they should be.
fn is_corrupt(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
    )
}

/// Whether a name could not be resolved. The standard library has no kind of error for it: on Unix it says so in
/// words, on Windows with WSAHOST_NOT_FOUND.
fn is_of_name_lookup(error: &io::Error) -> bool {
    const WSAHOST_NOT_FOUND: i32 = 11001;
    error.raw_os_error() == Some(WSAHOST_NOT_FOUND)
        || error
            .to_string()
            .starts_with("failed to lookup address information")
}

/// Whom to trust: the `cafile` of the settings, else the system, else Mozilla's list; and what Node was told to trust.
fn root_certificates(settings: &RegistrySettings) -> Result<RootCerts, String> {
    let mut certificates = match settings.certificates() {
        Some(file) => certificates_in(&file, "`cafile`")?,
        None => {
            let of_system = rustls_native_certs::load_native_certs().certs;
            let of_system = of_system.iter();
            of_system
                .map(|found| Certificate::from_der(found).to_owned())
                .collect()
        }
    };
    if let Some(file) = settings.extra_certificates() {
        certificates.extend(certificates_in(&file, "NODE_EXTRA_CA_CERTS")?);
    }
    Ok(if certificates.is_empty() {
        RootCerts::WebPki
    } else {
        RootCerts::from(certificates)
    })
}

fn certificates_in(file: &Path, origin: &str) -> Result<Vec<Certificate<'static>>, String> {
    let shown = file.display();
    let text = fs::read(file).map_err(|error| {
        format!("`{shown}`, which {origin} names, cannot be read: {error}. No registry was asked.")
    })?;
    let certificates: Vec<_> = parse_pem(&text)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(format!(
            "`{shown}`, which {origin} names, has no certificate in PEM form. No registry was asked."
        ));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_network_are_told_apart() {
        let client = Client::new(RegistrySettings::default(), Duration::from_secs(3)).unwrap();
        let io = |kind, text: &'static str| ureq::Error::Io(io::Error::new(kind, text));
        for (error, kind, part) in [
            (
                ureq::Error::HostNotFound,
                "host-not-found",
                "npm.example cannot be resolved",
            ),
            (io(io::ErrorKind::TimedOut, ""), "time-out", "within 3 s"),
            (
                io(
                    io::ErrorKind::InvalidData,
                    "invalid peer certificate: UnknownIssuer",
                ),
                "tls",
                "UnknownIssuer",
            ),
            (
                io(io::ErrorKind::ConnectionRefused, "refused"),
                "connection",
                "failed: refused",
            ),
            (ureq::Error::TooManyRedirects, "redirects", "redirects endlessly"),
        ] {
            let error = client.failure("https://npm.example/widget", &error);
            assert_eq!(error.kind, kind);
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
