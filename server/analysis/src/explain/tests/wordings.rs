//! What tools say in words of their own, each with a neighbor that must not be taken for it.

use super::*;

const NONE: [&str; 0] = [];

#[test]
fn tools_that_release_on_github_tell_of_its_token() {
    for (line, cause) in [
        (
            "  ⨯ GitHub Personal Access Token is not set, neither programmatically, nor using env \"GH_TOKEN\"",
            "github-token-missing",
        ),
        (
            "   ⨯ release failed after 0.00s error=missing GITHUB_TOKEN, GITLAB_TOKEN and GITEA_TOKEN",
            "github-token-missing",
        ),
        (
            "Error: GitHub token not found! You need to export \"GH_TOKEN\"",
            "github-token-missing",
        ),
        (
            "  ⨯ GitHub Personal Access Token (a1 (sha256 hash)) contains invalid characters, please check env \"GH_TOKEN\"",
            "github-token-invalid",
        ),
        (
            "   ⨯ release failed after 2s error=GET https://api.github.com/repos/acme/tap: 401 Bad credentials []",
            "github-token-invalid",
        ),
        (
            "ERROR Could not authenticate with GitHub using environment variable \"GITHUB_TOKEN\".",
            "github-token-invalid",
        ),
        (
            "fatal: could not read Password for 'https://***@github.com': No such device or address",
            "github-token-invalid",
        ),
        (
            "fatal: Authentication failed for 'https://***@github.com/acme/widget/'",
            "git-push-refused",
        ),
        (
            "Error: Error 404: Not Found\nMake sure your github token has access to the repo and has permission to author releases",
            "github-token-rights",
        ),
    ] {
        assert_eq!(all(line), [cause], "{line}");
    }
    for line in [
        "fatal: could not read Password for 'https://token@gitlab.example': No such device or address",
        "fatal: Authentication failed for 'https://git.example/acme/widget/'",
        "error=GET https://gitlab.example/api/v4/projects: 401 Unauthorized",
    ] {
        assert_eq!(all(line), NONE, "{line}");
    }
}

#[test]
fn a_release_that_exists_and_a_failure_of_github_have_many_wordings() {
    for (line, cause) in [
        (
            "FATAL POST https://api.github.com/repos/acme/widget/releases: 422 Validation Failed [{Resource:Release Field:tag_name Code:already_exists Message:}]",
            "github-release-exists",
        ),
        (
            "##[error]Error 422: Validation Failed\n##[error]Errors:\n##[error]- Release already exists.",
            "github-release-exists",
        ),
        (
            "Error: release-please failed: Request failed due to following response errors:\n - Something went wrong while executing your query on 2026-01-02T03:04:05Z. Please include `A1:B2` when reporting this issue.",
            "github-unavailable",
        ),
    ] {
        assert_eq!(all(line), [cause], "{line}");
    }
    for line in [
        "🦋  error Error: Failed to fetch data from GitHub",
        "    <title>Unicorn! &middot; GitHub</title>",
    ] {
        assert_eq!(all(line), ["github-unavailable"], "{line}");
    }
    let other = "422 Validation Failed [{Resource:PullRequest Field:head Code:invalid Message:}]";
    assert_eq!(all(other), NONE);
}

#[test]
fn a_program_is_missing_in_the_words_of_node_and_of_windows() {
    for log in [
        "Error: spawn pnpm ENOENT",
        "lerna ERR! execute Error: spawn npm ENOENT",
        "ERROR spawn npm ENOENT",
        "[9:18:12 PM] [semantic-release] › ✘  An error occurred while running semantic-release: Error: Command failed with ENOENT: npm version 1.0.1\nspawn npm ENOENT",
        "'semantic-release' is not recognized as an internal or external command,\noperable program or batch file.",
        "tsc: The term 'tsc' is not recognized as a name of a cmdlet, function, script file, or executable program.",
        "tsc : The term 'tsc' is not recognized as the name of a cmdlet, function, script file, or operable program.",
    ] {
        assert_eq!(all(log), ["program-missing"], "{log}");
    }
    for log in [
        // The folder is missing, and not the shell.
        "Error: spawn /bin/sh ENOENT",
        "Error: spawn C:\\Windows\\system32\\cmd.exe ENOENT",
        "Error: spawn npm EACCES",
        "Error: spawn ENAMETOOLONG",
    ] {
        assert!(!all(log).contains(&"program-missing"), "{log}");
    }
    // The registry's answer is nearer than what was missing before it.
    let log = "Error: spawn hg ENOENT\nnpm error code E409\nnpm error 409 Conflict - PUT https://registry.npmjs.org/widget";
    assert_eq!(all(log)[0], "packument-conflict");
    // A variable before a command, which cmd.exe takes for a program.
    let log = "'NODE_OPTIONS' is not recognized as an internal or external command,";
    assert_eq!(all(log), ["script-failed"]);
}

#[test]
fn npm_crashes_with_a_message_of_javascript() {
    for log in [
        "npm ERR! Cannot read property 'algorithm' of undefined",
        "npm error Cannot read properties of null (reading 'matches')",
        "npm error Cannot destructure property 'package' of 'node.target' as it is null.",
        "npm ERR! cb() never called!",
    ] {
        assert_eq!(all(log), ["npm-crash"], "{log}");
    }
    assert!(!all("lerna ERR! Cannot read property 'x' of undefined").contains(&"npm-crash"));
    // The same in a script, and in a report of what npm could not install.
    for (log, causes) in [
        (
            "TypeError: Cannot read properties of undefined (reading 'x')",
            [].as_slice(),
        ),
        (
            "npm error code ERESOLVE\nnpm error Cannot destructure property `name` of 'undefined' or 'null'.",
            ["install-failed", "publish-not-visible"].as_slice(),
        ),
    ] {
        assert_eq!(all(log), causes, "{log}");
    }
}

#[test]
fn a_package_that_node_cannot_hold_in_a_text_is_too_large() {
    let log = "npm error code ERR_STRING_TOO_LONG\nnpm error Cannot create a string longer than 0x1fffffe8 characters";
    assert_eq!(all(log), ["payload-too-large"]);
    // In a build, it is the build's.
    assert_eq!(
        all("Error: Cannot create a string longer than 0x1fffffe8 characters"),
        NONE
    );
}

#[test]
fn a_folder_is_read_as_the_name_of_a_package() {
    let step = |command: &str, error: &str| {
        format!(
            "##[group]Run {command}\n{command}\nshell: /usr/bin/bash -e {{0}}\n##[endgroup]\n{error}\n##[error]Process completed with exit code 1."
        )
    };
    let tag = "npm error code ETARGET\nnpm error notarget No matching version found for dist@next.";
    let missing = "npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/dist - Not found\nnpm error 404\nnpm error 404  'dist@*' is not in this registry.";
    for (command, error) in [
        ("npm publish dist --tag next", tag),
        ("npm publish dist", missing),
        ("cd packages && npm publish dist --access public", missing),
    ] {
        assert_eq!(
            first(&step(command, error)),
            ["folder-read-as-package"],
            "{command}"
        );
    }
    for (command, error) in [
        ("npm publish ./dist --tag next", tag),
        ("npm publish --tag next", tag),
        ("npm ci && npm publish", missing),
        ("npm install dist@next && npm publish ./out", tag),
    ] {
        assert!(
            !all(&step(command, error)).contains(&"folder-read-as-package"),
            "{command}"
        );
    }
}

#[test]
fn npm_has_no_token_for_the_registry_of_yarn() {
    let refused = |host: &str| {
        format!(
            "npm error code E401\nnpm error 401 Unauthorized - PUT https://{host}/widget - You must be logged in to publish packages."
        )
    };
    assert_eq!(first(&refused("registry.yarnpkg.com")), ["wrong-registry"]);
    // Another registry may be meant, with a token that it refuses.
    assert_eq!(
        all(&refused("npm.acme.example")),
        ["token-expired", "token-empty", "wrong-registry"]
    );
    assert_eq!(
        all(&refused("registry.npmjs.org")),
        ["token-expired", "token-empty"]
    );
}

#[test]
fn release_tools_have_words_for_git_and_versions() {
    for (log, cause) in [
        (
            "Error: Command failed\nUnable to determine your Git configuration using this command:\n\n    git config user.email",
            "git-identity",
        ),
        (
            "This operation requires that a Git email be specified.",
            "git-identity",
        ),
        (
            "   ⨯ release failed after 0.10s error=git is in a dirty state",
            "release-git-checks",
        ),
        (
            "ERROR: Attempting to bump to a version that already exists in the registry: widget@1.0.0",
            "version-exists",
        ),
        (
            "error: Failed to resolve workspace version for \"@acme/a\" in `dependencies`. Run `bun install` and try again.",
            "workspace-protocol",
        ),
        (
            "error: Failed to resolve catalog version for \"zod\" in `dependencies` (catalogs require a lockfile).",
            "workspace-protocol",
        ),
    ] {
        assert_eq!(all(log), [cause], "{log}");
    }
    // ko goes on with it.
    assert_eq!(
        all("git is in a dirty state\nPlease check in your pipeline"),
        NONE
    );
}

#[test]
fn a_command_that_failed_tells_what_it_was_to_do() {
    for (log, cause) in [
        (
            "Error: Error: Command failed: npm install @semantic-release/git --silent",
            "install-failed",
        ),
        (
            "Error: Command failed with exit code 1: pnpm install --frozen-lockfile",
            "install-failed",
        ),
        // Why it failed is nearer.
        (
            "npm error code ENOSPC\nError: Command failed with exit code 1: npm ci",
            "disk-full",
        ),
        (
            "Error: Command failed with exit code 1: npm run ci",
            "script-failed",
        ),
    ] {
        assert_eq!(all(log)[0], cause, "{log}");
    }
}

#[test]
fn an_old_npm_that_signed_provenance_may_have_had_a_token() {
    const REFUSED: &str = "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/widget - Not found\nnpm error 404  'widget@1.0.0' is not in this registry.";
    let signed = "npm notice publish Signed provenance statement with source and build information from GitHub Actions";
    let log = format!("{signed}\n{REFUSED}");
    let causes = explain(&log, &Origin::default()).causes;
    let told: Vec<_> = causes
        .iter()
        .map(|cause| (cause.id.name(), cause.confidence))
        .collect();
    assert_eq!(
        told,
        [
            ("npm-too-old", Confidence::Likely),
            ("token-expired", Confidence::Possible)
        ]
    );
    // The placeholder of setup-node: no token was there.
    let log = format!("  NODE_AUTH_TOKEN: XXXXX-XXXXX-XXXXX-XXXXX\n{signed}\n{REFUSED}");
    assert_eq!(
        explain(&log, &Origin::default()).causes[0].confidence,
        Confidence::Certain
    );
}
