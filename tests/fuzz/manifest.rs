//! `package.json`, configurations of tools in JSON, and lock files.

use crate::case::{Case, Target, no_change, path_of, repository};
use crate::promises;
use crate::seeds;

pub(crate) const TARGET: Target = Target {
    name: "manifest",
    inputs: 800,
    seeds,
    words: &[
        "\"private\": true",
        "\"repository\": \"github:acme/widget\"",
        "\"publishConfig\": {}",
        "\"workspaces\": [\"**\"]",
        "\"version\": \"1.0.0-beta.1\"",
        "\"packageManager\": \"pnpm@10.1.0+sha512.x\"",
        "\"scripts\": { \"prepublishOnly\": \"npm publish\" }",
        "\"engines\": { \"node\": \">=18 <20 || ^24\" }",
        "// x\n",
        "/* x */",
        "lockfileVersion: '9.0'",
        "# yarn lockfile v1\n",
        "\"name\"",
        "workspace:*",
        "git+https://user:secret@github.com/acme/widget.git#main",
    ],
    change: no_change,
    check: promises::check,
    check_thoroughly: promises::check_fixes,
};

const WORKFLOW: &str = "\
on: { release: { types: [published] } }
permissions: { contents: read, id-token: write }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: { node-version-file: package.json, registry-url: 'https://registry.npmjs.org' }
      - run: npm ci && npm run release
      - run: npx semantic-release && pnpm -r publish && npx lerna publish from-package && npx nx release publish
";
const MANIFEST: &str = r#"{
  "name": "@acme/widget", "version": "1.0.0", "private": false,
  "workspaces": ["packages/*", "!packages/b"], "packageManager": "pnpm@10.1.0",
  "scripts": { "release": "changeset publish && lerna publish", "prerelease": "pnpm run release" },
  "repository": { "type": "git", "url": "git@github.com:Acme/widget.git", "directory": "x" },
  "publishConfig": { "provenance": true, "registry": "https://registry.npmjs.org", "access": "public" },
  "devDependencies": { "lerna": "^8.0.0", "semantic-release": "^25.0.0", "npm": "10" },
  "release": { "plugins": [["@semantic-release/npm", { "npmPublish": true }]] },
  "volta": { "node": "22.1.0", "extends": "./package.json" }
}"#;
const FILES: &[(&str, &str)] = &[
    (".github/workflows/release.yml", WORKFLOW),
    ("package.json", MANIFEST),
    (
        "packages/a/package.json",
        r#"{ "name": "@acme/a", "version": "1.0.0", "dependencies": { "b": "workspace:*" } }"#,
    ),
    (
        "lerna.json",
        r#"{ "version": "independent", "npmClient": "npm", "command": { "publish": { "registry": "https://registry.npmjs.org" } } }"#,
    ),
    (
        ".releaserc.json",
        r#"{ "branches": ["main"], "plugins": ["@semantic-release/npm"] }"#,
    ),
    ("nx.json", r#"{ "release": { "projects": ["packages/*"] } }"#),
    (
        ".changeset/config.json",
        r#"{ "access": "public", "ignore": ["@acme/b"] }"#,
    ),
    (
        "package-lock.json",
        r#"{ "lockfileVersion": 3, "packages": { "node_modules/lerna": { "version": "8.1.0" }, "node_modules/semantic-release": { "version": "25.0.1" }, "node_modules/npm": { "version": "10.9.0" } } }"#,
    ),
    (
        "pnpm-lock.yaml",
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    devDependencies:\n      lerna:\n        specifier: ^8.0.0\n        version: 8.1.0(x@1)\npackages:\n  lerna@8.1.0:\n    resolution: {integrity: x}\n",
    ),
    (
        "yarn.lock",
        "# yarn lockfile v1\n\nlerna@^8.0.0:\n  version \"8.1.0\"\n\n\"semantic-release@npm:^25.0.0\":\n  version: 25.0.1\n",
    ),
    (
        "bun.lock",
        "{ \"lockfileVersion\": 1, \"packages\": { \"lerna\": [\"lerna@8.1.0\", \"\", {}, \"sha512-x\"], } }",
    ),
    (
        "pnpm-workspace.yaml",
        "packages:\n  - packages/*\ncatalog:\n  lerna: ^8.0.0\n",
    ),
];

fn seeds() -> Vec<Case> {
    let is_wanted = |path: &str| {
        !path.starts_with(".github")
            && (path.ends_with(".json") || path.contains("lock") || path.contains("pnpm-"))
    };
    let mut cases = seeds::files(|path| is_wanted(path.as_str()));
    let repository = repository(FILES);
    for (path, _) in FILES.iter().filter(|(path, _)| is_wanted(path)) {
        // Few files, and those that matter most.
        for _ in 0..4 {
            cases.extend(Case::file(&repository, &path_of(path)));
        }
    }
    cases
}
