//! `docs/publishing-tools.md` is made from the register of publishing tools.
//!
//! `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules` writes it.

use trustpub_analysis::{ToolComparison, compared_tools};
use trustpub_tests::project::{assert_generated, rust_files_below};

const PAGE: &str = "docs/publishing-tools.md";
const REGISTER: &str = "server/analysis/src/publish/tools";

const INTRODUCTION: &str = "\
# Publishing tools compared

<!-- Written from the register of publishing tools by `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules`. -->

Trusted publishing needs a program that requests GitHub's ID token and exchanges it on npm for a short-lived publish token. The
publishing tools differ in which program does that, since which release, and what they do with an access token. trustpub
predicts each publish step from this table. What was not examined is \"not known\".

- **Exchanges the ID token**: which program performs the token exchange. \"As `pnpm`\" means that the row of pnpm applies. Where it is the npm on
  the PATH, the version of the tool does not matter, and the version of Node usually decides: see [npm-too-old-node](rules/npm-too-old-node.md).
- **Access token**: what happens to a configured token, and how a step passes it.
- **Provenance**: npm and most tools sign it automatically when a public package is published by trusted publishing from a public repository
  (<https://docs.npmjs.com/trusted-publishers#automatic-provenance-generation>).

The names are those that `publisher` in [`trustpub.toml`](configuration.md) accepts.

";

#[test]
fn the_page_is_up_to_date() {
    assert_generated(PAGE, &page());
}

#[test]
fn every_tool_has_its_sources() {
    let sources = sources();
    for tool in compared_tools() {
        assert!(
            sources
                .iter()
                .any(|source| source.keys.contains(&tool.key.to_owned())),
            "no file of {REGISTER} has the key {}",
            tool.key
        );
    }
}

fn page() -> String {
    let mut text = String::from(INTRODUCTION);
    text.push_str(
        "| tool | exchanges the ID token | access token | provenance |\n| --- | --- | --- | --- |\n",
    );
    for tool in compared_tools() {
        text.push_str(&row(&tool));
    }
    text.push_str("\n## Traps\n\nWhat else differs from npm; the [sources](#sources) have the details:\n\n");
    for tool in compared_tools().iter().filter(|tool| !tool.traps.is_empty()) {
        text.push_str(&format!("- `{}` {}.\n", tool.key, tool.traps.join("; ")));
    }
    text.push_str(
        "\nThe rules that report them: [tool-cannot-exchange](rules/tool-cannot-exchange.md), \
         [publish-token-env](rules/publish-token-env.md), [needs-login-command](rules/needs-login-command.md) and \
         [publish-config-ignored](rules/publish-config-ignored.md).\n\n\
         ## Sources\n\nWhich releases were read or run, from the register itself:\n",
    );
    for source in sources() {
        let keys: Vec<String> = source.keys.iter().map(|key| format!("`{key}`")).collect();
        text.push_str(&format!("\n### {}\n\n{}\n", keys.join(", "), source.text));
    }
    text
}

fn row(tool: &ToolComparison) -> String {
    let name = match tool.package == tool.key {
        true => format!("`{}`", tool.key),
        false => format!("`{}` (`{}`)", tool.key, tool.package),
    };
    format!(
        "| {name} | {} | {} | {} |\n",
        tool.exchange, tool.token, tool.provenance
    )
}

/// What a file of the register says about its tools.
struct Source {
    keys: Vec<String>,
    text: String,
}

fn sources() -> Vec<Source> {
    let files = rust_files_below(REGISTER);
    let sources = files.iter().filter_map(|file| {
        let keys: Vec<String> = file
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("    key: \"")?.strip_suffix("\","))
            .map(str::to_owned)
            .collect();
        let lines = file.text.lines().map_while(|line| line.strip_prefix("//!"));
        let text: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        (!keys.is_empty()).then(|| Source {
            keys,
            text: text.join("\n"),
        })
    });
    sources.collect()
}
