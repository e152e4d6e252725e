use crate::checker::prelude::*;
use crate::publish::is_in_workspace;
use crate::sources::{FileFact, Sources};
use crate::text::{FilePath, FolderPath};

declare_rule! {
    /// ## What it does
    ///
    /// Reports invalid JSON in a `package.json` or another JSON file: a missing or trailing comma, a
    /// comment, an unclosed string. Below the root, it checks only packages of the workspace and folders that a
    /// workflow names, because nothing publishes the fixture of a test.
    ///
    /// It does not report what the reader of a file accepts, for example comments in `rush.json`, `nx.json` and `turbo.json`.
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
        summary: "The file is not valid JSON.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let errors = context.file.syntax_errors();
    if errors.is_empty() || context.file.yaml().is_some() || !is_published(context) {
        return;
    }
    for error in errors {
        let place = Place::new(context.path, error.range);
        findings.push(JSON_SYNTAX.at(&place, Severity::Warning, error.message.clone()));
    }
}

/// Whether a command may publish the file's folder.
fn is_published(context: &CheckContext<'_>) -> bool {
    let folder = package_folder(context.path);
    folder.is_root()
        || is_in_workspace(context.sources, &folder)
        || context.sources.fact::<IsNamed>(context.path).0
}

/// The folder that would be published.
fn package_folder(path: &FilePath) -> FolderPath {
    let folder = path.folder();
    let parent = folder
        .parent()
        .filter(|_| folder.as_str().ends_with(".changeset"));
    parent.unwrap_or(folder)
}

/// Whether a workflow names the file's folder, or all folders next to it.
#[derive(PartialEq)]
struct IsNamed(bool);

impl FileFact for IsNamed {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        Self(is_named(sources, &package_folder(path)))
    }
}

fn is_named(sources: &Sources<'_>, folder: &FolderPath) -> bool {
    let beside = folder.parent().filter(|parent| !parent.is_root());
    let beside = beside.map(|parent| [format!("{parent}/*"), format!("{parent}/$")]);
    let names = |text: &str| {
        text.contains(folder.as_str()) || beside.iter().flatten().any(|pattern| text.contains(pattern))
    };
    let mut workflows = sources.workflow_paths();
    workflows.any(|path| sources.file(path).is_some_and(|file| names(&file.text)))
}

#[cfg(test)]
mod tests {
    use crate::test_support::{Fixture, check_rule};

    const BROKEN: &str = "{ \"name\": \"w\", }\n//           ^ warning[json-syntax]: …\n";

    #[test]
    fn a_configuration_without_an_end_is_reported() {
        let count = |name: &str| {
            let text = format!("#- {name}\n{{ \"x\": 1,\n");
            let workspace = Fixture::parse(&text).unwrap().repository.workspace();
            workspace
                .all_diagnostics()
                .filter(|found| found.rule == "json-syntax")
                .count()
        };
        for name in [
            ".changeset/config.json",
            ".release-it.json",
            ".releaserc.json",
            "nx.json",
            "lerna.json",
        ] {
            assert_eq!(count(name), 1, "{name}");
        }
        // It may be YAML.
        assert_eq!(count(".releaserc"), 0);
    }

    #[test]
    fn what_is_published_is_read() {
        let workflow = |step: &str| {
            format!(
                "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - {step}
"
            )
        };
        check_rule("json-syntax", &format!("#- package.json\n{BROKEN}"));
        check_rule(
            "json-syntax",
            &format!(
                r#"#- package.json
{{ "workspaces": ["packages/*"] }}
#- packages/a/package.json
{BROKEN}"#
            ),
        );
        check_rule(
            "json-syntax",
            &format!(
                "\
#- pnpm-workspace.yaml
packages: [ 'libs/**' ]
#- libs/a/b/package.json
{BROKEN}"
            ),
        );
        for step in [
            "{ run: npm publish, working-directory: packages/a }",
            "run: cd packages/a && npm publish",
            "run: for p in packages/*; do (cd $p && npm publish); done",
            "run: npm publish ./packages/$NAME",
        ] {
            let fixture = format!("{}#- packages/a/package.json\n{BROKEN}", workflow(step));
            check_rule("json-syntax", &fixture);
        }
    }

    #[test]
    fn what_the_reader_of_a_file_accepts_is_not_reported() {
        let comment = "// Written by hand.\n{ \"a\": [1] /* one */ }\n";
        let trailing = "{ \"a\": [1,], }\n";
        let json5 = "{ a: 'b', c: +1, }\n";
        for (path, texts) in [
            ("rush.json", &[comment, trailing, json5][..]),
            ("packages/a/rush.json", &[comment]),
            ("nx.json", &[comment, trailing]),
            ("turbo.json", &[comment, trailing]),
            ("turbo.jsonc", &[comment, trailing]),
            (".releaserc", &[trailing, "{ a: 'b' }\n"]),
        ] {
            for text in texts {
                check_rule("json-syntax", &format!("#- {path}\n{text}"));
            }
        }
    }

    #[test]
    fn the_reader_that_cannot_read_it_is_named() {
        let comment = |reader: &str| {
            format!(
                "{{ \"a\": 1 }} // why\n//         ^^^^^^ warning[json-syntax]: JSON does not allow comments, so {reader} cannot read \
                 this file\n"
            )
        };
        for (path, reader) in [
            ("package.json", "npm"),
            ("lerna.json", "lerna"),
            (".changeset/config.json", "changesets"),
            (".releaserc.json", "semantic-release"),
            (".releaserc", "semantic-release"),
            (".release-it.json", "release-it"),
        ] {
            check_rule("json-syntax", &format!("#- {path}\n{}", comment(reader)));
        }
        let names = "{ a: 1 }\n# ^ warning[json-syntax]: JSON requires double quotes around member names, so nx cannot read …\n";
        check_rule(
            "json-syntax",
            &format!("#- nx.json\n{}", names.replace("# ^", "//^")),
        );
    }

    #[test]
    fn what_nothing_publishes_is_not_reported() {
        for path in [
            "tests/fixtures/empty/package.json",
            "examples/a/package.json",
            "a/lerna.json",
        ] {
            check_rule(
                "json-syntax",
                &format!(
                    r#"#- package.json
{{ "workspaces": ["packages/*"] }}
#- {path}
{{ "name": "w", }}
"#
                ),
            );
        }
    }
}
