//! The files of a cell: the model reads them, and the real tool runs among them. Nothing differs between the two.

use serde_json::{Value, json};

use crate::cell::{Cell, Exchange, Provenance, Token};
use crate::step::{Action, Step, step};
use crate::tool::{Kind, Manager, Variant, YARN};

/// The repository, as the workflow and the ID token name it.
pub(crate) const SLUG: &str = "acme/widget";

/// What setup-node 6 exports.
pub(crate) const PLACEHOLDER: &str = "XXXXX-XXXXX-XXXXX-XXXXX";

/// The only stored token that the registry knows.
pub(crate) const VALID_TOKEN: &str = "npm_valid";

/// What setup-node writes where it has a `registry-url`.
pub(crate) const SETUP_NPMRC: &str =
    "//registry.npmjs.org/:_authToken=${NODE_AUTH_TOKEN}\nregistry=https://registry.npmjs.org/\n";

/// The files by their paths.
pub(crate) fn files(cell: &Cell) -> Vec<(String, String)> {
    let mut files = vec![
        (".github/workflows/release.yml".to_owned(), workflow(cell)),
        (".gitignore".to_owned(), "node_modules\n.yarn\n".to_owned()),
        ("trustpub.toml".to_owned(), publishers(cell)),
    ];
    let mut add = |path: &str, text: &str| files.push((path.to_owned(), text.to_owned()));
    let root = match is_monorepo(cell) {
        true => {
            add("packages/widget/package.json", &pretty(&package(cell)));
            add("packages/widget/index.js", "export default 1\n");
            json!({ "name": "root", "version": "0.0.0", "private": true, "workspaces": ["packages/*"] })
        }
        false => {
            add("index.js", "export default 1\n");
            package(cell)
        }
    };
    add("package.json", &pretty(&with_tools(cell, root)));
    if let Some((path, text)) = project_line(cell) {
        add(path, text);
    }
    match cell.tool.kind {
        Kind::YarnClassic => add("yarn.lock", ""),
        Kind::YarnBerry => add("yarn.lock", &yarn_lock(cell)),
        Kind::Lerna | Kind::LernaLite => {
            let config = json!({ "version": "1.0.0", "npmClient": "npm", "packages": ["packages/*"] });
            add("lerna.json", &pretty(&config));
        }
        Kind::Changesets => {
            let config = json!({ "access": "public", "baseBranch": "main", "commit": false });
            add(".changeset/config.json", &pretty(&config));
            match cell.tool.manager() {
                Some(Manager::Pnpm) => add("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
                Some(Manager::Yarn) => add("yarn.lock", &yarn_lock(cell)),
                Some(Manager::Bun) => add("bun.lock", "{ \"lockfileVersion\": 1, \"workspaces\": {} }\n"),
                Some(Manager::Npm) | None => {}
            }
        }
        Kind::SemanticRelease => {
            let plugins = ["commit-analyzer", "release-notes-generator", "npm"]
                .map(|name| format!("@semantic-release/{name}"));
            add(
                ".releaserc.json",
                &pretty(&json!({ "branches": ["main"], "plugins": plugins })),
            );
        }
        Kind::ReleaseIt if cell.tool.variant == Variant::SkipChecks => {
            add(
                ".release-it.json",
                &pretty(&json!({ "npm": { "skipChecks": true } })),
            );
        }
        Kind::Nx => {
            let config = json!({ "release": { "projects": ["packages/*"] }, "analytics": false });
            add("nx.json", &pretty(&config));
        }
        Kind::Beachball => {
            let change = json!({
                "type": "patch", "comment": "Mend it", "packageName": cell.package(),
                "email": "a@example.org", "dependentChangeType": "patch",
            });
            add("change/widget-1.json", &pretty(&change));
        }
        _ => {}
    }
    files
}

/// Whether the package lies in a workspace: the tool publishes workspaces.
fn is_monorepo(cell: &Cell) -> bool {
    matches!(cell.tool.kind, Kind::Lerna | Kind::LernaLite | Kind::Nx)
}

/// The manifest of the published package.
fn package(cell: &Cell) -> Value {
    let version = if cell.tool.bumps() { "0.9.0" } else { "1.0.0" };
    let mut manifest = json!({
        "name": cell.package(), "version": version, "license": "MIT", "type": "module",
        "exports": "./index.js", "files": ["index.js"],
    });
    if cell.has_repository {
        let url = format!("git+https://github.com/{SLUG}.git");
        manifest["repository"] = json!({ "type": "git", "url": url });
    }
    let mut publish_config = serde_json::Map::new();
    if cell.is_scoped {
        publish_config.insert("access".to_owned(), "public".into());
    }
    if cell.names_registry_of_yarn {
        publish_config.insert("registry".to_owned(), "https://registry.yarnpkg.com".into());
    }
    match cell.provenance {
        Provenance::PublishConfigOn => publish_config.insert("provenance".to_owned(), true.into()),
        Provenance::PublishConfigOff => publish_config.insert("provenance".to_owned(), false.into()),
        _ => None,
    };
    if !publish_config.is_empty() {
        manifest["publishConfig"] = publish_config.into();
    }
    manifest
}

/// The root's manifest, with the tool that the job installs.
fn with_tools(cell: &Cell, mut manifest: Value) -> Value {
    for (name, version) in cell.tool.dependencies() {
        manifest["devDependencies"][name] = version.into();
    }
    let yarn = match cell.tool.kind {
        Kind::YarnBerry => Some(cell.tool.version),
        Kind::Changesets if cell.tool.manager() == Some(Manager::Yarn) => Some(YARN),
        _ => None,
    };
    if let Some(version) = yarn {
        manifest["packageManager"] = format!("yarn@{version}").into();
    }
    manifest
}

/// The lock file without which Yarn Berry does not publish.
fn yarn_lock(cell: &Cell) -> String {
    let name = cell.package();
    let mut own = format!(
        "\"{name}@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"{name}@workspace:.\"\n"
    );
    let mut others = String::new();
    for (name, version) in cell.tool.dependencies() {
        own += &format!("  dependencies:\n    \"{name}\": \"npm:{version}\"\n");
        let spec = format!("\"{name}@npm:{version}\"");
        others += &format!(
            "{spec}:\n  version: {version}\n  resolution: {spec}\n  languageName: node\n  linkType: hard\n\n"
        );
    }
    let yarn = match cell.tool.kind {
        Kind::YarnBerry => cell.tool.version,
        _ => YARN,
    };
    // Yarn reads a lock file of another version as if it were empty.
    let version = if yarn == "4.18.1" { 10 } else { 8 };
    let head = format!("__metadata:\n  version: {version}\n  cacheKey: 10c0\n\n");
    format!("{head}{others}{own}  languageName: unknown\n  linkType: soft\n")
}

/// The project's own file with a line for the token.
fn project_line(cell: &Cell) -> Option<(&'static str, &'static str)> {
    let is_of_yarn = cell.tool.kind == Kind::YarnBerry || cell.tool.manager() == Some(Manager::Yarn);
    match cell.token {
        Token::ProjectLine | Token::ProjectLineEmpty if is_of_yarn => {
            Some((".yarnrc.yml", "npmAuthToken: \"${NPM_TOKEN}\"\n"))
        }
        Token::ProjectLine | Token::ProjectLineEmpty | Token::NpmrcLine => {
            Some((".npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"))
        }
        _ => None,
    }
}

/// What npm has registered, for the model.
fn publishers(cell: &Cell) -> String {
    let workflow = match cell.exchange {
        Exchange::Refused => "other.yml",
        Exchange::NoIdToken | Exchange::Granted => "release.yml",
    };
    format!(
        "[[trusted-publisher]]\npackage = \"{}\"\nworkflow = \"{workflow}\"\n",
        cell.package()
    )
}

/// The variables that the step has on the runner, because of the workflow and of setup-node.
pub(crate) fn step_variables(cell: &Cell) -> Vec<(String, String)> {
    let token = match cell.token.is_empty_secret() {
        true => "",
        false => VALID_TOKEN,
    };
    let mut variables = Vec::new();
    if cell.token == Token::Placeholder {
        variables.push(("NODE_AUTH_TOKEN".to_owned(), PLACEHOLDER.to_owned()));
    }
    for (name, value) in written_variables(cell) {
        let value = value
            .replace(NPM_SECRET, token)
            .replace(GITHUB_SECRET, "ghs_token");
        variables.push((name.to_owned(), value));
    }
    if let Action::Uses { inputs, .. } = step(cell).action {
        for (name, value) in inputs {
            let value = value.replace(NPM_SECRET, token);
            variables.push((format!("INPUT_{}", name.to_uppercase()), value));
        }
    }
    variables
}

/// The secret with the npm token, in the workflow.
pub(crate) const NPM_SECRET: &str = "${{ secrets.NPM_TOKEN }}";
const GITHUB_SECRET: &str = "${{ secrets.GITHUB_TOKEN }}";

/// The `env:` of the step.
fn written_variables(cell: &Cell) -> Vec<(&'static str, &'static str)> {
    let mut variables = Vec::new();
    if matches!(cell.tool.kind, Kind::SemanticRelease) {
        variables.push(("GITHUB_TOKEN", GITHUB_SECRET));
    }
    variables.extend(cell.token.variable().map(|name| (name, NPM_SECRET)));
    variables.extend(step(cell).variables);
    variables
}

/// The workflow.
fn workflow(cell: &Cell) -> String {
    let Step {
        installs,
        prepares,
        action,
        ..
    } = step(cell);
    let mut text =
        String::from("on:\n  push:\n    branches: [main]\njobs:\n  publish:\n    runs-on: ubuntu-latest\n");
    let (of_job, of_step) = variables_by_place(cell);
    text += &entries("    ", &of_job);
    text += "    permissions:\n      contents: write\n";
    if cell.has_id_token() {
        text += "      id-token: write\n";
    }
    text += "    steps:\n      - uses: actions/checkout@v5\n        with:\n          fetch-depth: 0\n";
    for (name, input, value) in installs {
        text += &format!("      - uses: {name}\n        with:\n          {input}: {value}\n");
    }
    let major = if cell.token == Token::Placeholder { 6 } else { 7 };
    text +=
        &format!("      - uses: actions/setup-node@v{major}\n        with:\n          node-version: 24\n");
    text += "          package-manager-cache: false\n";
    if cell.token.has_registry_url() {
        text += "          registry-url: https://registry.npmjs.org\n";
    }
    text += &format!("      - run: npm install -g npm@{}\n", cell.tool.npm());
    for script in prepares {
        text += &format!("      - run: {}\n", script.words);
    }
    match action {
        Action::Run(script) => text += &format!("      - run: {script}\n"),
        Action::Uses { name, inputs } => {
            text += &format!("      - uses: {name}\n");
            for (place, (name, value)) in inputs.iter().enumerate() {
                text += if place == 0 { "        with:\n" } else { "" };
                text += &format!("          {name}: {value}\n");
            }
        }
    }
    text + &entries("        ", &of_step)
}

/// Variables with their values.
type Variables = Vec<(&'static str, &'static str)>;

/// The variables of the job and those of the step. Yarn Berry does not even install without those that `.yarnrc.yml` names.
fn variables_by_place(cell: &Cell) -> (Variables, Variables) {
    let is_of_job = matches!(project_line(cell), Some((".yarnrc.yml", _)));
    let of_line = |(name, _): &(&str, &str)| is_of_job && Some(*name) == cell.token.variable();
    written_variables(cell).into_iter().partition(of_line)
}

/// An `env:` with this indentation.
fn entries(indentation: &str, variables: &[(&str, &str)]) -> String {
    let lines = variables
        .iter()
        .map(|(name, value)| format!("{indentation}  {name}: \"{value}\"\n"));
    match variables {
        [] => String::new(),
        _ => format!("{indentation}env:\n{}", lines.collect::<String>()),
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
