//! Whether provenance is explicitly requested or disabled.

use super::StepEnvironment;
use super::packages::FoundPackages;
use crate::model::read::find_input;
use crate::sources::Sources;
use crate::syntax::npmrc::NpmrcKey;
use crate::syntax::shell::variable_name;
use crate::text::Place;

const VARIABLES: [&str; 2] = ["NPM_CONFIG_PROVENANCE", "npm_config_provenance"];

/// The strongest setting apart from the command's flags: whether it is on, whether it is in `publishConfig`, and where.
pub(crate) fn find(
    sources: &Sources<'_>,
    at: &StepEnvironment<'_, '_>,
    packages: &FoundPackages,
) -> Option<(bool, bool, Place)> {
    let assigned = at
        .assignments
        .iter()
        .find(|(name, value, _)| VARIABLES.contains(&name.as_str()) && variable_name(value).is_none());
    if let Some((_, value, place)) = assigned {
        return Some((value == "true" || value == "1", false, place.clone()));
    }
    for name in VARIABLES {
        let Some(value) = at.scope.env_value(name) else {
            continue;
        };
        let place = at.scope.env.iter().rev().find_map(|layer| {
            Some(Place::new(
                &layer.path,
                find_input(layer.variables, name)?.range(),
            ))
        });
        // npm takes an empty variable for none.
        if value.is_empty() {
            continue;
        }
        if let (Some(known), Some(place)) = (value.known(), place) {
            return Some((matches!(known, "true" | "1"), false, place));
        }
        return None;
    }
    let of_manifest = packages.manifests.iter().find_map(|path| {
        let config = sources.manifest(path)?.publish_config.as_ref()?;
        let provenance = config.provenance?;
        Some((provenance.value, true, Place::new(path, provenance.range)))
    });
    let of_npmrc = at.npmrc.iter().find_map(|(path, npmrc)| {
        let setting = npmrc
            .settings
            .iter()
            .rev()
            .find(|setting| setting.meaning() == NpmrcKey::Provenance)?;
        Some((
            setting.value.value == "true",
            false,
            Place::new(path, setting.line),
        ))
    });
    match (of_manifest, of_npmrc) {
        // `publishConfig` alone turns nothing off, but any setting in `.npmrc` makes npm look at both.
        (Some((false, _, _)), Some((_, _, place))) => Some((false, false, place)),
        (of_manifest, of_npmrc) => of_manifest.or(of_npmrc),
    }
}
