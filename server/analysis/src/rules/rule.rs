use crate::diagnostic::Severity;

/// What a rule is, apart from its check.
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
