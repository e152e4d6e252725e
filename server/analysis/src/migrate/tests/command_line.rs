//! A token among the words of the command.

use super::{moved, stays, with_job};

#[test]
fn the_setting_of_the_registry_goes() {
    for (script, left) in [
        (
            "npm publish --//registry.npmjs.org/:_authToken=$NPM_TOKEN",
            "npm publish",
        ),
        (
            "npm --//registry.npmjs.org/:_authToken=$NPM_TOKEN publish --tag next",
            "npm publish --tag next",
        ),
        (
            "npm publish \"--//registry.npmjs.org/:_authToken=${NPM_TOKEN}\" --access public",
            "npm publish --access public",
        ),
        (
            "pnpm publish --no-git-checks '--//registry.npmjs.org/:_authToken=${{ secrets.NPM_TOKEN }}'",
            "pnpm publish --no-git-checks",
        ),
    ] {
        let step = format!("- run: |\n    {script}\n  env:\n    NPM_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}");
        let after = moved(&with_job("", &step, ""));
        let expected = format!("      - run: |\n          {left}\n");
        assert!(after.workflow().ends_with(&expected), "{}", after.workflow());
    }
}

#[test]
fn a_token_in_a_package_script_stays() {
    let scripts = r#"#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "scripts": { "pub": "npm publish --//registry.npmjs.org/:_authToken=$NPM_TOKEN" } }
"#;
    let step = "- run: npm run pub\n  env:\n    NPM_TOKEN: ${{ secrets.NPM_TOKEN }}";
    stays(
        &with_job("", step, scripts),
        "`--//registry.npmjs.org/:_authToken` (release.yml:11) cannot be removed by an edit; remove it by hand",
    );
}
