//! np and release-it, whose words say which version is published.

use super::{dependency, job, table};
use crate::test_support::check_sites;

#[test]
fn words_that_say_a_version_are_not_a_folder() {
    let registered = r#"#- trustpub.toml
[[trusted-publisher]]
package = "w"
workflow = "release.yml"
"#;
    let files = |tool: &str, version: &str| dependency(tool, version) + registered;
    table(&[
        (
            "npx np patch --yolo",
            files("np", "12.1.1"),
            "packages=w; outcome=oidc",
        ),
        (
            "npx np 1.2.3 --contents dist",
            files("np", "12.1.1"),
            "packages=-; outcome=oidc",
        ),
        (
            "npx release-it minor --ci --npm.skipChecks",
            files("release-it", "21.1.2"),
            "packages=w; outcome=oidc",
        ),
    ]);
    // With a token beside it, what is registered decides.
    for command in ["npx np patch --yolo", "npx release-it minor --ci"] {
        let tool = if command.contains("np patch") {
            "np"
        } else {
            "release-it"
        };
        let version = if tool == "np" { "12.1.1" } else { "21.1.2" };
        let fixture = job(command, &files(tool, version))
            .replace(
                "{ node-version: 24.11.0 }",
                "{ node-version: 24.11.0, registry-url: 'https://registry.npmjs.org' }",
            )
            .replace(
                &format!("run: {command}\n"),
                &format!("run: {command}\n        env: {{ NODE_AUTH_TOKEN: '${{{{ secrets.T }}}}' }}\n"),
            );
        check_sites(&fixture, "release.yml:9 publish; packages=w; outcome=oidc");
        let other = fixture.replace("workflow = \"release.yml\"", "workflow = \"other.yml\"");
        check_sites(&other, "release.yml:9 publish; packages=w; outcome=token");
    }
}
