//! Whether provenance is explicitly requested or disabled.

use super::StepEnvironment;
use super::packages::FoundPackages;
use crate::publish::eval::Evaluated;
use crate::publish::site::{NpmrcFile, NpmrcLine, ProvenanceFact};
use crate::sources::Sources;
use crate::syntax::npmrc::{Npmrc, NpmrcKey, NpmrcSetting};
use crate::text::Place;

/// What the settings say about provenance.
#[derive(Default)]
pub(crate) struct ProvenanceSetting {
    /// Whether it is requested or disabled, and by what.
    pub(crate) fact: Option<ProvenanceFact>,
    /// Whether something that only the run knows decides.
    pub(crate) is_open: bool,
}

impl ProvenanceSetting {
    /// The command itself says it.
    pub(crate) fn of_flag(is_on: bool, place: Place) -> Self {
        Self::known(is_on, place)
    }

    /// A setting with this value says it.
    pub(crate) fn of_value((value, place): (Evaluated, Place)) -> Self {
        match value.known() {
            Some(known) => Self::known(matches!(known, "true" | "1"), place),
            None => Self::OPEN,
        }
    }

    fn known(is_on: bool, place: Place) -> Self {
        let fact = ProvenanceFact {
            is_on,
            is_publish_config: false,
            place,
        };
        Self {
            fact: Some(fact),
            is_open: false,
        }
    }

    /// Only the run knows.
    pub(crate) const OPEN: Self = Self {
        fact: None,
        is_open: true,
    };
}

/// The strongest setting apart from the command's flags.
pub(crate) fn find(
    sources: &Sources<'_>,
    at: &StepEnvironment<'_, '_>,
    packages: &FoundPackages,
) -> ProvenanceSetting {
    if let Some(found) = at.setting_of_environment("provenance") {
        return ProvenanceSetting::of_value(found);
    }
    let of_npmrc = of_npmrc(at);
    let of_manifest = packages.manifests.iter().find_map(|path| {
        let config = sources.manifest(path)?.publish_config.as_ref()?;
        let provenance = config.provenance?;
        Some((provenance.value, Place::new(path, provenance.range)))
    });
    match (of_manifest, of_npmrc) {
        (_, Some(setting)) if setting.is_open => setting,
        // `publishConfig` alone turns nothing off, but any setting in `.npmrc` makes npm look at both.
        (Some((false, _)), Some(setting)) => match setting.fact {
            Some(fact) => ProvenanceSetting::known(false, fact.place),
            None => ProvenanceSetting::OPEN,
        },
        (Some((is_on, place)), _) => {
            let mut setting = ProvenanceSetting::known(is_on, place);
            setting.fact = setting.fact.map(|fact| ProvenanceFact {
                is_publish_config: true,
                ..fact
            });
            setting
        }
        (None, of_npmrc) => of_npmrc.unwrap_or_default(),
    }
}

/// The setting in an `.npmrc`: that of the project counts before the user's, and the user's before the global one.
fn of_npmrc(at: &StepEnvironment<'_, '_>) -> Option<ProvenanceSetting> {
    let written = |files: &[NpmrcFile]| {
        let mut lines = at.machine.written_settings("provenance");
        lines.find(|line| files.contains(&line.file)).map(of_line)
    };
    let of_file = |npmrc: &Npmrc| -> Option<NpmrcSetting> {
        let mut settings = npmrc.settings.iter().rev();
        settings
            .find(|setting| setting.meaning() == NpmrcKey::Provenance)
            .cloned()
    };
    let of_files = || {
        let mut open = at.open_npmrc.iter();
        if open.any(|(_, npmrc)| of_file(npmrc).is_some()) {
            return Some(ProvenanceSetting::OPEN);
        }
        at.npmrc.iter().find_map(|(path, npmrc)| {
            let setting = of_file(npmrc)?;
            let is_on = setting.value.value == "true";
            Some(ProvenanceSetting::known(is_on, Place::new(path, setting.line)))
        })
    };
    written(&[NpmrcFile::Other])
        .or_else(of_files)
        .or_else(|| written(&[NpmrcFile::User, NpmrcFile::Home, NpmrcFile::OfPnpm]))
        .or_else(|| written(&[NpmrcFile::Global]))
}

fn of_line(line: &NpmrcLine) -> ProvenanceSetting {
    match line.value.as_str() {
        "true" if line.is_certain => ProvenanceSetting::known(true, line.place.clone()),
        "false" if line.is_certain => ProvenanceSetting::known(false, line.place.clone()),
        _ => ProvenanceSetting::OPEN,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// Checks the outcome of a publish after a script, of a package without `repository`.
    #[track_caller]
    fn check(script: &str, expected: &str) {
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
{{ "name": "w", "version": "1.0.0" }}
"#,
            lines.concat()
        );
        let line = 9 + lines.len();
        check_sites(&fixture, &format!("release.yml:{line} publish; {expected}"));
    }

    const OFF: &str = "outcome=oidc";
    const ON: &str = "outcome=fails; error=E422";

    #[test]
    fn nothing_is_compared_without_provenance() {
        for script in [
            "export NPM_CONFIG_PROVENANCE=false\nnpm publish",
            "export npm_config_provenance=false\nnpm publish",
            "npm_config_Provenance=false npm publish",
            "npm config set provenance false\nnpm publish",
            "npm config set provenance=false --location project\nnpm publish",
            "npm config set provenance=false -g\nnpm publish",
            "echo provenance=false >> .npmrc\nnpm publish",
            "echo provenance=false >> ~/.npmrc\nnpm publish",
            "echo provenance=true >> ~/.npmrc\necho provenance=false >> .npmrc\nnpm publish",
        ] {
            check(script, OFF);
        }
        let later = "echo NPM_CONFIG_PROVENANCE=false >> $GITHUB_ENV\n\n";
        check(&format!("{later}npm publish"), ON);
    }

    #[test]
    fn a_later_step_sees_the_variable() {
        let fixture = |name: &str, env: &str| {
            format!(
                r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: echo "{name}" >> $GITHUB_ENV
      - run: npm publish
{env}#- package.json
{{ "name": "w", "version": "1.0.0" }}
"#
            )
        };
        let check = |name: &str, env: &str, expected: &str| {
            check_sites(
                &fixture(name, env),
                &format!("release.yml:10 publish; {expected}"),
            );
        };
        check("NPM_CONFIG_PROVENANCE=false", "", OFF);
        check("NPM_CONFIG_PROVENANCE=$(./which)", "", "outcome=unknown");
        check("NPM_CONFIG_PROVENANCE=", "", ON);
        check("NPM_CONFIG_OTHER=false", "", ON);
        // The step's own value counts before.
        let own = "        env: { NPM_CONFIG_PROVENANCE: 'true' }\n";
        check("NPM_CONFIG_PROVENANCE=false", own, ON);
    }

    #[test]
    fn other_settings_change_nothing() {
        for script in [
            "NPM_CONFIG_PROVENANCE=false\nnpm publish",
            "export NPM_CONFIG_PROVENANCE=true\nnpm publish",
            "export NPM_CONFIG_PROVENANCE=\nnpm publish",
            "npm config set fund false\nnpm publish",
            "npm config set provenance false\nnpm config delete provenance\nnpm publish",
            "echo provenance=false >> ~/.npmrc\necho provenance=true >> .npmrc\nnpm publish",
        ] {
            check(script, ON);
        }
    }

    #[test]
    fn what_only_the_run_knows_is_open() {
        for script in [
            "(export NPM_CONFIG_PROVENANCE=false; true)\nnpm publish",
            "export NPM_CONFIG_PROVENANCE=$X\nnpm publish",
            "npm config set provenance $X\nnpm publish",
            "[ -n \"$X\" ] && npm config set provenance false\nnpm publish",
        ] {
            check(script, "outcome=unknown");
        }
    }
}
