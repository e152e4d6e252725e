//! The edit that ignores a finding: a comment at its line, or an `[[ignore]]` in `trustpub.toml` for files that cannot
//! hold one.

use crate::config::{Config, ignore_comments};
use crate::diagnostic::Diagnostic;
use crate::rules::rule;
use crate::sources::File;
use crate::syntax::shell::{Command, Word, split_script};
use crate::syntax::yaml::{Node, NodeKind, ScalarStyle, YamlNode, YamlTree, parse_yaml};
use crate::text::{CONFIG_FILE, FileKind, FilePath, LineIndex, TextEdit, apply_edits, shown};
use crate::workspace::{Workspace, known_names};

/// What the new ignore gives as its reason. It is there to be replaced.
pub const REASON_TO_FILL_IN: &str = "TODO: explain why";

/// These rules report mistakes in ignores and in the configuration itself.
const NEVER_IGNORED: [&str; 3] = ["unused-ignore", "invalid-ignore", "config-invalid"];

/// An edit after which a finding is ignored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IgnoreEdit {
    /// What an editor offers.
    pub title: String,
    /// The file that changes.
    pub path: FilePath,
    /// The edit. If it gives a reason, that is [`REASON_TO_FILL_IN`].
    pub edit: TextEdit,
    /// Whether the file does not exist yet.
    pub is_new_file: bool,
}

/// Ignores a finding by a comment if that changes nothing else, otherwise by an entry in `trustpub.toml`. None if the finding
/// must not be ignored, or if neither is certain to work.
///
/// `is_there` tells whether there is a file at a path below the root.
pub fn ignore_edit(
    workspace: &Workspace,
    found: &Diagnostic,
    is_there: &dyn Fn(&str) -> bool,
) -> Option<IgnoreEdit> {
    rule(found.rule)?;
    if NEVER_IGNORED.contains(&found.rule) {
        return None;
    }
    let file = workspace.file(&found.path)?;
    by_comment(file, found).or_else(|| by_entry(workspace, found, is_there))
}

fn by_comment(file: &File, found: &Diagnostic) -> Option<IgnoreEdit> {
    let edit = match file.kind {
        FileKind::Workflow | FileKind::Action | FileKind::PnpmWorkspace | FileKind::YarnConfig => {
            added_to_comment(file, found).or_else(|| at_end_of_line(file, found))?
        }
        FileKind::Npmrc => added_to_comment(file, found).or_else(|| line_above(file, found))?,
        // Not every reader of a version file accepts comments: setup-node does not know those of `.nvmrc`.
        _ => return None,
    };
    let new = apply_edits(&file.text, std::slice::from_ref(&edit)).ok()?;
    let is_same = file.kind == FileKind::Npmrc || changes_only_comments(&file.text, &new);
    let at = match edit.range.start() <= found.range.start() {
        true => found.range.start() + edit.new_text.len(),
        false => found.range.start(),
    };
    let lines = LineIndex::new(&new);
    let is_ignored = ignore_comments(file.kind, &new, &lines).iter().any(|comment| {
        let is_here = comment.target.start() <= at && at <= comment.target.end();
        is_here && comment.rules.iter().any(|named| named.value == found.rule)
    });
    (is_same && is_ignored).then(|| IgnoreEdit {
        title: format!("Ignore `{}` here", found.rule),
        path: found.path.clone(),
        edit,
        is_new_file: false,
    })
}

/// Adds the rule to a comment that already ignores another one at this line.
fn added_to_comment(file: &File, found: &Diagnostic) -> Option<TextEdit> {
    let mut comments = file.ignores_at(found.range.start()).iter();
    let comment = comments.find(|comment| comment.has_reason && !comment.rules.is_empty())?;
    let last = comment.rules.last()?.range.end();
    Some(TextEdit::insert(last, format!(", {}", found.rule)))
}

fn at_end_of_line(file: &File, found: &Diagnostic) -> Option<TextEdit> {
    let line = file.line_index.line_of(found.range.start());
    let line = file.line_index.line_range(&file.text, line)?;
    let end = line.start() + line.slice(&file.text).trim_end().len();
    Some(TextEdit::insert(end, format!(" {}", comment(found.rule))))
}

fn line_above(file: &File, found: &Diagnostic) -> Option<TextEdit> {
    let line = file.line_index.line_of(found.range.start());
    let start = file.line_index.line_start(line)?;
    let end_of_line = line_ending(&file.text);
    Some(TextEdit::insert(
        start,
        format!("{}{end_of_line}", comment(found.rule)),
    ))
}

fn comment(rule: &str) -> String {
    format!("# trustpub: ignore[{rule}] {REASON_TO_FILL_IN}")
}

fn line_ending(text: &str) -> &'static str {
    match text.contains("\r\n") {
        true => "\r\n",
        false => "\n",
    }
}

/// Whether two YAML texts mean the same. A script may differ in its comments.
fn changes_only_comments(old: &str, new: &str) -> bool {
    let (old, new) = (parse_yaml(old), parse_yaml(new));
    if !new.errors.is_empty() || old.tree.nodes.len() != new.tree.nodes.len() {
        return false;
    }
    let mut both = old.tree.nodes.iter().zip(&new.tree.nodes);
    both.all(|(a, b)| is_same(&old.tree, a, b))
}

fn is_same(tree: &YamlTree, old: &Node, new: &Node) -> bool {
    match (&old.kind, &new.kind) {
        (NodeKind::Scalar { value: a, .. }, NodeKind::Scalar { value: b, .. }) if a == b => true,
        (
            NodeKind::Scalar {
                value: a,
                style: ScalarStyle::Literal,
            },
            NodeKind::Scalar { value: b, .. },
        ) => is_script(tree, old) && runs_same_commands(a, b),
        (NodeKind::Mapping { entries: a, .. }, NodeKind::Mapping { entries: b, .. }) => {
            let mut both = a.iter().zip(b);
            a.len() == b.len() && both.all(|(a, b)| a.key == b.key && a.value == b.value)
        }
        (NodeKind::Sequence { items: a, .. }, NodeKind::Sequence { items: b, .. }) => a == b,
        (NodeKind::Alias { target: a }, NodeKind::Alias { target: b }) => a == b,
        (NodeKind::Missing, NodeKind::Missing) => true,
        _ => false,
    }
}

/// Whether a scalar is a `run:` of a shell in which `#` begins a comment. No shell of the file may be another one.
fn is_script(tree: &YamlTree, node: &Node) -> bool {
    const SHELLS: [&str; 4] = ["bash", "sh", "pwsh", "powershell"];
    let entries = |node: &Node| match &node.kind {
        NodeKind::Mapping { entries, .. } => entries.clone(),
        _ => Vec::new(),
    };
    let text = |id| YamlNode::new(tree, id).as_str();
    let is_run = node.parent.and_then(|id| tree.node(id)).is_some_and(|parent| {
        let mut of_parent = entries(parent).into_iter();
        of_parent.any(|entry| {
            let is_this = tree
                .node(entry.value)
                .is_some_and(|value| value.range == node.range);
            is_this && text(entry.key) == Some("run")
        })
    });
    // `run` of an action's `with:` is what the action makes of it.
    let list = node
        .parent
        .and_then(|id| tree.node(id))
        .and_then(|step| step.parent);
    let is_of_steps = list.is_some_and(|list| {
        let around = tree
            .node(list)
            .and_then(|list| list.parent)
            .and_then(|id| tree.node(id));
        around.is_some_and(|around| {
            let mut of_around = entries(around).into_iter();
            of_around.any(|entry| entry.value == list && text(entry.key) == Some("steps"))
        })
    });
    let mut shells = tree
        .nodes
        .iter()
        .flat_map(entries)
        .filter(|entry| text(entry.key) == Some("shell"));
    // An alias may put the text where it is not a script.
    let is_anchored = tree.nodes.iter().any(|other| match &other.kind {
        NodeKind::Alias { target } => target
            .and_then(|target| tree.node(target))
            .is_some_and(|target| target.range == node.range),
        _ => false,
    });
    is_run
        && is_of_steps
        && !is_anchored
        && shells.all(|entry| {
            let program = text(entry.value).and_then(|shell| shell.split_whitespace().next());
            program.is_some_and(|program| SHELLS.contains(&program))
        })
}

fn runs_same_commands(old: &str, new: &str) -> bool {
    // The lines of arithmetic, of a here-document and of such a string are not taken apart, and `#` is part of them.
    const OPAQUE: [&str; 3] = ["((", "<<", "$'"];
    if OPAQUE.iter().any(|sign| old.contains(sign)) {
        return false;
    }
    let (old, new) = (split_script(old), split_script(new));
    let texts = |words: &[Word]| -> Vec<String> { words.iter().map(|word| word.text.clone()).collect() };
    let assigned = |command: &Command| -> Vec<(String, String)> {
        let assignments = command.assignments.iter();
        assignments
            .map(|assigned| (assigned.name.clone(), assigned.value.text.clone()))
            .collect()
    };
    let mut both = old.commands.iter().zip(&new.commands);
    old.commands.len() == new.commands.len()
        && both.all(|(a, b)| {
            let redirects = |command: &Command| -> Vec<(String, String)> {
                let redirects = command.redirects.iter();
                redirects
                    .map(|redirect| (redirect.operator.clone(), redirect.target.text.clone()))
                    .collect()
            };
            texts(&a.words) == texts(&b.words) && assigned(a) == assigned(b) && redirects(a) == redirects(b)
        })
}

fn by_entry(
    workspace: &Workspace,
    found: &Diagnostic,
    is_there: &dyn Fn(&str) -> bool,
) -> Option<IgnoreEdit> {
    let path = FilePath::new(CONFIG_FILE)?;
    let file = workspace.file(&path);
    let is_new_file = file.is_none();
    // A file that could not be read must not be replaced.
    if is_new_file && is_there(CONFIG_FILE) {
        return None;
    }
    let old = file.map_or("", |file| &file.text);
    let end_of_line = line_ending(old);
    let lines = [
        "[[ignore]]".to_owned(),
        format!("path = {}", toml_string(found.path.as_str())?),
        format!("rule = \"{}\"", found.rule),
        format!("reason = \"{REASON_TO_FILL_IN}\""),
    ];
    let mut entry = lines.join(end_of_line) + end_of_line;
    if !old.is_empty() {
        let is_ended = old.ends_with('\n');
        entry.insert_str(0, end_of_line);
        if !is_ended {
            entry.insert_str(0, end_of_line);
        }
    }
    let edit = TextEdit::insert(old.len(), entry);
    let new = apply_edits(old, std::slice::from_ref(&edit)).ok()?;
    let before = Config::from_toml(old, known_names());
    let after = Config::from_toml(&new, known_names());
    let added = after.ignores.last()?;
    let is_ignored = after.ignores.len() == before.ignores.len() + 1
        && after.problems.len() == before.problems.len()
        && added.path.value.matches_path(found.path.as_str())
        && added.path.value.is_literal();
    is_ignored.then(|| IgnoreEdit {
        title: format!(
            "Ignore `{}` in `{}`, by an entry in `{CONFIG_FILE}`",
            found.rule,
            shown(found.path.as_str())
        ),
        path,
        edit,
        is_new_file,
    })
}

/// A string that needs no escapes.
fn toml_string(text: &str) -> Option<String> {
    let needs_escape = |c: char| c == '"' || c == '\\' || c.is_control();
    (!text.contains(needs_escape)).then(|| format!("\"{text}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Fixture;

    /// The first finding of a rule, ignored: the title, the changed file and its new text. The finding must be gone after it, and
    /// everything else that is reported must be as it was.
    #[track_caller]
    fn ignored(fixture: &str, rule: &str) -> Option<(String, String, String)> {
        let repository = Fixture::parse(fixture).unwrap().repository;
        let mut workspace = repository.workspace();
        let is_there = |path: &str| FilePath::new(path).is_some_and(|path| repository.text(&path).is_some());
        let reported = |workspace: &Workspace| -> Vec<(String, String, &'static str)> {
            let found = workspace.all_diagnostics();
            let mut found: Vec<_> = found
                .map(|found| (found.path.to_string(), found.message.clone(), found.rule))
                .collect();
            found.sort();
            found
        };
        let before = reported(&workspace);
        let found = workspace.all_diagnostics().find(|found| found.rule == rule);
        let found = found.unwrap_or_else(|| panic!("{before:?}")).clone();
        let ignore = ignore_edit(&workspace, &found, &is_there)?;
        let old = workspace
            .file(&ignore.path)
            .map_or("", |file| &file.text)
            .to_owned();
        let new = apply_edits(&old, &[ignore.edit]).unwrap();
        workspace.set_file(ignore.path.clone(), new.as_str().into());
        workspace.check();
        let mut expected = before;
        let gone = expected.iter().position(|reported| {
            reported.0 == found.path.as_str() && reported.1 == found.message && reported.2 == rule
        });
        expected.remove(gone.unwrap());
        assert_eq!(reported(&workspace), expected, "{new}");
        Some((ignore.title, ignore.path.to_string(), new))
    }

    const WORKFLOW: &str = ".github/workflows/release.yml";

    fn workflow(steps: &str) -> String {
        format!(
            "\
#- {WORKFLOW}
on: push # on every branch
jobs:
  publish:
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{steps}"
        )
    }

    const IGNORE_TOKEN: &str = "# trustpub: ignore[publish-failure-ignored] TODO: explain why";

    #[test]
    fn a_comment_is_at_the_end_of_the_line_and_after_other_comments() {
        for line in [
            "        continue-on-error: true",
            "        continue-on-error: true # for now",
        ] {
            let fixture = workflow(&format!("      - run: npm publish\n{line}\n"));
            let (title, path, new) = ignored(&fixture, "publish-failure-ignored").unwrap();
            assert_eq!(title, "Ignore `publish-failure-ignored` here");
            assert_eq!(path, WORKFLOW);
            assert!(new.contains(&format!("{line} {IGNORE_TOKEN}\n")), "{new}");
            assert!(new.contains("on: push # on every branch\n"), "{new}");
        }
    }

    #[test]
    fn a_comment_that_ignores_another_rule_gets_this_one_too() {
        let fixture = workflow(
            "      - run: npm publish --provenance || true # trustpub: ignore[provenance-explicit] asked for by the auditors\n",
        );
        let (_, _, new) = ignored(&fixture, "publish-failure-ignored").unwrap();
        assert!(
            new.contains(
                "# trustpub: ignore[provenance-explicit, publish-failure-ignored] asked for by the auditors\n"
            ),
            "{new}"
        );
    }

    /// Where `#` is part of a value, or of something else than a script.
    #[test]
    fn a_comment_is_not_written_into_a_value() {
        for steps in [
            "      - run: |\n          npm publish || true; MSG=\"released\n          today\"\n",
            "      - run: |\n          npm publish || true; x=$((1 +\n          2))\n",
            "      - run: |\n          npm publish || true; cat <<E\n          x\n          E\n",
            "      - run: &p |\n          npm publish || true\n      - run: echo\n        env:\n          S: *p\n",
        ] {
            if let Some((_, path, _)) = ignored(&workflow(steps), "publish-failure-ignored") {
                assert_eq!(path, CONFIG_FILE, "{steps}");
            }
        }
    }

    #[test]
    fn a_script_gets_a_comment_of_its_shell() {
        let fixture = workflow("      - run: |\n          npm ci\n          npm publish || true\n");
        let (_, path, new) = ignored(&fixture, "publish-failure-ignored").unwrap();
        assert_eq!(path, WORKFLOW);
        assert!(
            new.contains(&format!("          npm publish || true {IGNORE_TOKEN}\n")),
            "{new}"
        );
    }

    #[test]
    fn where_a_comment_would_change_the_script_the_configuration_gets_an_entry() {
        for steps in [
            "      - run: |\n          npm publish \\\n            --access public || true\n",
            "      - run: >\n          npm publish\n          || true\n",
            "      - run: |\n          npm publish || true\n      - run: dir\n        shell: cmd\n",
        ] {
            let (title, path, new) = ignored(&workflow(steps), "publish-failure-ignored").unwrap();
            assert_eq!(
                title,
                "Ignore `publish-failure-ignored` in `.github/workflows/release.yml`, by an entry in `trustpub.toml`"
            );
            assert_eq!(path, "trustpub.toml");
            assert_eq!(
                new,
                "[[ignore]]\npath = \".github/workflows/release.yml\"\nrule = \"publish-failure-ignored\"\nreason = \"TODO: explain why\"\n"
            );
        }
    }

    #[test]
    fn an_npmrc_gets_a_line_above() {
        let fixture = workflow("      - run: npm publish\n")
            + "\
#- .npmrc
; ours
fund=false
provenance=true # please
";
        let (_, path, new) = ignored(&fixture, "provenance-explicit").unwrap();
        assert_eq!(path, ".npmrc");
        assert_eq!(
            new,
            "; ours\nfund=false\n# trustpub: ignore[provenance-explicit] TODO: explain why\nprovenance=true # please\n"
        );
    }

    #[test]
    fn a_manifest_cannot_hold_a_comment() {
        let manifest = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\" }\n";
        let fixture = workflow("      - run: npm publish\n") + manifest;
        let config = r#"#- trustpub.toml
# ours
[rules]
scoped-access = "off"
"#;
        let (_, path, new) = ignored(&(fixture + config), "repository-missing").unwrap();
        assert_eq!(path, "trustpub.toml");
        assert_eq!(
            new,
            "# ours\n[rules]\nscoped-access = \"off\"\n\n[[ignore]]\npath = \"package.json\"\nrule = \"repository-missing\"\n\
             reason = \"TODO: explain why\"\n"
        );
    }

    #[test]
    fn a_configuration_that_cannot_take_the_entry_is_left_alone() {
        let manifest = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\" }\n";
        let fixture = workflow("      - run: npm publish\n") + manifest;
        let config = "#- trustpub.toml\nignore = [{ path = \"x\", reason = \"y\" }]\n";
        assert_eq!(ignored(&(fixture + config), "repository-missing"), None);
    }

    #[test]
    fn mistakes_in_ignores_cannot_be_ignored() {
        let fixture = workflow("      - run: npm publish # trustpub: ignore[private-true] moved\n");
        assert_eq!(ignored(&fixture, "unused-ignore"), None);
    }
}
