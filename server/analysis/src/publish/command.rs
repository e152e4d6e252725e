//! What a simple command means to a publish site.
#![allow(missing_docs, dead_code, reason = "interface draft")]

use crate::syntax::shell::{Command, Word};
use crate::text::TextRange;

pub(crate) enum Meaning {
    Publish(PublishCommand),
    InstallNpm(NpmInstall),
    SelectNode(NodeSelect),
    RunScript(ScriptRun),
    Npmrc(Vec<NpmrcWrite>),
    RemoveNpmrc,
    ChangeFolder(FolderChange),
    Export(Vec<String>),
    Login,
    ChangeManifest,
    LocalScript(LocalScript),
    Other,
}
pub(crate) enum Tool {
    Npm,
    NpmStage,
    Pnpm,
    PnpmStage,
    YarnClassic,
    YarnBerry,
    Bun,
    Lerna,
    Changesets,
    SemanticRelease,
    Np,
    ReleaseIt,
    Nx,
    Auto,
    Beachball,
    VitePlus,
    Other(String),
}
#[derive(PartialEq, Eq)]
pub(crate) enum Flag {
    True,
    False,
    Dynamic,
}
pub(crate) struct PublishCommand {
    pub(crate) tool: Tool,
    pub(crate) name_range: TextRange,
    pub(crate) tool_version: Option<String>,
    pub(crate) folders: Vec<Word>,
    pub(crate) registry: Option<Word>,
    pub(crate) provenance: Option<(bool, TextRange)>,
    pub(crate) dry_run: Option<Flag>,
    pub(crate) workspaces: Vec<String>,
    pub(crate) all_workspaces: bool,
    pub(crate) filters: Vec<String>,
    pub(crate) prefix: Option<Word>,
    pub(crate) userconfig: bool,
    pub(crate) through_docker: bool,
    pub(crate) through_sudo: bool,
}
pub(crate) enum Manager {
    Npm,
    Other,
}
impl Manager {
    pub(crate) fn checks_engines(&self) -> bool {
        matches!(self, Self::Npm)
    }
}
pub(crate) struct NpmInstall {
    pub(crate) spec: Option<Word>,
    pub(crate) manager: Manager,
    pub(crate) is_global: bool,
    pub(crate) range: TextRange,
}
pub(crate) struct NodeSelect {
    pub(crate) spec: Word,
}
pub(crate) struct ScriptRun {
    pub(crate) name: Word,
    pub(crate) arguments: String,
    pub(crate) folder: Option<Word>,
    pub(crate) workspaces: Vec<String>,
    pub(crate) all_workspaces: bool,
}
pub(crate) struct NpmrcWrite {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) range: TextRange,
}
pub(crate) enum FolderChangeKind {
    Cd,
    Push,
    Pop,
}
pub(crate) struct FolderChange {
    pub(crate) target: Option<String>,
    pub(crate) kind: FolderChangeKind,
}
pub(crate) struct LocalScript {
    pub(crate) text: String,
    pub(crate) range: TextRange,
}

const PNPM_BUILTINS: [&str; 34] = [
    "add", "install", "i", "update", "up", "remove", "rm", "link", "unlink", "import", "rebuild", "prune",
    "fetch", "patch", "audit", "list", "ls", "outdated", "why", "licenses", "pack", "start", "test", "exec",
    "dlx", "create", "config", "store", "env", "root", "bin", "setup", "init", "deploy",
];
const YARN_BUILTINS: [&str; 26] = [
    "add",
    "install",
    "init",
    "remove",
    "up",
    "upgrade",
    "link",
    "unlink",
    "pack",
    "info",
    "why",
    "config",
    "cache",
    "plugin",
    "set",
    "dedupe",
    "version",
    "npm",
    "workspaces",
    "workspace",
    "exec",
    "dlx",
    "node",
    "global",
    "audit",
    "constraints",
];

pub(crate) fn meaning(command: &Command) -> Meaning {
    let mut words: Vec<Word> = command.words.clone();
    let (mut docker, mut sudo) = (false, false);
    let mut version: Option<String> = None;
    loop {
        let Some(first) = words.first().map(|w| w.text.clone()) else {
            return npmrc_redirect(command);
        };
        let second = words.get(1).map(|w| w.text.clone()).unwrap_or_default();
        let third = words.get(2).map(|w| w.text.clone()).unwrap_or_default();
        let name = first.rsplit('/').next().unwrap_or(&first).to_owned();
        match (name.as_str(), second.as_str()) {
            ("sudo", _) => {
                sudo = !second.starts_with("-E");
                words.remove(0);
                while words.first().is_some_and(|w| w.text.starts_with('-')) {
                    words.remove(0);
                }
            }
            ("command" | "exec" | "time" | "nice" | "cross-env", _) => {
                words.remove(0);
            }
            ("env", _) => {
                words.remove(0);
            }
            ("timeout", _) => {
                words.drain(..2.min(words.len()));
            }
            ("docker", "run") => {
                docker = true;
                let at = words
                    .iter()
                    .position(|w| matches!(w.text.as_str(), "npm" | "pnpm" | "yarn"));
                match at {
                    Some(at) => {
                        words.drain(..at);
                    }
                    None => return Meaning::Other,
                }
            }
            ("npx" | "pnpx" | "bunx", _)
            | ("pnpm" | "yarn" | "npm" | "pn", "exec" | "dlx")
            | ("bun", "x") => {
                words.remove(0);
                if !matches!(name.as_str(), "npx" | "pnpx" | "bunx") {
                    words.remove(0);
                }
                while words.first().is_some_and(|w| w.text.starts_with('-')) {
                    words.remove(0);
                }
                if let Some(tool) = words.first_mut() {
                    if tool.is_dynamic {
                        return Meaning::Other;
                    }
                    let at = tool.text.get(1..).and_then(|t| t.find('@')).map(|n| n + 1);
                    if let Some(at) = at {
                        version = tool.text.get(at + 1..).map(str::to_owned);
                        let t = tool.text.get(..at).unwrap_or("").to_owned();
                        tool.text = t;
                    }
                }
            }
            ("yarn", "workspace") if third == "exec" => {
                words.drain(..2);
                words.insert(
                    0,
                    Word {
                        text: "yarn".into(),
                        ..words[0].clone()
                    },
                );
                words.remove(1);
                words.insert(
                    1,
                    Word {
                        text: "exec".into(),
                        ..words[0].clone()
                    },
                );
                words.remove(2);
                words.remove(0);
                words.remove(0);
            }
            ("node", bin) if bin.contains("node_modules/.bin/") => {
                words.remove(0);
                if let Some(tool) = words.first_mut() {
                    tool.text = tool.text.rsplit('/').next().unwrap_or("").to_owned();
                }
            }
            _ if words.first().is_some_and(|w| {
                w.text.contains('=')
                    && !w.text.starts_with('-')
                    && w.text.split('=').next().is_some_and(|n| {
                        !n.is_empty() && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                    })
            }) =>
            {
                words.remove(0);
            }
            _ => break,
        }
    }
    let redirect = npmrc_redirect(command);
    let first = words
        .first()
        .map(|w| w.text.rsplit('/').next().unwrap_or("").to_owned())
        .unwrap_or_default();
    let args: Vec<&Word> = words.iter().skip(1).collect();
    let plain: Vec<&str> = positionals(&args).iter().map(|w| w.text.as_str()).collect();
    let whole = words
        .first()
        .map_or(command.range, |w| w.range)
        .cover(words.last().map_or(command.range, |w| w.range));
    match first.as_str() {
        "echo" | "printf" | "cat" | "tee" => return redirect,
        "cd" => {
            return Meaning::ChangeFolder(FolderChange {
                target: target(&args),
                kind: FolderChangeKind::Cd,
            });
        }
        "pushd" => {
            return Meaning::ChangeFolder(FolderChange {
                target: target(&args),
                kind: FolderChangeKind::Push,
            });
        }
        "popd" => {
            return Meaning::ChangeFolder(FolderChange {
                target: None,
                kind: FolderChangeKind::Pop,
            });
        }
        "export" => {
            return Meaning::Export(
                args.iter()
                    .filter_map(|w| w.text.split('=').next())
                    .map(str::to_owned)
                    .collect(),
            );
        }
        "rm" if args.iter().any(|w| w.text.ends_with(".npmrc")) => return Meaning::RemoveNpmrc,
        "jq" | "sed" if command.words.iter().any(|w| w.text.contains("package.json")) => {
            return Meaning::ChangeManifest;
        }
        "corepack"
            if plain.first() == Some(&"prepare")
                || plain.first() == Some(&"use")
                || plain.first() == Some(&"install") =>
        {
            return install(&args, Manager::Other, whole).unwrap_or(Meaning::Other);
        }
        "volta" if plain.first() == Some(&"install") => {
            return install(&args, Manager::Other, whole)
                .or_else(|| node(&args))
                .unwrap_or(Meaning::Other);
        }
        "mise" | "rtx" => return node(&args).unwrap_or(Meaning::Other),
        "nvm" | "fnm" if matches!(plain.first(), Some(&("install" | "use"))) => return select(&args, 1),
        "n" => return select(&args, 0),
        "bash" | "sh" | "node" | "tsx" | "python" | "python3" | "make" | "zsh" | "deno" | "ts-node"
        | "just" => {
            let text = positionals(&args)
                .iter()
                .map(|w| w.text.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            return Meaning::LocalScript(LocalScript {
                text: format!("{first} {text}"),
                range: whole,
            });
        }
        _ => {}
    }
    if words
        .first()
        .is_some_and(|w| w.text.starts_with("./") || w.text.ends_with(".sh"))
    {
        return Meaning::LocalScript(LocalScript {
            text: words.first().map(|w| w.text.clone()).unwrap_or_default(),
            range: whole,
        });
    }
    let manager = matches!(first.as_str(), "npm" | "pnpm" | "pn" | "yarn" | "bun");
    if manager {
        if plain.first() == Some(&"pkg") {
            return Meaning::ChangeManifest;
        }
        if matches!(plain.first(), Some(&("login" | "adduser"))) {
            return Meaning::Login;
        }
        if matches!(plain.as_slice(), ["config", "set", ..] | ["set", ..]) {
            return config_set(&args, whole);
        }
        let is_install = matches!(
            plain.first(),
            Some(&("i" | "install" | "add" | "in" | "ins" | "update" | "up"))
        );
        let is_global = args
            .iter()
            .any(|w| matches!(w.text.as_str(), "-g" | "--global" | "--location=global"))
            || plain.first() == Some(&"global");
        if (is_install || plain.first() == Some(&"global")) && is_global {
            let kind = if first == "npm" {
                Manager::Npm
            } else {
                Manager::Other
            };
            return install(&args, kind, whole).unwrap_or(Meaning::Other);
        }
        if first == "pnpm" && plain.first() == Some(&"env") {
            return select(&args, 2);
        }
    }
    let tool = match (first.as_str(), plain.as_slice()) {
        ("npm", ["publish", ..]) => Tool::Npm,
        ("npm", ["stage", "publish", ..]) => Tool::NpmStage,
        ("pnpm" | "pn", ["publish", ..]) => Tool::Pnpm,
        ("pnpm" | "pn", ["stage", "publish", ..]) => Tool::PnpmStage,
        ("yarn", ["publish", ..]) => Tool::YarnClassic,
        ("yarn", ["npm", "publish", ..]) | ("yarn", ["workspaces", "foreach", ..])
            if plain.contains(&"npm") && plain.contains(&"publish") =>
        {
            Tool::YarnBerry
        }
        ("yarn", ["workspace", _, "npm", "publish", ..]) => Tool::YarnBerry,
        ("bun", ["publish", ..]) => Tool::Bun,
        ("lerna" | "pnpm" | "yarn", p)
            if first == "lerna" && p.first() == Some(&"publish")
                || p.first() == Some(&"lerna") && p.get(1) == Some(&"publish") =>
        {
            Tool::Lerna
        }
        ("changeset" | "changesets", ["publish", ..]) => Tool::Changesets,
        ("pnpm" | "yarn", ["changeset", "publish", ..]) => Tool::Changesets,
        ("semantic-release", _) | ("pnpm" | "yarn", ["semantic-release", ..])
            if !args.iter().any(|w| matches!(w.text.as_str(), "--dry-run" | "-d")) =>
        {
            Tool::SemanticRelease
        }
        ("np", _) => Tool::Np,
        ("release-it", _) | ("pnpm" | "yarn", ["release-it", ..])
            if !args.iter().any(|w| w.text.starts_with("--no-npm")) =>
        {
            Tool::ReleaseIt
        }
        ("nx", ["release", rest @ ..]) if matches!(rest.first(), None | Some(&"publish")) => Tool::Nx,
        ("pnpm" | "yarn", ["nx", "release", rest @ ..])
            if matches!(rest.first(), None | Some(&"publish")) =>
        {
            Tool::Nx
        }
        ("auto", ["shipit", ..]) => Tool::Auto,
        ("beachball", ["publish", ..]) => Tool::Beachball,
        ("vp", ["pm", "publish", ..]) => Tool::VitePlus,
        ("rollingversions", ["publish", ..]) => Tool::Other("rollingversions".to_owned()),
        _ => return run_script(&first, &args, &plain, manager).unwrap_or(redirect),
    };
    publish(tool, &words, &args, version, docker, sudo, whole)
}

fn target(args: &[&Word]) -> Option<String> {
    args.iter()
        .find(|w| !w.text.starts_with('-'))
        .filter(|w| !w.is_dynamic)
        .map(|w| w.text.clone())
}

/// Words that are neither flags nor the value of a flag that takes one.
fn positionals<'w>(args: &[&'w Word]) -> Vec<&'w Word> {
    let mut found = Vec::new();
    let mut skip = false;
    for word in args {
        if skip {
            skip = false;
            continue;
        }
        if word.text.starts_with('-') {
            skip = matches!(
                word.text.as_str(),
                "--tag"
                    | "--access"
                    | "--registry"
                    | "-w"
                    | "--workspace"
                    | "--filter"
                    | "-F"
                    | "--prefix"
                    | "-C"
                    | "--dir"
                    | "--cwd"
                    | "--otp"
                    | "--userconfig"
                    | "--loglevel"
                    | "--include"
                    | "--dist-tag"
                    | "--preid"
            );
            continue;
        }
        found.push(*word);
    }
    found
}

fn flag<'w>(args: &[&'w Word], names: &[&str]) -> Option<Word> {
    for (n, word) in args.iter().enumerate() {
        for name in names {
            if word.text == *name {
                return args.get(n + 1).map(|w| (*w).clone());
            }
            if let Some(value) = word
                .text
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('='))
            {
                return Some(Word {
                    text: value.to_owned(),
                    ..(*word).clone()
                });
            }
        }
    }
    None
}

fn publish(
    tool: Tool,
    words: &[Word],
    args: &[&Word],
    tool_version: Option<String>,
    through_docker: bool,
    through_sudo: bool,
    whole: TextRange,
) -> Meaning {
    let verb = words
        .iter()
        .find(|w| matches!(w.text.as_str(), "publish" | "shipit" | "release"))
        .map_or(whole, |w| w.range);
    let start = words.first().map_or(whole, |w| w.range);
    let after: Vec<&Word> = args
        .iter()
        .copied()
        .skip_while(|w| w.text != "publish")
        .skip(1)
        .collect();
    let has = |names: &[&str]| args.iter().any(|w| names.contains(&w.text.as_str()));
    let dry = args.iter().find(|w| w.text.starts_with("--dry-run")).map(|w| {
        match w.text.strip_prefix("--dry-run=") {
            None => Flag::True,
            Some("true") => Flag::True,
            Some("false") => Flag::False,
            Some(_) => Flag::Dynamic,
        }
    });
    let provenance = args.iter().find_map(|w| match w.text.as_str() {
        "--provenance" | "--provenance=true" => Some((true, w.range)),
        "--no-provenance" | "--provenance=false" => Some((false, w.range)),
        _ => None,
    });
    let many = |names: &[&str]| -> Vec<String> {
        let mut found = Vec::new();
        for (n, w) in args.iter().enumerate() {
            for name in names {
                if w.text == *name {
                    found.extend(args.get(n + 1).map(|w| w.text.clone()));
                } else if let Some(v) = w.text.strip_prefix(name).and_then(|r| r.strip_prefix('=')) {
                    found.push(v.to_owned());
                }
            }
        }
        found
    };
    let is_npm = matches!(tool, Tool::Npm | Tool::NpmStage);
    Meaning::Publish(PublishCommand {
        folders: positionals(&after).into_iter().cloned().collect(),
        registry: flag(args, &["--registry"]),
        provenance,
        dry_run: dry,
        workspaces: many(&["-w", "--workspace"])
            .into_iter()
            .filter(|_| is_npm)
            .collect(),
        all_workspaces: has(&["-ws", "--workspaces", "-r", "--recursive", "foreach"]),
        filters: many(&["--filter", "-F"]),
        prefix: flag(args, &["--prefix", "-C", "--dir", "--cwd"]),
        userconfig: args.iter().any(|w| w.text.starts_with("--userconfig")),
        tool,
        tool_version,
        through_docker,
        through_sudo,
        name_range: start.cover(verb),
    })
}

fn run_script(first: &str, args: &[&Word], plain: &[&str], manager: bool) -> Option<Meaning> {
    if !manager {
        return None;
    }
    let positional = positionals(args);
    let (name, rest) = match (first, plain) {
        (_, ["run" | "run-script", _, ..]) => (positional.get(1)?, 2),
        ("npm", ["test" | "start" | "stop" | "restart", ..]) => (positional.first()?, 1),
        ("npm" | "bun", _) => return None,
        ("pnpm" | "pn", [name, ..]) if !PNPM_BUILTINS.contains(name) => (positional.first()?, 1),
        ("yarn", ["workspace", _, "run", ..]) => (positional.get(3)?, 4),
        ("yarn", ["workspace", _, _, ..]) => (positional.get(2)?, 3),
        ("yarn", [name, ..]) if !YARN_BUILTINS.contains(name) => (positional.first()?, 1),
        _ => return None,
    };
    let arguments = args
        .iter()
        .skip_while(|w| w.range != name.range)
        .skip(1)
        .filter(|w| w.text != "--")
        .map(|w| w.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let _ = rest;
    let workspaces: Vec<String> = ["-w", "--workspace", "--filter", "-F"]
        .iter()
        .filter_map(|n| flag(args, &[n]))
        .map(|w| w.text)
        .filter(|w| !w.is_empty())
        .collect();
    let workspaces = if first == "pnpm" && args.iter().any(|w| w.text == "-w") {
        Vec::new()
    } else {
        workspaces
    };
    Some(Meaning::RunScript(ScriptRun {
        name: (*name).clone(),
        arguments,
        folder: flag(args, &["--prefix", "-C", "--dir", "--cwd"]),
        workspaces,
        all_workspaces: args
            .iter()
            .any(|w| matches!(w.text.as_str(), "--workspaces" | "-ws" | "-r" | "--recursive")),
    }))
}

fn install(args: &[&Word], manager: Manager, range: TextRange) -> Option<Meaning> {
    let word = args
        .iter()
        .find(|w| w.text == "npm" || w.text.starts_with("npm@"))
        .or_else(|| {
            args.iter()
                .find(|w| w.is_dynamic && w.text.contains("packageManager"))
        })?;
    let spec = word.text.strip_prefix("npm@").map(|spec| Word {
        text: spec.to_owned(),
        ..(**word).clone()
    });
    let spec = if word.text == "npm" {
        None
    } else {
        Some(spec.unwrap_or_else(|| (**word).clone()))
    };
    let range = if word.text == "npm" { word.range } else { range };
    Some(Meaning::InstallNpm(NpmInstall {
        spec,
        manager,
        is_global: true,
        range,
    }))
}

fn node(args: &[&Word]) -> Option<Meaning> {
    let word = args.iter().find(|w| w.text.starts_with("node@"))?;
    Some(Meaning::SelectNode(NodeSelect {
        spec: Word {
            text: word.text.get(5..)?.to_owned(),
            ..(**word).clone()
        },
    }))
}

fn select(args: &[&Word], at: usize) -> Meaning {
    match positionals(args).get(at) {
        Some(word) => Meaning::SelectNode(NodeSelect {
            spec: (*word).clone(),
        }),
        None => Meaning::SelectNode(NodeSelect {
            spec: Word {
                range: TextRange::default(),
                text: "$".into(),
                is_dynamic: true,
                inner: None,
            },
        }),
    }
}

fn config_set(args: &[&Word], range: TextRange) -> Meaning {
    let words: Vec<&Word> = positionals(args)
        .into_iter()
        .filter(|w| !matches!(w.text.as_str(), "config" | "set"))
        .collect();
    let Some(first) = words.first() else {
        return Meaning::Other;
    };
    let (key, value) = match (first.text.split_once('='), words.get(1)) {
        (Some((k, v)), _) => (k.to_owned(), v.to_owned()),
        (None, Some(v)) => (first.text.clone(), v.text.clone()),
        _ => return Meaning::Other,
    };
    Meaning::Npmrc(vec![NpmrcWrite {
        key: key.trim_matches('"').to_owned(),
        value: value.trim_matches('"').to_owned(),
        range,
    }])
}

/// `echo … > .npmrc` and the like, and variables for the steps that follow.
fn npmrc_redirect(command: &Command) -> Meaning {
    let is_tee = command.word(0) == Some("tee");
    let targets: Vec<&str> = command
        .redirects
        .iter()
        .filter(|r| r.operator.starts_with('>'))
        .map(|r| r.target.text.as_str())
        .collect();
    let text: String = command
        .words
        .iter()
        .skip(1)
        .map(|w| w.text.as_str())
        .chain(
            command
                .redirects
                .iter()
                .filter(|r| r.operator.starts_with("<<"))
                .map(|r| r.target.text.as_str()),
        )
        .collect::<Vec<_>>()
        .join(" ")
        .replace("\\n", "\n");
    if targets.iter().any(|t| t.contains("GITHUB_ENV")) {
        return Meaning::Export(
            text.lines()
                .filter_map(|l| l.split_once('='))
                .map(|(n, _)| n.trim().to_owned())
                .collect(),
        );
    }
    let is_npmrc = targets
        .iter()
        .any(|t| t.ends_with(".npmrc") || t.contains("NPM_CONFIG_USERCONFIG"))
        || is_tee && command.words.iter().any(|w| w.text.ends_with(".npmrc"));
    if !is_npmrc {
        return Meaning::Other;
    }
    let writes = text
        .lines()
        .filter_map(|l| l.trim().trim_start_matches("-e ").split_once('='))
        .map(|(k, v)| NpmrcWrite {
            key: k.trim().to_owned(),
            value: v.trim().trim_matches('"').to_owned(),
            range: command.range,
        });
    Meaning::Npmrc(writes.collect())
}
