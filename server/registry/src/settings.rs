//! Which registry to ask, through which proxy and with which credential: the settings of npm.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use trustpub_analysis::npmrc_settings;

/// The registry of those who have set nothing.
pub(crate) const PUBLIC_REGISTRY: &str = "https://registry.npmjs.org/";

/// npm's settings, as far as they matter for reading from a registry.
#[derive(Clone, Debug, Default)]
pub struct RegistrySettings {
    /// What the user named on the command line.
    registry: Option<String>,
    /// Keys and values by precedence: environment, `.npmrc` of the project, `.npmrc` of the user.
    layers: Vec<BTreeMap<String, String>>,
    environment: BTreeMap<String, String>,
    /// Whether a credential goes over TLS only.
    has_secure_credentials_only: bool,
}

impl RegistrySettings {
    /// The settings that count in this process, with the texts of the project's `.npmrc` and, if it can be read, the
    /// user's.
    pub fn of_process(registry: Option<&str>, project: Option<&str>) -> Self {
        let (environment, user) = of_user();
        Self::new(registry, environment, project, user.as_deref())
    }

    /// The settings that count in this process for a project that somebody else may have written, and that the user has
    /// only opened. Its `.npmrc` says which registry has its packages and nothing more: with `${NAME}` in it, a token
    /// or the address itself would carry any variable of the user to any host. A credential of the user goes over TLS
    /// only, since the project could choose a registry without it.
    pub fn of_process_for_opened(project: Option<&str>) -> Self {
        let (environment, user) = of_user();
        Self::for_opened(environment, project, user.as_deref())
    }

    fn for_opened(environment: BTreeMap<String, String>, project: Option<&str>, user: Option<&str>) -> Self {
        let mut settings = Self::new(None, environment, None, user);
        if let Some(text) = project {
            // Behind the environment and before the user's file.
            settings.layers.insert(1, registry_layer(text));
        }
        settings.has_secure_credentials_only = true;
        settings
    }

    /// The settings that follow from these texts.
    pub fn new(
        registry: Option<&str>,
        environment: BTreeMap<String, String>,
        project: Option<&str>,
        user: Option<&str>,
    ) -> Self {
        let of_environment = environment
            .iter()
            .filter_map(|(name, value)| Some((config_key(name)?, value.clone())));
        let mut layers = vec![of_environment.collect()];
        layers.extend(
            [project, user]
                .into_iter()
                .flatten()
                .map(|text| npmrc_layer(text, &environment)),
        );
        Self {
            registry: registry.map(str::to_owned),
            layers,
            environment,
            has_secure_credentials_only: false,
        }
    }

    /// The URL of the registry that has this package, with `/` at its end. A registry for the scope goes before one
    /// for all packages, wherever the two are set, as with npm.
    pub fn registry_of(&self, package: &str) -> String {
        let scope = package.split_once('/').map(|(scope, _)| scope);
        let of_scope = || self.value(&format!("{}:registry", scope?));
        let url = self
            .registry
            .clone()
            .or_else(of_scope)
            .or_else(|| self.value("registry"))
            .unwrap_or_else(|| PUBLIC_REGISTRY.to_owned());
        if url.ends_with('/') {
            url
        } else {
            format!("{url}/")
        }
    }

    /// The value of the `Authorization` header for this URL. A credential is for one host and the paths below one.
    pub(crate) fn authorization(&self, url: &str) -> Option<String> {
        if self.has_secure_credentials_only && !url.starts_with("https://") {
            return None;
        }
        let mut key = format!("//{}", plain_address(url)?);
        while key.len() > 2 {
            if let Some(token) = self.credential(&format!("{key}:_authToken")) {
                return Some(format!("Bearer {token}"));
            }
            if let Some(basic) = self.credential(&format!("{key}:_auth")) {
                return Some(format!("Basic {basic}"));
            }
            if let Some(basic) = self.name_and_password(&key) {
                return Some(format!("Basic {basic}"));
            }
            // The last part of the path goes, and its `/` after it: npm takes both forms.
            let shorter = match key.strip_suffix('/') {
                Some(shorter) => shorter.len(),
                None => key.rfind('/')? + 1,
            };
            key.truncate(shorter);
        }
        None
    }

    /// The proxy through which this URL is reached.
    pub(crate) fn proxy(&self, url: &str) -> Option<String> {
        let is_secure = url.starts_with("https:");
        let (keys, variables) = if is_secure {
            (["https-proxy", "proxy"], ["HTTPS_PROXY", "ALL_PROXY"])
        } else {
            (["proxy", "https-proxy"], ["HTTP_PROXY", "ALL_PROXY"])
        };
        let is_set = |value: &String| !matches!(value.as_str(), "null" | "false");
        let of_settings = keys.iter().find_map(|key| self.value(key)).filter(is_set);
        let proxy = of_settings.or_else(|| variables.iter().find_map(|name| self.variable(name)))?;
        let exceptions = self.value("noproxy").or_else(|| self.variable("NO_PROXY"));
        let is_exception = exceptions.is_some_and(|list| is_listed(host_of(url), &list));
        (!is_exception).then_some(proxy)
    }

    /// A file with certificates that replace those that the system trusts.
    pub(crate) fn certificates(&self) -> Option<PathBuf> {
        self.value("cafile").map(PathBuf::from)
    }

    /// A file with certificates that are trusted as well.
    pub(crate) fn extra_certificates(&self) -> Option<PathBuf> {
        self.variable("NODE_EXTRA_CA_CERTS").map(PathBuf::from)
    }

    fn value(&self, key: &str) -> Option<String> {
        let values = self.layers.iter().filter_map(|layer| layer.get(key));
        let mut set = values.filter(|value| !value.is_empty());
        set.next().cloned()
    }

    /// A variable that stands for itself because it is not set is no credential, and nobody's business.
    fn credential(&self, key: &str) -> Option<String> {
        self.value(key).filter(|value| !value.contains("${"))
    }

    /// What `username` and `_password` come to. npm keeps the password in base64.
    fn name_and_password(&self, key: &str) -> Option<String> {
        let name = self.credential(&format!("{key}:username"))?;
        let password = STANDARD
            .decode(self.credential(&format!("{key}:_password"))?)
            .ok()?;
        let both = [name.as_bytes(), b":", &password].concat();
        Some(STANDARD.encode(both))
    }

    /// A variable of the environment, in either case.
    fn variable(&self, name: &str) -> Option<String> {
        let mut names = [name.to_owned(), name.to_lowercase()].into_iter();
        let value = names.find_map(|name| self.environment.get(&name).filter(|value| !value.is_empty()));
        value.cloned()
    }
}

/// A URL without the user name and the password that may stand in it, for people and logs.
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
fn plain_address(url: &str) -> Option<String> {
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

/// The host of a URL with its port, as it stands before the path.
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

/// Whether a list like `localhost, .example.com, *` names the host, or a domain that it is in.
fn is_listed(host: &str, list: &str) -> bool {
    list.split([',', ' ']).any(|entry| {
        let entry = entry.trim_start_matches('*');
        let is_all = entry.is_empty() && list.contains('*');
        let domain = entry.trim_start_matches('.');
        let domain = domain.split(':').next().unwrap_or_default();
        let host = host.to_ascii_lowercase();
        let domain = domain.to_ascii_lowercase();
        let is_below = || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'));
        is_all || (!domain.is_empty() && (host == domain || is_below()))
    })
}

/// The setting that a variable like `NPM_CONFIG_HTTPS_PROXY` is for.
fn config_key(variable: &str) -> Option<String> {
    const PREFIX: &str = "npm_config_";
    let prefix = variable.get(..PREFIX.len())?;
    if !prefix.eq_ignore_ascii_case(PREFIX) {
        return None;
    }
    let key = variable.get(PREFIX.len()..)?;
    // The key of a credential is a URL, and means what it says.
    if key.starts_with("//") {
        return Some(key.to_owned());
    }
    let first = key.chars().take_while(|c| *c == '_').count();
    let (start, rest) = key.split_at(first);
    Some(format!("{start}{}", rest.replace('_', "-")).to_lowercase())
}

fn npmrc_layer(text: &str, environment: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let settings = npmrc_settings(text).into_iter();
    settings
        .map(|(key, value)| (expanded(&key, environment), expanded(&value, environment)))
        .collect()
}

/// What an `.npmrc` says about registries, as it stands there: a variable in it makes it no URL.
fn registry_layer(text: &str) -> BTreeMap<String, String> {
    let settings = npmrc_settings(text).into_iter();
    settings
        .filter(|(key, _)| key == "registry" || (key.starts_with('@') && key.ends_with(":registry")))
        .collect()
}

/// Replaces `${NAME}` by the variable's value, and `${NAME?}` by nothing where it is not set, as npm does.
fn expanded(text: &str, environment: &BTreeMap<String, String>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        result.push_str(before);
        let Some((name, behind_name)) = behind.split_once('}') else {
            result.push_str("${");
            rest = behind;
            continue;
        };
        let (name, is_optional) = match name.strip_suffix('?') {
            Some(name) => (name, true),
            None => (name, false),
        };
        match environment.get(name) {
            Some(value) => result.push_str(value),
            None if is_optional => {}
            None => result.push_str(&format!("${{{name}}}")),
        }
        rest = behind_name;
    }
    result.push_str(rest);
    result
}

/// The variables of this process, and the user's `.npmrc` if it can be read.
fn of_user() -> (BTreeMap<String, String>, Option<String>) {
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let user = user_file(&environment).and_then(|file| std::fs::read_to_string(file).ok());
    (environment, user)
}

fn user_file(environment: &BTreeMap<String, String>) -> Option<PathBuf> {
    let mut named = environment
        .iter()
        .filter(|(name, value)| !value.is_empty() && config_key(name).as_deref() == Some("userconfig"));
    if let Some((_, file)) = named.next() {
        return Some(PathBuf::from(file));
    }
    let home = ["HOME", "USERPROFILE"]
        .iter()
        .find_map(|name| environment.get(*name).filter(|value| !value.is_empty()));
    Some(PathBuf::from(home?).join(".npmrc"))
}

#[cfg(test)]
mod tests;
