//! `trustpub.toml`, and the same keys as an editor's settings.

use trustpub_analysis::editor_settings;

use crate::case::{Case, Target, no_change, path_of, repository};
use crate::promises;

pub(crate) const TARGET: Target = Target {
    name: "config",
    inputs: 1_200,
    seeds,
    words: &[
        "[rules]\n",
        "[[ignore]]\n",
        "[[publish-command]]\n",
        "[[trusted-publisher]]\n",
        "id-token-missing = \"off\"\n",
        "path = \"packages/{a,b}/**\"\n",
        "rules = [\"*\"]\n",
        "package = \"@acme/*\"\n",
        "workflow = \"release.yml\"\n",
        "allow = [\"publish\"]\n",
        "repository = \"acme/widget\"\n",
        "\"\"\"",
        "'''",
        "1979-05-27T07:32:00Z",
        "nan",
        "a.b.c = ",
        "= ",
        "\\U00110000",
    ],
    change: no_change,
    check,
    check_thoroughly: promises::check_fixes,
};

const CONFIG: &str = "\
repository = \"acme/widget\" # é
[rules]
scoped-access = \"off\"
npm-too-old-node = \"warning\"
[[ignore]]
path = \"packages/*\"
rules = [\"repository-missing\", 'id-token-missing']
reason = \"\"\"later\"\"\"
[[publish-command]]
command = \"acme-release ship\"
publisher = \"npm\"
[[trusted-publisher]]
package = \"@acme/*\"
workflow = \"release.yml\"
environment = \"npm\"
allow = [\"publish\", \"stage-publish\"]
repository = \"acme/widget\"
";
const SETTINGS: &str = r#"{ "rules": { "scoped-access": "off" }, "ignore": [{ "path": "a", "rules": ["x"], "reason": "y" }],
  "publish-command": [{ "command": "acme-release", "publisher": "npm" }], "trusted-publisher": [{ "package": "w", "workflow": "a.yml" }], "publishedLens": true }"#;
const WORKFLOW: &str = "\
on: push
jobs:
  publish:
    environment: npm
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 22 }
      - run: acme-release ship && npm publish
";

fn seeds() -> Vec<Case> {
    let workflow = (".github/workflows/release.yml", WORKFLOW);
    let manifest = (
        "package.json",
        r#"{ "name": "@acme/widget", "version": "1.0.0" }"#,
    );
    let texts = [
        CONFIG,
        SETTINGS,
        "[ignore]\n[[rules]]\n",
        "rules.a.b = 1\nignore = [{ path = 1 }]\n",
    ];
    let cases = texts.iter().filter_map(|text| {
        let repository = repository(&[workflow, manifest, ("trustpub.toml", text)]);
        Case::file(&repository, &path_of("trustpub.toml"))
    });
    cases.collect()
}

fn check(case: &Case) -> Result<Vec<String>, String> {
    let (_, problems) = editor_settings(&case.text());
    let mut answer = promises::check(case)?;
    answer.push(format!("{} problems of settings", problems.len().min(6)));
    Ok(answer)
}
