//! Whether the steps that install packages need a token that a publish step has, too.

use crate::checker::prelude::*;
use crate::edit::yaml::{EntryPosition, YamlSnippet, insert_entry};
use crate::fixes::builder::{editable, node};
use crate::fixes::entry::entry_edits;
use crate::model::job::{Job, Step};
use crate::publish::{Credential, CredentialSource};
use crate::sources::Sources;
use crate::text::TextEdit;

/// Whether the packages that the repository installs may be private.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum PrivateDependencies {
    /// Only packages with a scope can be private on npm, and no manifest names one.
    /// Source: <https://docs.npmjs.com/about-private-packages>
    No,
    /// Some have a scope.
    Possible,
    /// Some have the scope of the repository's own packages or of its owner, and are not in the repository.
    Likely,
}

/// Whether what the repository installs may be private, as far as its manifests show.
pub(crate) fn private_dependencies(sources: &Sources<'_>) -> PrivateDependencies {
    let paths: Vec<_> = sources.manifest_paths().collect();
    let manifests: Vec<_> = paths
        .into_iter()
        .filter_map(|path| sources.manifest(path))
        .collect();
    if manifests.is_empty() {
        return PrivateDependencies::Possible;
    }
    let own = own_names(sources);
    let sections = ["dependencies", "devDependencies", "optionalDependencies"];
    let maps = manifests
        .iter()
        .flat_map(|manifest| sections.iter().filter_map(|section| manifest.root.get(section)));
    let names = maps.flat_map(|map| map.members().iter().map(|member| member.key.value.as_str()));
    let needs = names.filter_map(|name| {
        let scope = scope_of(name)?;
        // DefinitelyTyped publishes nothing that is private.
        let is_public = scope == "@types" || own.contains(&name);
        (!is_public).then(|| match is_own_scope(sources, scope) {
            true => PrivateDependencies::Likely,
            false => PrivateDependencies::Possible,
        })
    });
    needs.max().unwrap_or(PrivateDependencies::No)
}

/// Whether a scope is that of the repository's owner or of its packages: what it has may be private.
pub(crate) fn is_own_scope(sources: &Sources<'_>, scope: &str) -> bool {
    let is_owner = sources.slug().is_some_and(|slug| {
        scope
            .strip_prefix('@')
            .is_some_and(|name| slug.owner.eq_ignore_ascii_case(name))
    });
    is_owner
        || own_names(sources)
            .iter()
            .any(|name| scope_of(name) == Some(scope))
}

/// The names of the repository's packages.
fn own_names<'s>(sources: &Sources<'s>) -> Vec<&'s str> {
    let manifests = sources.manifest_paths().filter_map(|path| sources.manifest(path));
    manifests
        .filter_map(|manifest| Some(manifest.name.as_ref()?.value.as_str()))
        .collect()
}

/// `@acme` of `@acme/widget`.
fn scope_of(name: &str) -> Option<&str> {
    let (scope, _) = name.split_once('/')?;
    scope.starts_with('@').then_some(scope)
}

/// Whether a script installs the packages that a manifest names.
pub(crate) fn installs_packages(script: &str) -> bool {
    [
        "npm ci",
        "npm i ",
        "npm install",
        "pnpm i",
        "pnpm install",
        "yarn install",
        "bun install",
    ]
    .iter()
    .any(|command| script.contains(command))
}

/// The steps of a site's job that install packages and get a token of the site.
pub(crate) fn installs_with<'s>(site: &'s Site<'_>, token: &Credential) -> Vec<&'s Step> {
    let steps = site.job.job.map_or(&[][..], |job| job.steps.as_slice());
    let place = &token.place;
    let is_in =
        |step: &Step, place: &Place| place.path == site.job.path && step.range.contains_range(place.range);
    let sees = |step: &&Step| match token.source {
        CredentialSource::JobEnv | CredentialSource::WorkflowEnv => true,
        CredentialSource::NpmrcCommand | CredentialSource::Exported => {
            is_in(step, place) || step.range.start() > place.range.start()
        }
        _ => is_in(step, &site.place),
    };
    let installs = |step: &&Step| {
        let run = step.run.as_ref();
        run.is_some_and(|run| installs_packages(&run.text))
    };
    steps.iter().filter(sees).filter(installs).collect()
}

/// Whether the token of a job's `env:` goes on to the steps that install packages where it is taken from a publish step.
pub(crate) fn goes_to_installs(context: &CheckContext<'_>, site: &Site<'_>, token: &Credential) -> bool {
    matches!(
        token.source,
        CredentialSource::JobEnv | CredentialSource::WorkflowEnv
    ) && private_dependencies(context.sources) != PrivateDependencies::No
        && !installs_with(site, token).is_empty()
}

/// Gives a token of the job's `env:` to the steps that install packages, and to no others. None where a step that installs also
/// publishes.
pub(crate) fn move_to_installs(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    token: &Credential,
) -> Option<Vec<TextEdit>> {
    let job: &Job = site
        .job
        .job
        .filter(|_| token.source == CredentialSource::JobEnv)?;
    let file = editable(context, &token.place.path)?;
    let variable = job
        .env
        .iter()
        .find(|variable| variable.range() == token.place.range)?;
    let installing = installs_with(site, token);
    let publishes = |step: &&Step| {
        let mut sites = context.sites.iter();
        sites.any(|site| site.place.path == token.place.path && step.range.contains_range(site.place.range))
    };
    if installing.iter().any(publishes) {
        return None;
    }
    let value = YamlSnippet::Scalar(variable.value.value.clone());
    let name = variable.name.value.as_str();
    let mut edits = entry_edits(file, &token.place)?;
    for step in installing {
        let mapping = node(file, step.node)?;
        let added = match mapping.get("env") {
            Some(env) if env.is_mapping() => insert_entry(&file.text, env, name, &value, EntryPosition::Last),
            Some(_) => return None,
            None => {
                let env = YamlSnippet::Mapping(vec![(name.to_owned(), value.clone())]);
                insert_entry(&file.text, mapping, "env", &env, EntryPosition::Last)
            }
        };
        edits.extend(added.ok()?);
    }
    Some(edits)
}
