use super::*;

/// What a lock file says of lerna in the manifest of a folder: each version after its place, `line:version`.
#[track_caller]
fn check(format: LockFormat, text: &str, folder: &str, range: &str, expected: &[&str]) {
    check_package(format, text, "lerna", folder, range, expected);
}

#[track_caller]
fn check_package(
    format: LockFormat,
    text: &str,
    package: &str,
    folder: &str,
    range: &str,
    expected: &[&str],
) {
    let dependency = LockedDependency {
        package,
        range,
        folder,
        dependent: Some("app"),
    };
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let found: Vec<String> = locked_versions(&text, format, &dependency)
            .iter()
            .map(|locked| {
                assert_eq!(locked.range.slice(&text), locked.version.to_string());
                let line = text[..locked.range.start()].matches('\n').count() + 1;
                format!("{line}:{}", locked.version)
            })
            .collect();
        assert_eq!(found, expected, "{package} {range} in {folder:?} of\n{text}");
    }
}

const PACKAGE_LOCK_3: &str = r#"{
  "name": "w",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "w", "version": "1.0.0", "devDependencies": { "lerna": "^8.0.0" } },
    "node_modules/@semantic-release/npm": {
      "version": "13.1.2"
    },
    "node_modules/a/node_modules/lerna": {
      "version": "6.0.0"
    },
    "node_modules/lerna": {
      "dependencies": {
        "version": "^4.0.0"
      },
      "version": "8.1.2",
      "dev": true
    },
    "packages/a/node_modules/lerna": {
      "version": "9.0.3"
    },
    "node_modules/linked": {
      "resolved": "packages/linked",
      "link": true
    }
  }
}
"#;

#[test]
fn package_lock_has_an_entry_for_each_folder() {
    let check = |package, folder, expected: &[&str]| {
        check_package(
            LockFormat::Npm,
            PACKAGE_LOCK_3,
            package,
            folder,
            "^8.0.0",
            expected,
        );
    };
    check("lerna", "", &["17:8.1.2"]);
    check("lerna", "packages/a", &["21:9.0.3"]);
    check("lerna", "packages/b", &["17:8.1.2"]);
    check("@semantic-release/npm", "", &["8:13.1.2"]);
    check("np", "", &[]);
    check("linked", "", &[]);
}

#[test]
fn package_lock_without_line_breaks() {
    let text =
        r#"{"lockfileVersion":2,"packages":{"node_modules/lerna":{"version":"9.0.3"}},"dependencies":{}}"#;
    check(LockFormat::Npm, text, "", "^9.0.0", &["1:9.0.3"]);
}

#[test]
fn package_lock_of_the_first_version_is_a_tree() {
    let text = r#"{
  "name": "w",
  "lockfileVersion": 1,
  "requires": true,
  "dependencies": {
    "a": {
      "version": "1.0.0",
      "requires": {
        "lerna": "^6.0.0"
      },
      "dependencies": {
        "lerna": {
          "version": "6.0.0"
        }
      }
    },
    "lerna": {
      "version": "8.1.2",
      "dev": true
    }
  }
}
"#;
    check(LockFormat::Npm, text, "", "^8.0.0", &["18:8.1.2"]);
    check(
        LockFormat::Npm,
        &text.replace("  ", "\t"),
        "",
        "^8.0.0",
        &["18:8.1.2"],
    );
    check_package(LockFormat::Npm, text, "requires", "", "*", &[]);
}

#[test]
fn pnpm_lock_of_version_9() {
    let text = "lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

importers:

  .:
    dependencies:
      '@semantic-release/npm':
        specifier: ^13.0.0
        version: 13.1.2(semantic-release@25.0.2(typescript@5.9.2))
    devDependencies:
      lerna:
        specifier: 'catalog:'
        version: 9.0.3

  packages/a:
    devDependencies:
      lerna:
        specifier: ^8.0.0
        version: 8.1.2(encoding@0.1.13)
      np:
        specifier: workspace:*
        version: link:../np

  packages/b: {}

packages:

  lerna@6.0.0:
    version: 6.0.0
";
    let check_in = |package, folder, expected: &[&str]| {
        check_package(LockFormat::Pnpm, text, package, folder, "^8.0.0", expected);
    };
    check_in("lerna", "", &["16:9.0.3"]);
    check_in("@semantic-release/npm", "", &["12:13.1.2"]);
    check_in("lerna", "packages/a", &["22:8.1.2"]);
    check_in("lerna", "packages/b", &[]);
    check_in("lerna", "packages/c", &[]);
    check_in("np", "packages/a", &[]);
    let with_own_version = format!(
        "---\nlockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    packageManagerDependencies:\n      pnpm:\n        version: \
         11.1.0\n\npackages:\n\n  lerna@1.0.0: {{}}\n\n---\n{text}"
    );
    check(LockFormat::Pnpm, &with_own_version, "", "*", &["31:9.0.3"]);
}

#[test]
fn older_pnpm_locks() {
    let version_6 = "lockfileVersion: '6.0'

devDependencies:
  '@semantic-release/npm':
    specifier: ^13.0.0
    version: 13.0.0(semantic-release@24.0.0)
  lerna:
    specifier: ^8.0.0
    version: 8.1.2
";
    let version_5 = "lockfileVersion: 5.4

specifiers:
  '@semantic-release/npm': ^13.0.0
  lerna: ^8.0.0

devDependencies:
  '@semantic-release/npm': 13.0.0_semantic-release@24.0.0
  lerna: 8.1.2
";
    let of_workspace = "lockfileVersion: 5.4

importers:

  .:
    specifiers:
      lerna: ^8.0.0
    devDependencies:
      lerna: 8.1.2_encoding@0.1.13
";
    check(LockFormat::Pnpm, version_6, "", "^8.0.0", &["9:8.1.2"]);
    check(LockFormat::Pnpm, version_6, "packages/a", "^8.0.0", &[]);
    check_package(
        LockFormat::Pnpm,
        version_6,
        "@semantic-release/npm",
        "",
        "*",
        &["6:13.0.0"],
    );
    check(LockFormat::Pnpm, version_5, "", "^8.0.0", &["9:8.1.2"]);
    check_package(
        LockFormat::Pnpm,
        version_5,
        "@semantic-release/npm",
        "",
        "*",
        &["8:13.0.0"],
    );
    check(LockFormat::Pnpm, of_workspace, "", "^8.0.0", &["9:8.1.2"]);
}

#[test]
fn yarn_lock_of_both_yarns() {
    let classic = r#"# yarn lockfile v1


"@semantic-release/npm@^13.0.0", "@semantic-release/npm@^13.1.0":
  version "13.1.2"
  resolved "https://example.org/lerna@1.0.0:"
  dependencies:
    lerna "^6.0.0"

"lerna-six@npm:lerna@^6.0.0", lerna@^6.0.0:
  version "6.0.1"

lerna@^8.0.0, "lerna@>=8.1.0 <9":
  version "8.1.2"
  dependencies:
    version "1.0.0"
"#;
    let berry = r#"__metadata:
  version: 8

"@semantic-release/npm@npm:^13.0.0":
  version: 13.1.2
  resolution: "@semantic-release/npm@npm:13.1.2"

"lerna@npm:^6.0.0":
  version: 6.0.1
  resolution: "lerna@npm:6.0.1"

"lerna@npm:^8.0.0, lerna@npm:>=8.1.0 <9":
  version: 8.1.2
  resolution: "lerna@npm:8.1.2"

"np@workspace:packages/np":
  version: 0.0.0-use.local
"#;
    for (text, first, second, scoped) in [
        (classic, "11:6.0.1", "14:8.1.2", "5:13.1.2"),
        (berry, "9:6.0.1", "13:8.1.2", "5:13.1.2"),
    ] {
        check(LockFormat::Yarn, text, "", "^6.0.0", &[first]);
        check(LockFormat::Yarn, text, "packages/a", "^8.0.0", &[second]);
        check(LockFormat::Yarn, text, "", ">=8.1.0 <9", &[second]);
        check(LockFormat::Yarn, text, "", "^9.0.0", &[first, second]);
        // There is only one, whatever it was asked for with.
        check_package(
            LockFormat::Yarn,
            text,
            "@semantic-release/npm",
            "",
            "latest",
            &[scoped],
        );
        check_package(LockFormat::Yarn, text, "npm", "", "*", &[]);
    }
}

#[test]
fn bun_lock() {
    let text = r#"{
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "w", "devDependencies": { "lerna": "^8.0.0", }, },
    "packages/app": { "name": "app", "devDependencies": { "np": "^12.0.0", }, },
  },
  "trustedDependencies": ["lerna"],
  "packages": {
    "a/lerna": ["lerna@6.0.0", "", {}, "sha512-x"],
    "app/np": ["np@12.1.1", "", {}, "sha512-x"],
    "lerna": ["lerna@8.1.2", "", { "dependencies": { "np": "1" } }, "sha512-x"],
    "np": ["np@10.3.0", "", {}, "sha512-x"],
    "linked": ["linked@workspace:packages/linked"],
  }
}
"#;
    check(LockFormat::Bun, text, "", "^8.0.0", &["11:8.1.2"]);
    check_package(
        LockFormat::Bun,
        text,
        "np",
        "packages/app",
        "^12.0.0",
        &["10:12.1.1"],
    );
    check_package(LockFormat::Bun, text, "linked", "", "*", &[]);
}

/// A lock file may be cut off, or be no lock file at all.
#[test]
fn every_part_of_a_lock_file_can_be_read() {
    for (format, text) in [
        (LockFormat::Npm, PACKAGE_LOCK_3),
        (
            LockFormat::Pnpm,
            "lockfileVersion: '9.0'\nimporters:\n\n  .:\n    dependencies:\n      'lerna':\n        version: 9.0.3\n---\n",
        ),
        (
            LockFormat::Yarn,
            "\"lerna@npm:^9.0.0, lerna@é\":\n  version: 9.0.3\n",
        ),
        (
            LockFormat::Bun,
            r#"{ "packages": { "lerna": ["lerna@9.0.3\" é"], "lerna" : [] } }"#,
        ),
    ] {
        let dependency = LockedDependency {
            package: "lerna",
            range: "^9.0.0",
            folder: "packages/a",
            dependent: None,
        };
        let offsets = (0..=text.len()).filter(|offset| text.is_char_boundary(*offset));
        for dependency in [
            dependency,
            LockedDependency {
                folder: "",
                ..dependency
            },
        ] {
            for offset in offsets.clone() {
                for part in [&text[..offset], &text[offset..]] {
                    for locked in locked_versions(part, format, &dependency) {
                        assert_eq!(locked.range.slice(part), locked.version.to_string(), "{part}");
                    }
                }
            }
        }
    }
}
