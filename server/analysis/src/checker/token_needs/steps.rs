//! What the steps of a job do with its `GITHUB_TOKEN`.

use std::mem;

use super::{MOST_DEPTH, NeedsSearch, action_permissions, is_other_token};
use crate::knowledge::actions::command_action;
use crate::model::job::Step;
use crate::model::read::{Variable, find_input};
use crate::model::token_scopes::Level;
use crate::publish::{GithubTokenUse, LocalScript, Meaning, github_token_use, meaning_with};
use crate::syntax::npmrc::{NpmrcKey, NpmrcSetting};
use crate::syntax::shell::{Command, split_script, variable_name};
use crate::text::{FileKind, FilePath, FolderPath};
use crate::versions::action_reference::{ActionReference, RemoteAction};

/// The calls of GitHub's API that a script of `actions/github-script` makes, and the scope that they need.
/// Source: "Permissions required for fine-grained personal access tokens" in GitHub's REST documentation.
const API_CALLS: [(&str, &str); 12] = [
    ("createRelease", "contents"),
    ("updateRelease", "contents"),
    ("uploadReleaseAsset", "contents"),
    ("createRef", "contents"),
    ("createTag", "contents"),
    ("createOrUpdateFileContents", "contents"),
    ("issues.create", "issues"),
    ("issues.update", "issues"),
    ("createComment", "pull-requests"),
    ("pulls.create", "pull-requests"),
    ("addLabels", "pull-requests"),
    ("createWorkflowDispatch", "actions"),
];

/// Where GitHub keeps packages, which the job's token reads with `packages: read`.
/// Source: <https://docs.github.com/packages/learn-github-packages/about-permissions-for-github-packages>
const PACKAGE_HOSTS: [&str; 2] = ["npm.pkg.github.com", "ghcr.io"];

/// What a step sees from outside: the `env:` around it, and whether an action was handed the token.
type Around<'e> = [&'e [Variable]];

impl NeedsSearch<'_, '_> {
    pub(super) fn steps(&mut self, path: &FilePath, steps: &[Step], env: &Around<'_>, depth: usize) {
        for step in steps {
            let mut env = env.to_vec();
            env.push(&step.env);
            if let Some(uses) = &step.uses {
                self.action(path, step, &uses.value, &env, depth);
            }
            if let Some(run) = &step.run {
                self.run(&run.text, &env, depth);
            }
        }
    }

    fn action(&mut self, path: &FilePath, step: &Step, uses: &str, env: &Around<'_>, depth: usize) {
        let reference = ActionReference::parse(uses, None);
        let given = || {
            let mut values = env.iter().copied().flatten().chain(&step.with);
            values.any(|variable| is_github_token(&variable.value.value))
        };
        if let ActionReference::Remote(action) = &reference {
            return match action_permissions(action) {
                Some(_) => self.known_action(action, step, env),
                None if action.is("actions/github-script") => self.github_script(step),
                None => match command_action(action).and_then(|known| find_input(&step.with, known.input)) {
                    Some(script) => self.run(&script.value.value, env, depth),
                    None => self.unknown(given()),
                },
            };
        }
        let local = reference
            .folder()
            .and_then(|folder| self.sources.action_in(&folder));
        match local {
            Some((inner, action))
                if action.is_composite && depth <= MOST_DEPTH && inner != *path && self.actions_left > 0 =>
            {
                self.actions_left -= 1;
                let mut env = env.to_vec();
                env.push(&step.with);
                self.steps(&inner, &action.steps, &env, depth + 1);
            }
            _ => self.unknown(given()),
        }
    }

    fn known_action(&mut self, action: &RemoteAction, step: &Step, env: &Around<'_>) {
        let Some(known) = action_permissions(action) else {
            return;
        };
        let of_name = |name: &&str| {
            let input = find_input(&step.with, name);
            input.or_else(|| env.iter().rev().find_map(|env| find_input(env, name)))
        };
        let mut tokens = known.token_names.iter().filter_map(of_name);
        if tokens.any(|token| is_other_token(&token.value.value)) && !known.scopes.is_empty() {
            self.needs.may_need_more = true;
            return;
        }
        self.raise(&known.scopes);
        // Only these actions push images.
        let names_registry = |input: &Variable| input.value.value.contains("ghcr.io");
        if action.owner.eq_ignore_ascii_case("docker") && step.with.iter().any(names_registry) {
            self.raise(&[("packages", "write")]);
        }
    }

    fn github_script(&mut self, step: &Step) {
        self.needs.may_need_more = true;
        let script = find_input(&step.with, "script").map_or("", |script| script.value.value.as_str());
        for (call, scope) in API_CALLS {
            if script.contains(call) {
                self.needs.used.raise(scope, Level::Write);
            }
        }
    }

    fn unknown(&mut self, is_given_token: bool) {
        self.needs.may_need_more = true;
        self.is_handed_out |= is_given_token;
    }

    /// A script of a step, with the environment of the step.
    fn run(&mut self, text: &str, env: &Around<'_>, depth: usize) {
        let commands = split_script(text).commands;
        let around = mem::take(&mut self.read);
        let mut takes_token = false;
        let mut publishes = false;
        for command in &commands {
            takes_token |= command.word(0) == Some("gh");
            self.command(command, env, depth, &mut publishes);
        }
        self.read = around;
        let mut variables = env.iter().copied().flatten();
        let given: Vec<&Variable> = variables
            .by_ref()
            .filter(|variable| is_github_token(&variable.value.value))
            .collect();
        let is_of_npm = |variable: &&Variable| {
            let name = variable.name.value.to_ascii_uppercase();
            name.starts_with("NODE_") || name.starts_with("NPM_")
        };
        let is_for_packages =
            |variable: &&&Variable| is_of_npm(variable) || self.is_in_npmrc(&variable.name.value);
        let for_packages = given.iter().filter(is_for_packages).count();
        let is_elsewhere = for_packages < given.len() || is_github_token(text);
        let names_packages = is_elsewhere && PACKAGE_HOSTS.iter().any(|host| text.contains(host));
        if for_packages > 0 || names_packages {
            let publishes_there = || given.iter().any(is_of_npm) || self.publishes_to_github();
            let writes = publishes && publishes_there() || names_packages && text.contains("docker push");
            let level = if writes { Level::Write } else { Level::Read };
            self.needs.used.raise("packages", level);
        }
        self.needs.may_need_more |= names_packages;
        self.is_handed_out |= is_elsewhere && !takes_token && !names_packages;
    }

    /// Whether a committed `.npmrc` reads a variable as a credential.
    fn is_in_npmrc(&self, name: &str) -> bool {
        self.npmrc_settings().any(|setting| {
            matches!(setting.meaning(), NpmrcKey::Credential { .. })
                && variable_name(&setting.value.value) == Some(name)
        })
    }

    /// Whether a package of the repository goes to GitHub Packages: its `publishConfig` or an `.npmrc` says so.
    fn publishes_to_github(&self) -> bool {
        let names_host = |value: &str| value.contains(PACKAGE_HOSTS[0]);
        let mut manifests = self.sources.manifest_paths();
        manifests.any(|path| {
            let Some(manifest) = self.sources.manifest(path) else {
                return false;
            };
            let config = manifest.root.get("publishConfig");
            let own = config
                .and_then(|config| config.get("registry"))
                .and_then(|registry| registry.as_str());
            let name = manifest.name.as_ref().map_or("", |name| name.value.as_str());
            let is_mapped = |setting: &NpmrcSetting| match setting.meaning() {
                NpmrcKey::Registry { scope } => {
                    names_host(&setting.value.value)
                        && scope.is_none_or(|scope| {
                            name.strip_prefix(scope).is_some_and(|rest| rest.starts_with('/'))
                        })
                }
                _ => false,
            };
            own.is_some_and(names_host) || own.is_none() && self.npmrc_settings().any(is_mapped)
        })
    }

    fn npmrc_settings(&self) -> impl Iterator<Item = &NpmrcSetting> {
        let files = self.sources.files.iter();
        let paths = files.filter(|(_, file)| file.kind == FileKind::Npmrc);
        paths
            .filter_map(|(path, _)| self.sources.npmrc(path.clone()))
            .flat_map(|(_, npmrc)| &npmrc.settings)
    }

    fn command(&mut self, command: &Command, env: &Around<'_>, depth: usize, publishes: &mut bool) {
        match meaning_with(self.sources.settings().publish_commands(), command) {
            Meaning::RunScript(run) if depth < MOST_DEPTH => {
                let is_found = run
                    .names
                    .iter()
                    .all(|name| self.package_script(&name.text, env, depth, publishes));
                if !is_found {
                    self.use_of(command, env);
                }
            }
            Meaning::LocalScript(script) if depth < MOST_DEPTH => {
                if !self.local_script(&script, env, depth, publishes) {
                    self.needs.may_need_more = true;
                }
            }
            Meaning::Publish(_) => {
                *publishes = true;
                self.use_of(command, env);
            }
            _ => self.use_of(command, env),
        }
    }

    /// The scripts of this name in all manifests, as the folder need not be known. Returns whether there is one.
    fn package_script(&mut self, name: &str, env: &Around<'_>, depth: usize, publishes: &mut bool) -> bool {
        if !self.read.insert(name.to_owned()) {
            return true;
        }
        let names = [format!("pre{name}"), name.to_owned(), format!("post{name}")];
        let sources = self.sources;
        let manifests: Vec<&FilePath> = sources.manifest_paths().collect();
        let mut is_found = false;
        for manifest in manifests.into_iter().filter_map(|path| sources.manifest(path)) {
            for script in manifest
                .scripts
                .iter()
                .filter(|script| names.contains(&script.name.value))
            {
                is_found |= script.name.value == name;
                for command in &split_script(&script.command.value).commands {
                    self.command(command, env, depth + 1, publishes);
                }
            }
        }
        is_found
    }

    /// A script of the repository, where it can be read. The folder is taken to be the root.
    fn local_script(
        &mut self,
        script: &LocalScript,
        env: &Around<'_>,
        depth: usize,
        publishes: &mut bool,
    ) -> bool {
        let file = script.words.iter().find(|word| word.text.ends_with(".sh"));
        let path = file.and_then(|file| FolderPath::root().file(file.text.trim_start_matches("./")));
        let Some((path, file)) = path.and_then(|path| {
            let file = self.sources.file_on_demand(&path)?;
            Some((path, file))
        }) else {
            return false;
        };
        if !self.read.insert(path.to_string()) {
            return true;
        }
        for command in &split_script(&file.text).commands {
            self.command(command, env, depth + 1, publishes);
        }
        true
    }

    fn use_of(&mut self, command: &Command, env: &Around<'_>) {
        let has_other_token = || {
            let of_name = |name| env.iter().rev().find_map(|env| find_input(env, name));
            let token = of_name("GH_TOKEN").or_else(|| of_name("GITHUB_TOKEN"));
            token.is_some_and(|token| is_other_token(&token.value.value))
        };
        match github_token_use(command) {
            GithubTokenUse::Reads => {}
            GithubTokenUse::Unknown => self.needs.may_need_more = true,
            GithubTokenUse::Pushes if self.has_other_git_token => self.needs.may_need_more = true,
            GithubTokenUse::Pushes => self.needs.used.raise("contents", Level::Write),
            _ if has_other_token() => self.needs.may_need_more = true,
            GithubTokenUse::ReadsScope(scope) => self.needs.used.raise(scope, Level::Read),
            GithubTokenUse::Writes(scopes) => {
                for scope in scopes {
                    self.needs.used.raise(scope, Level::Write);
                }
            }
        }
    }
}

/// Whether a text names the job's own token.
pub(crate) fn is_github_token(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [
        "github.token",
        "secrets.github_token",
        "secrets['github_token']",
        "github['token']",
    ]
    .iter()
    .any(|name| text.contains(name))
}
