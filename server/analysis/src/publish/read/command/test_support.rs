//! Scripts to lines of text, so that tests are tables.

use super::{Meaning, NpmInstall, PublishCommand, fed, meaning};
use crate::syntax::shell::{Command, Word, split_script};

/// Compares what `show` says of the first column with the second.
pub(crate) fn table(show: impl Fn(&str) -> String, rows: &[(&str, &str)]) {
    let shown: Vec<(&str, String)> = rows.iter().map(|(script, _)| (*script, show(script))).collect();
    let wanted: Vec<(&str, String)> = rows
        .iter()
        .map(|(script, wanted)| (*script, (*wanted).to_owned()))
        .collect();
    assert_eq!(shown, wanted);
}

/// The first command of a script.
pub(crate) fn command_of(script: &str) -> Command {
    split_script(script).commands.remove(0)
}

/// What each command of a script means, in one line each.
pub(crate) fn meanings(script: &str) -> Vec<String> {
    let commands = split_script(script).commands;
    let mut before = None;
    let mut lines = Vec::new();
    for command in &commands {
        let of_pipe = fed(script, before, command);
        lines.push(line(script, &meaning(of_pipe.as_ref().unwrap_or(command))));
        before = Some(command);
    }
    lines
}

fn line(script: &str, meaning: &Meaning) -> String {
    match meaning {
        Meaning::Publish(publish) => publish_line(script, publish),
        Meaning::InstallNpm(install) => install_line(install),
        Meaning::Corepack(corepack) => {
            let spec = corepack.spec.as_ref().map_or("-", |spec| &spec.text);
            let enables = match (corepack.enables_npm, &corepack.spec) {
                (true, _) => " enable npm",
                (false, None) => " enable",
                (false, Some(_)) => "",
            };
            format!("corepack {spec}{enables}")
        }
        Meaning::SelectNode(select) => {
            let npm = select.npm.as_ref().map(|npm| format!(", {}", install_line(npm)));
            let project = match select.is_of_project {
                true => " of the project",
                false => "",
            };
            format!("node {}{project}{}", select.spec.text, npm.unwrap_or_default())
        }
        Meaning::RunScript(run) => {
            let names: Vec<&str> = run.names.iter().map(|name| name.text.as_str()).collect();
            let mut line = format!("run {}", names.join(" "));
            add(&mut line, "arguments", &run.arguments);
            let scope = &run.scope;
            let chosen: Vec<&str> = scope
                .workspaces
                .iter()
                .chain(&scope.filters)
                .map(String::as_str)
                .collect();
            add(&mut line, "workspaces", &chosen.join(" "));
            add(
                &mut line,
                "in",
                scope.folder.as_ref().map_or("", |word| &word.text),
            );
            add(&mut line, "all", if scope.all_workspaces { "yes" } else { "" });
            add(&mut line, "root", if scope.is_at_root { "yes" } else { "" });
            line
        }
        Meaning::Npmrc(writes) if writes.iter().all(|write| write.key.is_empty()) => "npmrc ?".to_owned(),
        Meaning::Npmrc(writes) => {
            let writes = writes
                .iter()
                .map(|write| format!("{}={}", write.key, write.value));
            format!("npmrc {}", writes.collect::<Vec<_>>().join(" "))
        }
        Meaning::RemoveNpmrcKeys(keys) => format!("remove {}", keys.join(" ")),
        Meaning::RemoveNpmrc => "remove .npmrc".to_owned(),
        Meaning::ChangeFolder(change) => {
            format!(
                "{:?} {}",
                change.kind,
                change.target.as_ref().map_or("?", |word| &word.text)
            )
        }
        Meaning::Export(exports) => {
            let names: Vec<&str> = exports.iter().map(|exported| exported.name.as_str()).collect();
            format!("export {}", names.join(" "))
        }
        Meaning::ExtendPath(path) => {
            let until = if path.for_later_steps { "later" } else { "now" };
            format!("path {until}: {}", path.folders.join(" "))
        }
        Meaning::RegistryCommand(registry) => {
            let dist_tag = if registry.is_dist_tag { " (dist-tag)" } else { "" };
            let mut line = format!("needs login: {}{dist_tag}", registry.command);
            add(
                &mut line,
                "registry",
                registry.registry.as_ref().map_or("", |word| &word.text),
            );
            line
        }
        Meaning::Login => "login".to_owned(),
        Meaning::LoginElsewhere => "login elsewhere".to_owned(),
        Meaning::ChangeManifest => "change manifest".to_owned(),
        Meaning::LocalScript(script) => format!("script {}", script.text),
        Meaning::InstallDependencies(install) => {
            let flag = install.ignores_scripts.map(|flag| format!(" {flag:?}"));
            let (manager, command) = (install.manager, &install.command);
            format!(
                "dependencies by {manager:?} «{command}»{}",
                flag.unwrap_or_default()
            )
        }
        Meaning::Other => "other".to_owned(),
    }
}

fn install_line(install: &NpmInstall) -> String {
    let spec = install.spec.as_ref().map_or("-", |spec| &spec.text);
    let place = if install.is_global { "global" } else { "local" };
    let mut line = format!("npm {spec} {place} {:?}", install.manager);
    add(
        &mut line,
        "in",
        install.prefix.as_ref().map_or("", |word| &word.text),
    );
    line
}

fn publish_line(script: &str, publish: &PublishCommand) -> String {
    let words = |words: &[String]| words.join(" ");
    let folders: Vec<String> = publish.folders.iter().map(|word| word.text.clone()).collect();
    let stage = if publish.is_staged { "Stage" } else { "" };
    let name = publish.name_range.slice(script);
    let mut line = format!("{:?}{stage} «{name}»", publish.tool);
    add(
        &mut line,
        "version",
        publish.tool_version.as_deref().unwrap_or(""),
    );
    add(&mut line, "folders", &words(&folders));
    add(
        &mut line,
        "registry",
        publish.flags.registry.as_ref().map_or("", |word| &word.text),
    );
    let scoped = publish.flags.scoped_registries.iter();
    let scoped: Vec<String> = scoped
        .map(|(scope, word)| format!("{scope}:{}", word.text))
        .collect();
    add(&mut line, "scoped", &words(&scoped));
    let provenance = publish
        .flags
        .provenance
        .map(|(is_on, _)| is_on.to_string())
        .unwrap_or_default();
    add(&mut line, "provenance", &provenance);
    let dry_run = publish
        .flags
        .dry_run
        .map(|flag| format!("{flag:?}"))
        .unwrap_or_default();
    add(&mut line, "dry-run", &dry_run);
    let yes = |is_so: bool| if is_so { "yes" } else { "" };
    let text = |word: &Option<Word>| word.as_ref().map_or_else(String::new, |word| word.text.clone());
    let scope = &publish.scope;
    add(&mut line, "workspaces", &words(&scope.workspaces));
    add(&mut line, "excluded", &words(&scope.excluded));
    add(&mut line, "all", yes(scope.all_workspaces));
    add(&mut line, "root", yes(scope.includes_root));
    add(&mut line, "partial", yes(scope.is_partial));
    add(&mut line, "filters", &words(&scope.filters));
    add(&mut line, "in", &text(&scope.folder));
    add(&mut line, "tag", &text(&publish.flags.tag));
    add(&mut line, "access", &text(&publish.flags.access));
    add(&mut line, "forced", yes(publish.flags.is_forced));
    add(&mut line, "short", &text(&publish.flags.short_workspaces_flag));
    add(&mut line, "build", yes(publish.options.publishes_build));
    add(
        &mut line,
        "userconfig",
        if publish.flags.has_userconfig { "yes" } else { "" },
    );
    add(
        &mut line,
        "docker",
        if publish.environment.through_docker {
            "yes"
        } else {
            ""
        },
    );
    add(
        &mut line,
        "sudo",
        if publish.environment.through_sudo {
            "yes"
        } else {
            ""
        },
    );
    add(
        &mut line,
        "own-node",
        if publish.environment.has_own_node {
            "yes"
        } else {
            ""
        },
    );
    line
}

fn add(line: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        line.push_str(&format!(" {name}={value}"));
    }
}
