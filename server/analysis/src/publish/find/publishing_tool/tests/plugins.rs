//! Which npm plugin semantic-release loads.

use super::{manifest, table};

fn both_plugins(release: &str, npm: &str) -> String {
    manifest(&format!(
        "\"devDependencies\": {{ \"semantic-release\": \"{release}\", \"@semantic-release/npm\": \"{npm}\" }}"
    ))
}

#[test]
fn semantic_release_looks_beside_itself_first() {
    table(&[
        // The plugin of the repository counts only where semantic-release has none of its own.
        (
            "npx semantic-release",
            both_plugins("24.2.9", "13.2.0"),
            "outcome=fails; error=ENONPMTOKEN",
        ),
        (
            "npx semantic-release",
            both_plugins("25.0.9", "13.2.0"),
            "outcome=oidc",
        ),
        (
            "npx semantic-release",
            both_plugins("25.0.9", "13.0.0"),
            "outcome=oidc",
        ),
        (
            "npx semantic-release",
            both_plugins("25.0.9", "12.0.2"),
            "outcome=unknown",
        ),
        (
            "npx semantic-release",
            both_plugins("24.2.9", "12.0.2"),
            "outcome=fails; error=ENONPMTOKEN",
        ),
    ]);
}
