//! What is to be done around the change.

use super::planned;

const ONE: &str = r#"What changes
- `npm publish` in `.github/workflows/release.yml:14` publishes `@acme/widget` by trusted publishing instead of with a token.
Before you merge
- If a package has never been published, publish its first version with the token: npm accepts a trusted publisher only for a package that exists.
  https://docs.npmjs.com/trusted-publishers
- Register the trusted publisher of `@acme/widget`: owner `acme`, repository `widget`, workflow `release.yml`, environment `npm`, allowed action `npm publish`.
  https://www.npmjs.com/package/@acme/widget/access
  npm trust github @acme/widget --file release.yml --repository acme/widget --environment npm --allow-publish
After the first release
- Check that the new version came by trusted publishing.
  trustpub verify
- Delete the secret `NPM_TOKEN` from the repository. Delete a secret of the organization only if no other repository uses it.
  https://github.com/acme/widget/settings/secrets/actions
- Delete the secret `NPM_TOKEN` from the environment `npm` if it has one.
  https://github.com/acme/widget/settings/environments
- Revoke the access token on npm.
  https://docs.npmjs.com/revoking-access-tokens
- Choose "Require two-factor authentication and disallow tokens" under "Publishing access".
  https://www.npmjs.com/package/@acme/widget/access
"#;

const TWO: &str = r#"What changes
- `npm publish` in `.github/workflows/release.yml:13` publishes `@acme/a` and `@acme/b` by trusted publishing instead of with a token.
Before you merge
- If a package has never been published, publish its first version with the token: npm accepts a trusted publisher only for a package that exists.
  https://docs.npmjs.com/trusted-publishers
- Register the trusted publisher of each of these 2 packages: owner `acme`, repository `widget`, workflow `release.yml`, no environment, allowed action `npm publish`.
  https://www.npmjs.com/package/@acme/a/access
  https://www.npmjs.com/package/@acme/b/access
  npm trust github @acme/a --file release.yml --repository acme/widget --allow-publish
  npm trust github @acme/b --file release.yml --repository acme/widget --allow-publish
After the first release
- Check that the new version came by trusted publishing.
  trustpub verify
- Keep the secret `NPM_TOKEN` for now: `.github/workflows/ci.yml:8` still uses it.
- Revoke the access token on npm once nothing uses it. A read-only token is enough to install packages.
  https://docs.npmjs.com/revoking-access-tokens
- Once no step publishes or sets dist-tags with a token, choose "Require two-factor authentication and disallow tokens" under "Publishing access".
  https://www.npmjs.com/package/@acme/a/access
  https://www.npmjs.com/package/@acme/b/access
"#;

/// The checklist as text.
fn checklist(text: &str) -> String {
    let mut lines = String::new();
    for section in planned(text).checklist().sections {
        lines.push_str(&format!("{}\n", section.title));
        for item in section.items {
            lines.push_str(&format!("- {}\n", item.text));
            for detail in item.urls.iter().chain(&item.commands) {
                lines.push_str(&format!("  {detail}\n"));
            }
        }
    }
    lines
}

#[test]
fn one_package_in_an_environment() {
    let list = checklist(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    environment: npm
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "@acme/widget", "version": "1.0.0", "repository": "acme/widget" }
"#,
    );
    assert_eq!(list, ONE);
}

#[test]
fn several_packages_and_a_secret_that_is_still_used() {
    let list = checklist(
        r#"
#- repository: acme/widget
#- .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: npm ci
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish --workspaces
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "acme", "private": true, "workspaces": ["packages/*"] }
#- packages/a/package.json
{ "name": "@acme/a", "version": "1.0.0", "repository": "acme/widget" }
#- packages/b/package.json
{ "name": "@acme/b", "version": "1.0.0", "repository": "acme/widget" }
"#,
    );
    assert_eq!(list, TWO);
}

#[test]
fn nothing_to_move() {
    let migration = planned(
        r#"
#- .github/workflows/release.yml
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: npm test
#- package.json
{ "name": "widget", "version": "1.0.0" }
"#,
    );
    assert!(!migration.has_token_step());
    assert!(migration.checklist().sections.is_empty());
}

#[test]
fn packages_that_the_files_do_not_name_and_installs_that_lose_the_token() {
    let list = checklist(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: |
          npm ci
          npm publish ./dist/*.tgz
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "dependencies": { "@other/thing": "1" } }
"#,
    );
    for line in [
        "- The files do not show which packages `npm publish` in `.github/workflows/release.yml:15` publishes. Register the trusted publisher for each of them.\n",
        "- The step in `.github/workflows/release.yml:13` installs packages and no longer gets `NODE_AUTH_TOKEN`. If one of them is private, give that step a read-only token.\n",
    ] {
        assert!(list.contains(line), "{line}\n{list}");
    }
}
