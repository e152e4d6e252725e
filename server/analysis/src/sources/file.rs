use std::sync::{Arc, OnceLock};

use crate::config::{Config, IgnoreComment, KnownNames, ignore_comments};
use crate::model::action::Action;
use crate::model::manifest::Manifest;
use crate::model::read::Variable;
use crate::model::workflow::Workflow;
use crate::syntax::javascript::Code;
use crate::syntax::json::{JsonDialect, JsonValue, parse_json, parse_json_of};
use crate::syntax::npmrc::{Npmrc, parse_npmrc};
use crate::syntax::version_file::{VersionFileKind, node_version};
use crate::syntax::yaml::{YamlTree, is_plain_yaml, parse_yaml, retype};
use crate::syntax::{Parsed, SyntaxError};
use crate::text::FileKind;
use crate::text::FilePath;
use crate::text::{LineIndex, Ranged};

/// A file of the repository: its text, and what was read from it once.
#[derive(Debug)]
pub struct File {
    /// What it is.
    pub kind: FileKind,
    /// Its text, a byte order mark included.
    pub text: Arc<str>,
    /// Where its lines start.
    pub line_index: LineIndex,
    /// What was read from it, or will be when that is asked for.
    content: OnceLock<Content>,
    /// Whether a look at the text of a workflow was enough to see that its syntax is right and that it calls no workflow and no
    /// action of the repository.
    pub(crate) is_plain: bool,
    /// The comments in it that ignore findings.
    pub(crate) ignores: Vec<IgnoreComment>,
    /// What it is as a module of JavaScript or TypeScript, once that was asked for.
    code: OnceLock<Code>,
    /// What its code does around a publish, once that was asked for.
    code_facts: OnceLock<CodeFacts>,
}

/// What code does around a publish that it holds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct CodeFacts {
    /// Whether it has a say in how the publish command logs in: with a token, another registry, or another environment.
    pub(crate) decides_login: bool,
    /// Whether it names a release of npm, as it does where it installs one: `npm install -g npm@11`.
    pub(crate) installs_npm: bool,
    /// Whether it may choose the folder in which it runs a command.
    pub(crate) chooses_folder: bool,
}

/// What was read from a file.
#[derive(Debug)]
pub(crate) enum Content {
    /// A workflow.
    Workflow {
        /// The YAML.
        syntax: Parsed<YamlTree>,
        /// What it means.
        model: Box<Workflow>,
    },
    /// An action.
    Action {
        /// The YAML.
        syntax: Parsed<YamlTree>,
        /// What it means.
        model: Action,
    },
    /// A `package.json`.
    Manifest {
        /// What is wrong with the JSON.
        errors: Vec<SyntaxError>,
        /// What it means. Where the text of an editor cannot be read, what the text on disk means.
        model: Option<Arc<Manifest>>,
        /// Whether the model is of this text, so that its ranges may be used.
        is_current: bool,
    },
    /// An `.npmrc`.
    Npmrc(Npmrc),
    /// A file that names a version of Node.
    NodeVersion(Option<Ranged<String>>),
    /// Other YAML.
    Yaml(Parsed<YamlTree>),
    /// Other JSON.
    Json(Parsed<Option<JsonValue>>),
    /// The configuration.
    Config(Arc<Config>),
    /// A file whose text is searched, not parsed.
    Text,
}

impl File {
    /// Reads the file at `path`. `names` are those that a configuration may use.
    pub(crate) fn new(kind: FileKind, path: &FilePath, text: Arc<str>, names: KnownNames) -> Self {
        let is_plain = kind == FileKind::Workflow && is_plain_yaml(&text, calls_nothing_local);
        match is_plain {
            true => Self::with_content(kind, text, OnceLock::new(), is_plain),
            false => Self::read(kind, path, text, names),
        }
    }

    fn read(kind: FileKind, path: &FilePath, text: Arc<str>, names: KnownNames) -> Self {
        let content = OnceLock::from(Content::read(kind, path, &text, names));
        Self::with_content(kind, text, content, false)
    }

    fn with_content(kind: FileKind, text: Arc<str>, content: OnceLock<Content>, is_plain: bool) -> Self {
        let line_index = LineIndex::new(&text);
        Self {
            kind,
            content,
            is_plain,
            ignores: ignore_comments(kind, &text, &line_index),
            text,
            line_index,
            code: OnceLock::new(),
            code_facts: OnceLock::new(),
        }
    }

    /// The comments whose line an offset is in.
    pub(crate) fn ignores_at(&self, offset: usize) -> &[IgnoreComment] {
        // A comment above another one does not apply to a later line.
        let first = self
            .ignores
            .partition_point(|comment| comment.target.end() < offset);
        let end = self
            .ignores
            .partition_point(|comment| comment.target.start() <= offset);
        self.ignores.get(first..end).unwrap_or_default()
    }

    /// Every variable in an `env:` of a workflow or an action.
    pub(crate) fn env_variables(&self) -> impl Iterator<Item = &Variable> {
        let (workflow, jobs, steps) = match self.content() {
            Content::Workflow { model, .. } => (model.env.as_slice(), model.jobs.as_slice(), &[][..]),
            Content::Action { model, .. } => (&[][..], &[][..], model.steps.as_slice()),
            _ => (&[][..], &[][..], &[][..]),
        };
        let of_jobs = jobs.iter().flat_map(|job| &job.env);
        let of_steps = jobs.iter().flat_map(|job| &job.steps).chain(steps);
        workflow
            .iter()
            .chain(of_jobs)
            .chain(of_steps.flat_map(|step| &step.env))
    }

    /// The file with another text. A workflow in which only a word was typed is not parsed again.
    pub(crate) fn with_text(mut self, path: &FilePath, text: Arc<str>, names: KnownNames) -> Self {
        if let Some(Content::Workflow { syntax, model }) = self.content.get_mut()
            && syntax.errors.is_empty()
            && let Some(moved) = retype(&mut syntax.tree, &self.text, &text)
        {
            model.read_again(&syntax.tree, |range| moved.is_after(range));
            self.line_index.move_starts(|start| moved.offset(start));
            self.ignores = ignore_comments(self.kind, &text, &self.line_index);
            self.text = text;
            return self;
        }
        if self.content.get().is_some() && self.kind == FileKind::Workflow {
            // It was read before, so it will be again: the proof would be in vain.
            return Self::read(self.kind, path, text, names);
        }
        Self::new(self.kind, path, text, names)
    }

    /// A manifest that cannot be read, with the meaning of another text of it.
    pub(crate) fn meaning(mut self, other: &Self) -> Self {
        if let (Some(Content::Manifest { model, .. }), Content::Manifest { model: meant, .. }) =
            (self.content.get_mut(), other.content())
        {
            model.clone_from(meant);
        }
        self
    }

    /// What was read from it. A workflow is read when this is first asked for, if its text alone has answered all questions
    /// before: most workflows of a repository never publish.
    pub(crate) fn content(&self) -> &Content {
        self.content.get_or_init(|| Content::workflow(&self.text))
    }

    /// The file as a module of JavaScript or TypeScript.
    pub(crate) fn code(&self) -> &Code {
        self.code.get_or_init(|| Code::read(&self.text))
    }

    /// What its code does around a publish, which `read` finds. A key stroke in a workflow does not read it again.
    pub(crate) fn code_facts(&self, read: impl FnOnce(&str) -> CodeFacts) -> CodeFacts {
        *self.code_facts.get_or_init(|| read(&self.text))
    }

    /// Whether it is a `package.json` that is not valid JSON.
    pub fn is_unreadable_manifest(&self) -> bool {
        self.kind == FileKind::Manifest
            && matches!(self.content(), Content::Manifest { errors, is_current, .. } if !is_current && !errors.is_empty())
    }

    /// What is wrong with the file's syntax.
    pub(crate) fn syntax_errors(&self) -> &[SyntaxError] {
        if self.is_plain {
            return &[];
        }
        match self.content() {
            Content::Workflow { syntax, .. } | Content::Action { syntax, .. } | Content::Yaml(syntax) => {
                &syntax.errors
            }
            Content::Manifest { errors, .. } => errors,
            Content::Json(syntax) => &syntax.errors,
            Content::Npmrc(_) | Content::NodeVersion(_) | Content::Config(_) | Content::Text => &[],
        }
    }

    /// The file as an `.npmrc`.
    pub(crate) fn npmrc(&self) -> Option<&Npmrc> {
        match self.content.get() {
            Some(Content::Npmrc(npmrc)) => Some(npmrc),
            _ => None,
        }
    }

    /// The file as the configuration.
    pub(crate) fn config(&self) -> Option<&Arc<Config>> {
        match self.content.get() {
            Some(Content::Config(config)) => Some(config),
            _ => None,
        }
    }

    /// The YAML tree of a YAML file.
    pub(crate) fn yaml(&self) -> Option<&YamlTree> {
        match self.content() {
            Content::Workflow { syntax, .. } | Content::Action { syntax, .. } | Content::Yaml(syntax) => {
                Some(&syntax.tree)
            }
            _ => None,
        }
    }

    /// The root value of a JSON file.
    pub(crate) fn json(&self) -> Option<&JsonValue> {
        match self.content() {
            Content::Manifest {
                model: Some(model),
                is_current: true,
                ..
            } => Some(&model.root),
            Content::Json(syntax) => syntax.tree.as_ref(),
            _ => None,
        }
    }
}

impl Content {
    fn read(kind: FileKind, path: &FilePath, text: &str, names: KnownNames) -> Self {
        match kind {
            FileKind::Workflow => Self::workflow(text),
            FileKind::Action => {
                let syntax = parse_yaml(text);
                let model = Action::read(&syntax.tree);
                Self::Action { syntax, model }
            }
            FileKind::Manifest => {
                let Parsed { tree, errors } = parse_json(text);
                let is_current = tree.is_some();
                let model = tree.map(|root| Arc::new(Manifest::new(root)));
                Self::Manifest {
                    errors,
                    model,
                    is_current,
                }
            }
            FileKind::Npmrc => Self::Npmrc(parse_npmrc(text)),
            FileKind::NodeVersion => Self::NodeVersion(node_version(text, VersionFileKind::Plain)),
            FileKind::ToolVersions => Self::NodeVersion(node_version(text, VersionFileKind::ToolVersions)),
            FileKind::Mise => Self::NodeVersion(node_version(text, VersionFileKind::Mise)),
            FileKind::PnpmWorkspace | FileKind::YarnConfig => Self::Yaml(parse_yaml(text)),
            FileKind::LernaJson => Self::Json(parse_json_of(text, dialect_of(path))),
            FileKind::ToolConfig => Self::tool_config(path, text),
            FileKind::Script | FileKind::Makefile | FileKind::LockFile => Self::Text,
            FileKind::Config => Self::Config(Arc::new(Config::from_toml(text, names))),
        }
    }

    fn workflow(text: &str) -> Self {
        let syntax = parse_yaml(text);
        let model = Box::new(Workflow::read(&syntax.tree));
        Self::Workflow { syntax, model }
    }

    /// Configuration of publishing tools comes as JSON, YAML or code; the name or the first character tells.
    fn tool_config(path: &FilePath, text: &str) -> Self {
        let is_json = path.file_name().ends_with(".json");
        let may_be_json = is_json || text.trim_start().starts_with(['{', '/']);
        let json = may_be_json.then(|| parse_json_of(text, dialect_of(path)));
        match json.filter(|json| is_json || json.tree.is_some()) {
            Some(json) => Self::Json(json),
            None => Self::Text,
        }
    }
}

/// How the file at `path` is read as JSON.
fn dialect_of(path: &FilePath) -> JsonDialect {
    let folder = path.folder();
    let folder = folder.as_str().rsplit('/').next().unwrap_or_default();
    JsonDialect::of(folder, path.file_name())
}

/// Whether an entry of a workflow says nothing about another file of the repository; see [`OutgoingCalls`](super::CallGraph).
fn calls_nothing_local(key: &str, value: &str) -> bool {
    let name = value.trim_start_matches(['"', '\'']);
    key != "uses" || name.starts_with(|c: char| c.is_ascii_alphanumeric())
}
