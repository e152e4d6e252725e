//! `.npmrc`, and files that name a version of Node.

use trustpub_analysis::npmrc_settings;

use crate::case::{Case, Target, no_change, path_of, repository};
use crate::promises;
use crate::seeds;

pub(crate) const TARGET: Target = Target {
    name: "npmrc",
    inputs: 800,
    seeds,
    words: &[
        "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n",
        "@acme:registry=https://npm.pkg.github.com",
        "registry=",
        "always-auth=true",
        "provenance=true",
        "[section]",
        "a[]=b",
        "; comment",
        "${NAME:-x}",
        "${NAME?}",
        "\\${NAME}",
        "_auth",
        "lts/*",
        "nodejs 22.1.0\n",
    ],
    change: no_change,
    check,
    check_thoroughly: promises::check_fixes,
};

const WORKFLOW: &str = "\
on: push
permissions: { contents: read, id-token: write }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: { node-version-file: .nvmrc }
      - run: npm publish
        env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' }
";
const FILES: &[(&str, &str)] = &[
    (".github/workflows/release.yml", WORKFLOW),
    (
        "package.json",
        r#"{ "name": "@acme/w", "version": "1.0.0", "repository": "acme/widget" }"#,
    ),
    (
        ".npmrc",
        "; of the project\n@acme:registry = \"https://registry.npmjs.org/\"\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nalways-auth=true\nprovenance = false # x\n_auth=eA==\nca[]=\"a\\nb\"\n",
    ),
    (".nvmrc", "v22.1.0 # x\n"),
];

fn seeds() -> Vec<Case> {
    let is_wanted =
        |path: &str| path.ends_with("npmrc") || path.contains("version") || path.ends_with(".nvmrc");
    let mut cases = seeds::files(|path| is_wanted(path.as_str()));
    let repository = repository(FILES);
    let own = FILES.iter().filter(|(path, _)| is_wanted(path));
    cases.extend(own.filter_map(|(path, _)| Case::file(&repository, &path_of(path))));
    cases
}

fn check(case: &Case) -> Result<Vec<String>, String> {
    let settings = npmrc_settings(&case.text());
    let mut answer = promises::check(case)?;
    answer.push(format!("{} settings", settings.len().min(8)));
    Ok(answer)
}
