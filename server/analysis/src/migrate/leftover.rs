//! What may still need a token that a move has removed. Predictions are about publish steps; this is about everything around them.

use std::collections::{BTreeMap, BTreeSet};

use super::secrets::secret_names;
use super::steps::{StepKey, for_each};
use crate::checker::context::CheckContext;
use crate::fixes::installs::{PrivateDependencies, is_own_scope, private_dependencies};
use crate::model::manifest::Manifest;
use crate::publish::{CredentialSource, Meaning, Site, meaning};
use crate::sources::File;
use crate::syntax::shell::{Command, split_script};
use crate::text::{FileKind, FilePath, TextRange};
use crate::workspace::Workspace;

/// Scripts that `npm publish` runs. Source: <https://docs.npmjs.com/cli/using-npm/scripts#npm-publish>.
const RUN_BY_PUBLISH: [&str; 6] = [
    "prepublishOnly",
    "prepack",
    "prepare",
    "postpack",
    "publish",
    "postpublish",
];

/// How deep scripts may lead into each other.
const MOST_DEPTH: usize = 4;

/// What the files say before the tokens of some steps go.
pub(super) struct Leftovers {
    /// The variables that each file sets, and how often.
    variables: BTreeMap<FilePath, BTreeMap<String, usize>>,
    /// The secrets that each file names, and how often.
    secrets: BTreeMap<FilePath, BTreeMap<String, usize>>,
    /// Why a step needs its token, whatever the edits are.
    fixed: Option<String>,
}

impl Leftovers {
    pub(super) fn before(trial: &Workspace, group: &BTreeSet<StepKey>) -> Self {
        let mut fixed = None;
        for_each(trial, group, |context, _, site| {
            fixed = fixed.take().or_else(|| other_command(context, site));
            fixed = fixed.take().or_else(|| login_of_script(context, site));
            fixed = fixed.take().or_else(|| install_of_script(context, site));
        });
        let files = || trial.files();
        Self {
            variables: files()
                .map(|(path, file)| (path.clone(), variables_in(file)))
                .collect(),
            secrets: files()
                .map(|(path, file)| (path.clone(), secret_names(&file.text)))
                .collect(),
            fixed,
        }
    }

    /// Why the steps must keep their tokens; none if nothing is known to need them.
    pub(super) fn found(&self, trial: &Workspace, around: &BTreeSet<FilePath>) -> Option<String> {
        if self.fixed.is_some() {
            return self.fixed.clone();
        }
        let mut variables: BTreeSet<&str> = BTreeSet::new();
        let mut secrets: BTreeSet<&str> = BTreeSet::new();
        let mut changed: BTreeSet<&FilePath> = BTreeSet::new();
        for (path, file) in trial.files() {
            let fewer_variables = fewer(self.variables.get(path), &variables_in(file));
            let fewer_secrets = fewer(self.secrets.get(path), &secret_names(&file.text));
            if !fewer_variables.is_empty() || !fewer_secrets.is_empty() {
                changed.insert(path);
            }
            variables.extend(fewer_variables);
            secrets.extend(fewer_secrets);
        }
        trial.files().find_map(|(path, file)| {
            let is_left_alone = match file.kind {
                // Another workflow has variables of its own.
                FileKind::Workflow => !changed.contains(path),
                // The prediction knows what the tools read in it.
                FileKind::Npmrc => true,
                // Builds elsewhere have variables of their own.
                _ => around.contains(path),
            };
            if is_left_alone {
                return None;
            }
            let name = variables.iter().find(|name| reads_variable(file, name));
            let name = name.or_else(|| secrets.iter().find(|name| asks_for_secret(file, name)))?;
            Some(format!("`{path}` still reads `{name}`; remove that first"))
        })
    }
}

fn variables_in(file: &File) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for variable in file
        .env_variables()
        .filter(|variable| !variable.value.value.is_empty())
    {
        *found.entry(variable.name.value.clone()).or_default() += 1;
    }
    found
}

/// The names that come less often than before.
fn fewer<'n>(old: Option<&'n BTreeMap<String, usize>>, new: &BTreeMap<String, usize>) -> Vec<&'n str> {
    let old = old.into_iter().flatten();
    let names = old.filter(|(name, count)| new.get(*name).is_none_or(|now| now < count));
    names.map(|(name, _)| name.as_str()).collect()
}

/// A command that has the token too, and fetches a package that is probably private or needs a login: one of the step itself, or of
/// another step of the job if that has the token. Package scripts that such a step runs are read too.
fn other_command(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    let tokens = &site.credentials.tokens;
    if tokens.is_empty() {
        return None;
    }
    let is_of_job =
        |source: CredentialSource| matches!(source, CredentialSource::JobEnv | CredentialSource::WorkflowEnv);
    let has_all = tokens.iter().any(|token| is_of_job(token.source));
    let steps = site.job.job.map_or(&[][..], |job| job.steps.as_slice());
    let others = steps.iter().filter(|_| has_all);
    let with_token = std::iter::once(site.step.step).chain(others);
    let mut scripts = with_token.filter_map(|step| step.run.as_ref());
    scripts.find_map(|run| reason_in(context, &run.text, 0))
}

fn reason_in(context: &CheckContext<'_>, script: &str, depth: usize) -> Option<String> {
    split_script(script).commands.iter().find_map(|command| {
        if let Some(login) = login_command(command) {
            return Some(format!(
                "`{login}` needs a logged-in user and has the same token; give it a token of its own in another step first"
            ));
        }
        if let Some(package) = fetched_with_scope(command) {
            let scope = package.split_once('/').map_or("", |(scope, _)| scope);
            let is_private = is_own_scope(context.sources, scope) && !is_public_here(context, package);
            return is_private.then(|| {
                format!(
                    "`{package}` is fetched with the same token, and may be private; fetch it with a token of its own in another step first"
                )
            });
        }
        let Meaning::RunScript(run) = meaning(command) else {
            return None;
        };
        // In which folder it runs is not asked: a script of that name anywhere may be it.
        let manifests = context.sources.manifest_paths();
        let mut manifests = manifests.filter_map(|path| context.sources.manifest(path));
        let of_manifest = |manifest: &Manifest| {
            let mut scripts = run.names.iter().filter_map(|name| manifest.script(&name.text));
            scripts.find_map(|script| reason_in(context, &script.command.value, depth + 1))
        };
        (depth < MOST_DEPTH).then(|| manifests.find_map(of_manifest)).flatten()
    })
}

/// Whether the repository publishes a package for everybody. `package` may end with a version.
fn is_public_here(context: &CheckContext<'_>, package: &str) -> bool {
    let name = match package.rfind('@') {
        Some(at) if at > 0 => package.get(..at).unwrap_or_default(),
        _ => package,
    };
    let mut manifests = context.sources.manifest_paths();
    manifests.any(|path| {
        context.sources.manifest(path).is_some_and(|manifest| {
            let access = manifest
                .root
                .get("publishConfig")
                .and_then(|config| config.get("access"));
            let is_own = manifest.name.as_ref().is_some_and(|own| own.value == name);
            is_own && access.and_then(|access| access.as_str()) != Some("restricted")
        })
    })
}

/// `npm token list`: commands about the user's account or organization.
/// Source: <https://docs.npmjs.com/cli/v11/commands>, `npm access` to `npm trust`.
fn login_command(command: &Command) -> Option<String> {
    const ABOUT_ACCOUNTS: [&str; 9] = [
        "access", "hook", "org", "profile", "star", "team", "token", "trust", "unstar",
    ];
    let verb = command.word(1)?;
    let is_login = command.word(0)? == "npm" && ABOUT_ACCOUNTS.contains(&verb);
    is_login.then(|| format!("npm {verb}"))
}

/// `@acme/tool` of `npx @acme/tool` and `npm view @acme/tool`.
fn fetched_with_scope(command: &Command) -> Option<&str> {
    let fetches = match (command.word(0)?, command.word(1)) {
        ("npx" | "pnpx" | "bunx", _) => true,
        ("npm" | "pnpm" | "yarn" | "bun", Some(verb)) => matches!(
            verb,
            "add" | "dlx" | "exec" | "i" | "info" | "install" | "pack" | "show" | "update" | "view" | "x"
        ),
        _ => false,
    };
    let mut words = command.words.iter().map(|word| word.text.as_str());
    words
        .find(|word| word.starts_with('@') && word.contains('/'))
        .filter(|_| fetches)
}

/// A script that runs with the publish and needs a login, for which there is no exchange.
fn login_of_script(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    let is_login = |meaning: Meaning| match meaning {
        Meaning::RegistryCommand(words) if !words.has_own_credentials => Some(words.command),
        _ => None,
    };
    let (script, path, command) = command_of_publish(context, site, is_login)?;
    Some(format!(
        "the script `{script}` of `{path}` runs `{command}`, which needs a logged-in user; remove it from the script first"
    ))
}

/// A script that runs with the publish and installs packages, of which one is probably private.
fn install_of_script(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    if site.credentials.tokens.is_empty()
        || private_dependencies(context.sources) != PrivateDependencies::Likely
    {
        return None;
    }
    let is_install = |meaning: Meaning| match meaning {
        Meaning::InstallDependencies(install) => Some(install.command),
        _ => None,
    };
    let (script, path, command) = command_of_publish(context, site, is_install)?;
    Some(format!(
        "the script `{script}` of `{path}` runs `{command}` with the token, and some packages may be private; install them in a step \
         of its own"
    ))
}

/// The first such command of the scripts that run with the publish, with the script and its manifest.
fn command_of_publish<'s>(
    context: &CheckContext<'_>,
    site: &'s Site<'_>,
    is_meant: impl Fn(Meaning) -> Option<String>,
) -> Option<(&'static str, &'s FilePath, String)> {
    let mut manifests = site.packages.manifests.iter();
    manifests.find_map(|path| {
        let manifest = context.sources.manifest(path)?;
        let mut scripts = RUN_BY_PUBLISH.into_iter();
        scripts.find_map(|script| Some((script, path, command_in(manifest, script, 0, &is_meant)?)))
    })
}

fn command_in(
    manifest: &Manifest,
    script: &str,
    depth: usize,
    is_meant: &impl Fn(Meaning) -> Option<String>,
) -> Option<String> {
    if depth == MOST_DEPTH {
        return None;
    }
    let script = manifest.script(script)?;
    let commands = split_script(&script.command.value).commands;
    commands.iter().find_map(|command| match meaning(command) {
        Meaning::RunScript(run) => run
            .names
            .iter()
            .find_map(|name| command_in(manifest, &name.text, depth + 1, is_meant)),
        meaning => is_meant(meaning),
    })
}

/// Whether something in the file uses a variable; setting it does not count.
pub(super) fn reads_variable(file: &File, name: &str) -> bool {
    let set: Vec<TextRange> = file.env_variables().map(|variable| variable.name.range).collect();
    words(&file.text, name).any(|at| {
        let range = TextRange::new(at, at + name.len());
        let before = file.text.get(..at).unwrap_or_default();
        let after = file.text.get(range.end()..).unwrap_or_default();
        // Secrets are passed on under such names: `secrets: { NPM_TOKEN: … }`.
        let is_key = || {
            !before.ends_with(['$', '{', '%', '.']) && after.trim_start_matches(['"', '\'']).starts_with(':')
        };
        !set.contains(&range) && !before.ends_with("secrets.") && !is_key() && !is_comment(before)
    })
}

/// Whether something is decided by whether a secret is set.
fn asks_for_secret(file: &File, name: &str) -> bool {
    const CONDITIONS: [&str; 5] = ["!=", "==", "if:", "&&", "||"];
    file.text.lines().any(|line| {
        let is_condition = || CONDITIONS.iter().any(|sign| line.contains(sign));
        secret_names(line).contains_key(name) && is_condition() && !line.trim_start().starts_with('#')
    })
}

/// Where a text has a name as a word of its own.
pub(super) fn words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(name).map(|(at, _)| at).filter(move |at| {
        let before = text.get(..*at).unwrap_or_default();
        let after = text.get(at + name.len()..).unwrap_or_default();
        !before.ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// Whether what follows a text is in a comment of its line.
fn is_comment(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim_start().starts_with('#') || line.contains(" #")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_fetches_a_package() {
        let fetched = |script: &str| {
            let commands = split_script(script).commands;
            fetched_with_scope(&commands[0]).map(str::to_owned)
        };
        for script in [
            "npx -y @acme/tool",
            "npm view @acme/tool version",
            "pnpm dlx @acme/tool",
        ] {
            assert_eq!(fetched(script).as_deref(), Some("@acme/tool"), "{script}");
        }
        for script in ["npx tsc", "npm publish --access public", "echo @acme/tool"] {
            assert_eq!(fetched(script), None, "{script}");
        }
    }
}
