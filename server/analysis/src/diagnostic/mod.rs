//! What the analysis tells the user: diagnostics with the fixes that repair them.

mod advice;
mod package;

pub(crate) use advice::GROUP_RULE;
pub use advice::{Advice, FixedBy};
pub use package::{PackageFinding, PackageTrouble};

use std::borrow::Cow;

use crate::text::FilePath;
use crate::text::{TextEdit, TextRange};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Good to know, shown discreetly.
    Hint,
    /// Good to know.
    Information,
    /// The publish may fail, a failure is masked, or this is a security weakness.
    Warning,
    /// The publish will fail.
    Error,
}

impl Severity {
    /// The severity's name in JSON and in configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A finding of a rule at a place in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The rule's id, for example `id-token-missing`.
    pub rule: &'static str,
    /// How bad it is here.
    pub severity: Severity,
    /// The file.
    pub path: FilePath,
    /// The place in the file.
    pub range: TextRange,
    /// The cause and what it leads to, on one line.
    pub message: String,
    /// What explains the message, and what to do unless the title of a fix says it, on one line.
    pub help: Option<String>,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// What can be done about it; the preferred one first.
    pub fixes: Vec<Fix>,
    /// What it advises about a job that works; none if something is wrong.
    pub advice: Option<Advice>,
    /// The publish step where a finding counts this one among others; none if nothing counts it. A list of all findings leaves it
    /// out.
    pub package: Option<PackageFinding>,
}

impl Diagnostic {
    /// The message and the help as sentences on one line.
    pub fn sentences(&self) -> Cow<'_, str> {
        match &self.help {
            None => Cow::Borrowed(&self.message),
            Some(help) => {
                let end = if self.message.ends_with(['.', '?', '!']) {
                    ""
                } else {
                    "."
                };
                Cow::Owned(format!("{}{end} {help}", self.message))
            }
        }
    }
}

/// Another place that explains a diagnostic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// The file.
    pub path: FilePath,
    /// The place in the file.
    pub range: TextRange,
    /// What this place has to do with it.
    pub message: String,
}

/// Whether a fix may be applied without asking.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Applicability {
    /// Behaviour can only get better.
    Safe,
    /// The fix involves a choice that is the user's.
    Unsafe,
}

/// What kind of change a fix is, for editors that sort code actions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FixKind {
    /// Repairs its diagnostic.
    QuickFix,
    /// Rewrites more than its diagnostic: the migration from a token to trusted publishing.
    Rewrite,
}

/// A change that repairs a diagnostic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, in the imperative: "Add `id-token: write` to the job `publish`".
    pub title: String,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
    /// What kind of change it is.
    pub kind: FixKind,
    /// The edits, each file once. All refer to the files' texts before the fix.
    pub edits: Vec<FileEdits>,
}

impl Fix {
    /// The same change as a choice that only people can make.
    pub(crate) fn into_choice(self) -> Self {
        let applicability = Applicability::Unsafe;
        Self {
            applicability,
            ..self
        }
    }
}

/// The edits of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEdits {
    /// The file.
    pub path: FilePath,
    /// Edits that do not overlap.
    pub edits: Vec<TextEdit>,
}
