//! Where Yarn Berry publishes to, and whether it signs provenance. It reads no setting of npm.
//!
//! Read in `bin/yarn.js` of @yarnpkg/cli-dist 4.18.1: `getPublishRegistry`, and `execute` of `yarn npm publish`.

use super::StepEnvironment;
use super::own_config::in_yaml;
use super::provenance::ProvenanceSetting;
use super::registry::{is_registry_of_yarn, registry_fact};
use super::step_environment::YARNRC;
use crate::model::manifest::Manifest;
use crate::publish::eval::Evaluated;
use crate::publish::site::{NpmrcFile, ProvenanceFact, RegistryFact};
use crate::sources::Sources;
use crate::text::{FilePath, FolderPath, Place};

/// Yarn's own name for npm's registry.
const DEFAULT_REGISTRY: &str = "https://registry.yarnpkg.com";

/// What decides, the strongest first: the manifest, variables, `yarn config set`, and `.yarnrc.yml`.
pub(crate) struct YarnSearch<'s, 'a> {
    /// The files of the repository.
    pub(crate) sources: &'s Sources<'a>,
    /// The manifest that is published.
    pub(crate) manifest: Option<(&'s FilePath, &'a Manifest)>,
    /// What the step's environment holds.
    pub(crate) at: StepEnvironment<'s, 'a>,
}

impl YarnSearch<'_, '_> {
    /// The registry.
    pub(crate) fn registry(&self) -> RegistryFact {
        match self.written_registry() {
            _ if self.at.machine.target_is_changed => RegistryFact::Unknown,
            Some((value, place)) => registry_fact(&value, &place, is_registry_of_yarn),
            None => RegistryFact::Npm,
        }
    }

    /// The address of the registry, by which Yarn looks for a token in `npmRegistries`; none if it is not known.
    pub(crate) fn registry_url(&self) -> Option<String> {
        match self.written_registry() {
            _ if self.at.machine.target_is_changed => None,
            Some((value, _)) => value.known().map(str::to_owned),
            None => Some(DEFAULT_REGISTRY.to_owned()),
        }
    }

    /// What names the registry.
    fn written_registry(&self) -> Option<(Evaluated, Place)> {
        if let Some((path, manifest)) = self.manifest
            && let Some(config) = &manifest.publish_config
            && let Some(registry) = config.registry.as_ref()
            && !registry.value.trim().is_empty()
        {
            let place = Place::new(path, registry.range);
            return Some((Evaluated::text(registry.value.clone()), place));
        }
        let scope = self.manifest.and_then(|(_, manifest)| {
            let name = &manifest.name.as_ref()?.value;
            Some(name.strip_prefix('@')?.split_once('/')?.0.to_owned())
        });
        let of_scope = scope.and_then(|scope| self.in_file(&["npmScopes", &scope, "npmPublishRegistry"]));
        of_scope
            .or_else(|| self.setting("npmPublishRegistry", "YARN_NPM_PUBLISH_REGISTRY"))
            .or_else(|| self.setting("npmRegistryServer", "YARN_NPM_REGISTRY_SERVER"))
    }

    /// What asks for provenance, apart from the command's flags.
    pub(crate) fn provenance(&self) -> ProvenanceSetting {
        let of_manifest = self.manifest.and_then(|(path, manifest)| {
            let provenance = manifest.publish_config.as_ref()?.provenance?;
            Some((provenance.value, Place::new(path, provenance.range)))
        });
        if let Some((is_on, place)) = of_manifest {
            return ProvenanceSetting {
                fact: Some(ProvenanceFact {
                    is_on,
                    is_publish_config: is_on,
                    place,
                }),
                is_open: false,
            };
        }
        match self.setting("npmPublishProvenance", "YARN_NPM_PUBLISH_PROVENANCE") {
            None => ProvenanceSetting::default(),
            Some(found) => ProvenanceSetting::of_value(found),
        }
    }

    /// A setting with its place. A variable outranks the files.
    fn setting(&self, key: &str, variable: &str) -> Option<(Evaluated, Place)> {
        let mut assigned = self.at.assignments.iter();
        if let Some((_, value, place)) = assigned.find(|(name, ..)| name == variable) {
            return Some((of_text(value), place.clone()));
        }
        if let Some(value) = self
            .at
            .scope
            .env_value(variable)
            .filter(|value| !value.is_empty())
        {
            return Some((value, self.at.place.clone()));
        }
        if self.at.machine.changed_env.contains_key(variable) {
            return Some((Evaluated::unknown(), self.at.place.clone()));
        }
        let mut written = self.at.machine.written_settings(key);
        if let Some(line) = written.find(|line| line.file == NpmrcFile::OfOtherTool) {
            let value = match line.is_certain {
                true => of_text(&line.value),
                false => Evaluated::unknown(),
            };
            return Some((value, line.place.clone()));
        }
        self.in_file(&[key])
    }

    /// A setting in the `.yarnrc.yml` of the package or of a folder above it.
    fn in_file(&self, keys: &[&str]) -> Option<(Evaluated, Place)> {
        let name = self.at.yarnrc_name().unwrap_or_else(|| YARNRC.to_owned());
        let folder = self.manifest.map(|(path, _)| path.folder()).unwrap_or_default();
        let folders = std::iter::successors(Some(folder), FolderPath::parent);
        folders.into_iter().find_map(|folder| {
            let path = folder.file(&name)?;
            in_yaml(self.sources, &path, |root| {
                let (last, parents) = keys.split_last()?;
                let mapping = parents.iter().try_fold(root, |node, key| node.get(key))?;
                let entry = mapping.entry(last)?;
                let value = of_text(entry.value.as_str()?);
                Some((value, Place::new(&path, entry.range())))
            })?
        })
    }
}

/// A text in which Yarn or the shell puts variables.
fn of_text(text: &str) -> Evaluated {
    match text.contains(['$', '`']) {
        true => Evaluated::unknown(),
        false => Evaluated::text(text),
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[track_caller]
    fn check(run: &str, name: &str, manifest: &str, yarnrc: &str, expected: &str) {
        let fixture = format!(
            r#"#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.11.0, registry-url: 'https://npm.pkg.github.com' }}
      - run: {run}
#- package.json
{{ "name": "{name}", "version": "1.0.0", "packageManager": "yarn@4.18.1"{manifest} }}
#- .npmrc
registry=https://npm.example.com
#- .yarnrc.yml
{yarnrc}
"#
        );
        check_sites(&fixture, &format!("release.yml:9 publish; {expected}"));
    }

    const NPM: &str = "registry=https://registry.npmjs.org/; outcome=oidc";
    const OTHER: &str = "registry=https://npm.example.com; outcome=fails";

    #[test]
    fn the_registry_is_that_of_yarn() {
        let publish = "yarn npm publish";
        let config = |url: &str| format!(", \"publishConfig\": {{ \"registry\": \"{url}\" }}");
        check(publish, "w", "", "", NPM);
        check(publish, "w", &config("https://registry.yarnpkg.com"), "", NPM);
        check(publish, "w", &config("https://registry.npmjs.org/"), "", NPM);
        check(publish, "w", &config("https://npm.example.com"), "", OTHER);
        check(
            publish,
            "w",
            "",
            "npmPublishRegistry: https://npm.example.com",
            OTHER,
        );
        check(
            publish,
            "w",
            "",
            "npmRegistryServer: https://npm.example.com",
            OTHER,
        );
        check(
            publish,
            "w",
            "",
            "npmRegistryServer: https://npm.example.com\nnpmPublishRegistry: https://registry.npmjs.org",
            NPM,
        );
        check(publish, "w", "", "npmRegistryServer: '${URL}'", "registry=-");
        let scope = "npmScopes:\n  acme:\n    npmPublishRegistry: https://npm.example.com";
        check(publish, "@acme/w", "", scope, OTHER);
        check(publish, "@other/w", "", scope, NPM);
        // It is for what Yarn installs.
        let server = scope.replace("npmPublishRegistry", "npmRegistryServer");
        check(publish, "@acme/w", "", &server, NPM);
        check(
            "YARN_NPM_PUBLISH_REGISTRY=https://npm.example.com yarn npm publish",
            "w",
            "",
            "",
            OTHER,
        );
    }

    #[test]
    fn provenance_is_made_where_it_is_asked_for() {
        // None of these packages has a `repository`.
        let publish = "yarn npm publish";
        let (none, refused) = ("outcome=oidc; error=-", "outcome=fails; error=YN0035");
        let config = |is_on: bool| format!(", \"publishConfig\": {{ \"provenance\": {is_on} }}");
        check(publish, "w", "", "", none);
        check("NPM_CONFIG_PROVENANCE=true yarn npm publish", "w", "", "", none);
        check("yarn npm publish --provenance", "w", "", "", refused);
        check(publish, "w", &config(true), "", refused);
        check(publish, "w", "", "npmPublishProvenance: true", refused);
        check(publish, "w", &config(false), "npmPublishProvenance: true", none);
        check(
            "YARN_NPM_PUBLISH_PROVENANCE=true yarn npm publish",
            "w",
            "",
            "",
            refused,
        );
        check("yarn npm publish --no-provenance", "w", &config(true), "", none);
    }
}
