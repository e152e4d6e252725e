use super::*;
use crate::test_folder::TestFolder;

fn environment(folder: &TestFolder) -> GitEnvironment {
    GitEnvironment {
        home: Some(folder.at("home")),
        ..GitEnvironment::default()
    }
}

/// `slug from remote`, with ` or other` for each alternative and `?` where the choice is ambiguous.
fn found(folder: &TestFolder, root: &str) -> String {
    shown(&find_git_repository(&folder.at(root), &environment(folder)))
}

fn shown(repository: &GitRepository) -> String {
    let (Some(slug), Some(remote)) = (&repository.slug, &repository.remote_name) else {
        assert_eq!(repository, &GitRepository::default());
        return "unknown".to_owned();
    };
    let alternatives = repository.alternatives.iter().map(|slug| format!(" or {slug}"));
    let mark = if repository.is_ambiguous { "?" } else { "" };
    format!("{slug} from {remote}{}{mark}", alternatives.collect::<String>())
}

/// A checkout on the branch `main` with this configuration.
fn found_with_config(config: &str) -> String {
    let folder = TestFolder::with(&[
        ("repo/.git/HEAD", "ref: refs/heads/main\n"),
        ("repo/.git/config", config),
    ]);
    found(&folder, "repo")
}

const FORK: &str = "[remote \"origin\"]\nurl = git@github.com:me/widget.git\n\
                    [remote \"upstream\"]\nurl = https://github.com/acme/widget\n";

#[test]
fn one_remote() {
    assert_eq!(
        found_with_config("[remote \"origin\"]\r\n\turl = https://github.com/acme/widget.git\r\n"),
        "acme/widget from origin"
    );
    assert_eq!(
        found_with_config(
            "[remote \"mine\"]\nurl = git@github.com:acme/widget\nurl = git@github.com:acme/mirror"
        ),
        "acme/widget from mine"
    );
}

#[test]
fn no_remote_on_github() {
    assert_eq!(found_with_config(""), "unknown");
    assert_eq!(found_with_config("\0\u{1}[[[\n= \"\n\\"), "unknown");
    assert_eq!(
        found_with_config("[remote \"origin\"]\nurl = https://gitlab.com/acme/widget\n"),
        "unknown"
    );
    let folder = TestFolder::with(&[
        ("plain/package.json", "{}"),
        ("empty/.git/HEAD", ""),
        ("lost/.git", "gitdir: ../nowhere\n"),
        ("strange/.git", "hello\n"),
    ]);
    for root in ["plain", "empty", "lost", "strange", "nowhere"] {
        assert_eq!(found(&folder, root), "unknown", "{root}");
    }
}

#[test]
fn folders_above_are_not_searched() {
    let folder = TestFolder::with(&[
        ("repo/.git/HEAD", "ref: refs/heads/main\n"),
        ("repo/.git/config", FORK),
        ("repo/template/.github/workflows/ci.yml", ""),
    ]);
    assert_eq!(found(&folder, "repo/template"), "unknown");
}

#[test]
fn origin_and_upstream_differ() {
    for (hint, expected) in [
        ("", "me/widget from origin or acme/widget?"),
        (
            "[branch \"main\"]\nremote = origin",
            "me/widget from origin or acme/widget?",
        ),
        (
            "[branch \"topic\"]\nremote = upstream",
            "me/widget from origin or acme/widget?",
        ),
        (
            "[remote]\npushDefault = origin",
            "me/widget from origin or acme/widget?",
        ),
        (
            "[remote \"upstream\"]\ngh-resolved = base",
            "acme/widget from upstream or me/widget",
        ),
        (
            "[remote \"origin\"]\ngh-resolved = base\n[branch \"main\"]\nremote = upstream",
            "me/widget from origin or acme/widget",
        ),
        (
            "[branch \"main\"]\nremote = upstream",
            "acme/widget from upstream or me/widget",
        ),
        (
            "[branch \"master\"]\nremote = upstream\n[remote]\npushDefault = origin",
            "acme/widget from upstream or me/widget",
        ),
        (
            "[remote]\npushdefault = upstream",
            "acme/widget from upstream or me/widget",
        ),
    ] {
        assert_eq!(found_with_config(&format!("{FORK}{hint}\n")), expected, "{hint}");
    }
}

#[test]
fn remotes_that_do_not_make_it_ambiguous() {
    let origin = "[remote \"origin\"]\nurl = https://github.com/acme/widget\n";
    for (other, expected) in [
        // A contributor's fork.
        (
            "[remote \"alice\"]\nurl = git@github.com:alice/widget",
            "acme/widget from origin",
        ),
        // The same repository in another form.
        (
            "[remote \"upstream\"]\nurl = git@github.com:Acme/Widget.git",
            "acme/widget from origin",
        ),
        (
            "[remote \"upstream\"]\nurl = https://gitlab.com/x/widget",
            "acme/widget from origin",
        ),
    ] {
        assert_eq!(
            found_with_config(&format!("{origin}{other}\n")),
            expected,
            "{other}"
        );
    }
    assert_eq!(
        found_with_config(
            "[remote \"origin\"]\nurl = https://gitlab.com/x/widget\n\
             [remote \"github\"]\nurl = https://github.com/acme/widget\n"
        ),
        "acme/widget from github"
    );
}

#[test]
fn remotes_without_the_usual_names() {
    let two = "[remote \"a\"]\nurl = https://github.com/a/widget\n[remote \"b\"]\nurl = https://github.com/b/widget\n";
    assert_eq!(found_with_config(two), "a/widget from a or b/widget?");
    assert_eq!(
        found_with_config(&format!("{two}[branch \"main\"]\nremote = b\n")),
        "b/widget from b or a/widget?"
    );
}

#[test]
fn linked_worktree_and_submodule() {
    let folder = TestFolder::with(&[
        ("repo/.git/HEAD", "ref: refs/heads/topic\n"),
        ("repo/.git/config", FORK),
        ("repo/.git/worktrees/wt/HEAD", "ref: refs/heads/main\n"),
        ("repo/.git/worktrees/wt/commondir", "../..\n"),
        (
            "repo/.git/modules/sub/config",
            "[core]\nworktree = ../../../sub\n[remote \"origin\"]\nurl = https://github.com/acme/sub.git\n",
        ),
        ("repo/sub/.git", "gitdir: ../.git/modules/sub\r\n"),
    ]);
    folder.write(
        "wt/.git",
        format!("gitdir: {}\n", folder.at("repo/.git/worktrees/wt").display()),
    );
    assert_eq!(found(&folder, "wt"), "me/widget from origin or acme/widget?");
    assert_eq!(found(&folder, "repo/sub"), "acme/sub from origin");
    // The worktree's own branch counts, the configuration is the common one.
    folder.write(
        "repo/.git/config",
        format!("{FORK}[branch \"main\"]\nremote = upstream\n"),
    );
    assert_eq!(found(&folder, "wt"), "acme/widget from upstream or me/widget");
}

#[test]
fn instead_of_is_applied() {
    let folder = TestFolder::with(&[
        ("repo/.git/config", "[remote \"origin\"]\nurl = gh:acme/widget\n"),
        (
            "home/.gitconfig",
            "[url \"https://github.com/\"]\n\tinsteadOf = gh:\n\tinsteadOf = github:\n\
             [url \"https://gitlab.com/\"]\ninsteadOf = g\n",
        ),
    ]);
    assert_eq!(found(&folder, "repo"), "acme/widget from origin");
    folder.write(
        "home/.config/git/config",
        "[url \"git@github.com:other-\"]\ninsteadOf = \"gh:acme/\"\n",
    );
    folder.write(
        "repo/.git/config",
        "[remote \"origin\"]\nurl = gh:acme/a/widget\n",
    );
    assert_eq!(
        found(&folder, "repo"),
        "other-a/widget from origin",
        "the longest counts"
    );

    let empty = GitEnvironment {
        git_config_global: Some(folder.at("nowhere")),
        ..environment(&folder)
    };
    assert_eq!(shown(&find_git_repository(&folder.at("repo"), &empty)), "unknown");
}

#[test]
fn included_files_count_where_their_condition_holds() {
    let folder = TestFolder::with(&[
        (
            "home/work/repo/.git/config",
            "[include]\npath = ../../shared.config\n",
        ),
        (
            "home/work/shared.config",
            "[remote \"origin\"]\nurl = gh:acme/widget\n",
        ),
        (
            "home/rewrite.config",
            "[url \"https://github.com/\"]\ninsteadOf = gh:\n",
        ),
    ]);
    let absolute = folder.at("home").display().to_string();
    for (condition, holds) in [
        ("gitdir:~/work/", true),
        ("gitdir:~/WORK/", false),
        ("gitdir/i:~/WORK/", true),
        ("gitdir:./work/", true),
        ("gitdir:work/", true),
        ("gitdir:work", false),
        ("gitdir:**/repo/.git", true),
        ("gitdir:repo/*", true),
        ("gitdir:*/.git", true),
        ("gitdir:~/play/", false),
        (&format!("gitdir:{absolute}/work/**"), true),
        (&format!("gitdir:{absolute}/*"), false),
        ("gitdir:[", false),
        ("onbranch:main", false),
        ("nonsense", false),
    ] {
        folder.write(
            "home/.gitconfig",
            format!("[includeIf \"{condition}\"]\npath = rewrite.config\n"),
        );
        let expected = if holds {
            "acme/widget from origin"
        } else {
            "unknown"
        };
        assert_eq!(found(&folder, "home/work/repo"), expected, "{condition}");
    }
    folder.write("home/.gitconfig", "[include]\npath = ~/rewrite.config\npath\n");
    assert_eq!(found(&folder, "home/work/repo"), "acme/widget from origin");
}

#[test]
fn files_that_include_each_other_come_to_an_end() {
    let folder = TestFolder::with(&[
        (
            "repo/.git/config",
            "[include]\npath = config\npath = config\npath = other\npath = /dev/zero\n\
             [remote \"origin\"]\nurl = https://github.com/acme/widget\n",
        ),
        ("repo/.git/other", "[include]\npath = config\npath = other\n"),
    ]);
    assert_eq!(found(&folder, "repo"), "acme/widget from origin");
}
