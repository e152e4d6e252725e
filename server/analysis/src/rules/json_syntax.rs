use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a place in a `package.json` or another JSON file that is not JSON: a missing or trailing comma, a
    /// comment, an unclosed string.
    ///
    /// ## Why it matters
    ///
    /// npm reads strict JSON and stops before it publishes:
    ///
    /// ```text
    /// npm error code EJSONPARSE
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// ```text,good
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/configuring-npm/package-json>
    JSON_SYNTAX {
        id: "json-syntax",
        summary: "The JSON cannot be read here.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    if context.file.yaml().is_some() {
        return;
    }
    for error in context.file.syntax_errors() {
        let place = Place::new(context.path, error.range);
        findings.push(JSON_SYNTAX.at(&place, Severity::Warning, error.message.clone()));
    }
}
