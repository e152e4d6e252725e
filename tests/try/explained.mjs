// What `eneedauth` in tests/cli/explain/answers.rs gives to the command line, with a permission less.

export const explainedInput = {
  repository: 'acme/widget',
  files: {
    '.github/workflows/release.yml': `on: push
permissions: { contents: read }
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: npm
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish
`,
    'package.json': '{ "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget", "publishConfig": { "access": "public" } }',
  },
  log: `npm error code ENEEDAUTH
npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
npm error need auth You need to authorize this machine using \`npm adduser\`
npm error A complete log of this run can be found in: /home/runner/.npm/_logs/debug-0.log
`,
}
