use crate::checker::prelude::*;
use crate::text::FileKind;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a place in a workflow, an action or another YAML file that cannot be read, keys that stand twice in
    /// one mapping, and a second document.
    ///
    /// ## Why it matters
    ///
    /// What cannot be read is not checked. Everything that was read before, and as far as possible behind, the
    /// place is still checked, so other diagnostics stay right, but silence about the rest means nothing.
    ///
    /// The reader is strict YAML 1.2. GitHub's own reader differs in corner cases, so a diagnostic of this rule does
    /// not say that GitHub refuses the file.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// jobs:
    ///   publish:
    ///     runs-on: "ubuntu-latest
    /// ```
    ///
    /// ## Fix
    ///
    /// Close the quote, or correct the indentation that the message points to.
    ///
    /// ```yaml,good
    /// on: push
    /// jobs:
    ///   publish:
    ///     runs-on: "ubuntu-latest"
    /// ```
    ///
    /// ## References
    ///
    /// - <https://yaml.org/spec/1.2.2/>
    YAML_SYNTAX {
        id: "yaml-syntax",
        summary: "The YAML cannot be read here.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let Some(tree) = context.file.yaml() else { return };
    for error in context.file.syntax_errors() {
        let place = Place::new(context.path, error.range);
        findings.push(YAML_SYNTAX.at(&place, Severity::Warning, error.message.clone()));
    }
    if !matches!(context.file.kind, FileKind::Workflow | FileKind::Action) {
        return;
    }
    for (repeated, first) in &tree.duplicate_keys {
        let (Some(repeated), Some(first)) = (tree.node(*repeated), tree.node(*first)) else {
            continue;
        };
        let name = repeated.range.slice(&context.file.text);
        let message = format!(
            "the key `{name}` stands twice in this mapping, so only one of its values can count; remove one"
        );
        let diagnostic = YAML_SYNTAX
            .at(
                &Place::new(context.path, repeated.range),
                Severity::Warning,
                message,
            )
            .related(&Place::new(context.path, first.range), "the first one");
        findings.push(diagnostic);
    }
    if let Some(second) = tree.documents.get(1).and_then(|id| tree.node(*id)) {
        let message = "GitHub reads one document in a file; this second one is not checked, remove it";
        findings.push(YAML_SYNTAX.at(
            &Place::new(context.path, second.range),
            Severity::Warning,
            message,
        ));
    }
}
