//! Settings of npm that decide how it publishes: from flags, the environment and `.npmrc`.

use super::StepEnvironment;
use super::pnpm_settings::PnpmSettings;
use crate::publish::eval::Evaluated;
use crate::publish::site::SettingFact;
use crate::text::Place;

/// The search for settings of npm.
pub(crate) struct SettingSearch<'s, 'a> {
    /// What npm sees at the step.
    pub(crate) at: StepEnvironment<'s, 'a>,
    /// Where pnpm's own client looks, if that publishes.
    pub(crate) of_pnpm: Option<PnpmSettings<'s, 'a>>,
}

impl SettingSearch<'_, '_> {
    /// The setting, which outranks `publishConfig` only if it is a flag.
    pub(crate) fn find(&self, name: &str, flag: Option<(Evaluated, Place)>) -> Option<SettingFact> {
        if let Some((value, place)) = flag {
            return Some(SettingFact {
                value: value.known().map(str::to_owned),
                is_flag: true,
                place,
            });
        }
        let found = match &self.of_pnpm {
            Some(of_pnpm) => of_pnpm
                .find(name)
                .map(|(value, place)| (value.known().map(str::to_owned), place)),
            None => self.of_environment(name).or_else(|| self.of_npmrc(name)),
        };
        found.map(|(value, place)| SettingFact {
            value,
            is_flag: false,
            place,
        })
    }

    /// The setting that a variable holds.
    pub(crate) fn of_environment(&self, name: &str) -> Option<(Option<String>, Place)> {
        let (value, place) = self.at.setting_of_environment(name)?;
        Some((value.known().map(str::to_owned), place))
    }

    /// The setting in an `.npmrc`.
    pub(crate) fn of_npmrc(&self, name: &str) -> Option<(Option<String>, Place)> {
        if let Some(line) = self.at.machine.written_setting(name) {
            let value = self.at.scope.evaluate(&line.value);
            let known = value
                .known()
                .filter(|value| line.is_certain && !value.contains('$'));
            return Some((known.map(str::to_owned), line.place.clone()));
        }
        let mut open = self.at.open_npmrc.iter();
        let rewritten = open.find_map(|(path, npmrc)| Some((path, npmrc.setting(name)?)));
        if let Some((path, setting)) = rewritten {
            return Some((None, Place::new(path, setting.line)));
        }
        self.at.npmrc.iter().find_map(|(path, npmrc)| {
            let setting = npmrc.setting(name)?;
            let value = &setting.value.value;
            let is_known = !value.contains("${");
            Some((is_known.then(|| value.clone()), Place::new(path, setting.line)))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// Checks whether a script publishes, or only tries to.
    #[track_caller]
    fn check(script: &str, publishes: bool) {
        let lines: Vec<String> = script.lines().map(|line| format!("          {line}\n")).collect();
        let fixture = format!(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: |
{}#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#,
            lines.concat()
        );
        let line = 9 + lines.len();
        let site = format!("release.yml:{line} publish; outcome=oidc");
        check_sites(&fixture, if publishes { &site } else { "" });
    }

    #[test]
    fn a_dry_run_may_be_a_setting() {
        for script in [
            "export NPM_CONFIG_DRY_RUN=true\nnpm publish",
            "export npm_config_dry_run=1\nnpm publish",
            "NPM_CONFIG_DRY_RUN=true npm publish",
            "npm config set dry-run true\nnpm publish",
            "echo dry-run=true >> .npmrc\nnpm publish",
        ] {
            check(script, false);
        }
    }

    #[test]
    fn other_settings_publish() {
        for script in [
            "NPM_CONFIG_DRY_RUN=true\nnpm publish",
            "export NPM_CONFIG_DRY_RUN=true\nnpm publish --dry-run=false",
            "export NPM_CONFIG_DRY_RUN=true\nnpm publish --no-dry-run",
            "export NPM_CONFIG_DRY_RUN=false\nnpm publish",
            "export NPM_CONFIG_DRY_RUN=true\nunset NPM_CONFIG_DRY_RUN\nexport NPM_CONFIG_DRY_RUN=\nnpm publish",
            "(export NPM_CONFIG_DRY_RUN=true)\nnpm publish",
            "NPM_CONFIG_DRY_RUN=true npm pack\nnpm publish",
        ] {
            check(script, true);
        }
    }
}
