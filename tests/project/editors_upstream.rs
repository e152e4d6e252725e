//! What is meant to be sent to other projects, such as a registry of editors, names this server and the files that it knows.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trustpub_analysis::FileKind;
use trustpub_tests::project::read;
use yaml_rust2::YamlLoader;

fn text_of(path: &str) -> String {
    read(path).unwrap_or_else(|| panic!("{path} is missing"))
}

fn json_of(path: &str) -> Value {
    serde_json::from_str(&text_of(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The patterns of the files that the server looks at by themselves.
fn known() -> impl Iterator<Item = &'static str> {
    let kinds = FileKind::ALL.into_iter().filter(|kind| !kind.is_on_demand());
    kinds.flat_map(FileKind::patterns).copied()
}

/// What the protocol calls the languages of these files, as far as the ends of their names tell. `*` may be any of them, or code.
fn languages() -> BTreeSet<&'static str> {
    let ends = known().filter_map(|pattern| pattern.rsplit('/').next()?.rsplit_once('.'));
    let languages: BTreeSet<&str> = ends
        .filter(|(name, _)| !name.is_empty())
        .filter_map(|(_, end)| match end {
            "*" => None,
            "yml" => Some("yaml"),
            end => Some(end),
        })
        .collect();
    assert_eq!(languages, BTreeSet::from(["json", "jsonc", "toml", "yaml"]));
    languages
}

/// The files whose names tell no language.
fn without_language() -> BTreeSet<&'static str> {
    let names = known().filter_map(|pattern| pattern.rsplit('/').next());
    names
        .filter(|name| name.starts_with('.') && !name.trim_start_matches('.').contains('.'))
        .collect()
}

/// The strings of a list.
fn strings(list: &Value) -> BTreeSet<&str> {
    let list = list.as_array().expect("a list");
    list.iter().filter_map(Value::as_str).collect()
}

fn version() -> String {
    let text = text_of("Cargo.toml");
    let manifest: toml::Table = text.parse().expect("it is TOML");
    let version = manifest["workspace"]["package"]["version"].as_str();
    version.expect("the workspace has a version").to_owned()
}

#[test]
fn mason_installs_this_version() {
    let documents = YamlLoader::load_from_str(&text_of("editors/mason/package.yaml")).expect("it is YAML");
    let package = &documents[0];
    let source = format!("pkg:npm/trustpub@{}", version());
    assert_eq!(package["name"].as_str(), Some("trustpub"));
    assert_eq!(package["source"]["id"].as_str(), Some(source.as_str()));
    assert_eq!(package["bin"]["trustpub"].as_str(), Some("npm:trustpub"));
    // The name in nvim-lspconfig is that of the file.
    assert_eq!(package["neovim"]["lspconfig"].as_str(), Some("trustpub"));
    text_of("editors/neovim/lsp/trustpub.lua");
}

/// nvim-lspconfig has no `ftdetect`, so its README names the files that need one.
#[test]
fn lspconfig_names_the_files_without_a_filetype() {
    let readme = text_of("editors/nvim-lspconfig/README.md");
    let detected = text_of("editors/neovim/ftdetect/trustpub.lua");
    for name in without_language() {
        // Neovim has a filetype for `.npmrc`.
        let is_detected = detected.contains(&format!("'{name}'"));
        assert_eq!(is_detected, name != ".npmrc", "{name}");
        assert_eq!(readme.contains(&format!("`{name}`")), is_detected, "{name}");
    }
}

/// LSP4IJ chooses servers by names of files and not by folders.
#[test]
fn jetbrains_asks_about_the_files_that_the_server_knows() {
    let template = json_of("editors/jetbrains/trustpub/template.json");
    assert_eq!(template["programArgs"]["default"], "trustpub lsp");
    let mappings = template["fileTypeMappings"].as_array().expect("a list");
    let patterns = mappings
        .iter()
        .filter_map(|mapping| mapping["fileType"]["patterns"].as_array());
    let listed: BTreeSet<&str> = patterns.flatten().filter_map(Value::as_str).collect();

    let known = known().map(|pattern| {
        let name = pattern.rsplit('/').next().unwrap_or(pattern);
        match name.rsplit_once('.') {
            Some((_, "yml")) => "*.yml",
            Some((_, "yaml")) => "*.yaml",
            _ => name,
        }
    });
    assert_eq!(listed, known.collect());
}

#[test]
fn jetbrains_has_every_file_of_a_template() {
    let installer = json_of("editors/jetbrains/trustpub/installer.json");
    assert_eq!(installer["id"], "trustpub");
    for name in ["settings", "clientSettings", "initializationOptions"] {
        let path = format!("editors/jetbrains/trustpub/{name}.json");
        assert_eq!(json_of(&path), json!({}), "{path}");
    }
}

/// Without a folder `node_modules`, npm would install into a folder above that has a `package.json`.
#[test]
fn jetbrains_starts_what_it_installed() {
    let installer = json_of("editors/jetbrains/trustpub/installer.json");
    let folder = installer["properties"]["workingDir"].as_str().expect("a folder");
    assert!(folder.ends_with("/node_modules"), "{folder}");
    let configured = &installer["run"]["exec"]["onSuccess"]["configureServer"]["command"];
    assert_eq!(configured["default"], "${workingDir}/.bin/trustpub lsp");
    assert_eq!(configured["windows"], "${workingDir}/.bin/trustpub.cmd lsp");
}

/// The languages of Kate share one server, which then sees the changes in all files.
#[test]
fn kate_has_one_server_for_the_languages_that_the_server_knows() {
    let kate = json_of("editors/kate/settings.json");
    let servers = kate["servers"].as_object().expect("an object");
    let listed: BTreeSet<&str> = servers.keys().map(String::as_str).collect();
    assert_eq!(listed, languages());
    let (own, shared): (Vec<_>, Vec<_>) = servers
        .values()
        .partition(|server| server["command"] != Value::Null);
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["command"], json!(["trustpub", "lsp"]));
    assert!(own[0]["use"].is_null());
    for server in shared {
        assert_eq!(server["use"], "yaml", "{server}");
    }
    assert_eq!(servers["yaml"], *own[0]);
    let readme = text_of("editors/kate/README.md");
    for name in without_language() {
        assert!(readme.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn coc_starts_for_the_languages_that_the_server_knows() {
    let coc = json_of("editors/coc/coc-settings.json");
    let server = &coc["languageserver"]["trustpub"];
    assert_eq!(
        json!([server["command"], server["args"]]),
        json!(["trustpub", ["lsp"]])
    );
    // Those of files without a language: Vim's own of `.npmrc`, and those that editors/vim/README.md sets.
    let others = ["dosini", "conf"];
    let listed = strings(&server["filetypes"]);
    assert_eq!(listed, languages().into_iter().chain(others).collect());
    let vim = text_of("editors/vim/README.md");
    for name in without_language() {
        assert!(name == ".npmrc" || vim.contains(name), "{name}");
    }
    // coc.nvim compares them with the names in a folder, so that one with a slash is never found.
    let roots = strings(&server["rootPatterns"]);
    assert!(roots.iter().all(|root| !root.contains('/')), "{roots:?}");
}

/// Sublime Text has JSONC as a kind of JSON, and names a scope for files without a language only where a package does.
#[test]
fn sublime_starts_for_the_languages_that_the_server_knows() {
    let sublime = json_of("editors/sublime/LanguageServers.sublime-settings");
    let server = &sublime["trustpub"];
    assert_eq!(server["command"], json!(["trustpub", "lsp"]));
    let selector = server["selector"].as_str().expect("a text");
    let scopes: BTreeSet<&str> = selector.split(" | ").collect();
    for language in languages().into_iter().filter(|language| *language != "jsonc") {
        assert!(
            scopes.contains(format!("source.{language}").as_str()),
            "{language}"
        );
    }
}

#[test]
fn zed_has_an_extension_of_this_version() {
    let extension: toml::Table = text_of("editors/zed/extension.toml").parse().expect("it is TOML");
    let package: toml::Table = text_of("editors/zed/Cargo.toml").parse().expect("it is TOML");
    let version = version();
    assert_eq!(extension["version"].as_str(), Some(version.as_str()));
    assert_eq!(package["package"]["version"].as_str(), Some(version.as_str()));
    let server = &extension["language_servers"]["trustpub"];
    let languages: BTreeSet<&str> = server["languages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
        .collect();
    let ids = server["language_ids"].as_table().expect("a table");
    assert_eq!(languages, ids.keys().map(String::as_str).collect());
    let listed: BTreeSet<&str> = ids.values().filter_map(toml::Value::as_str).collect();
    // Zed has no language for files such as `.nvmrc`.
    assert_eq!(
        listed,
        self::languages().into_iter().chain(["plaintext"]).collect()
    );
}

/// A registry of extensions that looks for a licence in the extension's own folder.
#[test]
fn zed_has_its_licence() {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert_eq!(text_of(&format!("editors/zed/{name}")), text_of(name));
    }
}
