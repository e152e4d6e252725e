use crate::checker::prelude::*;
use crate::text::FileKind;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a place in a workflow, an action or another YAML file that cannot be read, keys that are written twice in one
    /// mapping, and a second document.
    ///
    /// ## Why it matters
    ///
    /// What cannot be read is not checked. Everything before the place, and as much as possible after it, is still checked, so
    /// other findings stay correct, but no finding about the rest means nothing.
    ///
    /// trustpub reads strict YAML 1.2. GitHub's own parser differs in corner cases, so such a finding does not mean that GitHub
    /// rejects the file. It does reject a file in which a key is written twice, and runs none of its jobs:
    ///
    /// ```text
    /// Invalid workflow file: .github/workflows/release.yml#L12
    /// (Line: 12, Col: 9): 'env' is already defined
    /// ```
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
    /// - <https://github.com/actions/languageservices/blob/main/workflow-parser/src/templates/template-reader.ts>
    YAML_SYNTAX {
        id: "yaml-syntax",
        summary: "The file is not valid YAML, or has parts that GitHub ignores.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    if context.file.is_plain {
        return;
    }
    let Some(tree) = context.file.yaml() else { return };
    for error in context.file.syntax_errors() {
        let place = Place::new(context.path, error.range);
        let (message, help) = texts(&error.message);
        findings.push(YAML_SYNTAX.at(&place, Severity::Warning, message).help(help));
    }
    if !matches!(context.file.kind, FileKind::Workflow | FileKind::Action) {
        return;
    }
    for (repeated, first) in &tree.duplicate_keys {
        let (Some(repeated), Some(first)) = (tree.node(*repeated), tree.node(*first)) else {
            continue;
        };
        let name = repeated.range.slice(&context.file.text);
        let message = format!("Duplicate key `{name}`: GitHub rejects the file");
        // In a file that publishes nothing, it does not keep a package from being published.
        let severity = match context.sites.is_empty() {
            true => Severity::Warning,
            false => Severity::Error,
        };
        let diagnostic = YAML_SYNTAX
            .at(&Place::new(context.path, repeated.range), severity, message)
            .help("Remove one of them.")
            .related(&Place::new(context.path, first.range), "first written here");
        findings.push(diagnostic);
    }
    if let Some(second) = tree.documents.get(1).and_then(|id| tree.node(*id)) {
        let place = Place::new(context.path, second.range);
        let message = "This second document is not checked: GitHub reads only one document in a file";
        findings.push(
            YAML_SYNTAX
                .at(&place, Severity::Warning, message)
                .help("Remove it."),
        );
    }
}

/// The parser says what is wrong, after a colon what to do, and after a semicolon what it left out.
fn texts(error: &str) -> (String, String) {
    let (problem, rest) = error.split_once(": ").unwrap_or((error, ""));
    let sentences: Vec<String> = rest
        .split("; ")
        .filter(|part| !part.is_empty())
        .map(sentence)
        .collect();
    (capitalized(problem), sentences.join(" "))
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[test]
    fn the_help_says_what_to_do_and_what_is_left_out() {
        check_rule(
            "yaml-syntax",
            "
            #- .github/workflows/release.yml
            on: push
            jobs:
              publish:
                name: Publish: now
            #                ^^^^^ warning[yaml-syntax]: A `:` cannot be here
            #                ^^^^^ help[yaml-syntax]: Put a text that contains `: ` in quotes, …
            ",
        );
    }

    #[test]
    fn every_error_of_the_parser_has_a_message_and_a_help() {
        let (message, help) =
            super::texts("this quoted text has no end: write the closing quote; analysis stops here");
        assert_eq!(message, "This quoted text has no end");
        assert_eq!(help, "Write the closing quote. Analysis stops here.");
    }

    #[test]
    fn a_duplicate_key_is_an_error_only_where_something_is_published() {
        for (command, severity) in [("npm publish", "error"), ("npm test", "warning")] {
            check_rule(
                "yaml-syntax",
                &format!(
                    "
            #- .github/workflows/release.yml
            on: push
            jobs:
              publish:
                runs-on: ubuntu-24.04
                steps:
                  - run: {command}
                    env:
                      CI: 1
                      CI: 2
            #         ^^ {severity}[yaml-syntax]: Duplicate key `CI`: GitHub rejects the file
            #         ^^ help[yaml-syntax]: Remove one of them.
            "
                ),
            );
        }
    }

    #[test]
    fn valid_yaml_is_not_reported() {
        check_rule(
            "yaml-syntax",
            "
            #- .github/workflows/release.yml
            on: push
            jobs:
              publish:
                name: 'Publish: now'
                runs-on: ubuntu-24.04
                steps: [{ run: npm publish }]
            ",
        );
    }
}
