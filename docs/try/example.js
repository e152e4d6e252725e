// What the page shows first: a workflow that cannot publish, and the log of its run.

export const EXAMPLE = {
  repository: 'acme/widget',
  files: {
    '.github/workflows/release.yml': `name: Release
on:
  release:
    types: [published]

permissions:
  contents: read

jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 22
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm publish
`,
    'package.json': `{
  "name": "@acme/widget",
  "version": "1.4.0",
  "repository": "github:acme/widget"
}
`,
  },
  log: `npm notice Publishing to https://registry.npmjs.org/ with tag latest and default access
npm error code E404
npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found
npm error 404
npm error 404  '@acme/widget@1.4.0' is not in this registry.
`,
}

export const EMPTY = { repository: '', files: { '.github/workflows/release.yml': '', 'package.json': '' }, log: '' }
