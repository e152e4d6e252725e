//! Which registry a publish site publishes to.

use super::StepEnvironment;
use crate::model::manifest::Manifest;
use crate::publish::eval::Evaluated;
use crate::publish::site::{NpmrcFile, NpmrcLine, RegistryFact};
use crate::text::FilePath;
use crate::text::Place;

/// What decides the registry, the strongest first.
pub(crate) struct RegistrySearch<'s, 'a> {
    /// `--registry` of the command, or the input of an action.
    pub(crate) flag: Option<(Evaluated, Place)>,
    /// The manifest that is published.
    pub(crate) manifest: Option<(&'s FilePath, &'a Manifest)>,
    /// What npm sees at the step.
    pub(crate) at: StepEnvironment<'s, 'a>,
}

/// Whether a URL is the public npm registry's.
pub(crate) fn is_npm_registry(url: &str) -> bool {
    let rest = url
        .trim()
        .trim_start_matches("https:")
        .trim_start_matches("http:");
    rest.trim_start_matches("//")
        .trim_end_matches('/')
        .eq_ignore_ascii_case("registry.npmjs.org")
}

impl RegistrySearch<'_, '_> {
    pub(crate) fn run(&self) -> RegistryFact {
        if let Some((value, place)) = &self.flag {
            return fact(value, place);
        }
        let scope = self.manifest.and_then(|(_, manifest)| manifest.scope());
        self.of_publish_config(scope)
            .or_else(|| self.of_package_scope(scope))
            .or_else(|| self.of_environment())
            .or_else(|| self.of_npmrc(None))
            .or_else(|| self.of_setup_node(None))
            .unwrap_or(RegistryFact::Npm)
    }

    fn of_publish_config(&self, scope: Option<&str>) -> Option<RegistryFact> {
        let (path, manifest) = self.manifest?;
        let registry = manifest.publish_config.as_ref()?.registry_for(scope)?;
        Some(fact(
            &Evaluated::text(registry.value.clone()),
            &Place::new(path, registry.range),
        ))
    }

    /// A scope's own registry counts more than the general one.
    fn of_package_scope(&self, scope: Option<&str>) -> Option<RegistryFact> {
        let scope = scope?;
        self.of_npmrc(Some(scope))
            .or_else(|| self.of_setup_node(Some(scope)))
    }

    fn of_environment(&self) -> Option<RegistryFact> {
        ["NPM_CONFIG_REGISTRY", "npm_config_registry"]
            .iter()
            .find_map(|name| {
                let value = self.at.scope.env_value(name)?;
                (!value.is_empty()).then(|| fact(&value, self.at.place))
            })
    }

    fn of_npmrc(&self, scope: Option<&str>) -> Option<RegistryFact> {
        let key = scope.map_or_else(|| "registry".to_owned(), |scope| format!("{scope}:registry"));
        let is_users = |line: &&NpmrcLine| line.file != NpmrcFile::Other;
        let written = || self.at.machine.written_settings(&key);
        let of_project = written().find(|line| !is_users(line));
        let of_user = written().find(is_users);
        // The file of the project outranks the user's.
        of_project
            .and_then(|line| self.of_line(line))
            .or_else(|| self.of_npmrc_files(scope))
            .or_else(|| self.of_line(of_user?))
    }

    /// The registry of a line that a command wrote; none where it may not be written and the next place says the same.
    fn of_line(&self, line: &NpmrcLine) -> Option<RegistryFact> {
        let written = fact(&self.at.scope.evaluate(&line.value), &line.place);
        match written {
            _ if line.is_certain => Some(written),
            RegistryFact::Npm => None,
            RegistryFact::Other { .. } | RegistryFact::Unknown => Some(RegistryFact::Unknown),
        }
    }

    fn of_npmrc_files(&self, scope: Option<&str>) -> Option<RegistryFact> {
        self.at.npmrc.iter().find_map(|(path, npmrc)| {
            let setting = npmrc.registry(scope)?;
            Some(fact(
                &Evaluated::text(setting.value.value.clone()),
                &Place::new(path, setting.line),
            ))
        })
    }

    fn of_setup_node(&self, scope: Option<&str>) -> Option<RegistryFact> {
        let registry_url = self.at.machine.registry_url.as_ref()?;
        let is_for_scope = match (scope, &registry_url.scope) {
            (_, None) => scope.is_none(),
            (Some(scope), Some(own)) => own
                .trim_start_matches('@')
                .eq_ignore_ascii_case(scope.trim_start_matches('@')),
            (None, Some(_)) => false,
        };
        (is_for_scope && !registry_url.url.is_empty()).then(|| fact(&registry_url.url, &registry_url.place))
    }
}

fn fact(value: &Evaluated, place: &Place) -> RegistryFact {
    match value.texts() {
        Some(urls) if urls.iter().all(|url| is_npm_registry(url)) => RegistryFact::Npm,
        Some(urls) => match urls.as_slice() {
            [url] if !url.contains('$') => RegistryFact::Other {
                url: (*url).to_owned(),
                place: place.clone(),
            },
            _ => RegistryFact::Unknown,
        },
        None => RegistryFact::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::is_npm_registry;

    #[test]
    fn the_public_registry_is_known_in_every_spelling() {
        for url in [
            "https://registry.npmjs.org",
            "https://registry.npmjs.org/",
            "http://registry.npmjs.org/",
            "//registry.npmjs.org/",
        ] {
            assert!(is_npm_registry(url), "{url}");
        }
        for url in [
            "https://npm.pkg.github.com",
            "https://registry.yarnpkg.com",
            "https://registry.npmjs.org.evil.example",
        ] {
            assert!(!is_npm_registry(url), "{url}");
        }
    }
}
