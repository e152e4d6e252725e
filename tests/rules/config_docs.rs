//! `docs/configuration.md` and `docs/trustpub.schema.json` are made from the table of keys.
//!
//! `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules` writes them.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use trustpub_analysis::config::{ConfigKey, KeyKind, keys};
use trustpub_analysis::rules::rules;
use trustpub_analysis::{FilePath, Workspace, config_names};
use trustpub_lsp::{CODE_LENS, INLAY_HINTS, PUBLISHED_LENS, WORKSPACE_DIAGNOSTICS};
use trustpub_tests::project::repository_root;

const PAGE: &str = "docs/configuration.md";
const SCHEMA: &str = "docs/trustpub.schema.json";

#[test]
fn the_page_and_the_schema_are_up_to_date() {
    let schema = serde_json::to_string_pretty(&schema()).expect("JSON can be written") + "\n";
    for (path, wanted) in [(PAGE, page()), (SCHEMA, schema)] {
        let path = repository_root().join(path);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &wanted).expect("the file can be written");
        }
        assert_eq!(
            fs::read_to_string(&path).unwrap_or_default(),
            wanted,
            "`UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules` writes {} anew",
            path.display()
        );
    }
}

#[test]
fn the_examples_of_the_page_are_understood() {
    let page = page();
    let examples: Vec<&str> = page
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().expect("split gives a part"))
        .collect();
    assert!(examples.len() >= 5, "{} examples", examples.len());
    let path = FilePath::new("trustpub.toml").expect("it is inside the repository");
    for example in examples {
        let mut workspace = Workspace::new();
        workspace.set_file(path.clone(), Arc::from(example));
        workspace.check();
        let problems = workspace.diagnostics(&path);
        let mut problems = problems.iter().filter(|problem| problem.rule == "config-invalid");
        assert_eq!(problems.next(), None, "{example}");
    }
}

const INTRODUCTION: &str = "\
# Configuration

trustpub needs no configuration. Put what it cannot know, or gets wrong, into `trustpub.toml` at the root of the
repository. `--config FILE` reads another file instead, and `--no-config` ignores it.

An editor can send the same keys as settings (in VS Code `trustpub.rules`, `trustpub.ignore`, …; in other editors as
`initializationOptions` or as the section `trustpub` of the configuration). A severity or a repository from the editor
overrides the file's. Ignores, commands and trusted publishers of both apply.

Four settings exist only in editors:

- If `publishedLens` is true, the server asks the registry how the newest version of a package was published, and shows it above the name in
  `package.json`. A repository cannot enable this, because it must not make your editor use a network.
- If `inlayHints` or `codeLens` is false, the server shows no hints inside the text, or no lenses above publish commands.
- Unless `workspaceDiagnostics` is false, the server also reports findings in files that are not open, for example a `package.json` without
  `repository` while only the workflow is open. It does so in repositories with a publish step.

Taplo and the editors that use it complete and check the file with this line at its beginning:

```toml
#:schema https://raw.githubusercontent.com/trustpub/trustpub/main/docs/trustpub.schema.json
```
";

const COMMENTS: &str = "\
## Comments

In a workflow, a composite action or an `.npmrc`, a comment ignores a finding on the same line, or on the next line if the
comment has its own line. The rule and a reason are required.

```yaml
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }} # trustpub: ignore[publish-token-env] until every package has its publisher
```

A `package.json` cannot hold comments; use `[[ignore]]` there. trustpub reports an ignore that matches no finding
([unused-ignore](rules/unused-ignore.md)), an invalid one ([invalid-ignore](rules/invalid-ignore.md)), and errors in `trustpub.toml`
([config-invalid](rules/config-invalid.md)).
";

const IMPORT: &str = "\
`npm trust list` prints what is registered, and trustpub converts it to these tables:

```sh
npm trust list @acme/widget --json | trustpub import-publishers --package @acme/widget >> trustpub.toml
```

trustpub reports what does not match: a workflow file that was renamed or does not exist, a reusable workflow in place of the one that
calls it ([trusted-publisher-workflow](rules/trusted-publisher-workflow.md)), another environment
([trusted-publisher-environment](rules/trusted-publisher-environment.md)), or `npm publish` if only `npm stage publish` is allowed
([trusted-publisher-action](rules/trusted-publisher-action.md)). A package may have a table for each workflow and environment that publishes it
(<https://github.com/npm/documentation/pull/2034>), and one that matches is enough.
";

/// An example for each key of the file.
fn example(key: &str) -> &'static str {
    match key {
        "repository" => "repository = \"acme/widget\"\n",
        "rules" => "[rules]\nscoped-access = \"off\"\nrepository-form = \"warning\"\n",
        "ignore" => {
            "[[ignore]]\npath = \"packages/legacy\"\nrules = [\"repository-missing\", \"repository-directory\"]\n\
             reason = \"is no longer published\"\n"
        }
        "publish-command" => {
            "[[publish-command]]\ncommand = \"acme-release ship\" # a script of ours around `npm publish`\npublisher = \"npm\"\n"
        }
        "trusted-publisher" => {
            "[[trusted-publisher]]\npackage = \"@acme/*\"\nworkflow = \"release.yml\"\nenvironment = \"npm\"\n\
             allow = [\"publish\", \"stage-publish\"]\nrepository = \"acme/widget\"\n"
        }
        other => panic!("write an example for `{other}`"),
    }
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for key in keys() {
        let name = match key.kind {
            KeyKind::Tables(_) => format!("[[{}]]", key.name),
            KeyKind::Levels => format!("[{}]", key.name),
            _ => key.name.to_owned(),
        };
        write!(
            page,
            "\n## `{name}`\n\n{}\n\n```toml\n{}```\n",
            key.description,
            example(key.name)
        )
        .expect("memory can be written");
        match key.kind {
            KeyKind::Tables(keys) => page += &table(keys),
            KeyKind::Levels => {
                let levels = quoted_names(key.kind);
                write!(
                    page,
                    "\nThe severities are {levels}. The [rules](rules/README.md) are listed by name.\n"
                )
                .expect("memory can be written");
            }
            _ => {}
        }
        if key.name == "trusted-publisher" {
            page += "\n";
            page += IMPORT;
        }
    }
    page + "\n" + COMMENTS
}

fn table(keys: &[ConfigKey]) -> String {
    let mut table = "\n| Key | Required | Value | Meaning |\n| --- | --- | --- | --- |\n".to_owned();
    for key in keys {
        let required = if key.is_required { "yes" } else { "no" };
        writeln!(
            table,
            "| `{}` | {required} | {} | {} |",
            key.name,
            values(key.kind),
            key.description
        )
        .expect("memory can be written");
    }
    table
}

fn values(kind: KeyKind) -> String {
    match kind {
        KeyKind::Text => "text".to_owned(),
        KeyKind::Repository => "`owner/name`".to_owned(),
        KeyKind::Glob => "glob".to_owned(),
        KeyKind::WorkflowFile => "file name".to_owned(),
        KeyKind::Rule => "rule".to_owned(),
        KeyKind::Rules => "list of rules".to_owned(),
        KeyKind::Publisher => "publishing tool".to_owned(),
        KeyKind::Actions => {
            format!("list of {}", quoted_names(kind))
        }
        KeyKind::Levels => "table".to_owned(),
        KeyKind::Tables(_) => "tables".to_owned(),
    }
}

fn quoted_names(kind: KeyKind) -> String {
    let names = config_names(kind).into_iter();
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn schema() -> Value {
    let mut schema = object(keys());
    let head = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://raw.githubusercontent.com/trustpub/trustpub/main/docs/trustpub.schema.json",
        "title": "trustpub.toml",
        "description": "The configuration of trustpub, which checks npm trusted publishing from GitHub Actions.",
    });
    let members = schema.as_object_mut().expect("it is an object");
    members.extend(head.as_object().expect("it is an object").clone());
    schema
}

fn object(keys: &[ConfigKey]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let mut schema = schema_of(key.kind);
            schema["description"] = json!(key.description);
            (key.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<&str> = keys
        .iter()
        .filter(|key| key.is_required)
        .map(|key| key.name)
        .collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn schema_of(kind: KeyKind) -> Value {
    let names = config_names(kind);
    match kind {
        KeyKind::Text | KeyKind::Glob => json!({"type": "string", "minLength": 1}),
        KeyKind::Repository => json!({"type": "string", "pattern": "^[^/\\s]+/[^/\\s]+$"}),
        KeyKind::WorkflowFile => json!({"type": "string", "pattern": "^[^/]+\\.ya?ml$"}),
        KeyKind::Rule | KeyKind::Publisher => json!({"enum": names}),
        KeyKind::Rules => json!({"type": "array", "items": {"enum": names}}),
        KeyKind::Actions => json!({
            "type": "array",
            "minItems": 1,
            "items": {"enum": names},
        }),
        KeyKind::Levels => {
            let properties: Map<String, Value> = rules()
                .iter()
                .map(|rule| {
                    (
                        rule.id.to_owned(),
                        json!({"enum": names, "description": rule.summary}),
                    )
                })
                .collect();
            json!({"type": "object", "properties": properties, "additionalProperties": false})
        }
        KeyKind::Tables(keys) => json!({"type": "array", "items": object(keys)}),
    }
}

/// VS Code shows its settings from the extension's manifest.
#[test]
fn the_extension_has_a_setting_for_each_key() {
    let text =
        fs::read_to_string(repository_root().join("editors/vscode/package.json")).expect("it is there");
    let manifest: Value = serde_json::from_str(&text).expect("it is JSON");
    let settings = &manifest["contributes"]["configuration"]["properties"];
    // What a folder that is not trusted must not set.
    let lens = format!("trustpub.{PUBLISHED_LENS}");
    assert_eq!(settings[&lens]["default"], false);
    let restricted = &manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"];
    assert!(
        restricted
            .as_array()
            .is_some_and(|names| names.contains(&json!(lens)))
    );
    for name in [WORKSPACE_DIAGNOSTICS, INLAY_HINTS, CODE_LENS] {
        assert_eq!(settings[format!("trustpub.{name}")]["default"], true, "{name}");
    }
    for key in keys() {
        let setting = &settings[format!("trustpub.{}", key.name)];
        assert_eq!(setting["markdownDescription"], key.description, "{}", key.name);
        let KeyKind::Tables(keys) = key.kind else { continue };
        for inner in keys {
            let description = &setting["items"]["properties"][inner.name]["description"];
            assert_eq!(description, inner.description, "{}.{}", key.name, inner.name);
        }
    }
}

/// The settings page of VS Code offers the rules by name, each with what it reports.
#[test]
fn the_extension_offers_the_severities_of_all_rules() {
    const START: &str = "\"markdownDescription\": \"The severity of each rule, or `off`.\",\n";
    const END: &str = "        \"trustpub.ignore\": {";
    let path = repository_root().join("editors/vscode/package.json");
    let text = fs::read_to_string(&path).expect("it is there");
    let (before, rest) = text.split_once(START).expect("the setting is there");
    let (listed, after) = rest.split_once(END).expect("the next setting is there");
    // One line for each rule.
    let severities = json!(config_names(KeyKind::Levels));
    let rules = rules().iter().map(|rule| {
        let (id, summary) = (json!(rule.id), json!(rule.summary));
        format!(
            "            {id}: {{ \"type\": \"string\", \"enum\": {severities}, \"description\": {summary} }}"
        )
    });
    let rules: Vec<String> = rules.collect();
    let wanted = format!(
        "          \"additionalProperties\": false,\n          \"properties\": {{\n{}\n          }}\n        }},\n",
        rules.join(",\n")
    );
    if std::env::var_os("UPDATE_DOCS").is_some() && listed != wanted {
        fs::write(&path, [before, START, &wanted, END, after].concat()).expect("it can be written");
        return;
    }
    assert!(
        listed == wanted,
        "run this test with UPDATE_DOCS=1 to renew the rules in editors/vscode/package.json"
    );
}
