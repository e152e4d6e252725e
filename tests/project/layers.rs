//! Which crates and modules may use which.

use trustpub_tests::module_graph::ModuleGraph;
use trustpub_tests::project::{ProjectFile, read, rust_files_below};
use trustpub_tests::rust_code::{code_of, lines_with_word, without_tests};

/// The crates from the inside out: a crate may depend only on those before it.
const LAYERS: [(&str, &str); 6] = [
    ("trustpub-analysis", "server/analysis"),
    ("trustpub-wasm", "server/wasm"),
    ("trustpub-host", "server/host"),
    ("trustpub-lsp", "server/lsp"),
    ("trustpub-registry", "server/registry"),
    ("trustpub", "server/cli"),
];

/// The table of a crate's manifest.
fn manifest(folder: &str) -> toml::Table {
    let path = format!("{folder}/Cargo.toml");
    let text = read(&path).unwrap_or_else(|| panic!("{path} is missing"));
    text.parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn dependencies_point_inwards() {
    for (level, (name, folder)) in LAYERS.iter().enumerate() {
        let manifest = manifest(folder);
        assert_eq!(manifest["package"]["name"].as_str(), Some(*name));
        let names = dependencies(&manifest);
        for (other, _) in &LAYERS[level..] {
            assert!(
                !names.contains(&(*other).to_owned()),
                "{name} must not depend on {other}"
            );
        }
        if level > 0 {
            assert!(
                names.contains(&LAYERS[0].0.to_owned()),
                "{name} was not read right"
            );
        }
    }
}

/// The names of all packages that a manifest depends on, for whatever purpose and platform.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let mut names = Vec::new();
    for (key, value) in manifest {
        match (key.as_str(), value) {
            ("dependencies" | "dev-dependencies" | "build-dependencies", toml::Value::Table(entries)) => {
                for (name, entry) in entries {
                    let renamed = entry.get("package").and_then(toml::Value::as_str);
                    names.push(renamed.unwrap_or(name).to_owned());
                }
            }
            ("target", toml::Value::Table(platforms)) => {
                let platforms = platforms.values().filter_map(toml::Value::as_table);
                names.extend(platforms.flat_map(dependencies));
            }
            _ => {}
        }
    }
    names
}

/// The modules of the language server from the bottom up: a module may only use those before it.
const SERVER_MODULES: [&str; 14] = [
    "connection",
    "capabilities",
    "settings",
    "files",
    "documents",
    "registry",
    "repository",
    "view",
    "convert",
    "requests",
    "event",
    "client",
    "state",
    "server",
];

#[test]
fn modules_of_the_server_form_layers() {
    let graph = ModuleGraph::read("server/lsp");
    let uses = graph.at_depth(1);
    assert_eq!(uses.against(&SERVER_MODULES), [""; 0]);
    for depth in 1..=2 {
        assert_eq!(graph.at_depth(depth).cycles(), [], "at depth {depth}");
    }
}

#[test]
fn analysis_is_pure() {
    let forbidden = [
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "std::time",
        "std::thread",
        "SystemTime",
        "Instant",
        "tokio",
        "lsp_types",
        "tower_lsp",
        "println!",
        "eprintln!",
    ];
    assert_absent(&rust_files_below("server/analysis/src"), &forbidden);
}

#[test]
fn only_the_parser_knows_the_yaml_library() {
    let mut files = rust_files_below("server");
    files.retain(|file| !file.path.starts_with("server/analysis/src/syntax/yaml/"));
    assert_absent(&files, &["yaml_rust2"]);
}

#[test]
fn only_the_language_server_knows_its_framework() {
    let mut files = rust_files_below("server");
    files.retain(|file| file.crate_folder() != "server/lsp");
    assert_absent(&files, &["tower_lsp", "lsp_types"]);
}

#[test]
fn only_the_registry_s_crate_talks_to_a_network() {
    let mut files = rust_files_below("server");
    files.retain(|file| file.crate_folder() != "server/registry");
    assert_absent(&files, &["ureq", "std::net", "TcpStream"]);
    for (name, folder) in LAYERS {
        let names = dependencies(&manifest(folder));
        let may_ask = name == "trustpub" || !names.contains(&"trustpub-registry".to_owned());
        assert!(may_ask, "{name} must not depend on trustpub-registry");
    }
}

#[test]
fn positions_are_made_in_the_converters_only() {
    let mut files = rust_files_below("server/lsp/src");
    files.retain(|file| !file.path.contains("/from_proto") && !file.path.contains("/to_proto"));
    assert_absent(
        &files,
        &["Position::new(", "Range::new(", "Position {", "Range {"],
    );
}

/// Fails where one of the words is in code that is not only for tests.
fn assert_absent(files: &[ProjectFile], words: &[&str]) {
    assert!(!files.is_empty());
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.is_test()) {
        let code = without_tests(&code_of(&file.text));
        // A return type in front of a body, a definition and a use look like a value that is being made.
        let code: String = code
            .lines()
            .map(|line| {
                let is_value = !["-> ", "struct ", "impl ", "for ", "use "]
                    .iter()
                    .any(|word| line.contains(word));
                let line = if is_value {
                    line
                } else {
                    line.trim_end_matches(" {")
                };
                format!("{line}\n")
            })
            .collect();
        for word in words {
            let lines = lines_with_word(&code, word);
            found.extend(
                lines
                    .into_iter()
                    .map(|line| format!("{}:{line} {word}", file.path)),
            );
        }
    }
    assert!(
        found.is_empty(),
        "this does not belong here:\n{}",
        found.join("\n")
    );
}
