//! Comments stay, and those about a token that is gone are named.

use super::{moved, with_job};

#[test]
fn a_comment_above_a_step_that_is_gone() {
    let after = moved(&with_job(
        "",
        r#"
# Installs.
- run: npm ci
# Logs in.
- run: npm config set //registry.npmjs.org/:_authToken ${{ secrets.NPM_TOKEN }}
# Publishes.
- run: npm publish
"#,
        "",
    ));
    for comment in ["# Installs.", "# Logs in.", "# Publishes."] {
        assert!(after.workflow().contains(comment), "{}", after.workflow());
    }
    after.says(
        "The comment in `.github/workflows/release.yml:16` may be about a token that is gone. Correct it or remove it.",
    );
    for line in [14, 17] {
        after.does_not_say(&format!("The comment in `.github/workflows/release.yml:{line}`"));
    }
}

/// The step is still there.
#[test]
fn a_comment_above_a_step_that_changes() {
    let steps = "# Our npm.\n- run: npm install -g npm@9\n# Publishes.\n- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ \
                 secrets.NPM_TOKEN }}";
    moved(&with_job("", steps, "")).does_not_say("The comment in");
}
