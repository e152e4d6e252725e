//! What the project is built from.

use trustpub_tests::project::{files_below, read};

/// With the 31 of the feature `signatures`, which is off by default, and the 21 of the benchmarks.
const MOST_CRATES: usize = 252;

#[test]
fn the_lock_file_stays_small_and_names_only_the_public_registry() {
    let lock: toml::Table = read("Cargo.lock")
        .expect("Cargo.lock")
        .parse()
        .expect("Cargo.lock is TOML");
    let packages = lock["package"].as_array().expect("Cargo.lock lists packages");
    println!("{} crates in Cargo.lock", packages.len());
    assert!(
        packages.len() < MOST_CRATES,
        "{} crates in Cargo.lock",
        packages.len()
    );
    for package in packages {
        let source = package.get("source").and_then(toml::Value::as_str);
        let is_public =
            source.is_none_or(|source| source == "registry+https://github.com/rust-lang/crates.io-index");
        assert!(is_public, "{} comes from {source:?}", package["name"]);
    }
}

#[test]
fn npm_lock_files_name_only_the_public_registry() {
    for file in files_below("")
        .iter()
        .filter(|file| file.path.ends_with("package-lock.json"))
    {
        let urls = file
            .text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("\"resolved\": \""));
        for url in urls.filter(|url| url.contains("://")) {
            assert!(
                url.starts_with("https://registry.npmjs.org/"),
                "{}: {url}",
                file.path
            );
        }
    }
}

#[test]
fn scripts_name_no_hosts() {
    let scripts: Vec<_> = files_below("")
        .into_iter()
        .filter(|file| file.text.starts_with("#!"))
        .collect();
    assert!(
        scripts.iter().any(|file| file.path == "tests/run"),
        "tests/run is a script"
    );
    // Where packages come from is the machine's business, not the scripts'.
    for file in scripts {
        let mut lines = file.text.lines();
        // The remote of a test's repository is never connected to, and neither is the name of a format
        // or what a comment gives as its source.
        let harmless = [
            "://127.0.0.1",
            "://github.com/acme/",
            "://www.debian.org/doc/packaging-manuals/",
        ];
        let is_harmless = |line: &str| {
            line.trim_start().starts_with('#') || harmless.iter().any(|name| line.contains(name))
        };
        let named = lines.find(|line| line.contains("://") && !is_harmless(line));
        assert_eq!(named, None, "{} names a host", file.path);
    }
}
