//! Whether the steps that install packages need a token that a publish step has, too.

use crate::checker::prelude::*;
use crate::edit::yaml::{EntryPosition, YamlSnippet, insert_entry};
use crate::fixes::builder::{editable, node};
use crate::fixes::entry::entry_edits;
use crate::model::job::{Job, Step};
use crate::model::read::{Variable, find_input};
use crate::publish::{Credential, CredentialSource, PublishJob, is_in_workspace};
use crate::sources::Sources;
use crate::text::{FilePath, FolderPath, TextEdit};
use crate::versions::action_reference::{ActionReference, local_folder};

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
    let is_strange = |name: &&str| !own.contains(name);
    let needs = names.filter(is_strange).filter_map(|name| {
        let scope = scope_of(name)?;
        // DefinitelyTyped publishes nothing that is private.
        (scope != "@types").then(|| match is_own_scope(sources, scope) {
            true => PrivateDependencies::Likely,
            false => PrivateDependencies::Possible,
        })
    });
    let found = needs.max().unwrap_or(PrivateDependencies::No);
    match found < PrivateDependencies::Likely && a_lock_file_has_own_scope(sources, &own) {
        true => PrivateDependencies::Likely,
        false => found,
    }
}

/// How many folders are searched for lock files. A monorepo has its own at the root, and its members have none.
const MOST_LOCK_FOLDERS: usize = 20;

/// Whether a lock file names a package of an own scope that the repository does not have: a dependency of a dependency.
fn a_lock_file_has_own_scope(sources: &Sources<'_>, own: &[&str]) -> bool {
    let mut scopes: Vec<String> = own
        .iter()
        .filter_map(|name| scope_of(name))
        .map(str::to_owned)
        .collect();
    scopes.extend(
        sources
            .slug()
            .map(|slug| format!("@{}", slug.owner.to_lowercase())),
    );
    scopes.sort();
    scopes.dedup();
    let files = lock_files(sources).into_iter();
    let files = files.filter_map(|path| sources.file_on_demand(&path));
    let texts: Vec<&str> = files.map(|file| file.text.as_ref()).collect();
    scopes.iter().any(|scope| {
        texts
            .iter()
            .any(|text| names_in_scope(text, scope).any(|name| !own.contains(&name)))
    })
}

/// Where the lock files of the repository may be.
pub(crate) fn lock_files(sources: &Sources<'_>) -> Vec<FilePath> {
    const NAMES: [&str; 5] = [
        "package-lock.json",
        "npm-shrinkwrap.json",
        "pnpm-lock.yaml",
        "yarn.lock",
        "bun.lock",
    ];
    let mut folders: Vec<FolderPath> = vec![FolderPath::root()];
    for path in sources.manifest_paths() {
        let folder = path.folder();
        if folders.len() < MOST_LOCK_FOLDERS && !folder.is_root() && !is_in_workspace(sources, &folder) {
            folders.push(folder);
        }
    }
    let paths = folders
        .iter()
        .flat_map(|folder| NAMES.iter().filter_map(|name| folder.file(name)));
    paths.collect()
}

/// The names of packages with this scope in the text of a lock file.
fn names_in_scope<'t>(text: &'t str, scope: &'t str) -> impl Iterator<Item = &'t str> {
    let prefix = format!("{scope}/");
    let at: Vec<usize> = text.match_indices(&prefix).map(|(at, _)| at).collect();
    at.into_iter().filter_map(move |at| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let rest = text.get(at..)?;
        let length = rest.get(prefix.len()..)?.find(|c| !is_name(c));
        rest.get(..length.map_or(rest.len(), |length| prefix.len() + length))
    })
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

/// The steps of a site's job that install packages, themselves or by what they run, and get a token of the site.
pub(crate) fn installs_with<'s>(
    context: &CheckContext<'_>,
    site: &'s Site<'_>,
    token: &Credential,
) -> Vec<&'s Step> {
    let Some(job) = site.job.job else {
        return Vec::new();
    };
    let is_of_job = |walked: &&PublishJob<'_>| {
        let walked = walked.job.job;
        walked.is_some_and(|walked| walked.range == job.range)
    };
    let walked = context.jobs.iter().filter(is_of_job);
    let walked: Vec<&PublishJob<'_>> = walked.collect();
    let place = &token.place;
    let is_in =
        |step: &Step, place: &Place| place.path == site.job.path && step.range.contains_range(place.range);
    // A composite action may write the token, for the steps of the job that come after it.
    let written_at = match place.path == site.job.path {
        true => Some(place),
        false => walked
            .iter()
            .find_map(|walked| place_of_action(walked, &place.path)),
    };
    let sees = |step: &&Step| match token.source {
        CredentialSource::JobEnv | CredentialSource::WorkflowEnv => true,
        CredentialSource::NpmrcCommand | CredentialSource::Exported => written_at
            .is_none_or(|written| is_in(step, written) || step.range.start() > written.range.start()),
        // A flag is for its command alone.
        CredentialSource::CommandFlag => false,
        _ => is_in(step, site.step.trail.first().unwrap_or(&site.place)),
    };
    let is_before = |install: &Place| {
        is_written(token.source) && install.path == place.path && install.range.end() <= place.range.start()
    };
    let places: Vec<&Place> = walked
        .into_iter()
        .flat_map(|walked| {
            let contents = &walked.contents;
            let commands = contents.installs.iter();
            let commands = commands.filter(|install| {
                let places = install.trail.iter().chain([&install.place]);
                !is_of_other_step(site, token, places) && !is_before(&install.place)
            });
            let actions = contents
                .actions
                .iter()
                .filter(|action| is_install(&action.reference, action.step));
            let actions = actions.filter(|action| !is_of_other_step(site, token, [&action.place]));
            let actions = actions.map(|action| &action.place_in_job);
            commands.map(|install| &install.place_in_job).chain(actions)
        })
        .collect();
    let installs = |step: &&Step| places.iter().any(|place| is_in(step, place));
    job.steps.iter().filter(sees).filter(installs).collect()
}

/// Where the file of a job leads to an action of the repository.
fn place_of_action<'j>(walked: &'j PublishJob<'_>, path: &FilePath) -> Option<&'j Place> {
    let mut actions = walked.contents.actions.iter();
    let used = actions.find(|action| local_folder(action.text).as_ref() == Some(&path.folder()))?;
    Some(&used.place_in_job)
}

/// Whether a command writes the token for the steps after it.
pub(super) fn is_written(source: CredentialSource) -> bool {
    matches!(
        source,
        CredentialSource::NpmrcCommand | CredentialSource::Exported
    )
}

/// Whether a token is for one step of a composite action, and another step of that action leads to these places.
fn is_of_other_step<'p>(
    site: &Site<'_>,
    token: &Credential,
    places: impl IntoIterator<Item = &'p Place>,
) -> bool {
    let step = &site.step;
    let is_for_one = matches!(
        token.source,
        CredentialSource::StepEnv | CredentialSource::CommandEnv | CredentialSource::ActionInput
    );
    let mut in_action = places.into_iter().filter(|place| place.path == step.path);
    let is_elsewhere = |place: &Place| !step.step.range.contains_range(place.range);
    is_for_one && step.is_composite && in_action.next().is_some_and(is_elsewhere)
}

/// Whether an action installs the dependencies of the project.
/// Sources: the READMEs of bahmutov/npm-install 1, cypress-io/github-action 6, preactjs/compressed-size-action 2 and
/// pnpm/action-setup 4 (`run_install`).
pub(super) fn is_install(reference: &ActionReference, step: &Step) -> bool {
    const ALWAYS: [&str; 3] = [
        "bahmutov/npm-install",
        "cypress-io/github-action",
        "preactjs/compressed-size-action",
    ];
    let is = |name: &str| reference.remote().is_some_and(|remote| remote.is(name));
    let is_asked = || {
        let input = find_input(&step.with, "run_install");
        input.is_some_and(|input| !matches!(input.value.value.trim(), "" | "false" | "null"))
    };
    ALWAYS.iter().any(|name| is(name)) || is("pnpm/action-setup") && is_asked()
}

/// Whether the token of a job's `env:` goes on to the steps that install packages where it is taken from a publish step.
pub(crate) fn goes_to_installs(context: &CheckContext<'_>, site: &Site<'_>, token: &Credential) -> bool {
    matches!(
        token.source,
        CredentialSource::JobEnv | CredentialSource::WorkflowEnv
    ) && private_dependencies(context.sources) != PrivateDependencies::No
        && !installs_with(context, site, token).is_empty()
}

/// The same if the other jobs lose a token of the workflow too.
pub(super) fn go_to_installs(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    token: &Credential,
    moving: &[&Job],
) -> bool {
    let mut sites = sites_with(context, site, token, moving);
    sites.any(|site| goes_to_installs(context, site, token))
}

/// The site, and those of the other jobs that lose a token of the workflow with it.
fn sites_with<'s>(
    context: &CheckContext<'s>,
    site: &'s Site<'s>,
    token: &Credential,
    moving: &[&Job],
) -> impl Iterator<Item = &'s Site<'s>> {
    let is_for_all = token.source == CredentialSource::WorkflowEnv;
    let others = context.sites.iter().filter(move |other| {
        let job = other
            .job
            .job
            .filter(|_| is_for_all && other.job.path == site.job.path);
        job.is_some_and(|job| moving.iter().any(|moving| moving.id == job.id))
    });
    std::iter::once(site).chain(others)
}

/// Gives a token of an `env:` of the job or the workflow to the steps that install packages, and to no others. None if a step that
/// installs also publishes.
pub(super) fn move_to_installs(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    token: &Credential,
    moving: &[&Job],
) -> Option<Vec<TextEdit>> {
    let variables: &[Variable] = match token.source {
        CredentialSource::JobEnv => &site.job.job?.env,
        CredentialSource::WorkflowEnv => &site.job.workflow?.env,
        _ => return None,
    };
    let file = editable(context, &token.place.path)?;
    let mut variables = variables.iter();
    let variable = variables.find(|variable| variable.range() == token.place.range)?;
    let mut installing: Vec<&Step> = Vec::new();
    for step in sites_with(context, site, token, moving).flat_map(|site| installs_with(context, site, token))
    {
        if !installing.iter().any(|known| known.range == step.range) {
            installing.push(step);
        }
    }
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
