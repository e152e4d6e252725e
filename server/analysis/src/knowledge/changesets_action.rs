//! changesets/action, where its second major differs from its first. Read in its v1.9.0, v2.0.0, v2.1.1 and the prereleases.

/// The inputs of v1 that v2 refuses, with their new names (`throwOnRenamedInputs` in src/index.ts).
const RENAMED_INPUTS: [(&str, &str); 9] = [
    ("publish", "publish-script"),
    ("version", "version-script"),
    ("commit", "commit-message"),
    ("title", "pr-title"),
    ("branch", "pr-base-branch"),
    ("prDraft", "pr-draft"),
    ("createGithubReleases", "create-github-releases"),
    // `throwOnRemovedCommitModeInput` in src/utils.ts: the new input is a boolean.
    ("commit-mode", PUSH_WITH_GIT),
    ("commitMode", PUSH_WITH_GIT),
];
const PUSH_WITH_GIT: &str = "push-with-git-cli";

/// The new name of an input that v2 refuses.
pub(crate) fn renamed_input(name: &str) -> Option<(&'static str, &'static str)> {
    let mut renamed = RENAMED_INPUTS.iter();
    renamed.find(|(old, _)| old.eq_ignore_ascii_case(name)).copied()
}

/// The value of the new input, where it differs from that of the old one.
pub(crate) fn renamed_value(new: &str, old_value: &str) -> Option<&'static str> {
    (new == PUSH_WITH_GIT).then_some(match old_value {
        "git-cli" => "true",
        _ => "false",
    })
}
