//! The folder of a job's run, and the script that runs its steps as GitHub's runner does.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use yaml_rust2::{Yaml, YamlLoader};

use crate::job::{Job, alias};
use crate::layout::{check_out, link, package, program_file, write};
use crate::real::Setting;
use crate::repository::{PLACEHOLDER, VALID_TOKEN};

/// What begins a script that installs the tools: they are there already.
const INSTALLS: [&str; 11] = [
    "npm ci",
    "npm install",
    "npm i ",
    "pnpm install",
    "pnpm i ",
    "pnpm add",
    "yarn install",
    "yarn --immutable",
    "bun install",
    "bun i ",
    "corepack",
];

impl Job {
    /// What the run needs beside its folder. The variables are in its script.
    pub(crate) fn setting(&self) -> Setting {
        Setting {
            name: self.name.clone(),
            declared: match self.is_refused || !self.has_id_token {
                true => Vec::new(),
                false => self.packages.clone(),
            },
            packages: self.packages.clone(),
            is_public: self.is_public,
            has_id_token: self.has_id_token,
            has_userconfig: self.workflow_text().contains("registry-url:"),
            variables: Vec::new(),
        }
    }

    /// A value of the workflow, as the runner hands it over.
    fn filled_in(&self, value: &str) -> String {
        let mut text = String::new();
        let mut rest = value;
        while let Some((before, after)) = rest.split_once("${{") {
            let (expression, after) = after.split_once("}}").unwrap_or((after, ""));
            text += before;
            text += match expression.trim() {
                "secrets.GITHUB_TOKEN" | "github.token" => "ghs_token",
                secret if secret.starts_with("secrets.") && self.secrets_are_empty => "",
                secret if secret.starts_with("secrets.") => VALID_TOKEN,
                other => panic!("{}: {other} is not known to the runner", self.name),
            };
            rest = after;
        }
        text + rest
    }
}

/// Lays out the folder of a job's run with the tools that are in `installed`.
pub(crate) fn lay_out_job(job: &Job, folder: &Path, installed: &Path) {
    for (path, text) in &job.files {
        write(&folder.join("project").join(path), text);
    }
    for (program, version) in &job.programs {
        link_bins(
            &package(installed, program, version),
            program,
            &folder.join("bin"),
        );
    }
    let modules = folder.join("project/node_modules");
    match &job.folder {
        Some(own) => link_all(&installed.join(own).join("node_modules"), &modules),
        None => {
            for (name, version) in &job.modules {
                let from = package(installed, &alias(name), version);
                link(&from, &modules.join(name));
                link_bins(&from, name, &modules.join(".bin"));
            }
        }
    }
    // The folder for temporary files has to be there.
    write(&folder.join("temp/created"), "");
    write(&folder.join("prepare.sh"), "");
    write(&folder.join("env"), "");
    write(&folder.join("output"), "");
    let mut script = format!(
        "export GITHUB_ENV={0}/env GITHUB_OUTPUT={0}/output\n",
        folder.display()
    );
    let workflow = YamlLoader::load_from_str(job.workflow_text());
    let workflow = workflow
        .unwrap_or_else(|error| panic!("{}: {error}", job.name))
        .remove(0);
    let written = workflow["jobs"]["publish"].clone();
    for (number, step) in written["steps"].as_vec().into_iter().flatten().enumerate() {
        let mut variables: Vec<(String, String)> = Vec::new();
        for place in [&workflow, &written, step] {
            variables.extend(texts(&place["env"]));
        }
        if step["uses"]
            .as_str()
            .is_some_and(|uses| uses.starts_with("actions/setup-node@"))
        {
            script += &setup_node(step, folder);
        }
        let action = step["uses"]
            .as_str()
            .filter(|uses| uses.starts_with("JS-DevTools/npm-publish@v4"));
        let command = match (step["run"].as_str(), action) {
            (Some(command), _) if !is_installation(command) => command.to_owned(),
            (None, Some(_)) => {
                let inputs = texts(&step["with"]);
                let of_input =
                    |(name, value): (String, String)| (format!("INPUT_{}", name.to_uppercase()), value);
                variables.extend(inputs.into_iter().map(of_input));
                let main = package(installed, "npm-publish", "4.1.5").join("lib/action/main.js");
                format!(
                    "exec node --input-type=module -e 'import {{ main }} from \"{}\"; await main()'",
                    main.display()
                )
            }
            _ => continue,
        };
        let file = folder.join(format!("step-{number}.sh"));
        write(&file, &format!("{}\n", job.filled_in(&command)));
        let words: String = variables
            .iter()
            .map(|(name, value)| format!("{name}='{}' ", job.filled_in(value)))
            .collect();
        let defaults = [&written, &workflow].map(|place| &place["defaults"]["run"]["working-directory"]);
        let places = [&step["working-directory"], defaults[0], defaults[1]];
        let place = places.iter().find_map(|place| place.as_str()).unwrap_or(".");
        // GitHub adds pipefail only where the shell is named.
        let shell = match step["shell"].as_str() {
            Some("bash") => "bash --noprofile --norc -eo pipefail",
            _ => "bash -e",
        };
        let tolerates = match step["continue-on-error"].as_bool() {
            Some(true) => " || true",
            _ => "",
        };
        script += "while read -r line; do export \"$line\"; done <\"$GITHUB_ENV\"\n";
        script += &format!(
            "(cd {place} && env {words}{shell} {}){tolerates}\n",
            file.display()
        );
    }
    write(&folder.join("step.sh"), &script);
    check_out(folder);
}

/// What setup-node does with a `registry-url`: it writes an `.npmrc`, and before version 7 exports a placeholder.
fn setup_node(step: &Yaml, folder: &Path) -> String {
    let with = &step["with"];
    let Some(url) = with["registry-url"].as_str() else {
        return String::new();
    };
    let url = format!("{}/", url.trim_end_matches('/'));
    let scope = with["scope"].as_str().unwrap_or_default();
    let scope = match scope.is_empty() {
        true => String::new(),
        false => format!("@{}:", scope.trim_start_matches('@')),
    };
    let host = url.trim_start_matches("https:");
    write(
        &folder.join("temp/.npmrc"),
        &format!("{host}:_authToken=${{NODE_AUTH_TOKEN}}\n{scope}registry={url}\n"),
    );
    match step["uses"].as_str() {
        Some(uses) if uses.ends_with("@v7") => String::new(),
        _ => format!("export NODE_AUTH_TOKEN=\"${{NODE_AUTH_TOKEN:-{PLACEHOLDER}}}\"\n"),
    }
}

/// A mapping of texts.
fn texts(mapping: &Yaml) -> Vec<(String, String)> {
    let text = |yaml: &Yaml| match yaml {
        Yaml::Boolean(value) => value.to_string(),
        Yaml::Integer(value) => value.to_string(),
        yaml => yaml.as_str().unwrap_or_default().to_owned(),
    };
    let entries = mapping.as_hash().into_iter().flatten();
    entries.map(|(name, value)| (text(name), text(value))).collect()
}

fn is_installation(command: &str) -> bool {
    let is_one = |line: &str| INSTALLS.iter().any(|start| format!("{line} ").starts_with(start));
    command.lines().all(|line| is_one(line.trim()))
}

/// Links the programs of a package into a folder.
fn link_bins(package: &Path, name: &str, bin: &Path) {
    let text = std::fs::read_to_string(package.join("package.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or(name);
    match &manifest["bin"] {
        serde_json::Value::Object(bins) => {
            for (program, file) in bins {
                let file = package.join(file.as_str().unwrap_or_default());
                make_executable(&file);
                link(&file, &bin.join(program));
            }
        }
        _ => {
            link(&program_file(package, name), &bin.join(name));
            if name == "bun" {
                link(&program_file(package, name), &bin.join("bunx"));
            }
        }
    }
}

/// npm does it only for the packages whose programs it links itself.
fn make_executable(file: &Path) {
    let made = std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755));
    made.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

/// Links what is in a `node_modules` into another, so that more can be put beside it.
fn link_all(from: &Path, to: &Path) {
    let entries = std::fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    for entry in entries.filter_map(Result::ok) {
        link(&entry.path(), &to.join(entry.file_name()));
    }
}
