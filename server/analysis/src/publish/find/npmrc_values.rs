//! What npm makes of the credentials in its `.npmrc` files that are not tokens: placeholders, empty texts, lines
//! without a registry.

use super::StepEnvironment;
use super::credentials::is_npm_token_variable;
use super::registry::is_npm_registry;
use crate::publish::site::{NpmrcFact, NpmrcFile, NpmrcLine};
use crate::publish::tools::TokenPlaces;
use crate::syntax::npmrc::{
    CredentialKind, Npmrc, NpmrcKey, NpmrcSetting, NpmrcValue, is_unscoped_credential,
};
use crate::syntax::shell::variable_name;
use crate::text::{FilePath, FolderPath};
use crate::versions::version::Truth;

/// What the search looks at.
pub(crate) struct NpmrcSearch<'s, 'a> {
    /// What npm sees at the step.
    pub(crate) at: StepEnvironment<'s, 'a>,
    /// Whether npm takes the `.npmrc` of the repository's root for the project's.
    pub(crate) root_is_project: bool,
    /// The folder below the root that npm takes for the project, if it is one of its own.
    pub(crate) own_project: Option<&'s FolderPath>,
    /// Where the publishing tool looks for a token.
    pub(crate) places: TokenPlaces,
}

impl NpmrcSearch<'_, '_> {
    pub(crate) fn run(&self) -> NpmrcFact {
        NpmrcFact {
            sends_placeholder: self.sends_placeholder(),
            has_token_line: self.has_token_line(),
            has_unscoped_credential: self.has_unscoped_credential(),
            reads_own_folder: self.own_project.is_some(),
            may_have_unscoped_credential: self.written_unscoped_credentials().any(|value| value.is_none()),
            project_token_is_empty: self.project_token_is_empty(),
        }
    }

    fn sends_placeholder(&self) -> Truth {
        if self.places.project_npmrc.is_no() {
            return Truth::No;
        }
        let of_files = self
            .at
            .npmrc
            .iter()
            .flat_map(|(path, npmrc)| npmrc.settings.iter().map(move |setting| (path, setting)))
            .find_map(|(path, setting)| match setting.value_form() {
                // Rush leaves out the lines with variables that nothing sets.
                // Source: `trimNpmrcFileLines` in lib/utilities/npmrcUtilities.js of @microsoft/rush-lib 5.164.0.
                NpmrcValue::Environment(name)
                    if path.file_name() == ".npmrc-publish" && self.at.scope.env_value(name).is_none() =>
                {
                    None
                }
                NpmrcValue::Environment(_) if is_npm_token(setting) => Some(self.has_text(setting)),
                _ => None,
            });
        if let Some(truth) = of_files {
            return truth;
        }
        let is_rewritten = || {
            let mut open = self.at.open_npmrc.iter().flat_map(|(_, npmrc)| &npmrc.settings);
            open.any(is_npm_token)
        };
        if is_rewritten()
            || self
                .at
                .machine
                .npmrc_lines
                .iter()
                .any(|line| line.key.contains("_authToken"))
        {
            return Truth::Maybe;
        }
        match &self.at.machine.registry_url {
            Some(_) if self.places.userconfig.is_no() => Truth::No,
            Some(registry_url) if registry_url.scope.is_none() => self.variable_has_text("NODE_AUTH_TOKEN"),
            Some(_) => Truth::Maybe,
            None => Truth::No,
        }
    }

    fn has_token_line(&self) -> bool {
        let mut settings = self.at.npmrc.iter().flat_map(|(_, npmrc)| &npmrc.settings);
        let of_setup = self.at.machine.registry_url.as_ref();
        let is_of_setup = of_setup.is_some_and(|url| url.scope.is_none() && url.is_certain);
        is_of_setup && !self.places.userconfig.is_no()
            || !self.places.project_npmrc.is_no() && settings.any(is_npm_token)
    }

    fn has_unscoped_credential(&self) -> Truth {
        let npmrc = self.project_npmrc().or_else(|| self.own_npmrc());
        let settings = npmrc.into_iter().flat_map(|npmrc| &npmrc.settings);
        let refused = settings.filter(|setting| setting.is_unscoped_credential());
        let of_files = refused.map(|setting| self.has_text(setting));
        Truth::of_any(of_files.chain(self.written_unscoped_credentials().flatten()))
    }

    /// Of each credential without a registry that a command writes where npm reads it, whether there is anything in it. None if that
    /// is not known.
    fn written_unscoped_credentials(&self) -> impl Iterator<Item = Option<Truth>> {
        let lines = self.at.machine.npmrc_lines.iter();
        let is_of_npm = |line: &&NpmrcLine| !matches!(line.file, NpmrcFile::OfOtherTool | NpmrcFile::OfPnpm);
        lines
            .filter(is_of_npm)
            .filter(|line| is_unscoped_credential(&line.key))
            .map(|line| self.written_text(line).filter(|_| line.is_certain))
    }

    /// Whether a command writes anything for a value. None if that is not known.
    fn written_text(&self, line: &NpmrcLine) -> Option<Truth> {
        match variable_name(&line.value) {
            Some(name) if line.holds_variable => Some(self.variable_has_text(name)),
            Some(_) if line.value_is_unset => Some(Truth::No),
            Some(name) => match self.at.scope.env_value(name) {
                Some(_) => Some(self.variable_has_text(name)),
                // The step that wrote the line had it.
                None => is_npm_token_variable(name).then_some(Truth::Maybe),
            },
            None if line.value.is_empty() => Some(Truth::No),
            None if !line.value.contains("${{") => (!line.value.contains(['$', '`'])).then_some(Truth::Yes),
            None => Some(match self.at.scope.evaluate(&line.value) {
                value if value.is_empty() => Truth::No,
                value if value.known().is_some() => Truth::Yes,
                _ => Truth::Maybe,
            }),
        }
    }

    fn project_token_is_empty(&self) -> Truth {
        let npmrc = self.project_npmrc().and_then(project_token);
        let is_empty = npmrc.map_or(Truth::No, |setting| !self.has_text(setting));
        // A command may have written a token after it.
        let is_written = |line: &NpmrcLine| line.key.contains("_authToken");
        match is_empty {
            Truth::Yes if self.at.machine.npmrc_lines.iter().any(is_written) => Truth::Maybe,
            truth => truth,
        }
    }

    /// The `.npmrc` that is the project's for certain.
    fn project_npmrc(&self) -> Option<&Npmrc> {
        let is_of_root = |path: &FilePath| self.root_is_project && path.folder().is_root();
        let (_, npmrc) = self.at.npmrc.iter().find(|(path, _)| is_of_root(path))?;
        Some(npmrc)
    }

    /// The `.npmrc` of a project below the root.
    fn own_npmrc(&self) -> Option<&Npmrc> {
        let project = self.own_project?;
        let (_, npmrc) = self.at.npmrc.iter().find(|(path, _)| path.folder() == *project)?;
        Some(npmrc)
    }

    /// Whether anything is left of a value when npm has put in the variables. `Maybe` where a secret decides.
    fn has_text(&self, setting: &NpmrcSetting) -> Truth {
        match setting.value_form() {
            NpmrcValue::Empty => Truth::No,
            NpmrcValue::Literal(_) | NpmrcValue::PartlyEnvironment => Truth::Yes,
            NpmrcValue::Environment(name) => match self.at.scope.env_value(name) {
                // `${NAME?}` is empty where nothing sets the variable, `${NAME}` stays as it is.
                None if setting.value.value.ends_with("?}") => Truth::No,
                _ => self.variable_has_text(name),
            },
        }
    }

    /// An empty value is not a credential; a variable that nothing sets leaves the text of the line.
    fn variable_has_text(&self, name: &str) -> Truth {
        let mut assigned = self.at.assignments.iter();
        if let Some((_, value, _)) = assigned.find(|(assigned, ..)| assigned == name) {
            return match value.as_str() {
                "" => Truth::No,
                value if value.contains(['$', '`']) => Truth::Maybe,
                _ => Truth::Yes,
            };
        }
        match self.at.scope.env_value(name) {
            Some(value) if value.is_empty() => Truth::No,
            Some(value) if value.known().is_some() => Truth::Yes,
            Some(_) => Truth::Maybe,
            None => Truth::Yes,
        }
    }
}

/// The token of the public registry that counts in a file, which is the last one.
pub(crate) fn project_token(npmrc: &Npmrc) -> Option<&NpmrcSetting> {
    npmrc.settings.iter().rev().find(|setting| is_npm_token(setting))
}

/// Whether a setting is the token of the public registry.
fn is_npm_token(setting: &NpmrcSetting) -> bool {
    match setting.meaning() {
        NpmrcKey::Credential {
            kind: CredentialKind::AuthToken,
            registry: Some(registry),
        } => is_npm_registry(registry),
        _ => false,
    }
}
