//! The files of a cell: once as their author would commit them, which the model reads, and once with the mock's
//! addresses for the registries', which the real tool reads. Nothing else differs.

use crate::cell::{Cell, Npmrc, Package, Provenance, PublishConfig, Setup, Token};

/// The repository, as the workflow and the ID token name it.
pub(crate) const SLUG: &str = "acme/widget";

/// What setup-node 6 exports, and what some write down themselves.
pub(crate) const PLACEHOLDER: &str = "XXXXX-XXXXX-XXXXX-XXXXX";

/// The tokens of the matrix, as the registry knows them.
pub(crate) const VALID_TOKEN: &str = "npm_valid";
pub(crate) const STALE_TOKEN: &str = "npm_stale";

/// Names and passwords as `_auth` has them: `someone:npm_valid` and `someone:npm_stale`.
pub(crate) const VALID_OLD_AUTH: &str = "c29tZW9uZTpucG1fdmFsaWQ=";
const STALE_OLD_AUTH: &str = "c29tZW9uZTpucG1fc3RhbGU=";

/// Where the registries are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Registries {
    /// The public npm registry: its URL without the slash at the end.
    pub(crate) npm: String,
    /// Another one.
    pub(crate) other: String,
}

impl Registries {
    /// The registries that the files name.
    pub(crate) fn real() -> Self {
        Self {
            npm: "https://registry.npmjs.org".to_owned(),
            other: "https://npm.pkg.github.com".to_owned(),
        }
    }

    /// The key of a registry's settings in an `.npmrc`.
    fn key(url: &str) -> &str {
        url.split_once(':').map_or(url, |(_, rest)| rest)
    }
}

/// `package.json`.
pub(crate) fn manifest(cell: &Cell, package: &str, registries: &Registries) -> String {
    let mut publish_config = serde_json::Map::new();
    match cell.publish_config {
        PublishConfig::Missing => {}
        PublishConfig::PublicRegistry => {
            publish_config.insert("registry".to_owned(), format!("{}/", registries.npm).into());
        }
        PublishConfig::OtherRegistry => {
            publish_config.insert("registry".to_owned(), format!("{}/", registries.other).into());
        }
    }
    match cell.provenance {
        Provenance::PublishConfigOn => {
            publish_config.insert("provenance".to_owned(), true.into());
        }
        Provenance::PublishConfigOff => {
            publish_config.insert("provenance".to_owned(), false.into());
        }
        _ => {}
    }
    let mut manifest = serde_json::json!({ "name": package, "version": "1.0.0", "license": "MIT" });
    if cell.package != Package::NoRepository {
        let url = format!("git+https://github.com/{SLUG}.git");
        manifest["repository"] = serde_json::json!({ "type": "git", "url": url });
    }
    if cell.package == Package::Private {
        manifest["private"] = true.into();
    }
    if !publish_config.is_empty() {
        manifest["publishConfig"] = publish_config.into();
    }
    if let Some(version) = cell.tool.pnpm {
        manifest["packageManager"] = format!("pnpm@{version}").into();
    }
    format!("{manifest:#}\n")
}

/// The project's `.npmrc`, where it has one.
pub(crate) fn project_npmrc(cell: &Cell, registries: &Registries) -> Option<String> {
    let Registries { npm, other } = registries;
    let key = Registries::key(npm);
    let (text, old_auth) = match cell.token {
        Token::Valid => (VALID_TOKEN, VALID_OLD_AUTH),
        _ => (STALE_TOKEN, STALE_OLD_AUTH),
    };
    let line = match cell.npmrc {
        Npmrc::Missing => return None,
        Npmrc::TokenVariable => format!("{key}/:_authToken=${{NPM_TOKEN}}"),
        Npmrc::TokenText => format!("{key}/:_authToken={text}"),
        Npmrc::OldAuth => format!("{key}/:_auth={old_auth}"),
        Npmrc::UnscopedToken => format!("registry={npm}/\n_authToken={text}"),
        Npmrc::PublicRegistry => format!("registry={npm}/"),
        Npmrc::OtherRegistry => format!("registry={other}/"),
        Npmrc::ProvenanceOn => "provenance=true".to_owned(),
        Npmrc::ProvenanceOff => "provenance=false".to_owned(),
    };
    Some(format!("{line}\n"))
}

/// What setup-node leaves in `$RUNNER_TEMP/.npmrc`, where it writes one.
pub(crate) fn setup_npmrc(cell: &Cell, registries: &Registries) -> Option<String> {
    let key = Registries::key(&registries.npm);
    let url = &registries.npm;
    (cell.setup != Setup::NoRegistryUrl)
        .then(|| format!("{key}/:_authToken=${{NODE_AUTH_TOKEN}}\nregistry={url}/\n"))
}

/// The variable that carries the token to the `.npmrc` that names it.
fn token_variable(cell: &Cell) -> Option<&'static str> {
    match cell.npmrc {
        Npmrc::TokenVariable => Some("NPM_TOKEN"),
        // There the line holds the token itself.
        Npmrc::TokenText | Npmrc::OldAuth | Npmrc::UnscopedToken => None,
        _ => Some("NODE_AUTH_TOKEN"),
    }
}

/// The variables that the publish step has on the runner, because of the workflow and of setup-node.
pub(crate) fn step_variables(cell: &Cell) -> Vec<(&'static str, &'static str)> {
    let mut variables = Vec::new();
    if cell.setup == Setup::V6 {
        variables.push(("NODE_AUTH_TOKEN", PLACEHOLDER));
    }
    let token = match cell.token {
        Token::Absent => None,
        Token::Empty => Some(""),
        Token::Placeholder => Some(PLACEHOLDER),
        Token::Stale => Some(STALE_TOKEN),
        Token::Valid => Some(VALID_TOKEN),
    };
    // The step's own `env:` comes later and wins.
    variables.extend(token_variable(cell).zip(token));
    variables.extend(provenance_variable(cell));
    variables
}

fn provenance_variable(cell: &Cell) -> Option<(&'static str, &'static str)> {
    match cell.provenance {
        Provenance::VariableOn => Some(("NPM_CONFIG_PROVENANCE", "true")),
        Provenance::VariableOff => Some(("NPM_CONFIG_PROVENANCE", "false")),
        _ => None,
    }
}

/// The publishing command, word by word.
pub(crate) fn command(cell: &Cell) -> Vec<&'static str> {
    let mut words = match cell.tool.pnpm {
        Some(_) => vec!["pnpm", "publish", "--no-git-checks"],
        None => vec!["npm", "publish"],
    };
    match cell.provenance {
        Provenance::FlagOn => words.push("--provenance"),
        Provenance::FlagOff => words.push("--provenance=false"),
        _ => {}
    }
    words
}

/// The workflow, which only the model reads.
pub(crate) fn workflow(cell: &Cell) -> String {
    let mut text = String::from("on:\n  release:\n    types: [published]\njobs:\n  publish:\n");
    text += "    runs-on: ubuntu-latest\n    permissions:\n      contents: read\n";
    if cell.has_id_token() {
        text += "      id-token: write\n";
    }
    text += "    steps:\n      - uses: actions/checkout@v5\n";
    if cell.tool.pnpm.is_some() {
        text += "      - uses: pnpm/action-setup@v4\n";
    }
    let major = if cell.setup == Setup::V6 { 6 } else { 7 };
    text +=
        &format!("      - uses: actions/setup-node@v{major}\n        with:\n          node-version: 24\n");
    if cell.setup != Setup::NoRegistryUrl {
        text += &format!("          registry-url: {}\n", Registries::real().npm);
    }
    text += &format!("      - run: npm install -g npm@{}\n", cell.tool.npm);
    text += &format!("      - run: {}\n", command(cell).join(" "));
    let token = match cell.token {
        Token::Absent => None,
        Token::Placeholder => Some(PLACEHOLDER),
        Token::Empty | Token::Stale | Token::Valid => Some("${{ secrets.NPM_TOKEN }}"),
    };
    let token = token_variable(cell).zip(token);
    let variables: Vec<_> = token.into_iter().chain(provenance_variable(cell)).collect();
    if !variables.is_empty() {
        text += "        env:\n";
        for (name, value) in variables {
            // In quotes, as a variable's value is text.
            text += &format!("          {name}: \"{value}\"\n");
        }
    }
    text
}
