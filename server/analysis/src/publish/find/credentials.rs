//! The tokens that reach a publish step.

use std::collections::HashSet;

use super::StepEnvironment;
use super::own_config::{NamedVariable, OwnToken, named_variable};
use super::registry::{is_npm_registry, may_be_npm_registry};
use crate::knowledge::setup_node::PLACEHOLDER_TOKEN;
use crate::model::read::Variable;
use crate::publish::eval::{EnvLayer, Evaluated, Possible};
use crate::publish::machine::ChangedVariable;
use crate::publish::site::{Credential, CredentialSource, NpmrcFile, NpmrcLine};
use crate::publish::tools::{OwnFile, TokenPlaces};
use crate::syntax::npmrc::{CredentialKind, NpmrcKey, NpmrcSetting};
use crate::syntax::shell::variable_name;
use crate::text::Place;
use crate::versions::version::Truth;

/// What the search for tokens looks at.
pub(crate) struct CredentialSearch<'s, 'a> {
    /// What npm sees at the step.
    pub(crate) at: StepEnvironment<'s, 'a>,
    /// Variables that the publishing tool reads here by itself, or that its command names.
    pub(crate) read_by_tool: &'s [String],
    /// Where the publishing tool looks for a token.
    pub(crate) places: TokenPlaces,
    /// Whether it is told not to read its own variables.
    pub(crate) variables_are_off: bool,
    /// The tokens in its own configuration file.
    pub(crate) own_tokens: &'s [OwnToken],
    /// Whether something that cannot be read may have written that file.
    pub(crate) own_file_is_open: bool,
    /// Variables into which the job puts a token that it has made itself; what these are is known.
    pub(crate) made_by_job: &'s [&'s str],
}

/// What the search found.
#[derive(Debug, Default)]
pub(crate) struct FoundCredentials {
    /// The tokens.
    pub(crate) credentials: Vec<Credential>,
    /// Tokens in an `.npmrc` that npm does not read.
    pub(crate) hidden: Vec<Credential>,
    /// Whether something that cannot be read may provide a token too.
    pub(crate) may_have_others: bool,
    /// Whether the job's `GITHUB_TOKEN` is in a variable, which GitHub Packages takes and npm does not.
    pub(crate) has_github_token: bool,
    /// Whether something may be a token for another registry than npm's.
    pub(crate) has_token_for_others: bool,
    /// Whether the tool's own file has something in the place of a token that is certainly none.
    pub(crate) sent_without_token: Option<Place>,
}

/// Variables that hold a token for npm by convention or because a tool reads them.
pub(crate) fn is_npm_token_variable(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let speaks_of_npm = upper.contains("NPM") || upper.contains("NODE_AUTH");
    let speaks_of_token = upper.contains("TOKEN")
        || upper.contains("AUTH")
        || upper.contains("PASSWORD")
        || upper.ends_with("_KEY");
    speaks_of_npm && speaks_of_token && !upper.contains("ALWAYS_AUTH") && upper != ID_TOKEN
}

/// Whether a text hands on a secret that holds a token for npm by its name, under whatever name: `T: ${{ secrets.NPM_TOKEN }}`.
pub(crate) fn names_npm_secret(text: &str) -> bool {
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mut words = text.split(|c| !is_in_name(c)).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if word == "secrets" && words.clone().next().is_some_and(is_npm_token_variable) {
            return true;
        }
    }
    false
}

/// What npm's tokens begin with.
const NPM_TOKEN: &str = "npm_";

/// The variable from which npm takes an ID token before it asks GitHub for one.
/// Source: lib/utils/oidc.js of npm 11.19.1 and 12.0.0.
const ID_TOKEN: &str = "NPM_ID_TOKEN";

/// Variables that hold a secret of some registry by their names.
fn is_secret_variable(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let words = ["TOKEN", "AUTH", "PASSWORD", "SECRET", "_KEY", "_PAT"];
    words.iter().any(|word| upper.contains(word)) || upper == "PAT"
}

impl CredentialSearch<'_, '_> {
    /// Whether the step is given an ID token, whatever the job may ask GitHub for.
    fn has_id_token(&self) -> bool {
        let mut assigned = self.at.assignments.iter();
        let is_assigned = assigned.any(|(name, value, _)| name == ID_TOKEN && !value.is_empty());
        is_assigned
            || self
                .at
                .scope
                .env_value(ID_TOKEN)
                .is_some_and(|value| !value.is_empty())
    }

    pub(crate) fn run(&self) -> FoundCredentials {
        let mut found = FoundCredentials {
            may_have_others: self.at.machine.has_unknown_credentials
                || self.at.machine.target_is_changed
                || self.has_id_token()
                || self.names_other_file()
                || self.own_file_is_open,
            ..Default::default()
        };
        self.assignments(&mut found);
        self.env_blocks(&mut found);
        self.exported(&mut found);
        self.npmrc_files(&mut found);
        self.npmrc_commands(&mut found);
        self.own_file(&mut found);
        self.tokens_for_others(&mut found);
        let is_unread = |credential: &Credential| credential.is_read.is_no();
        found.may_have_others |= self.at.machine.may_have_npmrc && found.credentials.iter().any(is_unread);
        let changed = self.at.machine.changed_env.iter();
        for (name, _) in changed.filter(|(_, variable)| matches!(variable, ChangedVariable::Open)) {
            let is_made = self.made_by_job.contains(&name.as_str());
            found.may_have_others |= is_npm_token_variable(name) && !self.is_assigned(name) && !is_made;
        }
        found
    }

    /// Whether a variable has npm read another `.npmrc`. setup-node sets it too, for a file whose lines are known.
    fn names_other_file(&self) -> bool {
        let is_it = |name: &str| name.eq_ignore_ascii_case("npm_config_userconfig");
        let mut assigned = self.at.assignments.iter();
        let mut layers = self.at.scope.env.iter();
        assigned.any(|(name, _, _)| is_it(name))
            || layers.any(|layer| layer.find("npm_config_userconfig").is_some())
            || self.at.machine.changed_env.keys().any(|name| is_it(name))
    }

    fn is_assigned(&self, name: &str) -> bool {
        self.at
            .assignments
            .iter()
            .any(|(assigned, _, _)| assigned == name)
    }

    fn assignments(&self, found: &mut FoundCredentials) {
        for (name, value, place) in self.at.assignments {
            if self.may_be_token(name) && is_token(&self.shell_value(value)) {
                found.credentials.push(Credential {
                    name: name.clone(),
                    text: format!("{name}={value}"),
                    source: CredentialSource::CommandEnv,
                    place: place.clone(),
                    is_read: self.is_read(name),
                });
            }
        }
    }

    fn env_blocks(&self, found: &mut FoundCredentials) {
        let mut seen: HashSet<&str> = self
            .at
            .assignments
            .iter()
            .map(|(name, _, _)| name.as_str())
            .collect();
        for (n, layer) in self.at.scope.env.iter().enumerate().rev() {
            for variable in layer.secrets(is_secret_variable) {
                let name = variable.name.value.as_str();
                if !seen.insert(name) {
                    continue;
                }
                let changed = self.at.machine.changed_env.get(name);
                let is_emptied =
                    matches!(changed, Some(ChangedVariable::Known(value, _)) if value.is_empty());
                if is_emptied && !layer.is_step {
                    continue;
                }
                let Some(value) = self.at.scope.env_value(name) else {
                    continue;
                };
                found.has_github_token |= value.values().contains(&Possible::GithubToken);
                if self.may_be_token(name) && is_token(&value) {
                    found.credentials.push(self.of_variable(n, layer, variable));
                }
            }
        }
    }

    /// What a step before put into the environment, unless the step has its own value.
    fn exported(&self, found: &mut FoundCredentials) {
        let is_own = |name: &str| {
            let layers = self.at.scope.env.iter().filter(|layer| layer.is_step);
            let mut variables = layers.flat_map(|layer| layer.variables);
            self.is_assigned(name) || variables.any(|variable| variable.name.value == name)
        };
        for token in &self.at.machine.exported_tokens {
            if !is_own(&token.name) {
                let is_read = self.is_read(&token.name);
                found.credentials.push(Credential {
                    is_read,
                    ..token.clone()
                });
            }
        }
    }

    fn of_variable(&self, n: usize, layer: &EnvLayer<'_>, variable: &Variable) -> Credential {
        let is_innermost = n + 1 == self.at.scope.env.len();
        let source = match (layer.is_step, is_innermost, n) {
            (true, true, _) => CredentialSource::StepEnv,
            (true, false, _) => CredentialSource::CallingStepEnv,
            (false, _, 0) => CredentialSource::WorkflowEnv,
            (false, _, _) => CredentialSource::JobEnv,
        };
        Credential {
            name: variable.name.value.clone(),
            text: format!("{}: {}", variable.name.value, variable.value.value),
            source,
            place: Place::new(&layer.path, variable.range()),
            is_read: self.is_read(&variable.name.value),
        }
    }

    /// Whether a variable holds a token by its name, or because the tool reads it.
    fn may_be_token(&self, name: &str) -> bool {
        is_npm_token_variable(name) || self.places.variables.contains(&name)
    }

    fn own_file(&self, found: &mut FoundCredentials) {
        for token in self.own_tokens {
            let is_token = match named_variable(&token.value) {
                None => !token.value.trim().is_empty(),
                Some(variable) => match self.value_of(variable.name) {
                    Some(value) => is_token(&value),
                    None => variable.fallback.starts_with(NPM_TOKEN),
                },
            };
            let named = named_variable(&token.value);
            if named.is_some_and(|variable| self.stands_for_no_token(variable)) {
                found.sent_without_token = Some(token.place.clone());
            }
            if is_token {
                found.credentials.push(Credential {
                    name: token.key.clone(),
                    text: token.key.clone(),
                    source: CredentialSource::OwnFile,
                    place: token.place.clone(),
                    is_read: Truth::Yes,
                });
            }
        }
    }

    /// Whether the registry gets a value for a variable that is not a token: setup-node's placeholder, or a default such as `NONE`.
    /// Source: measured with Yarn 4.18.1.
    fn stands_for_no_token(&self, variable: NamedVariable<'_>) -> bool {
        let placeholder = || {
            let registry_url = self.at.machine.registry_url.as_ref();
            variable.name == "NODE_AUTH_TOKEN"
                && registry_url.is_some_and(|url| url.is_certain && url.exports_placeholder == Truth::Yes)
        };
        match self.value_of(variable.name) {
            Some(value) => value.known() == Some(PLACEHOLDER_TOKEN),
            None if self.at.machine.changed_env.contains_key(variable.name) => false,
            None if placeholder() => true,
            None => !variable.fallback.is_empty() && !variable.fallback.starts_with(NPM_TOKEN),
        }
    }

    fn npmrc_files(&self, found: &mut FoundCredentials) {
        if self.places.project_npmrc.is_no() {
            return;
        }
        let mut open = self.at.open_npmrc.iter().flat_map(|(_, npmrc)| &npmrc.settings);
        found.may_have_others |= open.any(is_npm_credential);
        for (path, npmrc) in self.at.npmrc {
            for setting in npmrc.settings.iter().filter(|setting| is_npm_credential(setting)) {
                let is_read = self.is_token_of_npmrc(&setting.value.value);
                if is_read.is_no() {
                    continue;
                }
                found.credentials.push(Credential {
                    name: setting.key.value.clone(),
                    text: setting.key.value.clone(),
                    source: CredentialSource::NpmrcFile,
                    place: Place::new(path, setting.line),
                    is_read,
                });
            }
        }
    }

    /// What another registry takes is not known, so each line for one and each variable that may be read counts.
    fn tokens_for_others(&self, found: &mut FoundCredentials) {
        let machine = self.at.machine;
        let is_of_other = |line: &NpmrcLine| is_credential_key(&line.key) && !is_key_of_npm(&line.key);
        let mut lines = machine.npmrc_lines.iter().chain(&machine.hidden_npmrc_lines);
        let mut settings = self.at.npmrc.iter().flat_map(|(_, npmrc)| &npmrc.settings);
        let mut assigned = self.at.assignments.iter();
        let layers = self.at.scope.env.iter();
        let mut variables = layers.flat_map(|layer| layer.variables);
        let is_secret = |variable: &Variable| {
            let name = variable.name.value.as_str();
            let value = self.at.scope.env_value(name);
            is_secret_variable(name) && value.is_some_and(|value| is_token(&value))
        };
        found.has_token_for_others = lines.any(is_of_other)
            || settings.any(is_credential_for_other)
            || assigned.any(|(name, _, _)| is_secret_variable(name))
            || variables.any(is_secret)
            || machine.may_have_npmrc
            || !machine.exported_tokens.is_empty();
    }

    fn npmrc_commands(&self, found: &mut FoundCredentials) {
        let machine = self.at.machine;
        let lines = &machine.npmrc_lines;
        found.may_have_others |= lines.iter().any(|line| line.key.is_empty());
        found
            .credentials
            .extend(lines.iter().filter_map(|line| self.token_of_line(line)));
        let hidden = machine.hidden_npmrc_lines.iter();
        found
            .hidden
            .extend(hidden.filter_map(|line| self.token_of_line(line)));
    }

    fn token_of_line(&self, line: &NpmrcLine) -> Option<Credential> {
        let is_for_npm = !line.key.starts_with("//") || is_key_of_npm(&line.key);
        let is_read = self.reads_line(line);
        let is_meant = is_credential_key(&line.key)
            && is_for_npm
            && !is_read.is_no()
            && !self.is_set_nowhere(line)
            && is_token(&self.shell_value(&line.value));
        is_meant.then(|| Credential {
            name: line.key.clone(),
            text: line.key.clone(),
            source: CredentialSource::NpmrcCommand,
            place: line.place.clone(),
            is_read,
        })
    }

    /// Whether the value is a variable that was not set when the line was written and is not set at the step either: the
    /// shell leaves nothing, and npm leaves the text.
    fn is_set_nowhere(&self, line: &NpmrcLine) -> bool {
        let Some(name) = variable_name(&line.value).filter(|_| line.value_is_unset) else {
            return false;
        };
        self.value_of(name).is_none() && !self.at.machine.changed_env.contains_key(name)
    }

    /// Whether a value in the project's `.npmrc` is a token that the tool reads. A `${NAME}` is one where the step's environment
    /// has one in it. A variable that nothing sets leaves the text as it is written, which is not a token.
    fn is_token_of_npmrc(&self, value: &str) -> Truth {
        // A default, which pnpm puts in and npm does not know, is not a token.
        let variable = variable_name(value).or_else(|| Some(named_variable(value)?.name));
        let is_token = match variable {
            Some(name) => self.value_of(name).is_some_and(|value| is_token(&value)),
            None => !value.is_empty(),
        };
        match is_token {
            false => Truth::No,
            true if variable.is_some() => self.places.variables_of_project,
            true => self.places.project_npmrc,
        }
    }

    /// Whether the tool reads the file that a command wrote a line to.
    fn reads_line(&self, line: &NpmrcLine) -> Truth {
        let places = &self.places;
        if line.key.contains("npmAuth") {
            return Truth::from(places.own_file == Some(OwnFile::YarnRc));
        }
        match line.file {
            NpmrcFile::Other if line.holds_variable => match places.project_npmrc {
                Truth::No => Truth::No,
                _ => places.variables_of_project,
            },
            NpmrcFile::Other | NpmrcFile::Global => places.project_npmrc,
            NpmrcFile::User | NpmrcFile::Home | NpmrcFile::OfPnpm | NpmrcFile::OfOtherTool => {
                places.home_npmrc
            }
        }
    }

    /// What a shell word is worth: a variable that the workflow sets, or text.
    fn shell_value(&self, text: &str) -> Evaluated {
        match variable_name(text) {
            Some(name) => self.value_of(name).unwrap_or_else(Evaluated::unknown),
            None if text.contains('$') && !text.contains("${{") => Evaluated::unknown(),
            None => self.at.scope.evaluate(text),
        }
    }

    fn value_of(&self, name: &str) -> Option<Evaluated> {
        match self
            .at
            .assignments
            .iter()
            .find(|(assigned, _, _)| assigned == name)
        {
            Some((_, value, _)) if variable_name(value) == Some(name) => self.at.scope.env_value(name),
            Some((_, value, _)) => Some(self.shell_value(value)),
            None => self.at.scope.env_value(name),
        }
    }

    /// Whether setup-node wrote the line with `NODE_AUTH_TOKEN` for the public registry, or may have.
    fn has_token_line(&self) -> bool {
        !self.at.names_userconfig()
            && self.at.machine.registry_urls().any(|registry_url| {
                let urls = registry_url.url.texts();
                urls.is_none_or(|urls| urls.iter().any(|url| may_be_npm_registry(url)))
            })
    }

    /// Whether something turns the variable into a credential.
    fn is_read(&self, name: &str) -> Truth {
        let places = &self.places;
        let is_own = |read: &str| read.eq_ignore_ascii_case(name);
        if places.variables.iter().any(|read| is_own(read)) && !self.variables_are_off
            || self.read_by_tool.iter().any(|read| is_own(read))
        {
            return Truth::Yes;
        }
        let of_own_file = self.own_tokens.iter().any(|token| token.value.contains(name));
        let is_of_setup = name == "NODE_AUTH_TOKEN" && self.has_token_line();
        let is_setting = name.to_ascii_lowercase().starts_with("npm_config_");
        let of_project = self.at.npmrc.iter().flat_map(|(_, npmrc)| &npmrc.settings);
        let mut of_project = of_project.filter(|setting| setting.value.value.contains(name));
        let lines = self.at.machine.npmrc_lines.iter();
        let lines = lines.filter(|line| line.value.contains(name));
        let ways = [
            Truth::from(of_own_file),
            if is_of_setup { places.userconfig } else { Truth::No },
            if is_setting {
                places.npm_settings
            } else {
                Truth::No
            },
            of_project
                .next()
                .map_or(Truth::No, |_| places.variables_of_project),
            places.others,
        ];
        Truth::of_any(ways.into_iter().chain(lines.map(|line| self.reads_line(line))))
    }
}

/// Whether the key of a line that a command writes is that of a credential, in an `.npmrc` or in Yarn's configuration.
fn is_credential_key(key: &str) -> bool {
    key.contains("_auth") || key.contains("npmAuth") || key.contains("_password")
}

/// Whether such a key names the public registry.
fn is_key_of_npm(key: &str) -> bool {
    key.contains("registry.npmjs.org")
}

/// Whether a line of an `.npmrc` may be a credential for another registry: it names one, or none.
fn is_credential_for_other(setting: &NpmrcSetting) -> bool {
    match setting.meaning() {
        NpmrcKey::Credential { registry, .. } => registry.is_none_or(|registry| !is_npm_registry(registry)),
        _ => false,
    }
}

/// Whether a line of an `.npmrc` is a credential for the public registry.
fn is_npm_credential(setting: &NpmrcSetting) -> bool {
    match setting.meaning() {
        NpmrcKey::Credential {
            kind: CredentialKind::Username,
            ..
        } => false,
        NpmrcKey::Credential { registry, .. } => registry.is_none_or(is_npm_registry),
        _ => false,
    }
}

/// Whether a value is a token for npm as far as the files show: not empty, not what setup-node exports for want of a
/// token, and not only the GITHUB_TOKEN.
pub(crate) fn is_token(value: &Evaluated) -> bool {
    value.values().iter().any(|value| match value {
        Possible::Text(text) => !text.is_empty() && text != PLACEHOLDER_TOKEN,
        Possible::Secret(_) | Possible::Unknown => true,
        Possible::GithubToken => false,
    })
}

#[cfg(test)]
mod tests;
