//! A repository that does not show its package stays as it is.

use super::{PUBLISH, moved, stays, with_job};

#[test]
fn no_package_is_known() {
    let none = with_job("", PUBLISH, "");
    let (none, _) = none.split_once("#- package.json").unwrap();
    stays(
        none,
        "no `package.json` with a `name` is in the repository, so its `repository` cannot be checked; commit one first",
    );
    for text in ["", "{ \"name\": \"widget\"", "{ \"name\" \"widget\" }\n"] {
        stays(
            &with_job("", PUBLISH, &format!("#- package.json\n{text}")),
            "`package.json` is not valid JSON; repair it first",
        );
    }
    let private = r#"#- package.json
{ "name": "root", "private": true }
#- pnpm-workspace.yaml
packages: ['packages/*']
"#;
    let recursive = PUBLISH.replace("npm publish", "pnpm -r publish");
    stays(
        &with_job("", &recursive, private),
        "the repository has no package that it would publish",
    );
}

/// The build makes the manifest, and the repository has the one from which it does.
#[test]
fn a_build_makes_the_package() {
    let files = r#"#- package.json
{ "name": "root", "private": true }
#- lib/package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
"#;
    let publish = PUBLISH.replace("npm publish", "npm publish ./dist");
    let after = moved(&with_job("", &publish, files));
    assert!(!after.workflow().contains("NPM_TOKEN"), "{}", after.workflow());
}
