use std::fs;

use trustpub_analysis::FilePath;

use super::*;
use crate::test_folder::TestFolder;

fn path(path: &str) -> FilePath {
    FilePath::new(path).unwrap()
}

/// What is loaded of the folder. Each file alone must be the same.
fn load_all(folder: &TestFolder) -> Loaded {
    let loaded = load(folder.path(), &LoadOptions::default());
    for path in all_paths(folder.path()) {
        let together = loaded.files.iter().find(|(loaded, _)| *loaded == path);
        let alone = read_listed(folder.path(), &path);
        assert_eq!(alone.as_ref(), together.map(|(_, content)| content), "{path}");
    }
    loaded
}

/// The paths of whatever is below the folder, and one of what is not.
fn all_paths(root: &Path) -> Vec<FilePath> {
    let mut paths = vec![path("nowhere/package.json")];
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let entry = entry.unwrap().path();
            paths.extend(crate::path::relative_path(root, &entry));
            // Also through links, but not in circles.
            if entry.is_dir() && entry.components().count() < root.components().count() + 8 {
                folders.push(entry);
            }
        }
    }
    paths
}

/// The paths of what was read, one a line, with `?` before what exists but is unknown.
fn files(loaded: &Loaded) -> Vec<String> {
    let shown = loaded.files.iter().map(|(path, content)| match content {
        DiskContent::Text(_) => path.to_string(),
        DiskContent::Unreadable => format!("?{path}"),
    });
    shown.collect()
}

/// `path Kind` with `!` before what is an error.
fn problems(loaded: &Loaded) -> Vec<String> {
    let shown = loaded.problems.iter().map(|problem| {
        let mark = if problem.is_error { "!" } else { "" };
        format!("{mark}{} {:?}", problem.path, problem.kind)
    });
    shown.collect()
}

const WORKFLOW: &str = ".github/workflows/release.yml";

#[test]
fn finds_what_the_analysis_reads() {
    let folder = TestFolder::with(&[
        (WORKFLOW, "on: push\n"),
        (".github/workflows/notes.md", "no"),
        (".github/dependabot.yml", "no"),
        (".github/actions/publish/action.yml", "name: x\n"),
        (".github/actions/publish/node_modules/x/package.json", "no"),
        ("package.json", "{}"),
        ("packages/a/package.json", "{}"),
        ("packages/a/.npmrc", "x=1\n"),
        ("packages/a/src/index.js", "no"),
        ("vendor/fork/package.json", "{}"),
        ("packages/target/package.json", "{}"),
        ("target/CACHEDIR.TAG", "Signature"),
        ("target/package/package.json", "no"),
        ("node_modules/x/package.json", "no"),
        ("packages/a/node_modules/x/package.json", "no"),
        (".yarn/sdks/x/package.json", "no"),
        (".git/package.json", "no"),
        ("clone/.git/HEAD", "no"),
        ("clone/package.json", "no"),
        ("worktree/.git", "gitdir: /repo/.git/worktrees/worktree\n"),
        ("worktree/package.json", "no"),
        ("submodule/.git", "gitdir: ../.git/modules/submodule\n"),
        ("submodule/package.json", "{}"),
        (".nvmrc", "22\n"),
    ]);
    let loaded = load_all(&folder);
    assert_eq!(
        files(&loaded),
        [
            ".github/actions/publish/action.yml",
            WORKFLOW,
            ".nvmrc",
            "package.json",
            "packages/a/.npmrc",
            "packages/a/package.json",
            "packages/target/package.json",
            "submodule/package.json",
            "vendor/fork/package.json",
        ]
    );
    assert_eq!(problems(&loaded), [""; 0]);
    assert_eq!(loaded.files[1].1, DiskContent::Text("on: push\n".into()));
}

#[test]
fn ignored_files_are_left_out_but_not_below_github() {
    let folder = TestFolder::with(&[
        (".gitignore", "dist/\n.*\n*.yml\n"),
        (".ignore", "packages/\n"),
        (".git/info/exclude", "/mine\n"),
        ("mine/package.json", "{}"),
        ("packages/mine/package.json", "{}"),
        (WORKFLOW, "on: push\n"),
        (".github/actions/a/action.yml", "name: x\n"),
        ("dist/package.json", "{}"),
        (".npmrc", "x=1\n"),
        ("packages/a/package.json", "{}"),
        (
            "packages/.gitignore",
            "b\n!c/package.json\n/d/*\n!/d/package.json\n",
        ),
        ("packages/b/package.json", "{}"),
        ("packages/c/dist/package.json", "{}"),
        ("packages/d/package.json", "{}"),
        ("packages/d/e/package.json", "{}"),
        ("packages/f/.gitignore", "!dist\n"),
        ("packages/f/dist/package.json", "{}"),
    ]);
    let loaded = load_all(&folder);
    assert_eq!(
        files(&loaded),
        [
            ".github/actions/a/action.yml",
            WORKFLOW,
            "packages/a/package.json",
            "packages/d/package.json",
            "packages/f/dist/package.json",
            "packages/mine/package.json",
        ]
    );
}

#[test]
fn ignore_file_of_absurd_size_is_not_used() {
    let folder = TestFolder::with(&[("package.json", "{}")]);
    folder.write(".gitignore", "package.json\n".repeat(100_000));
    assert_eq!(files(&load_all(&folder)), ["package.json"]);
}

#[test]
fn rules_of_a_surrounding_repository_do_not_count() {
    let folder = TestFolder::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".gitignore", "corpus/\n"),
        ("corpus/one/.github/workflows/release.yml", "on: push\n"),
        ("corpus/one/package.json", "{}"),
    ]);
    let loaded = load(&folder.at("corpus/one"), &LoadOptions::default());
    assert_eq!(files(&loaded), [WORKFLOW, "package.json"]);
}

#[test]
fn what_the_user_asked_for_is_read_in_any_case() {
    let folder = TestFolder::with(&[
        (".gitignore", "dist\n.npmrc\n"),
        (".npmrc", "x=1\n"),
        ("dist/package.json", "{}"),
        ("dist/deep/package.json", "{}"),
        ("node_modules/x/package.json", "{}"),
        ("package.json", "{}"),
    ]);
    let asked_for = |paths: &[&str]| {
        let asked_for = paths.iter().map(|&asked| path(asked)).collect();
        load(folder.path(), &LoadOptions { asked_for })
    };
    let loaded = asked_for(&["dist", "node_modules/x/package.json", "package.json"]);
    assert_eq!(
        files(&loaded),
        [
            "dist/deep/package.json",
            "dist/package.json",
            "node_modules/x/package.json",
            "package.json"
        ]
    );
    assert_eq!(files(&asked_for(&[".npmrc"])), [".npmrc", "package.json"]);

    fs::write(folder.at("package.json"), b"\xff").unwrap();
    assert_eq!(
        problems(&asked_for(&["package.json", "a/package.json"])),
        ["!a/package.json Vanished", "!package.json NotUtf8"]
    );
}

#[test]
fn bad_content_is_reported_and_the_rest_is_read() {
    let folder = TestFolder::with(&[("package.json", "{}")]);
    folder.write(".github/workflows/latin1.yml", b"on: push\n# caf\xe9\n");
    folder.write(".github/workflows/nul.yml", b"on: push\n\0");
    folder.write(".github/workflows/utf16.yml", b"\xff\xfeo\0n\0");
    folder.write(".github/workflows/good.yml", "on: push\n");
    folder.write("test/data/package.json", b"\xff");
    let loaded = load_all(&folder);
    assert_eq!(
        files(&loaded),
        [
            ".github/workflows/good.yml",
            "?.github/workflows/latin1.yml",
            "?.github/workflows/nul.yml",
            "?.github/workflows/utf16.yml",
            "package.json",
            "?test/data/package.json",
        ]
    );
    let shown: Vec<String> = loaded.problems.iter().map(FileProblem::to_string).collect();
    assert_eq!(
        shown,
        [
            ".github/workflows/latin1.yml: is not valid UTF-8 at byte offset 14 (line 2); save it as UTF-8",
            ".github/workflows/nul.yml: has a NUL byte at byte offset 9 (line 2), so it is not text; restore the file",
            ".github/workflows/utf16.yml: is UTF-16, not UTF-8 (its first two bytes say so); save it as UTF-8",
            "test/data/package.json: is not valid UTF-8 at byte offset 0 (line 1); save it as UTF-8",
        ]
    );
    let errors = loaded.problems.iter().map(|problem| problem.is_error);
    assert!(
        errors.eq([true, true, true, false]),
        "a stray test file is no error"
    );
}

#[test]
fn byte_order_mark_and_line_ends_are_kept() {
    let text = "\u{feff}on: push\r\njobs: {}\r";
    let folder = TestFolder::with(&[(WORKFLOW, text), (".npmrc", "")]);
    let loaded = load_all(&folder);
    assert_eq!(loaded.files[0].1, DiskContent::Text(text.into()));
    assert_eq!(loaded.files[1].1, DiskContent::Text("".into()));
}

#[test]
fn sizes_have_a_limit() {
    let folder = TestFolder::new();
    let write_sized = |path: &str, length: u64| {
        let file = fs::File::create(folder.write(path, "")).unwrap();
        // A hole in the file: 50 MB that cost nothing.
        file.set_len(length).unwrap();
    };
    write_sized(WORKFLOW, 50_000_000);
    write_sized("big/package.json", LARGEST_MANIFEST + 1);
    folder.write("fits/package.json", " ".repeat(LARGEST_MANIFEST as usize));
    folder.write("fits/action.yml", " ".repeat(LARGEST_FILE as usize));
    folder.write("big/action.yml", " ".repeat(LARGEST_FILE as usize + 1));
    let loaded = load_all(&folder);
    assert_eq!(
        files(&loaded),
        [
            &format!("?{WORKFLOW}"),
            "?big/action.yml",
            "?big/package.json",
            "fits/action.yml",
            "fits/package.json",
        ]
    );
    assert_eq!(
        problems(&loaded),
        [
            &format!("!{WORKFLOW} TooBig"),
            "big/action.yml TooBig",
            "big/package.json TooBig"
        ]
    );
    assert_eq!(
        loaded.problems[0].message,
        "is too big to be read: 48 MiB, but files of its kind have at most 2 MiB; make it smaller, or remove it \
         if it got there by accident"
    );
}

#[test]
fn folder_with_the_name_of_a_file() {
    let folder = TestFolder::with(&[("test/package.json/package.json", "{}")]);
    let loaded = load_all(&folder);
    assert_eq!(files(&loaded), ["test/package.json/package.json"]);
    assert_eq!(problems(&loaded), ["test/package.json NotAFile"]);
}

#[test]
fn many_files_come_in_order() {
    let folder = TestFolder::new();
    let names: Vec<String> = (0..200)
        .map(|n| format!("packages/{n:03}/package.json"))
        .collect();
    for name in &names {
        folder.write(name, format!("{{\"name\": \"{name}\"}}"));
    }
    let loaded = load_all(&folder);
    assert_eq!(files(&loaded), names);
    let expected = DiskContent::Text("{\"name\": \"packages/123/package.json\"}".into());
    assert_eq!(loaded.files[123].1, expected);
}

#[test]
fn a_missing_root_does_not_panic() {
    let folder = TestFolder::new();
    let loaded = load(&folder.at("nowhere"), &LoadOptions::default());
    assert!(loaded.files.is_empty());
}

#[test]
fn skipped_folders_are_known_by_name() {
    assert!(is_in_skipped_folder(&path("a/node_modules/x/package.json")));
    assert!(is_in_skipped_folder(&path(".git/package.json")));
    assert!(!is_in_skipped_folder(&path(WORKFLOW)));
    assert!(!is_in_skipped_folder(&path("node_modules")));
}

#[test]
fn workspace_holds_what_was_loaded() {
    let folder = TestFolder::with(&[(WORKFLOW, "on: push\n")]);
    folder.write("package.json", b"\xff");
    let workspace = build_workspace(load_all(&folder), RepositorySlug::parse("acme/widget"));
    assert_eq!(&*workspace.file(&path(WORKFLOW)).unwrap().text, "on: push\n");
    assert!(workspace.file(&path("package.json")).is_none());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn links_to_files_inside_are_followed() {
        let folder = TestFolder::with(&[
            ("repo/shared/release.txt", "on: push\n"),
            ("repo/a/package.json", "{}"),
            ("outside.json", "{}"),
        ]);
        folder.link("repo/.github/workflows/release.yml", "../../shared/release.txt");
        folder.link("repo/b", "a");
        folder.link("repo/up", "..");
        folder.link("repo/c/package.json", "../../outside.json");
        folder.link("repo/d/package.json", "nowhere.json");
        folder.link("repo/e/package.json", "package.json");
        folder.link("repo/.github/workflows/dangling.yml", "nowhere.yml");
        folder.link("repo/f/package.json", "../a");
        let loaded = load(&folder.at("repo"), &LoadOptions::default());
        assert_eq!(
            files(&loaded),
            [
                "?.github/workflows/dangling.yml",
                WORKFLOW,
                "a/package.json",
                "?c/package.json",
                "?d/package.json",
                "?e/package.json",
            ]
        );
        assert_eq!(
            problems(&loaded),
            [
                "!.github/workflows/dangling.yml BrokenLink",
                "c/package.json LinkLeadsOutside",
                "d/package.json BrokenLink",
                "e/package.json BrokenLink",
                "f/package.json NotAFile",
            ]
        );
    }

    #[test]
    fn files_that_are_asked_for_stay_inside_too() {
        let folder = TestFolder::with(&[
            ("repo/ci/ship.sh", "npm publish\n"),
            ("repo/ci/large.sh", &"#".repeat((2 << 20) + 1)),
            ("repo/ci/program", "\u{7f}ELF\0"),
            ("outside/ship.sh", "npm publish\n"),
        ]);
        folder.link("repo/ci/inside.sh", "ship.sh");
        folder.link("repo/ci/outside.sh", "../../outside/ship.sh");
        folder.link("repo/linked", "../outside");
        folder.link("repo/same", "ci");
        let text = || Some(DiskContent::Text("npm publish\n".into()));
        for (asked_for, expected) in [
            ("ci/ship.sh", text()),
            ("ci/inside.sh", text()),
            ("same/ship.sh", text()),
            ("ci/outside.sh", Some(DiskContent::Unreadable)),
            ("linked/ship.sh", Some(DiskContent::Unreadable)),
            ("ci/large.sh", Some(DiskContent::Unreadable)),
            ("ci/program", Some(DiskContent::Unreadable)),
            ("ci", None),
            ("ci/absent.sh", None),
            ("absent/ship.sh", None),
        ] {
            let found = read_wanted(&folder.at("repo"), &path(asked_for));
            assert_eq!(found, expected, "{asked_for}");
        }
    }

    #[test]
    fn one_file_is_not_read_through_a_linked_folder() {
        let folder = TestFolder::with(&[
            ("repo/a/package.json", "{}"),
            ("outside/package.json", "secret"),
            ("outside/.npmrc", "secret"),
        ]);
        let root = folder.at("repo");
        folder.link("repo/linked", "../outside");
        folder.link("repo/same", "a");
        folder.link("repo/a/deep", "../../outside");
        let content = read_listed(&root, &path("a/package.json"));
        assert!(matches!(content, Some(DiskContent::Text(text)) if &*text == "{}"));
        for behind in [
            "linked/package.json",
            "linked/.npmrc",
            "same/package.json",
            "a/deep/package.json",
        ] {
            assert!(read_listed(&root, &path(behind)).is_none(), "{behind}");
        }
    }

    #[test]
    fn linked_workflows_folder_is_named() {
        let folder = TestFolder::with(&[("ci/release.yml", "on: push\n"), ("package.json", "{}")]);
        folder.link(".github/workflows", "../ci");
        let loaded = load_all(&folder);
        assert_eq!(files(&loaded), ["package.json"]);
        assert_eq!(problems(&loaded), ["!.github/workflows LinkedFolder"]);
    }

    #[test]
    fn pipes_and_sockets_do_not_block() {
        let folder = TestFolder::with(&[(WORKFLOW, "on: push\n")]);
        let _listener =
            UnixListener::bind(folder.write("package.json", "").with_file_name("action.yml")).unwrap();
        let pipe = folder.at(".npmrc");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) {
            println!("SKIP: there is no mkfifo");
            return;
        }
        folder.link(".nvmrc", ".npmrc");
        let loaded = load_all(&folder);
        assert_eq!(files(&loaded), [WORKFLOW, "package.json"]);
        assert_eq!(
            problems(&loaded),
            [".npmrc NotAFile", ".nvmrc NotAFile", "action.yml NotAFile"]
        );
    }

    #[test]
    fn permissions_are_reported() {
        let folder = TestFolder::with(&[
            (WORKFLOW, "on: push\n"),
            ("secret/package.json", "{}"),
            ("locked/package.json", "{}"),
            ("package.json", "{}"),
        ]);
        if !folder.permissions_bind() {
            return;
        }
        folder.set_mode("secret/package.json", 0);
        folder.set_mode("locked", 0);
        let loaded = load_all(&folder);
        folder.set_mode("locked", 0o755);
        assert_eq!(files(&loaded), [WORKFLOW, "package.json", "?secret/package.json"]);
        assert_eq!(
            problems(&loaded),
            [
                "!locked PermissionDenied",
                "!secret/package.json PermissionDenied"
            ]
        );
    }

    #[test]
    fn deep_folders_are_walked() {
        let folder = TestFolder::new();
        let deep = "d/".repeat(1000);
        folder.write(&format!("{deep}package.json"), "{}");
        let loaded = load_all(&folder);
        assert_eq!(files(&loaded), [format!("{deep}package.json")]);
        assert_eq!(problems(&loaded), [""; 0]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_not_utf8() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let folder = TestFolder::with(&[(WORKFLOW, "on: push\n")]);
        let strange = |bytes: &[u8]| folder.path().join(OsStr::from_bytes(bytes));
        fs::create_dir(strange(b"caf\xe9")).unwrap();
        fs::write(strange(b"caf\xe9/package.json"), "{}").unwrap();
        fs::write(strange(b"caf\xe9/other.js"), "").unwrap();
        fs::write(strange(b".github/workflows/\xff.yml"), "").unwrap();
        let loaded = load_all(&folder);
        assert_eq!(files(&loaded), [WORKFLOW]);
        assert_eq!(
            problems(&loaded),
            [
                "!.github/workflows/\u{fffd}.yml UnusableName",
                "caf\u{fffd}/package.json UnusableName"
            ]
        );
    }
}
