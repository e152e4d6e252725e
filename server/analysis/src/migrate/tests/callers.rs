//! Tokens that several steps, workflows or registries share.

use super::moves;

#[test]
fn a_reusable_workflow_and_its_caller() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  test:
    permissions: { contents: read }
    uses: ./.github/workflows/test.yml
  publish:
    needs: test
    permissions:
      contents: read
    uses: ./.github/workflows/publish.yml
    secrets:
      npm_token: ${{ secrets.NPM_TOKEN }}
#- .github/workflows/publish.yml
on:
  workflow_call:
    secrets:
      npm_token:
        required: true
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 22
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.npm_token }}
#- .github/workflows/test.yml
on: workflow_call
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - run: npm test
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
"#,
        r#"
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  test:
    permissions: { contents: read }
    uses: ./.github/workflows/test.yml
  publish:
    needs: test
    permissions:
      contents: read
      id-token: write
    uses: ./.github/workflows/publish.yml
#- .github/workflows/publish.yml
on:
  workflow_call:
    secrets:
      npm_token:
        required: false
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
      - run: npm publish
"#,
    );
}

#[test]
fn a_composite_action() {
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
      - uses: ./.github/actions/publish
        with:
          access: public
          token: ${{ secrets.NPM_TOKEN }}
#- .github/actions/publish/action.yml
name: Publish
description: Publishes the package.
inputs:
  access:
    required: true
  token: # for npm
    required: true
runs:
  using: composite
  steps:
    - uses: actions/setup-node@v6
      with:
        node-version: 22
        registry-url: https://registry.npmjs.org
    - run: npm publish --access ${{ inputs.access }}
      shell: bash
      env:
        NODE_AUTH_TOKEN: ${{ inputs.token }}
#- package.json
{ "name": "@acme/widget", "version": "1.0.0", "repository": "acme/widget" }
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
      - uses: ./.github/actions/publish
        with:
          access: public
#- .github/actions/publish/action.yml
name: Publish
description: Publishes the package.
inputs:
  access:
    required: true
runs:
  using: composite
  steps:
    - uses: actions/setup-node@v6
      with:
        node-version: 24
        registry-url: https://registry.npmjs.org
    - run: npm publish --access ${{ inputs.access }}
      shell: bash
"#,
    );
}

#[test]
fn a_token_that_an_install_needs_too_stays_there() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-24.04
    env:
      NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm test
      - run: npm publish
#- package.json
{ "name": "@acme/widget", "version": "1.0.0", "repository": "acme/widget", "dependencies": { "@acme/secret": "1" } }
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
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
      - run: npm test
      - run: npm publish
"#,
    );
}

#[test]
fn a_line_that_another_workflow_needs_stays() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - run: npm ci
        env:
          NPM_TOKEN: ${{ secrets.NPM_READ }}
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    permissions: { contents: read }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- .npmrc
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
#- package.json
{ "name": "@acme/widget", "version": "1.0.0", "repository": "acme/widget", "dependencies": { "@acme/secret": "1" } }
"#,
        r#"
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    permissions: { contents: read, id-token: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
"#,
    );
}

#[test]
fn the_token_for_github_packages_stays() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    permissions: { contents: read, packages: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://npm.pkg.github.com
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.GITHUB_TOKEN }}
#- package.json
{ "name": "@acme/widget", "version": "1.0.0", "repository": "acme/widget" }
"#,
        r#"
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    permissions: { contents: read, packages: write, id-token: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://npm.pkg.github.com
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.GITHUB_TOKEN }}
"#,
    );
}

#[test]
fn a_step_that_fails_with_its_token() {
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
          node-version: 24
      - run: pnpm install --frozen-lockfile
      - run: pnpm -r publish --no-git-checks
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- .npmrc
# Peers are checked.
strict-peer-dependencies=true
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
//npm.pkg.github.com/:_authToken=${GITHUB_TOKEN}
#- package.json
{ "name": "acme", "private": true, "packageManager": "pnpm@11.28.11" }
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
"#,
    );
}

#[test]
fn a_step_with_a_token_of_its_own_keeps_it() {
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
      - run: npm whoami
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
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
      - run: npm whoami
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
      - run: npm publish
"#,
    );
}

#[test]
fn a_job_in_a_container() {
    moves(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    container: node:20
    steps:
      - run: npm publish
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- .npmrc
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
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
    container: node:24
    steps:
      - run: npm publish
#- .npmrc
"#,
    );
}
