//! The `trustpub` command, as the tests start it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::project::repository_root;

/// The path of the `trustpub` binary. The first call in a process builds it: cargo builds the binary of another
/// package for no test, and an old one would make the tests lie. It has everything that is optional.
pub fn trustpub_binary() -> PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(build).clone()
}

fn build() -> PathBuf {
    // The test itself lies in <target folder>/<profile>/deps.
    let test = std::env::current_exe().expect("a test knows where it is");
    let profile_folder = test
        .ancestors()
        .nth(2)
        .expect("a test lies in a folder of its profile")
        .to_owned();
    let target_folder = profile_folder
        .parent()
        .expect("a profile lies in the target folder");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(repository_root()).args([
        "build",
        "--quiet",
        "--package",
        "trustpub",
        "--bin",
        "trustpub",
        "--features",
        "signatures",
    ]);
    cargo.arg("--target-dir").arg(target_folder);
    if profile_folder.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.status().expect("cargo can be started");
    assert!(status.success(), "the binary cannot be built");
    profile_folder.join(format!("trustpub{}", std::env::consts::EXE_SUFFIX))
}
