use super::context::CheckContext;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::Place;

/// A rule: what it is, its documentation, and its check.
#[derive(Debug)]
pub struct Rule {
    /// The id, in kebab case; it names the problem.
    pub id: &'static str,
    /// One line: what is wrong.
    pub summary: &'static str,
    /// The severity in the usual case; a rule says less where less is certain.
    pub severity: Severity,
    /// Whether there is a fix.
    pub fix: FixAvailability,
    /// The rule's page in Markdown, a line each, as its doc comment has it.
    pub docs: &'static [&'static str],
    /// Looks at one file and all that its analysis knows.
    pub(crate) check: fn(&CheckContext<'_>, &mut Findings),
}

/// Whether a rule repairs what it finds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FixAvailability {
    /// There is no fix.
    None,
    /// Sometimes or always a fix that may be applied without asking.
    Safe,
    /// Only fixes that involve a choice.
    Unsafe,
}

impl Rule {
    /// The rule's page in Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for line in self.docs {
            text.push_str(line.strip_prefix(' ').unwrap_or(line));
            text.push('\n');
        }
        text
    }
}

/// Where a rule puts what it finds.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Findings {
    /// Reports a diagnostic.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// Declares a rule: the doc comment is the rule's page, and the rest its metadata and check.
macro_rules! declare_rule {
    (
        $(#[doc = $doc:literal])*
        $name:ident {
            id: $id:literal,
            summary: $summary:literal,
            severity: $severity:ident,
            fix: $fix:ident,
            check: $check:path $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        pub(crate) static $name: $crate::checker::rule::Rule = $crate::checker::rule::Rule {
            id: $id,
            summary: $summary,
            severity: $crate::diagnostic::Severity::$severity,
            fix: $crate::checker::rule::FixAvailability::$fix,
            docs: &[$($doc),*],
            check: $check,
        };
    };
}

pub(crate) use declare_rule;

impl Rule {
    /// A diagnostic of this rule.
    pub(crate) fn at(&self, place: &Place, severity: Severity, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule: self.id,
            severity,
            path: place.path.clone(),
            range: place.range,
            message: message.into(),
            help: None,
            related: Vec::new(),
            fixes: Vec::new(),
            advice: None,
            package: None,
        }
    }
}
