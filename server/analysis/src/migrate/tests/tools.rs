//! Each publishing tool.

use super::{moved, moves, stays, with_job};

#[test]
fn a_single_package_with_comments() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
# Releases the package.
on:
  push:
    tags: ['v*'] # signed
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 20 # as in the tests
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm publish # at last
        env:
          # An automation token.
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
          CI_RELEASE: yes
#- package.json
{
  "name": "@acme/widget",
  "version": "1.0.0"
}
"#,
        r#"
#- .github/workflows/release.yml
# Releases the package.
on:
  push:
    tags: ['v*'] # signed
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24 # as in the tests
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm publish # at last
        env:
          # An automation token.
          CI_RELEASE: yes
#- package.json
{
  "name": "@acme/widget",
  "version": "1.0.0",
  "repository": {
    "type": "git",
    "url": "git+https://github.com/acme/widget.git"
  }
}
"#,
    );
}

#[test]
fn packages_of_npm_workspaces() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
permissions:
  contents: read
jobs:
  publish:
    runs-on: ubuntu-24.04
    environment: npm
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 22
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm publish --workspaces
        env: { NODE_AUTH_TOKEN: "${{ secrets.NPM_TOKEN }}" }
#- package.json
{ "name": "acme", "private": true, "workspaces": ["packages/*"] }
#- packages/a/package.json
{
  "name": "@acme/a",
  "version": "1.0.0"
}
#- packages/b/package.json
{
  "name": "@acme/b",
  "version": "1.0.0",
  "repository": "github:acme/old"
}
"#,
        r#"
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
permissions:
  contents: read
  id-token: write
jobs:
  publish:
    runs-on: ubuntu-24.04
    environment: npm
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm publish --workspaces
#- packages/a/package.json
{
  "name": "@acme/a",
  "version": "1.0.0",
  "repository": {
    "type": "git",
    "url": "git+https://github.com/acme/widget.git",
    "directory": "packages/a"
  }
}
#- packages/b/package.json
{
  "name": "@acme/b",
  "version": "1.0.0",
  "repository": "github:acme/widget"
}
"#,
    );
}

#[test]
fn pnpm_with_changesets() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { branches: [main] } }
permissions:
  contents: write
  pull-requests: write
jobs:
  release:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: pnpm/action-setup@v4
      - uses: actions/setup-node@v6
        with:
          node-version: 22
          cache: pnpm
      - run: pnpm install --frozen-lockfile
      - name: Log in to npm
        run: |
          cat << EOF > "$HOME/.npmrc"
            //registry.npmjs.org/:_authToken=$NPM_TOKEN
          EOF
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
      - uses: changesets/action@v1
        with:
          publish: pnpm changeset publish
        env:
          GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "acme", "private": true, "packageManager": "pnpm@10.34.8", "devDependencies": { "@changesets/cli": "^2.29.0" } }
#- pnpm-workspace.yaml
packages: ['packages/*']
#- .changeset/config.json
{ "access": "public" }
#- packages/a/package.json
{
  "name": "@acme/a",
  "version": "1.0.0"
}
"#,
        r#"
#- .github/workflows/release.yml
on: { push: { branches: [main] } }
permissions:
  contents: write
  pull-requests: write
  id-token: write
jobs:
  release:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: pnpm/action-setup@v4
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          cache: pnpm
      - run: pnpm install --frozen-lockfile
      - uses: changesets/action@v1
        with:
          publish: pnpm changeset publish
        env:
          GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
#- packages/a/package.json
{
  "name": "@acme/a",
  "version": "1.0.0",
  "repository": {
    "type": "git",
    "url": "git+https://github.com/acme/widget.git",
    "directory": "packages/a"
  }
}
"#,
    );
}

#[test]
fn semantic_release() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { branches: [main] } }
jobs:
  release:
    permissions:
      contents: write
      issues: write
      pull-requests: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm ci
      - run: npx semantic-release
        env:
          GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "0.0.0", "repository": "acme/widget", "devDependencies": { "semantic-release": "25.0.9" } }
"#,
        r#"
#- .github/workflows/release.yml
on: { push: { branches: [main] } }
jobs:
  release:
    permissions:
      contents: write
      issues: write
      pull-requests: write
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm ci
      - run: npx semantic-release
        env:
          GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
"#,
    );
}

#[test]
fn pnpm_with_a_line_in_the_npmrc() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { release: { types: [published] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: pnpm/action-setup@v4
      - uses: actions/setup-node@v6
        with:
          node-version-file: .nvmrc
      - run: pnpm install --frozen-lockfile
      - run: pnpm -r publish --no-git-checks
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- .npmrc
# Peers are checked.
strict-peer-dependencies=true
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
//npm.pkg.github.com/:_authToken=${GITHUB_TOKEN}
#- .nvmrc
22
#- package.json
{ "name": "acme", "private": true, "packageManager": "pnpm@10.34.8" }
#- pnpm-workspace.yaml
packages: ['packages/*']
#- packages/a/package.json
{ "name": "@acme/a", "version": "1.0.0", "repository": { "type": "git", "url": "git+https://github.com/acme/widget.git", "directory": "packages/a" } }
"#,
        r#"
#- .github/workflows/release.yml
on: { release: { types: [published] } }
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: pnpm/action-setup@v4
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: pnpm install --frozen-lockfile
      - run: pnpm -r publish --no-git-checks
#- .npmrc
# Peers are checked.
strict-peer-dependencies=true
//npm.pkg.github.com/:_authToken=${GITHUB_TOKEN}
"#,
    );
}

#[test]
fn lerna() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npx lerna publish from-package --yes
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- lerna.json
{ "version": "1.0.0", "packages": ["packages/*"] }
#- package.json
{ "name": "acme", "private": true, "workspaces": ["packages/*"], "devDependencies": { "lerna": "9.0.3" } }
#- packages/a/package.json
{ "name": "@acme/a", "version": "1.0.0", "repository": { "type": "git", "url": "git+https://github.com/acme/widget.git", "directory": "packages/a" } }
"#,
        r#"
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npx lerna publish from-package --yes
"#,
    );
}

#[test]
fn release_it() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: workflow_dispatch
jobs:
  release:
    permissions: { contents: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npx release-it --ci
        env:
          GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- .release-it.json
{ "npm": { "skipChecks": true } }
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "devDependencies": { "release-it": "19.0.4" } }
"#,
        r#"
#- .github/workflows/release.yml
on: workflow_dispatch
jobs:
  release:
    permissions: { contents: write, id-token: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npx release-it --ci
        env:
          GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
"#,
    );
}

#[test]
fn np() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: workflow_dispatch
jobs:
  release:
    permissions: { contents: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npx np --yolo --no-tests patch
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "devDependencies": { "np": "12.1.1" } }
"#,
        r#"
#- .github/workflows/release.yml
on: workflow_dispatch
jobs:
  release:
    permissions: { contents: write, id-token: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npx np --yolo --no-tests patch
"#,
    );
}

#[test]
fn yarn_1_gives_way_to_npm() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: yarn publish --non-interactive --access public
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "packageManager": "yarn@1.22.22" }
"#,
        r#"
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish --access public
"#,
    );
}

#[test]
fn bun_gives_way_to_npm() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - uses: oven-sh/setup-bun@v2
      - run: bun publish
        env:
          NPM_CONFIG_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
"#,
        r#"
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - uses: oven-sh/setup-bun@v2
      - run: npm publish
"#,
    );
}

/// What a shared configuration does is not known, so nothing reports the missing permission of a step without a token.
#[test]
fn semantic_release_with_a_shared_configuration() {
    let steps = "- run: npx semantic-release -e shared-release-config\n  env:\n    NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    let manifest = |version: &str| {
        format!(
            "#- package.json\n{{ \"name\": \"widget\", \"version\": \"0.0.0\", \"repository\": \"acme/widget\", \"devDependencies\": {{ \
             \"semantic-release\": \"{version}\" }} }}\n"
        )
    };
    let with = |version: &str| {
        let text = with_job("", steps, &manifest(version));
        text.replace("          registry-url: https://registry.npmjs.org\n", "")
    };
    let after = moved(&with("^25.0.0"));
    assert!(
        after.workflow().contains("id-token: write"),
        "{}",
        after.workflow()
    );
    assert!(!after.workflow().contains("NPM_TOKEN"), "{}", after.workflow());
    stays(
        &with("24.2.9"),
        "semantic-release 24.2.9 cannot use trusted publishing; update semantic-release to 25 first",
    );
}
