//! What the editors' files list is what the server knows.

use std::collections::BTreeSet;

use trustpub_analysis::FileKind;
use trustpub_host::{GIT_FOLDER, WORKFLOWS_FOLDER};
use trustpub_tests::project::{files_below, read};
use trustpub_tests::spelled_out::spelled_out;

/// The files that the server looks at by themselves, in any folder: an editor need not know where a repository begins.
fn known() -> BTreeSet<String> {
    let kinds = FileKind::ALL.into_iter().filter(|kind| !kind.is_on_demand());
    let patterns = kinds.flat_map(FileKind::patterns);
    patterns
        .map(|pattern| pattern.trim_start_matches("**/").to_owned())
        .collect()
}

fn text_of(path: &str) -> String {
    read(path).unwrap_or_else(|| panic!("{path} is missing"))
}

/// The text between two others.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    let (between, _) = rest.split_once(end).unwrap_or_else(|| panic!("no {end}"));
    between
}

/// The contents of the string literals in a text, without what their escapes mean.
fn literals(text: &str, quote: char) -> Vec<&str> {
    text.split(quote).skip(1).step_by(2).collect()
}

/// Globs with the folders before them taken off.
fn of_globs<'a>(globs: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let to_regex = |glob: &str| {
        let glob = glob.trim_start_matches("**/").replace('.', "\\.");
        let glob = glob.replace('*', "[^/]+").replace('{', "(").replace('}', ")");
        glob.replace(',', "|")
    };
    let regexes = globs.into_iter().map(to_regex);
    regexes.flat_map(|regex| spelled_out(&regex)).collect()
}

#[test]
fn vscode_asks_about_the_files_that_the_server_knows() {
    let text = text_of("editors/vscode/src/files.ts");
    let list = between(&text, "FILE_PATTERNS = [", "];");
    assert_eq!(of_globs(literals(list, '"')), known());
}

#[test]
fn vscode_starts_for_files_that_the_server_knows() {
    let text = text_of("editors/vscode/package.json");
    let events = between(&text, "\"activationEvents\": [", "]");
    let globs = literals(events, '"')
        .into_iter()
        .filter_map(|event| event.strip_prefix("workspaceContains:"));
    let globs = of_globs(globs);
    assert!(!globs.is_empty());
    assert!(globs.is_subset(&known()), "{globs:?}");
}

#[test]
fn neovim_asks_about_the_files_that_the_server_knows() {
    let text = text_of("editors/neovim/lsp/trustpub.lua");
    let names = literals(between(&text, "local names = {", "\n}"), '\'');
    let patterns = literals(between(&text, "local patterns = {", "\n}"), '\'');
    let to_regex = |pattern: &str| pattern.replace('%', "\\");
    let patterns = patterns
        .into_iter()
        .map(|pattern| to_regex(pattern.trim_start_matches('/').trim_end_matches('$')));
    let mut listed: BTreeSet<String> = names.into_iter().map(str::to_owned).collect();
    listed.extend(patterns.flat_map(|pattern| spelled_out(&pattern)));
    assert_eq!(listed, known());
}

/// Neovim attaches a server to buffers with a filetype only, so the files that it knows none for get one.
#[test]
fn neovim_gives_filetypes_to_files_that_the_server_knows() {
    let text = text_of("editors/neovim/ftdetect/trustpub.lua");
    let named: BTreeSet<String> = text
        .lines()
        .filter(|line| line.starts_with("fallback("))
        .flat_map(|line| literals(line, '\''))
        .filter(|name| name.starts_with('.'))
        .map(str::to_owned)
        .collect();
    assert!(named.is_subset(&known()), "{named:?}");
    let lsp = text_of("editors/neovim/lsp/trustpub.lua");
    assert!(
        !lsp.contains("filetypes = "),
        "a filetype of the user's keeps the server away"
    );
}

#[test]
fn neovim_finds_the_root_that_the_server_finds() {
    let text = text_of("editors/neovim/lsp/trustpub.lua");
    for folder in [WORKFLOWS_FOLDER, GIT_FOLDER] {
        let check = format!("fs_stat(folder .. '/{folder}')");
        assert!(text.contains(&check), "{check}");
    }
}

#[test]
fn emacs_asks_about_the_files_that_the_server_knows() {
    let text = text_of("editors/emacs/trustpub.el");
    let regex = literals(between(&text, "trustpub-file-regexp", "\"What"), '"').concat();
    let regex = regex
        .replace("\\\\(?:", "(")
        .replace("\\\\)", ")")
        .replace("\\\\|", "|");
    let regex = regex.replace("\\\\'", "").replace("\\\\", "\\");
    assert_eq!(spelled_out(regex.trim_start_matches('/')), known());
}

/// Eglot's projects have one root each, which is the server's.
#[test]
fn emacs_finds_the_root_that_the_server_finds() {
    let text = text_of("editors/emacs/trustpub.el");
    for folder in [WORKFLOWS_FOLDER, GIT_FOLDER] {
        let check = format!("(expand-file-name \"{folder}\" folder)");
        assert!(text.contains(&check), "{check}");
    }
}

#[test]
fn vim_asks_about_the_files_that_the_server_knows() {
    let text = text_of("editors/vim/README.md");
    let regex = literals(between(&text, "let l:known =", "\n  if"), '\'').concat();
    let regex = regex.trim_start_matches("\\v/").trim_end_matches('$');
    assert_eq!(spelled_out(regex), known());
}

#[test]
fn vim_finds_the_root_that_the_server_finds() {
    let text = text_of("editors/vim/README.md");
    for folder in [WORKFLOWS_FOLDER, GIT_FOLDER] {
        let check = format!("(l:folder . '/{folder}')");
        assert!(text.contains(&check), "{check}");
    }
}

/// Helix chooses servers by language and not by path, so its files list languages. Only what makes it start the server for a
/// folder is a list of files.
#[test]
fn helix_starts_for_files_that_the_server_knows() {
    for version in ["languages.toml", "languages-25.01.toml"] {
        let text = text_of(&format!("editors/helix/{version}"));
        let patterns = between(&text, "required-root-patterns = [", "]");
        let mut listed = of_globs(literals(patterns, '"'));
        assert!(listed.remove(".github"), "{version} does not know workflows");
        assert!(listed.is_subset(&known()), "{version}: {listed:?}");
    }
}

/// Helix has a language for most files by the end of their name. The others are listed in its files, except for code, whose
/// languages have servers of their own.
#[test]
fn helix_has_a_language_for_the_files_that_the_server_knows() {
    let code = ["js", "mjs", "cjs", "ts", "mts", "cts"];
    for version in ["languages.toml", "languages-25.01.toml"] {
        let text = text_of(&format!("editors/helix/{version}"));
        assert!(text.contains("is code, such as release.config.js, is not covered"));
        let table: toml::Table = text.parse().expect("it is TOML");
        let languages = table["language"].as_array().expect("a list of languages");
        let mut served = BTreeSet::new();
        let mut named = BTreeSet::new();
        for language in languages {
            let servers = language["language-servers"].as_array();
            let is_served =
                servers.is_some_and(|servers| servers.iter().any(|name| name.as_str() == Some("trustpub")));
            assert!(is_served, "{version}: {language}");
            served.extend(language["name"].as_str());
            let globs = language.get("file-types").and_then(toml::Value::as_array);
            named.extend(
                globs
                    .into_iter()
                    .flatten()
                    .filter_map(|file_type| file_type["glob"].as_str()),
            );
        }
        for file in known() {
            let end = file.rsplit_once('.').map_or("", |(_, end)| end);
            let language = match end {
                "yml" | "yaml" => "yaml",
                "npmrc" => "ini", // By its name: `{ glob = ".npmrc" }` in Helix's own list.
                "*" => continue,  // Any of these, and code.
                end if code.contains(&end) => continue,
                end => end,
            };
            assert!(
                served.contains(language) || named.contains(file.as_str()),
                "{version} has no language for {file}"
            );
        }
        assert!(
            named.iter().all(|name| known().contains(*name)),
            "{version}: {named:?}"
        );
    }
}

/// Vim and ALE look at files by their type, so each type that the README names a linter for is one of these files.
#[test]
fn vim_gives_filetypes_to_files_that_the_server_knows() {
    let text = text_of("editors/vim/README.md");
    let named = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("autocmd BufNewFile,BufRead "));
    let named: BTreeSet<String> = named
        .flat_map(|line| line.split(' ').next().unwrap_or_default().split(','))
        .map(str::to_owned)
        .collect();
    assert!(!named.is_empty());
    assert!(named.is_subset(&known()), "{named:?}");
    let neovim = text_of("editors/neovim/ftdetect/trustpub.lua");
    assert!(
        named.iter().all(|name| neovim.contains(&format!("'{name}'"))),
        "{named:?}"
    );
}

/// VS Code makes links of `[text](command:…)` in a notification, also of such a name of a file.
#[test]
fn vscode_shows_no_foreign_text_in_a_notification() {
    let mut count = 0;
    for file in files_below("editors/vscode/src") {
        for start in [
            "showInformationMessage(",
            "showWarningMessage(",
            "showErrorMessage(",
            "this.show(\"trustpub\", ",
        ] {
            for (at, _) in file.text.match_indices(start) {
                let line = file.text[at + start.len()..].lines().next().unwrap_or_default();
                count += 1;
                assert!(is_own_text(line), "{}: {start}{line}", file.path);
            }
        }
    }
    assert!(count > 5, "only {count} were found");
    // A text of which the lines before have to be looked at.
    let fixes = text_of("editors/vscode/src/fixes.ts");
    let message = between(&fixes, "const message = ", ";");
    assert!(message.contains("counted(count, \"problem\")"), "{message}");
    assert!(!message.contains("leftOut"), "{message}");
}

/// Whether an argument is a literal, or made harmless, or a constant that is a literal.
fn is_own_text(argument: &str) -> bool {
    let is_literal = argument.starts_with('"');
    let is_template =
        argument.starts_with('`') && argument.matches("${").count() == argument.matches("${plain(").count();
    is_literal || is_template || argument.starts_with("plain(") || argument.starts_with("message,")
}

#[test]
fn vscode_asks_registries_in_trusted_folders_only() {
    let text = text_of("editors/vscode/package.json");
    let command = between(&text, "\"command\": \"trustpub.verify\"", "}");
    assert!(command.contains("isWorkspaceTrusted"), "{command}");
    let restricted = between(&text, "\"restrictedConfigurations\": [", "]");
    assert!(restricted.contains("trustpub.publishedLens"), "{restricted}");
    let code = text_of("editors/vscode/src/documents.ts");
    let verify = between(&code, "export async function verify", "await show(");
    assert!(verify.contains("if (!vscode.workspace.isTrusted)"), "{verify}");
    let server = text_of("editors/vscode/src/server.ts");
    assert!(
        server.contains("publishedLens: false") && server.contains("isTrusted: false"),
        "{server}"
    );
}

/// pre-commit is not an editor, and the hook starts for what is read on demand too: a run takes milliseconds. Scripts have any name.
#[test]
fn pre_commit_starts_for_files_that_are_read() {
    let text = text_of(".pre-commit-hooks.yaml");
    let names = between(&text, "files: '(^|/)(", ")$'");
    let mut read = known();
    let on_demand = [FileKind::Makefile, FileKind::LockFile];
    let patterns = on_demand.into_iter().flat_map(FileKind::patterns);
    read.extend(patterns.map(|pattern| pattern.trim_start_matches("**/").to_owned()));
    assert_eq!(spelled_out(names), read);
}

/// Nor is lefthook, whose recipe is in the guide for CI.
#[test]
fn lefthook_starts_for_files_that_are_read() {
    let text = text_of("docs/ci.md");
    let recipe = between(&text, "# lefthook.yml", "```");
    let globs = of_globs(literals(
        recipe.split_once("glob:").expect("the recipe has globs").1,
        '"',
    ));
    assert_eq!(globs, known());
}
