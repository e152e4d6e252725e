//! A job as somebody might have written it, with everything that decides what it does: `jobs/*.txt`.
//!
//! A file has many. Each begins with `=== NAME`, then lines `key: value`, then its files, each after `#- path`:
//!
//! * `programs`: what is on PATH, such as `npm-12.2.2 pnpm-11.28.11`; the npm of the matrix if none is named.
//! * `modules`: the development dependencies, such as `np@12.1.1`.
//! * `folder`: the folder of `tests/oracle/tools` that installs them, where they cannot lie beside others.
//! * `exchange`: `granted` (the usual), `refused`, or `no id-token`.
//! * `secrets`: `valid` (the usual) or `empty`.
//! * `visibility`: `public` (the usual) or `private`.
//! * `packages`: the published packages, if not `widget`.
//! * `setup-node`: the action's version, then its inputs: `v6 registry-url=https://registry.npmjs.org`.
//! * `manifest`: members of the root's manifest beside the usual ones, or in their place; null takes one away.
//!
//! `#- steps` are the steps after those that install Node and the programs; `#- .github/workflows/release.yml` is a
//! whole workflow in place of the usual one.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::repository::SLUG;
use crate::tool::NPM;

/// One job and its repository.
#[derive(Clone, Debug, Default)]
pub(crate) struct Job {
    pub(crate) name: String,
    /// Programs on PATH with their versions.
    pub(crate) programs: Vec<(String, String)>,
    /// The development dependencies.
    pub(crate) modules: Vec<(String, String)>,
    pub(crate) folder: Option<String>,
    pub(crate) is_refused: bool,
    pub(crate) has_id_token: bool,
    pub(crate) secrets_are_empty: bool,
    pub(crate) is_public: bool,
    pub(crate) packages: Vec<String>,
    /// The files by their paths; the model reads them, and the job runs among them.
    pub(crate) files: Vec<(String, String)>,
}

const WORKFLOW: &str = ".github/workflows/release.yml";

/// All jobs, in the order of the files' names.
pub(crate) fn jobs() -> Vec<Job> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle/tools/jobs");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let texts = paths.iter().map(|path| {
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    });
    texts
        .flat_map(|text| text.split("=== ").skip(1).map(parse).collect::<Vec<_>>())
        .collect()
}

fn parse(text: &str) -> Job {
    let (head, files) = text.split_once("\n#- ").unwrap_or((text, ""));
    let mut lines = head.lines();
    let name = lines.next().unwrap_or_default().trim().to_owned();
    let mut job = Job {
        has_id_token: true,
        is_public: true,
        ..Job::default()
    };
    let mut setup_node = "v7".to_owned();
    let mut members = json!({});
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let (key, value) = line.split_once(": ").unwrap_or((line, ""));
        let versions = |sign: char| {
            let words = value.split_whitespace().filter_map(|word| word.rsplit_once(sign));
            words
                .map(|(name, version)| (name.to_owned(), version.to_owned()))
                .collect()
        };
        match (key, value) {
            ("programs", _) => job.programs = programs(value),
            ("modules", _) => job.modules = versions('@'),
            ("folder", _) => job.folder = Some(value.to_owned()),
            ("exchange", "refused") => job.is_refused = true,
            ("exchange", "no id-token") => job.has_id_token = false,
            ("secrets", "empty") => job.secrets_are_empty = true,
            ("visibility", "private") => job.is_public = false,
            ("packages", _) => job.packages = value.split_whitespace().map(str::to_owned).collect(),
            ("setup-node", _) => setup_node = value.to_owned(),
            ("manifest", _) => {
                members =
                    serde_json::from_str(value).unwrap_or_else(|error| panic!("{name}: {error}: {value}"));
            }
            _ => panic!("{name}: {line}"),
        }
    }
    job.name = name;
    if job.packages.is_empty() {
        job.packages.push("widget".to_owned());
    }
    if !job.programs.iter().any(|(program, _)| program == "npm") {
        job.programs.insert(0, ("npm".to_owned(), NPM.to_owned()));
    }
    let mut steps = String::new();
    for file in files.split("\n#- ").filter(|file| !file.trim().is_empty()) {
        let (path, text) = file.split_once('\n').unwrap_or((file, ""));
        let text = format!("{}\n", text.trim_end());
        match path.trim() {
            "steps" => steps = text,
            path => job.files.push((path.to_owned(), text)),
        }
    }
    if !job.has(WORKFLOW) {
        job.files
            .push((WORKFLOW.to_owned(), job.workflow(&setup_node, &steps)));
    }
    if !job.has("package.json") {
        job.files.push((
            "package.json".to_owned(),
            format!("{:#}\n", job.manifest(&members)),
        ));
    }
    if !job.has("yarn.lock") && job.is_of_yarn_berry() {
        job.files.push(("yarn.lock".to_owned(), job.yarn_lock()));
    }
    for (path, text) in [
        ("index.js", "export default 1\n"),
        (".gitignore", "node_modules\n.yarn\n"),
    ] {
        if !job.has(path) {
            job.files.push((path.to_owned(), text.to_owned()));
        }
    }
    job.files.push(("trustpub.toml".to_owned(), job.publishers()));
    job
}

/// The name under which a package is installed, before its version.
pub(crate) fn alias(package: &str) -> String {
    package
        .trim_start_matches('@')
        .trim_end_matches("/cli")
        .replace('/', "-")
}

fn programs(value: &str) -> Vec<(String, String)> {
    let words = value.split_whitespace().filter_map(|word| word.split_once('-'));
    words
        .map(|(name, version)| (name.to_owned(), version.to_owned()))
        .collect()
}

impl Job {
    fn has(&self, path: &str) -> bool {
        self.files.iter().any(|(known, _)| known == path)
    }

    pub(crate) fn workflow_text(&self) -> &str {
        let file = self.files.iter().find(|(path, _)| path == WORKFLOW);
        file.map_or("", |(_, text)| text)
    }

    pub(crate) fn version(&self, program: &str) -> Option<&str> {
        let found = self.programs.iter().find(|(name, _)| name == program);
        found.map(|(_, version)| version.as_str())
    }

    /// The tool, by the name's first word.
    pub(crate) fn tool(&self) -> &str {
        self.name.split(' ').next().unwrap_or_default()
    }

    /// Whether the tools of the matrix, which are always installed to run releases, are all that it needs.
    pub(crate) fn runs_with_tools_of_matrix(&self) -> bool {
        let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle/tools/package.json");
        let text = std::fs::read_to_string(manifest).unwrap_or_default();
        let has = |name: &str, version: &str| text.contains(&format!("\"{}-{version}", alias(name)));
        let all = self.programs.iter().chain(&self.modules);
        self.folder.is_none() && all.into_iter().all(|(name, version)| has(name, version))
    }

    fn is_of_yarn_berry(&self) -> bool {
        self.version("yarn")
            .is_some_and(|version| !version.starts_with('1'))
    }

    /// The usual workflow with these steps.
    fn workflow(&self, setup_node: &str, steps: &str) -> String {
        let mut text = String::from(
            "on:\n  push:\n    branches: [main]\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    \
             permissions:\n      contents: write\n",
        );
        if self.has_id_token {
            text += "      id-token: write\n";
        }
        text += "    steps:\n      - uses: actions/checkout@v5\n        with:\n          fetch-depth: 0\n";
        for (program, version) in &self.programs {
            text += &match program.as_str() {
                "pnpm" => format!(
                    "      - uses: pnpm/action-setup@v4\n        with:\n          version: {version}\n"
                ),
                "bun" => format!(
                    "      - uses: oven-sh/setup-bun@v2\n        with:\n          bun-version: {version}\n"
                ),
                _ => String::new(),
            };
        }
        let mut words = setup_node.split_whitespace();
        text += &format!(
            "      - uses: actions/setup-node@{}\n        with:\n          node-version: 24\n",
            words.next().unwrap_or("v7")
        );
        text += "          package-manager-cache: false\n";
        for (name, value) in words.filter_map(|word| word.split_once('=')) {
            text += &format!("          {name}: \"{value}\"\n");
        }
        for (program, version) in &self.programs {
            text += &match program.as_str() {
                "npm" => format!("      - run: npm install -g npm@{version}\n"),
                "yarn" if version.starts_with('1') => format!("      - run: npm install -g yarn@{version}\n"),
                "yarn" => "      - run: corepack enable\n".to_owned(),
                _ => String::new(),
            };
        }
        for line in steps.lines() {
            text += &format!("      {line}\n");
        }
        text
    }

    /// The root's manifest: the package's, unless the job says otherwise.
    fn manifest(&self, members: &Value) -> Value {
        let mut manifest = json!({
            "name": self.packages[0], "version": "1.0.0", "license": "MIT", "type": "module",
            "exports": "./index.js", "files": ["index.js"],
            "repository": { "type": "git", "url": format!("git+https://github.com/{SLUG}.git") },
        });
        for (name, version) in &self.modules {
            manifest["devDependencies"][name] = version.as_str().into();
        }
        if self.is_of_yarn_berry() {
            manifest["packageManager"] = format!("yarn@{}", self.version("yarn").unwrap_or_default()).into();
        }
        for (name, value) in members.as_object().into_iter().flatten() {
            match value {
                Value::Null => {
                    manifest
                        .as_object_mut()
                        .and_then(|manifest| manifest.remove(name));
                }
                value => manifest[name] = value.clone(),
            }
        }
        manifest
    }

    /// The lock file without which Yarn Berry does not publish.
    fn yarn_lock(&self) -> String {
        let name = &self.packages[0];
        let spec = format!("\"{name}@workspace:.\"");
        let mut text = "__metadata:\n  version: ".to_owned();
        let version = self.version("yarn").unwrap_or_default();
        // Yarn reads a lock file of another version as if it were empty.
        text += match version {
            _ if version.starts_with("3.") => "6\n  cacheKey: 8\n\n",
            "4.14.0" => "9\n  cacheKey: 10c0\n\n",
            "4.18.1" => "10\n  cacheKey: 10c0\n\n",
            _ => "8\n  cacheKey: 10c0\n\n",
        };
        text += &format!("{spec}:\n  version: 0.0.0-use.local\n  resolution: {spec}\n");
        let mut others = String::new();
        for (place, (name, version)) in self.modules.iter().enumerate() {
            text += if place == 0 { "  dependencies:\n" } else { "" };
            text += &format!("    \"{name}\": \"npm:{version}\"\n");
            let spec = format!("\"{name}@npm:{version}\"");
            others += &format!(
                "\n{spec}:\n  version: {version}\n  resolution: {spec}\n  languageName: node\n  linkType: hard\n"
            );
        }
        text += "  languageName: unknown\n  linkType: soft\n";
        text + &others
    }

    /// What npm has registered, for the model.
    fn publishers(&self) -> String {
        let workflow = if self.is_refused {
            "other.yml"
        } else {
            "release.yml"
        };
        let of_package = |package: &String| {
            format!("[[trusted-publisher]]\npackage = \"{package}\"\nworkflow = \"{workflow}\"\n")
        };
        self.packages.iter().map(of_package).collect()
    }
}
