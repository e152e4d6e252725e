//! Tells the command which commit it is built from. A crate from crates.io has no git, but cargo noted the commit in it. Another
//! source archive has neither, and its build says no commit.
//! The date is that of the commit: a clock would make each build another one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let Some(folder) = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) else {
        return;
    };
    if !is_own_repository(&folder) {
        if let Some(commit) = packaged_commit(&folder) {
            println!("cargo::rustc-env=TRUSTPUB_COMMIT={commit}");
        }
        return;
    }
    // Grows with each commit and each checkout.
    if let Some(log) = git(
        &folder,
        &["rev-parse", "--path-format=absolute", "--git-path", "logs/HEAD"],
    ) {
        println!("cargo::rerun-if-changed={log}");
    }
    if let Some(commit) = git(&folder, &["log", "-1", "--format=%h (%cs)"]) {
        println!("cargo::rustc-env=TRUSTPUB_COMMIT={commit}");
    }
}

/// An archive may be unpacked inside another repository, whose commits say nothing about it.
fn is_own_repository(folder: &Path) -> bool {
    let root = folder.parent().and_then(Path::parent);
    let root = root.and_then(|root| fs::canonicalize(root).ok());
    let top = git(folder, &["rev-parse", "--show-toplevel"]).and_then(|top| fs::canonicalize(top).ok());
    root.is_some() && root == top
}

/// The commit that `cargo package` was run in, from the file that it adds to each crate: `{ "git": { "sha1": "0123…" }, … }`
/// (<https://doc.rust-lang.org/cargo/commands/cargo-package.html#cargo_vcs_infojson-format>). Its date is not known.
fn packaged_commit(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join(".cargo_vcs_info.json")).ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    let hash = rest.split('"').nth(1)?;
    let is_hash = hash.len() >= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    hash.get(..8).filter(|_| is_hash).map(str::to_owned)
}

/// What git prints; none if there is no git or it fails.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .current_dir(folder)
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
