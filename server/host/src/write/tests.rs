use super::*;
use crate::test_folder::TestFolder;

/// Tries to write and gives the error's text without the folder's path.
fn written(folder: &TestFolder, path: &str, expected: &str, text: &str) -> Result<(), String> {
    write_if_unchanged(&folder.at(path), expected, text).map_err(|error| {
        let prefix = format!("{}/", folder.path().display());
        error.to_string().replace(&prefix, "")
    })
}

fn names(folder: &TestFolder) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn text_is_replaced_and_nothing_left_behind() {
    let folder = TestFolder::with(&[("a.yml", "\u{feff}old\r\n")]);
    assert_eq!(written(&folder, "a.yml", "\u{feff}old\r\n", "new\r\n"), Ok(()));
    assert_eq!(folder.read("a.yml"), "new\r\n");
    assert_eq!(written(&folder, "a.yml", "new\r\n", ""), Ok(()));
    assert_eq!(folder.read("a.yml"), "");
    assert_eq!(names(&folder), ["a.yml"]);
}

#[test]
fn changed_file_is_left_alone() {
    for now in ["other", "old and more", "ol", ""] {
        let folder = TestFolder::with(&[("a.yml", now)]);
        assert_eq!(
            written(&folder, "a.yml", "old", "new").unwrap_err(),
            "`a.yml` was not changed: it was edited in the meantime, so the fix may no longer fit. Run again."
        );
        assert_eq!(folder.read("a.yml"), now);
        assert_eq!(names(&folder), ["a.yml"]);
    }
    let folder = TestFolder::new();
    folder.write("a.yml", b"ol\xff");
    let error = write_if_unchanged(&folder.at("a.yml"), "old", "new").unwrap_err();
    assert_eq!(error, WriteError::Changed(folder.at("a.yml")));
}

#[test]
fn missing_file_is_not_made() {
    let folder = TestFolder::with(&[("folder.yml/x", "")]);
    assert_eq!(
        written(&folder, "a.yml", "", "new").unwrap_err(),
        "`a.yml` was not changed: it does not exist any more. Run again."
    );
    assert_eq!(
        written(&folder, "folder.yml", "", "new").unwrap_err(),
        "`folder.yml` was not changed: it is not a regular file. Replace it by one."
    );
    assert_eq!(names(&folder), ["folder.yml"]);
}

#[test]
fn read_only_file_is_left_alone() {
    let folder = TestFolder::with(&[("a.yml", "old")]);
    let file = folder.at("a.yml");
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    assert_eq!(
        written(&folder, "a.yml", "old", "new").unwrap_err(),
        "`a.yml` was not changed: it is read-only. Make it writable and run again."
    );
    assert_eq!(folder.read("a.yml"), "old");
    assert_eq!(names(&folder), ["a.yml"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;

    #[test]
    fn permissions_and_owner_are_kept() {
        let folder = TestFolder::with(&[("a.sh", "old")]);
        for mode in [0o600, 0o755, 0o664] {
            folder.set_mode("a.sh", mode);
            // Only root may do this; for others it changes nothing.
            let _ = std::os::unix::fs::chown(folder.at("a.sh"), Some(12345), Some(12345));
            let before = fs::metadata(folder.at("a.sh")).unwrap();
            assert_eq!(written(&folder, "a.sh", "old", "old"), Ok(()));
            let after = fs::metadata(folder.at("a.sh")).unwrap();
            assert_ne!(before.ino(), after.ino(), "it is another file");
            assert_eq!(after.permissions().mode() & 0o7777, mode);
            assert_eq!((before.uid(), before.gid()), (after.uid(), after.gid()));
        }
    }

    #[test]
    fn link_stays_a_link() {
        let folder = TestFolder::with(&[("shared/a.yml", "old")]);
        folder.link("link.yml", "shared/a.yml");
        folder.link("dangling.yml", "nowhere.yml");
        assert_eq!(written(&folder, "link.yml", "old", "new"), Ok(()));
        assert_eq!(
            fs::read_link(folder.at("link.yml")).unwrap(),
            Path::new("shared/a.yml")
        );
        assert_eq!(folder.read("shared/a.yml"), "new");
        assert!(written(&folder, "dangling.yml", "", "new").is_err());
        assert_eq!(names(&folder), ["dangling.yml", "link.yml", "shared"]);
    }

    #[test]
    fn failure_after_the_temporary_file_was_written() {
        let folder = TestFolder::with(&[("a.yml", "old")]);
        let metadata = fs::metadata(folder.at("a.yml")).unwrap();
        let temporary = Temporary::beside(&folder.at("a.yml"), &metadata, "new").unwrap();
        assert_eq!(names(&folder).len(), 2);
        assert!(replace(temporary, &folder.at("nowhere/b.yml"), "old", "new").is_err());
        assert_eq!(names(&folder), ["a.yml"]);
        assert_eq!(folder.read("a.yml"), "old");
    }

    #[test]
    fn extended_attributes_are_kept() {
        let folder = TestFolder::with(&[("a.yml", "old")]);
        let file = folder.at("a.yml");
        let flags = rustix::fs::XattrFlags::empty();
        if rustix::fs::setxattr(&file, "user.trustpub", b"kept", flags).is_err() {
            println!("SKIP: this file system has no extended attributes");
            return;
        }
        assert_eq!(written(&folder, "a.yml", "old", "new"), Ok(()));
        let mut value = [0; 16];
        let length = rustix::fs::getxattr(&file, "user.trustpub", &mut value[..]).unwrap();
        assert_eq!(&value[..length], b"kept");
    }

    #[test]
    fn a_save_at_the_same_time_is_never_lost() {
        use std::sync::Barrier;
        use std::thread;
        use std::time::{Duration, Instant};

        let rounds: u32 = std::env::var("TRUSTPUB_SAVES")
            .ok()
            .and_then(|rounds| rounds.parse().ok())
            .unwrap_or(1_500);
        let folder = TestFolder::with(&[("a.yml", "")]);
        let file = folder.at("a.yml");
        let start = Barrier::new(2);
        let end = Barrier::new(2);
        let old = "old\n".repeat(100);
        // The saves are spread over the time that a write takes, so that some come right at its end.
        let began = Instant::now();
        for _ in 0..20 {
            fs::write(&file, &old).unwrap();
            write_if_unchanged(&file, &old, "fixed\n").unwrap();
        }
        let longest = u64::try_from(began.elapsed().as_micros()).unwrap() / 20 * 3 / 2;
        let (mut lost, mut refused) = (0, 0);
        thread::scope(|scope| {
            scope.spawn(|| {
                for round in 0..rounds {
                    start.wait();
                    let until = Instant::now() + Duration::from_micros(u64::from(round) * 7919 % longest);
                    while Instant::now() < until {
                        std::hint::spin_loop();
                    }
                    // Half of all programs write into the file, half write another one and rename it.
                    let saved = format!("saved {round}\n");
                    if round % 2 == 0 {
                        fs::write(&file, &saved).unwrap();
                    } else {
                        let other = file.with_extension("other");
                        fs::write(&other, &saved).unwrap();
                        fs::rename(&other, &file).unwrap();
                    }
                    end.wait();
                }
            });
            for round in 0..rounds {
                fs::write(&file, &old).unwrap();
                start.wait();
                refused += u32::from(write_if_unchanged(&file, &old, "fixed\n").is_err());
                end.wait();
                lost += u32::from(fs::read_to_string(&file).unwrap() != format!("saved {round}\n"));
            }
        });
        println!("{lost} of {rounds} saves were lost, {refused} writes refused");
        assert_eq!(lost, 0);
        assert_eq!(names(&folder), ["a.yml"]);
    }

    #[test]
    fn what_a_killed_run_left_behind_is_removed() {
        let folder = TestFolder::with(&[
            ("a.yml", "old"),
            (".b.yml.tmp", ""),
            (".a.yml.trustpub-x-1.tmp", ""),
        ]);
        // The number of no process.
        folder.write(".a.yml.trustpub-4194999-0.tmp", "new");
        folder.write(&format!(".a.yml.trustpub-{}-0.tmp", std::process::id()), "new");
        remove_left_behind(folder.path());
        let own = format!(".a.yml.trustpub-{}-0.tmp", std::process::id());
        let gone = cfg!(target_os = "linux");
        assert_eq!(folder.at(".a.yml.trustpub-4194999-0.tmp").exists(), !gone);
        assert!(folder.at(&own).exists(), "it belongs to a process that runs");
        assert!(folder.at(".b.yml.tmp").exists());
        assert!(folder.at(".a.yml.trustpub-x-1.tmp").exists());
    }

    #[test]
    fn read_only_folder() {
        let folder = TestFolder::with(&[("sub/a.yml", "old")]);
        if !folder.permissions_bind() {
            return;
        }
        folder.set_mode("sub", 0o555);
        let error = written(&folder, "sub/a.yml", "old", "new").unwrap_err();
        folder.set_mode("sub", 0o755);
        assert!(
            error.starts_with("`sub/a.yml` was not changed: its folder is read-only"),
            "{error}"
        );
        assert_eq!(folder.read("sub/a.yml"), "old");
    }
}
