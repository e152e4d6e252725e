//! The folder of a run: the project as a git checkout, its origin, a home, and the programs on PATH.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cell::Cell;
use crate::repository::{SETUP_NPMRC, SLUG, files};
use crate::step::{Action, step};
use crate::tool::Tool;

/// Lays out the folder of a cell's run with the tools that are in `installed`.
pub(crate) fn lay_out(cell: &Cell, folder: &Path, installed: &Path) {
    let project = folder.join("project");
    for (path, text) in files(cell) {
        write(&project.join(path), &text);
    }
    let step = step(cell);
    let prepares = step.prepares.iter().filter(|prepare| prepare.is_run);
    let prepares: Vec<&str> = prepares.map(|prepare| prepare.words).collect();
    write(&folder.join("prepare.sh"), &prepares.join("\n"));
    let script = match step.action {
        Action::Run(script) => script,
        Action::Uses { .. } => {
            let main = package(installed, "npm-publish", cell.tool.version).join("lib/action/main.js");
            format!(
                "node --input-type=module -e 'import {{ main }} from \"{}\"; await main()'",
                main.display()
            )
        }
    };
    write(&folder.join("step.sh"), &script);
    write(&folder.join("temp/.npmrc"), SETUP_NPMRC);
    link_programs(cell.tool, folder, installed);
    check_out(folder);
}

/// Makes the project a checkout whose origin, GitHub for git, lies beside it.
pub(crate) fn check_out(folder: &Path) {
    let origin = folder.join("origin.git");
    let own = format!("[url \"{}\"]\n", origin.display());
    let names = [
        "https://github.com/",
        "git+https://github.com/",
        "https://x-access-token:ghs_token@github.com/",
    ]
    .map(|host| format!("\tinsteadOf = {host}{SLUG}.git\n\tinsteadOf = {host}{SLUG}\n"));
    write(
        &folder.join("home/.gitconfig"),
        &format!("{own}{}", names.concat()),
    );
    commit(&folder.join("project"), &origin);
}

/// Lays the programs on PATH, and what the job installs into `node_modules`.
fn link_programs(tool: Tool, folder: &Path, installed: &Path) {
    let bin = folder.join("bin");
    let npm = package(installed, "npm", tool.npm());
    link(&npm.join("bin/npm-cli.js"), &bin.join("npm"));
    link(&npm.join("bin/npx-cli.js"), &bin.join("npx"));
    for (program, version) in tool.programs() {
        let package_folder = package(installed, program, version);
        link(&program_file(&package_folder, program), &bin.join(program));
        if program == "bun" {
            link(&program_file(&package_folder, program), &bin.join("bunx"));
        }
    }
    let modules = folder.join("project/node_modules");
    if let Some(own) = tool.own_folder() {
        link(&installed.join(own).join("node_modules"), &modules);
        return;
    }
    for (name, version) in tool.dependencies() {
        let alias = name.trim_start_matches('@').trim_end_matches("/cli");
        let package_folder = package(installed, alias, version);
        link(&package_folder, &modules.join(name));
        let program = match name {
            "@changesets/cli" => "changeset",
            name => name,
        };
        link(
            &program_file(&package_folder, program),
            &modules.join(".bin").join(program),
        );
    }
}

/// The folder of an alias of `package.json`; native programs have a package for each kind of machine.
pub(crate) fn package(installed: &Path, name: &str, version: &str) -> PathBuf {
    let places = ["common", "jobs"].map(|place| installed.join(place).join("node_modules"));
    let folders = places.iter().flat_map(|modules| {
        ["", "-x64", "-arm64"].map(|machine| modules.join(format!("{name}-{version}{machine}")))
    });
    let folder = folders.into_iter().find(|folder| folder.exists());
    folder.unwrap_or_else(|| panic!("{name} {version} is not installed in {}", installed.display()))
}

/// Makes the project a checkout of two commits, the first of them released as 0.9.0.
fn commit(project: &Path, origin: &Path) {
    let script = format!(
        "git init --quiet --initial-branch=main && git add --all && git commit --quiet -m 'feat: begin' \
         && git tag v0.9.0 && echo '# Widget' > README.md && git add --all \
         && git commit --quiet -m 'fix: mend it' && git clone --quiet --bare . {origin} \
         && git remote add origin https://github.com/{SLUG}.git \
         && git fetch --quiet origin && git branch --quiet --set-upstream-to=origin/main",
        origin = origin.display()
    );
    let mut command = Command::new("sh");
    command.args(["-ec", &script]).current_dir(project);
    command
        .env("HOME", origin.with_file_name("home"))
        .env("GIT_CONFIG_NOSYSTEM", "1");
    for (variable, value) in [("NAME", "a"), ("EMAIL", "a@example.org")] {
        command.env(format!("GIT_AUTHOR_{variable}"), value);
        command.env(format!("GIT_COMMITTER_{variable}"), value);
    }
    let output = command.output().expect("sh starts");
    assert!(output.status.success(), "git: {output:?}");
}

/// What a package's manifest says is this program.
pub(crate) fn program_file(package: &Path, program: &str) -> PathBuf {
    let text = std::fs::read_to_string(package.join("package.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let file = match &manifest["bin"] {
        serde_json::Value::String(file) => Some(file.clone()),
        bins => bins[program].as_str().map(str::to_owned),
    };
    // Packages of native programs have no `bin`.
    let native = [format!("bin/{program}"), program.to_owned()];
    let files = file.into_iter().chain(native).map(|file| package.join(file));
    files
        .clone()
        .find(|file| file.exists())
        .unwrap_or_else(|| panic!("no {program} in {}", package.display()))
}

pub(crate) fn link(target: &Path, name: &Path) {
    let folder = name.parent().expect("a file lies in a folder");
    let linked = std::fs::create_dir_all(folder).and_then(|()| std::os::unix::fs::symlink(target, name));
    linked.unwrap_or_else(|error| panic!("{}: {error}", name.display()));
}

pub(crate) fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("a file lies in a folder");
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text));
    written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
