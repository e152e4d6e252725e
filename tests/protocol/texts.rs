//! Texts in which the analysis finds something small, and a hook that makes it fail.

use std::time::Duration;

use trustpub_analysis::Workspace;
use trustpub_lsp::CheckHook;

/// A comment with a diagnostic of the rule [`UNUSED`] and a safe fix, which deletes it.
pub(crate) const COMMENT: &str = "# trustpub: ignore[private-true] moved";
/// A workflow or an action with that comment.
pub(crate) const BAD: &str = "# trustpub: ignore[private-true] moved\non: push\n";
/// The rule that reports [`COMMENT`].
pub(crate) const UNUSED: &str = "unused-ignore";

/// A workflow that publishes the package at the root. It has no diagnostics, apart from advice once the publish succeeds.
pub(crate) const PUBLISHES: &str = "\
on:
  push:
    tags: ['v*']
permissions:
  contents: read
  id-token: write
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
";
/// A manifest with a diagnostic while a workflow publishes it. The diagnostic points to that workflow.
pub(crate) const PRIVATE: &str =
    r#"{"name": "x", "version": "1.0.0", "repository": "github:acme/x", "private": true}"#;
/// Its diagnostic.
pub(crate) const PRIVATE_AT: &str = "0:76 private-true";

/// A word that makes [`Words`] panic.
pub(crate) const PANIC: &str = "PANIC";
/// A word that makes [`Words`] wait for three seconds.
pub(crate) const SLOW: &str = "SLOW";

/// Obeys words in the files.
pub(crate) struct Words;

impl CheckHook for Words {
    fn before_check(&self, workspace: &Workspace) {
        for (path, file) in workspace.files() {
            assert!(!file.text.contains(PANIC), "the text of {path} asks for a panic");
            if file.text.contains(SLOW) {
                std::thread::sleep(Duration::from_secs(3));
            }
        }
    }
}
