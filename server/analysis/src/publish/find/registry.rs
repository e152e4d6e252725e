//! Which registry a publish site publishes to.

mod address;

use std::collections::BTreeSet;

pub(crate) use address::{is_npm_registry, is_registry_of_yarn, may_be_npm_registry};

use super::StepEnvironment;
use super::pnpm_settings::PnpmSettings;
use crate::knowledge::setup_node::is_github_packages;
use crate::model::manifest::Manifest;
use crate::publish::eval::Evaluated;
use crate::publish::site::{NpmrcFile, NpmrcLine, RegistryFact, RegistryUrl, name_after};
use crate::publish::tools::RegistryPlaces;
use crate::text::FilePath;
use crate::text::Place;
use crate::text::Ranged;
use crate::versions::version::Truth;

/// What decides the registry, the strongest first.
pub(crate) struct RegistrySearch<'s, 'a> {
    /// `--@scope:registry` of the command.
    pub(crate) scoped_flags: &'s [(String, (Evaluated, Place))],
    /// `--registry` of the command, or the input of an action.
    pub(crate) flag: Option<(Evaluated, Place)>,
    /// Whether that flag outranks the registry of a scope.
    pub(crate) flag_is_for_all_scopes: bool,
    /// Whether npm itself publishes, and no other tool that may have a configuration of its own.
    pub(crate) is_npm: bool,
    /// What the tool follows.
    pub(crate) places: RegistryPlaces,
    /// Whether the tool reads the file that setup-node writes.
    pub(crate) reads_userconfig: Truth,
    /// Whether a URL is the public npm registry's to the tool.
    pub(crate) is_npm_registry: fn(&str) -> bool,
    /// The manifest that is published.
    pub(crate) manifest: Option<(&'s FilePath, &'a Manifest)>,
    /// What npm sees at the step.
    pub(crate) at: StepEnvironment<'s, 'a>,
    /// Where pnpm's own client looks besides, if that publishes.
    pub(crate) of_pnpm: Option<PnpmSettings<'s, 'a>>,
}

/// The scope of a package's name with its `@`.
fn scope_of(name: &str) -> Option<&str> {
    let (scope, _) = name.split_once('/')?;
    scope.starts_with('@').then_some(scope)
}

impl RegistrySearch<'_, '_> {
    fn fact(&self, value: &Evaluated, place: &Place) -> RegistryFact {
        registry_fact(value, place, self.is_npm_registry)
    }

    fn written(&self, path: &FilePath, registry: &Ranged<String>) -> RegistryFact {
        self.fact(
            &Evaluated::text(registry.value.clone()),
            &Place::new(path, registry.range),
        )
    }

    pub(crate) fn run(&self) -> RegistryFact {
        let Some((path, manifest)) = self.manifest else {
            return self.of_scope(None);
        };
        let committed = manifest.name.as_ref().map(|name| name.value.as_str());
        match name_after(&self.at.machine.renames, path, committed) {
            Some(name) => self.of_scope(scope_of(name)),
            None if committed.is_none() => self.of_scope(None),
            // Whichever scope the new name has, another registry may be set for it.
            None => {
                let general = self.of_scope(None);
                let scopes = self.scopes_with_registry();
                match scopes.iter().all(|scope| self.of_scope(Some(scope)) == general) {
                    true => general,
                    false => RegistryFact::Unknown,
                }
            }
        }
    }

    /// The scopes that have a registry of their own.
    fn scopes_with_registry(&self) -> BTreeSet<String> {
        let at = self.at;
        let keys_of_files = at
            .npmrc
            .iter()
            .chain(at.open_npmrc)
            .flat_map(|(_, npmrc)| &npmrc.settings)
            .map(|setting| setting.key.value.as_str());
        let keys = keys_of_files.chain(at.machine.npmrc_lines.iter().map(|line| line.key.as_str()));
        let of_keys = keys.filter_map(|key| key.strip_suffix(":registry"));
        let of_setup_node = at.machine.registry_urls().filter_map(|url| url.scope.as_deref());
        let config = self
            .manifest
            .and_then(|(_, manifest)| manifest.publish_config.as_ref());
        let in_config = config.into_iter().flat_map(|config| &config.scope_registries);
        let scopes = of_keys
            .filter(|scope| scope.starts_with('@'))
            .chain(of_setup_node)
            .chain(in_config.map(|(scope, _)| scope.as_str()))
            .chain(self.scoped_flags.iter().map(|(scope, _)| scope.as_str()));
        scopes.map(str::to_owned).collect()
    }

    /// The registry of a package with this scope. Unknown if the tool's release is not known and decides.
    fn of_scope(&self, scope: Option<&str>) -> RegistryFact {
        let mut facts = self
            .places
            .alternatives()
            .map(|places| self.of_scope_in(scope, places));
        let Some(first) = facts.next() else {
            return RegistryFact::Unknown;
        };
        match facts.all(|fact| fact == first) {
            true => first,
            false => RegistryFact::Unknown,
        }
    }

    fn of_scope_in(&self, scope: Option<&str>, places: RegistryPlaces) -> RegistryFact {
        // The registry of the package's scope outranks every general one, also `--registry`.
        // Source: measured with npm 11.19.1.
        let of_scope = || {
            self.of_scoped_flag(scope)
                .or_else(|| self.of_publish_config_scope(scope?, places))
                .or_else(|| self.of_package_scope(scope?, places))
        };
        let of_flag = || self.flag.as_ref().map(|(value, place)| self.fact(value, place));
        let of_flag_for_all = of_flag().filter(|_| self.flag_is_for_all_scopes);
        let of_publish_config = || {
            scope
                .and_then(|scope| self.of_publish_config_scope(scope, places))
                .or_else(|| self.of_publish_config(places))
        };
        let wins = (places.publish_config_wins.is_yes())
            .then(of_publish_config)
            .flatten();
        wins.or(of_flag_for_all)
            .or_else(of_scope)
            .or_else(of_flag)
            .or_else(|| places.passes_public.is_yes().then_some(RegistryFact::Npm))
            .or_else(|| self.of_publish_config(places))
            .or_else(|| self.of_pnpm(None))
            .or_else(|| self.of_environment(None, places))
            .or_else(|| self.of_npmrc(None))
            .unwrap_or(RegistryFact::Npm)
    }

    /// Of a package whose manifest is not known the flag is taken to be meant.
    fn of_scoped_flag(&self, scope: Option<&str>) -> Option<RegistryFact> {
        let mut flags = self.scoped_flags.iter().rev();
        let is_meant = |of: &str| match self.manifest {
            Some(_) => scope == Some(of),
            None => true,
        };
        let (_, (value, place)) = flags.find(|(of, _)| is_meant(of))?;
        Some(self.fact(value, place))
    }

    fn of_publish_config_scope(&self, scope: &str, places: RegistryPlaces) -> Option<RegistryFact> {
        if places.publish_config_of_scope.is_no() {
            return None;
        }
        let (path, manifest) = self.manifest?;
        let config = manifest.publish_config.as_ref()?;
        let mut known = config.scope_registries.iter().rev();
        let (_, registry) = known.find(|(name, _)| name == scope)?;
        (!registry.value.trim().is_empty()).then(|| self.written(path, registry))
    }

    fn of_publish_config(&self, places: RegistryPlaces) -> Option<RegistryFact> {
        if places.publish_config.is_no() {
            return None;
        }
        if self.at.machine.target_is_changed {
            return Some(self.fact(&Evaluated::unknown(), self.at.place));
        }
        let (path, manifest) = self.manifest?;
        let registry = manifest.publish_config.as_ref()?.registry.as_ref()?;
        if !registry.value.trim().is_empty() {
            return Some(self.written(path, registry));
        }
        // npm takes an empty one for its default. Which one counts where another place names one too was not measured.
        // Source: measured with npm 11.19.1, `"registry": ""`: "logged in to https://registry.npmjs.org/".
        let other = self.of_environment(None, places).or_else(|| self.of_npmrc(None));
        Some(match other {
            None | Some(RegistryFact::Npm) => RegistryFact::Npm,
            Some(_) => RegistryFact::Unknown,
        })
    }

    fn of_package_scope(&self, scope: &str, places: RegistryPlaces) -> Option<RegistryFact> {
        self.of_pnpm(Some(scope))
            .or_else(|| self.of_environment(Some(scope), places))
            .or_else(|| self.of_npmrc(Some(scope)))
    }

    fn of_pnpm(&self, scope: Option<&str>) -> Option<RegistryFact> {
        let (value, place) = self.of_pnpm.as_ref()?.registry(scope)?;
        Some(self.fact(&value, &place))
    }

    fn of_environment(&self, scope: Option<&str>, places: RegistryPlaces) -> Option<RegistryFact> {
        if places.variables.is_no() {
            return None;
        }
        let name = scope.map_or_else(|| "registry".to_owned(), |scope| format!("{scope}:registry"));
        let (value, place) = self.at.setting_of_environment(&name)?;
        Some(self.fact(&value, &place))
    }

    fn of_npmrc(&self, scope: Option<&str>) -> Option<RegistryFact> {
        let key = scope.map_or_else(|| "registry".to_owned(), |scope| format!("{scope}:registry"));
        let of_line = |files: &[NpmrcFile]| {
            let mut written = self.at.machine.written_settings(&key);
            self.of_line(written.find(|line| files.contains(&line.file))?)
        };
        // The file of the project outranks the user's, in which setup-node writes, and that one outranks the global file.
        of_line(self.files_of_project())
            .or_else(|| self.of_npmrc_files(scope))
            .or_else(|| of_line(&[NpmrcFile::User, NpmrcFile::Home]))
            .or_else(|| self.of_setup_node(scope))
            .or_else(|| of_line(&[NpmrcFile::Global]))
    }

    /// The files that outrank the rest. npm does not read those of other tools: Yarn 1 writes to `~/.yarnrc`, and Yarn Berry to
    /// `.yarnrc.yml`.
    fn files_of_project(&self) -> &'static [NpmrcFile] {
        match self.is_npm {
            true => &[NpmrcFile::Other, NpmrcFile::OfPnpm],
            false => &[NpmrcFile::Other, NpmrcFile::OfPnpm, NpmrcFile::OfOtherTool],
        }
    }

    /// The registry of a line that a command wrote. None if the command may not run and the next place names the same registry.
    fn of_line(&self, line: &NpmrcLine) -> Option<RegistryFact> {
        let written = self.fact(&self.at.scope.evaluate(&line.value), &line.place);
        match written {
            _ if line.is_certain => Some(written),
            RegistryFact::Npm => None,
            RegistryFact::Other { .. } | RegistryFact::Unknown => Some(RegistryFact::Unknown),
        }
    }

    fn of_npmrc_files(&self, scope: Option<&str>) -> Option<RegistryFact> {
        let mut open = self.at.open_npmrc.iter();
        if open.any(|(_, npmrc)| npmrc.registry(scope).is_some()) {
            return Some(RegistryFact::Unknown);
        }
        self.at.npmrc.iter().find_map(|(path, npmrc)| {
            let setting = npmrc.registry(scope)?;
            Some(self.fact(
                &Evaluated::text(setting.value.value.clone()),
                &Place::new(path, setting.line),
            ))
        })
    }

    fn of_setup_node(&self, scope: Option<&str>) -> Option<RegistryFact> {
        if self.reads_userconfig.is_no() {
            return None;
        }
        let is_for_scope = |registry_url: &&RegistryUrl| match (scope, &registry_url.scope) {
            (Some(scope), Some(own)) => own
                .trim_start_matches('@')
                .eq_ignore_ascii_case(scope.trim_start_matches('@')),
            (None, None) => true,
            // Which scope the package has is not known; what is set up for GitHub Packages is meant for it.
            (None, Some(_)) => self.manifest.is_none() && is_for_github(registry_url),
            (Some(_), None) => false,
        };
        let mut written = self.at.machine.registry_urls();
        let found = written.find(is_for_scope).filter(|found| !found.url.is_empty())?;
        let registry = self.fact(&found.url, &found.place);
        match registry {
            RegistryFact::Other { .. } if self.at.names_userconfig() => Some(RegistryFact::Unknown),
            RegistryFact::Other { .. }
                if !(found.is_certain || self.manifest.is_none() && is_for_github(found)) =>
            {
                Some(RegistryFact::Unknown)
            }
            registry => Some(registry),
        }
    }
}

fn is_for_github(registry_url: &RegistryUrl) -> bool {
    registry_url.url.known().is_some_and(is_github_packages)
}

/// The registry that a value names. `is_npm` says which URLs are the public npm registry's to the tool.
pub(crate) fn registry_fact(value: &Evaluated, place: &Place, is_npm: fn(&str) -> bool) -> RegistryFact {
    match value.texts() {
        Some(urls) if urls.iter().all(|url| is_npm(url)) => RegistryFact::Npm,
        Some(urls) => match urls.as_slice() {
            [url] if may_be_npm_registry(url) => RegistryFact::Unknown,
            [url] if !url.contains('$') && !url.trim().is_empty() => RegistryFact::Other {
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
    use crate::test_support::check_sites;

    fn check(setup: &str, command: &str, config: &str, npmrc: &str, registry: &str) {
        let fixture = format!(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.11.0{setup} }}
      - run: {command}
#- package.json
{{ "name": "@acme/w", "version": "1.0.0", "repository": "a/w"{config} }}
#- .npmrc
{npmrc}
"#
        );
        check_sites(&fixture, &format!("release.yml:9 publish; registry={registry}"));
    }

    const NPM: &str = "https://registry.npmjs.org/";
    const SCOPE: &str = "https://npm.pkg.github.com";

    #[test]
    fn the_command_may_name_or_change_it() {
        check(
            "",
            "npm_config_registry=https://npm.pkg.github.com npm publish",
            "",
            "",
            SCOPE,
        );
        check("", "NPM_CONFIG_REGISTRY=$URL npm publish", "", "", "-");
        let exported = |url: &str| format!("export npm_config_registry={url} && npm publish");
        check("", &exported(NPM), "", "", NPM);
        check("", &exported(SCOPE), "", "", SCOPE);
        check("", &exported("$URL"), "", "", "-");
        check(
            "",
            "npm pkg set publishConfig.registry=https://npm.pkg.github.com && npm publish",
            "",
            "",
            "-",
        );
        check("", "npm pkg set version=2.0.0 && npm publish", "", "", NPM);
    }

    #[test]
    fn an_empty_registry_is_the_default_one() {
        let config = |registry: &str| format!(", \"publishConfig\": {{ \"registry\": \"{registry}\" }}");
        check("", "npm publish", &config(""), "", NPM);
        check("", "npm publish", &config(" "), "", NPM);
        check("", "npm publish", &config(""), "registry=https://r.example", "-");
        check(
            "",
            "npm publish",
            ", \"publishConfig\": { \"@acme:registry\": \"\" }",
            "",
            NPM,
        );
        check("", "npm publish", "", "registry=", "-");
        check(
            "",
            "npm publish",
            &config("https://r.example"),
            "",
            "https://r.example",
        );
    }

    #[test]
    fn the_registry_of_the_scope_outranks_general_ones() {
        let setup = format!(", registry-url: '{SCOPE}', scope: '@acme'");
        let npmrc = format!("@acme:registry={SCOPE}");
        let config = format!(", \"publishConfig\": {{ \"@acme:registry\": \"{SCOPE}\" }}");
        let general = ", \"publishConfig\": { \"registry\": \"https://registry.npmjs.org\" }";
        let flag = format!("npm publish --registry {NPM}");
        check(&setup, "npm publish", "", "", SCOPE);
        check(&setup, &flag, "", "", SCOPE);
        check("", &flag, "", &npmrc, SCOPE);
        check("", &flag, &config, "", SCOPE);
        check("", "npm publish", general, &npmrc, SCOPE);
        check("", &format!("pnpm publish --registry {NPM}"), "", &npmrc, SCOPE);
    }

    /// Measured with npm 11.19.1, pnpm 9.15.9, 10.34.8, 11.28.10 and 12.6.0, Yarn 1.22.22 and 4.18.1, and Bun 1.4.5.
    #[test]
    fn each_tool_weighs_the_scope_and_the_manifest_in_its_own_way() {
        let npmrc = format!("@acme:registry={SCOPE}");
        let general = ", \"publishConfig\": { \"registry\": \"https://registry.npmjs.org\" }";
        let of_scope = format!(", \"publishConfig\": {{ \"@acme:registry\": \"{SCOPE}\" }}");
        for command in [
            "npm publish",
            "npx pnpm@9.15.9 publish",
            "npx pnpm@12.6.0 publish",
            "yarn publish",
            "bun publish",
        ] {
            check("", command, "", &npmrc, SCOPE);
            check("", &format!("{command} --registry {NPM}"), "", &npmrc, SCOPE);
        }
        for (command, registry) in [
            ("npm publish", SCOPE),
            ("npx pnpm@9.15.9 publish", SCOPE),
            ("npx pnpm@12.6.0 publish", NPM),
            ("yarn publish", NPM),
            (&format!("yarn publish --registry {SCOPE}"), NPM),
            ("bun publish", SCOPE),
        ] {
            check("", command, general, &npmrc, registry);
        }
        check("", "yarn publish", &of_scope, "", NPM);
    }

    #[test]
    fn only_the_flag_of_the_scope_outranks_its_registry() {
        let setup = format!(", registry-url: '{SCOPE}', scope: '@acme'");
        let config = format!(", \"publishConfig\": {{ \"@acme:registry\": \"{SCOPE}\" }}");
        let flag = format!("npm publish --@acme:registry={NPM}");
        check(&setup, &flag, "", "", NPM);
        check("", &flag, &config, "", NPM);
        check(
            "",
            &format!("npm publish --@acme:registry {NPM}"),
            "",
            &format!("@acme:registry={SCOPE}"),
            NPM,
        );
        // Another scope's settings do not matter.
        check(&setup, &flag.replace("acme", "other"), "", "", SCOPE);
        check("", "npm publish", "", &format!("@other:registry={SCOPE}"), NPM);
    }

    #[test]
    fn a_flag_outranks_the_rest() {
        let flag = format!("npm publish --registry {NPM}");
        check("", &flag, "", &format!("registry={SCOPE}"), NPM);
        check(
            &format!(", registry-url: '{SCOPE}/'"),
            &flag.replace(NPM, "https://r.example"),
            "",
            "",
            "https://r.example",
        );
    }

    #[test]
    fn the_releases_of_pnpm_differ() {
        let publish = |version: &str, flag: &str| format!("npx pnpm@{version} publish --no-git-checks{flag}");
        let other = "https://r.example";
        let config = format!(", \"publishConfig\": {{ \"registry\": \"{other}\" }}");
        let of_scope = format!(", \"publishConfig\": {{ \"@acme:registry\": \"{other}\" }}");
        let npmrc = format!("@acme:registry={SCOPE}");
        let flag = format!(" --registry {SCOPE}");
        for (version, flagged, scoped) in [
            ("10.34.9", SCOPE, SCOPE),
            ("11.0.4", SCOPE, SCOPE),
            ("11.0.5", other, other),
            ("12.0.0", other, other),
        ] {
            check("", &publish(version, &flag), &config, "", flagged);
            check("", &publish(version, ""), &config, &npmrc, scoped);
        }
        check("", &publish("11.0.4", ""), &config, "", NPM);
        check("", &publish("10.34.9", ""), &of_scope, "", other);
        check("", &publish("11.28.11", ""), &of_scope, "", "-");
        // An update of pnpm may follow another one than today's.
        check("", &publish("11.0", ""), &config, "", "-");
        let variable = |version: &str| format!("npm_config_registry={other} {}", publish(version, ""));
        check("", &variable("10.34.9"), "", "", other);
        check("", &variable("11.0.9"), "", "", NPM);
    }

    #[test]
    fn npm_does_not_read_what_other_tools_set() {
        let publish = |before: &str, setup: &str, after: &str, command: &str| {
            format!(
                r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - run: {before}
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.11.0{setup} }}
      - run: {after}
      - run: {command}
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#
            )
        };
        let url = ", registry-url: 'https://registry.npmjs.org'";
        let check = |fixture: &str, registry: &str| {
            check_sites(fixture, &format!("release.yml:11 publish; registry={registry}"));
        };
        let set = |tool: &str| format!("{tool} config set registry https://npm.example.com");
        check(&publish(&set("yarn"), "", "true", "npm publish"), NPM);
        check(&publish(&set("pnpm"), url, "true", "npm publish"), NPM);
        // pnpm 10 hands it to npm, whose own file counts again.
        check(&publish(&set("pnpm"), "", "true", "npm publish"), "-");
        check(&publish("true", url, &set("pnpm"), "npm publish"), "-");
        check(&publish(&set("pnpm"), url, "true", "pnpm publish"), "-");
        check(&publish(&set("npm"), url, "true", "npm publish"), NPM);
    }

    #[test]
    fn setup_node_keeps_the_registry_of_a_scope() {
        let check = |first: &str, second: &str, name: &str, registry: &str| {
            let setup = |with: &str| {
                format!(
                    "      - uses: actions/setup-node@v6\n        with: {{ node-version: 24.11.0, registry-url: {with} }}\n"
                )
            };
            let second = if second.is_empty() {
                String::new()
            } else {
                setup(second)
            };
            let steps = format!("{}{second}", setup(first));
            let fixture = format!(
                r#"#- repository: acme/w
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
{steps}      - run: npm publish
#- package.json
{{ "name": "{name}", "version": "1.0.0", "repository": "acme/w" }}
"#
            );
            let line = 7 + steps.matches('\n').count();
            check_sites(
                &fixture,
                &format!("release.yml:{line} publish; registry={registry}"),
            );
        };
        let github = "'https://npm.pkg.github.com'";
        let npm = "'https://registry.npmjs.org'";
        // Without a scope, it is the owner's.
        check(github, "", "@acme/w", SCOPE);
        check(github, "", "w", NPM);
        check(github, "", "@other/w", NPM);
        check(github, npm, "@acme/w", SCOPE);
        check(&format!("{github}, scope: '@other'"), npm, "@other/w", SCOPE);
        check(github, &format!("{npm}, scope: acme"), "@acme/w", NPM);
    }
}
