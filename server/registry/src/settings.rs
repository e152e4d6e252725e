//! Which registry to ask, through which proxy and with which credential: the settings of npm.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use trustpub_analysis::npmrc_settings;

mod repository;
mod url;

pub use repository::IgnoredSetting;
pub(crate) use repository::{Refusal, is_nobodys_address};
use repository::{RepositoryChoice, UserConfiguration, is_registry_key};
pub use url::shown_url;
pub(crate) use url::{host_and_port_of, host_of};
use url::{origin_of, plain_address};

/// The registry of those who have set nothing.
pub(crate) const PUBLIC_REGISTRY: &str = "https://registry.npmjs.org/";

/// npm's settings, as far as they matter for reading from a registry: what the user has set, and which registry a
/// repository has chosen for its packages.
#[derive(Clone, Debug, Default)]
pub struct RegistrySettings {
    /// What the user named on the command line.
    registry: Option<String>,
    /// The settings in the environment.
    variables: BTreeMap<String, String>,
    /// What the `.npmrc` of the repository chooses. It goes after the environment and before the user's file.
    repository: RepositoryChoice,
    /// The user's `.npmrc`.
    user: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
}

impl RegistrySettings {
    /// The settings that count in this process: those of the user, and the registries that the `.npmrc` of a repository
    /// chooses. Nothing else in that file has an effect, since somebody else may have written it.
    pub fn of_process(registry: Option<&str>, repository: Option<&str>) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let read = |file: &Path| fs::read_to_string(file).ok();
        Self::new(registry, environment, repository, &read)
    }

    /// The settings that follow from these texts; `read` reads the user's `.npmrc`.
    fn new(
        registry: Option<&str>,
        environment: BTreeMap<String, String>,
        repository: Option<&str>,
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> Self {
        let text = repository.unwrap_or_default();
        let environment = without_settings_of_package_manager(environment);
        let user = user_file(&environment)
            .and_then(|file| read(&file))
            .unwrap_or_default();
        let variables = environment
            .iter()
            .filter_map(|(name, value)| Some((config_key(name)?, value.clone())));
        let mut settings = Self {
            registry: registry.map(str::to_owned),
            variables: variables.collect(),
            repository: RepositoryChoice::default(),
            user: npmrc_layer(&user, &environment),
            environment,
        };
        // A home folder can be a repository, and then both are one file.
        if text != user {
            settings.repository = RepositoryChoice::read(text, &settings);
        }
        settings
    }

    /// What in the repository's `.npmrc` has no effect.
    pub fn ignored(&self) -> &[IgnoredSetting] {
        &self.repository.ignored
    }

    /// The URL of the registry that has this package, with `/` at its end, and why it must not be asked. A registry for
    /// the scope goes before one for all packages, wherever the two are set, as with npm.
    pub(crate) fn registry_of(&self, package: &str) -> (String, Option<Refusal>) {
        let scope = package.split_once('/').map(|(scope, _)| scope);
        let of_scope = || self.chosen_registry(&format!("{}:registry", scope?));
        let of_user = self.registry.clone().map(|url| (url, None));
        let (mut url, refused) = of_user
            .or_else(of_scope)
            .or_else(|| self.chosen_registry("registry"))
            .unwrap_or_else(|| (PUBLIC_REGISTRY.to_owned(), None));
        if !url.ends_with('/') {
            url.push('/');
        }
        (url, refused)
    }

    fn chosen_registry(&self, key: &str) -> Option<(String, Option<Refusal>)> {
        let set = |layer: &BTreeMap<String, String>| {
            let value = layer.get(key).filter(|value| !value.is_empty());
            value.map(|url| (url.clone(), None))
        };
        let of_repository = || {
            let choice = self.repository.registry(key)?;
            Some((choice.url.clone(), choice.refused))
        };
        set(&self.variables)
            .or_else(of_repository)
            .or_else(|| set(&self.user))
    }

    /// The value of the `Authorization` header for this URL. A credential is for one host and the paths below one.
    pub(crate) fn authorization(&self, url: &str) -> Option<String> {
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
        let layers = [&self.variables, &self.user].into_iter();
        let values = layers.filter_map(|layer| layer.get(key));
        let mut set = values.filter(|value| !value.is_empty());
        set.next().cloned()
    }

    /// A variable that is not set stays as its name, which is neither a credential nor a secret.
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

impl UserConfiguration for RegistrySettings {
    fn has_credential_for(&self, host: &str) -> bool {
        let keys = self.variables.keys().chain(self.user.keys());
        let mut of_host = keys.filter(|key| {
            let address = key
                .strip_prefix("//")
                .and_then(|address| address.rsplit_once(':'));
            address.is_some_and(|(address, _)| host_of(address).eq_ignore_ascii_case(host))
        });
        of_host.any(|key| {
            let is_secret = [":_authToken", ":_auth", ":_password"]
                .iter()
                .any(|end| key.ends_with(end));
            is_secret && self.credential(key).is_some()
        })
    }

    fn names_registry(&self, origin: &str) -> bool {
        let settings = self.variables.iter().chain(&self.user);
        let mut named = settings.filter(|(key, _)| is_registry_key(key));
        named.any(|(_, url)| origin_of(url).as_deref() == Some(origin))
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

/// A program that a package manager runs gets its settings as variables, and it does not say which of them are those of the
/// repository: a file that is ignored by git or lies in a folder of a workspace has a part in them too. These variables begin
/// with small letters. Source: `setEnvs` in lib/set-envs.js of @npmcli/config 10.
fn without_settings_of_package_manager(
    mut environment: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    const SIGNS: [&str; 4] = [
        "npm_execpath",
        "npm_command",
        "npm_lifecycle_event",
        "npm_config_user_agent",
    ];
    if SIGNS.iter().any(|sign| environment.contains_key(*sign)) {
        environment.retain(|name, _| !name.starts_with("npm_config_"));
    }
    environment
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
