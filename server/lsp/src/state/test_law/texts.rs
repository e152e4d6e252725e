//! The files of the generated repositories, each with the texts that it may have.

const RELEASE: &str = "\
on:
  push:
    tags: ['v*']
permissions: { contents: read, id-token: write }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: ./.github/actions/setup
      - uses: actions/setup-node@v6
        with:
          node-version-file: .nvmrc
          registry-url: https://registry.npmjs.org
      - run: npm publish -ws
      - run: ./scripts/publish.sh latest
      - run: make publish
      - run: cd dist && npm publish
  other:
    uses: ./.github/workflows/reusable.yml
    with: { node: 22 }
";

const TOOLS: &str = "\
on: push
permissions: { contents: write, id-token: write }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: { node-version: 24 } # trustpub: ignore[cache-in-publish-job] a comment
      - run: npx semantic-release
      - run: ./linked/publish.sh
      - run: node scripts/release.mjs
      - run: npm run release
";

const REUSABLE: &str = "\
on:
  workflow_call:
    inputs: { node: { type: string, default: '20' } }
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: npm
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: '${{ inputs.node }}' }
      - run: npm publish
        working-directory: packages/a
        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }
";

const ACTION: &str = "\
name: setup
runs:
  using: composite
  steps:
    - run: npm install -g npm@11.5.1
      shell: bash
    - run: scripts/publish.sh next
      shell: bash
";

/// It makes the tag that `RELEASE` waits for, if what it leads to does.
const TAG: &str = "\
name: Tag
on: { push: { branches: [main] } }
jobs:
  tag:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: ./.github/actions/setup
      - run: ./scripts/tag.sh
      - run: npm run tag
";

/// It makes the tag itself, unless a caller runs for one.
const CALLED_TAG: &str = "\
on: { push: { branches: [main] }, workflow_call: {} }
jobs:
  tag:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: git push --follow-tags
";

const CALLS_TAG: &str = "on: push\njobs:\n  tag:\n    uses: ./.github/workflows/tag.yml\n";

/// It waits for a workflow by its name.
const AFTER: &str = "\
on: { workflow_run: { workflows: [Tag], types: [completed] } }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - run: npm publish
";

/// It is reported if no other workflow speaks of publishing.
const DRY_RUN: &str = "\
on: release
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - run: npm publish --dry-run --access public
";

const ROOT_MANIFEST: &str = r#"{
  "name": "@acme/root", "version": "1.0.0", "private": true, "workspaces": ["packages/*"],
  "scripts": { "release": "lerna publish from-package", "prerelease": "./scripts/publish.sh" },
  "devDependencies": { "semantic-release": ">=20", "lerna": "*" }, "repository": "acme/widget"
}"#;

const LOCK: &str = "{ \"lockfileVersion\": 3, \"packages\": {\n  \"node_modules/semantic-release\": {\n    \"version\": \"22.0.0\"\n  },
  \"node_modules/lerna\": {\n    \"version\": \"8.1.0\"\n  }\n} }\n";

/// Each file with its texts, the first one at the start. An empty list of texts means that it is not there at the start,
/// and any text of another file will do.
pub(super) const FILES: &[(&str, &[&str])] = &[
    (
        ".github/workflows/release.yml",
        &[RELEASE, TOOLS, REUSABLE, "on: push\n", "jobs: [\n"],
    ),
    (
        ".github/workflows/tools.yml",
        &[
            TOOLS,
            RELEASE,
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm publish\n",
        ],
    ),
    (
        ".github/workflows/reusable.yml",
        &[REUSABLE, TOOLS, "on: workflow_call\n"],
    ),
    (
        ".github/workflows/tag.yml",
        &[
            TAG,
            CALLED_TAG,
            "name: Tags\non: release\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: googleapis/release-please-action@v4\n",
        ],
    ),
    (
        ".github/workflows/after.yml",
        &[
            AFTER,
            DRY_RUN,
            CALLS_TAG,
            "on: { push: { tags: ['*'] } }\njobs:\n  a:\n    uses: ./.github/workflows/tag.yml\n",
        ],
    ),
    (
        ".github/actions/setup/action.yml",
        &[
            ACTION,
            "runs:\n  using: node24\n  main: x.js\n",
            "runs:\n  using: composite\n  steps:\n    - run: git push --tags\n      shell: bash\n",
        ],
    ),
    (
        "package.json",
        &[
            ROOT_MANIFEST,
            r#"{ "name": "x", "version": "1.0.0", "repository": "other/place" }"#,
            r#"{ "name": "x", "scripts": { "tag": "git push --tags", "release": "./scripts/tag.sh" } }"#,
            "{ \"name\": ",
        ],
    ),
    (
        "packages/a/package.json",
        &[
            r#"{ "name": "@acme/a", "version": "1.0.0", "repository": "Acme/widget" }"#,
            r#"{ "name": "@acme/a", "private": true }"#,
            "",
            "{ \"name\"",
        ],
    ),
    (
        "packages/b/package.json",
        &[
            r#"{ "name": "@acme/b", "version": "0.1.0", "publishConfig": { "registry": "https://npm.pkg.github.com" } }"#,
            "{",
        ],
    ),
    (
        "dist/package.json",
        &[
            r#"{ "name": "@acme/dist", "version": "1.0.0", "private": true }"#,
            r#"{ "name": "dist", "version": "1.0.0" }"#,
        ],
    ),
    (
        ".npmrc",
        &[
            "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nalways-auth=true\n",
            "provenance=true\n",
        ],
    ),
    (
        "packages/a/.npmrc",
        &["@acme:registry=https://npm.pkg.github.com\n", ""],
    ),
    (".nvmrc", &["20\n", "v24.1.0\n", "lts/*\n"]),
    (".tool-versions", &["nodejs 20.1.0\n", "nodejs 24.0.0\n"]),
    (
        "pnpm-workspace.yaml",
        &["packages: ['packages/*']\n", "packages: []\n"],
    ),
    (
        "lerna.json",
        &["{ \"version\": \"independent\", \"npmClient\": \"npm\" }\n", "{}"],
    ),
    (
        ".releaserc",
        &["{ \"plugins\": [\"@semantic-release/npm\"] }", "plugins: []\n"],
    ),
    (".changeset/config.json", &["{ \"access\": \"restricted\" }\n"]),
    (
        "trustpub.toml",
        &[
            "[rules]\nscoped-access = \"warning\"\n\n[[trusted-publisher]]\npackage = \"@acme/*\"\nworkflow = \"release.yml\"\n",
            "repository = \"acme/other\"\n",
            "[[ignore]]\npath = \"packages/**\"\nrule = \"repository-case\"\nreason = \"x\"\n",
            "[[trusted-publisher]]\npackage = \"@acme/a\"\nworkflow = \"missing.yml\"\n",
        ],
    ),
    (".github/workflows/missing.yml", &[]),
    (
        "scripts/publish.sh",
        &[
            "cd packages/a\nnpm publish --tag \"$1\"\n",
            "npm publish --provenance=false\n",
            "echo hi\n",
        ],
    ),
    ("scripts/tag.sh", &["git push\n", "git push --tags\n"]),
    (
        "scripts/release.mjs",
        &["import { run } from './run.mjs';\nrun();\n", "console.log(1);\n"],
    ),
    (
        "scripts/run.mjs",
        &[
            "import { execSync } from 'node:child_process';\nexport function run() { execSync('npm publish'); }\n",
            "export function run() {}\n",
        ],
    ),
    (
        "linked/publish.sh",
        &["npm publish --access public\n", "npm test\n"],
    ),
    (
        "Makefile",
        &[
            "publish:\n\tnpm publish --access public\n",
            "publish:\n\techo no\n",
        ],
    ),
    (
        "package-lock.json",
        &[
            LOCK,
            "{ \"packages\": { \"node_modules/semantic-release\": {\n \"version\": \"25.0.0\" } } }",
        ],
    ),
    ("pnpm-lock.yaml", &[]),
    ("docker-compose.yml", &["services: {}\n", RELEASE]),
    // Repositories in the repository.
    ("examples/demo/.github/workflows/ci.yml", &[TOOLS, "on: push\n"]),
    (
        "examples/demo/package.json",
        &[r#"{ "name": "demo", "version": "1.0.0" }"#],
    ),
    (
        "clone/package.json",
        &[
            r#"{ "name": "clone", "version": "1.0.0" }"#,
            r#"{ "name": "@acme/a", "version": "2.0.0" }"#,
        ],
    ),
    ("clone/.git/HEAD", &[]),
    ("packages/a/.git", &[]),
    ("node_modules/x/package.json", &["{}"]),
    // What decides which files count.
    (
        ".gitignore",
        &[
            "",
            "dist/\n",
            "/packages/b\n*.json\n",
            "!dist\nscripts\n.github\n",
        ],
    ),
    ("packages/.gitignore", &["", "a\n"]),
    (".git/info/exclude", &["", "/packages/a\n"]),
    ("dist/CACHEDIR.TAG", &[]),
    ("packages/CACHEDIR.TAG", &[]),
    (".git/HEAD", &["ref: refs/heads/main\n", "ref: refs/heads/fork\n"]),
    (
        ".git/config",
        &[
            "[remote \"origin\"]\n\turl = https://github.com/acme/widget.git\n",
            "[remote \"origin\"]\n\turl = https://github.com/other/place.git\n",
            "[remote \"origin\"]\n\turl = https://github.com/me/widget.git\n[remote \"upstream\"]\n\turl = https://github.com/acme/widget.git\n[branch \"fork\"]\n\tremote = upstream\n",
            "",
        ],
    ),
    // Outside of the repository.
    ("../lonely/action.yml", &[ACTION, "runs: 1\n"]),
    ("../lonely/package.json", &[ROOT_MANIFEST, "{"]),
    ("../lonely/.git/HEAD", &[]),
    ("../lonely/.github/workflows/a.yml", &[]),
    ("../outside/publish.sh", &["npm publish --provenance=false\n"]),
    (
        "../outside/package.json",
        &[r#"{ "name": "@acme/out", "private": true }"#],
    ),
];

/// Folders that are moved and removed as a whole.
pub(super) const FOLDERS: &[&str] = &[
    "packages",
    "packages/a",
    "packages/b",
    "dist",
    "scripts",
    "linked",
    ".github",
    ".github/workflows",
    ".github/actions/setup",
    "examples",
    "examples/demo",
    "clone",
    "clone/.git",
    ".git",
    ".changeset",
    "../lonely",
];

/// Where folders and files are moved to, and links lead to.
pub(super) const PLACES: &[&str] = &[
    "packages",
    "packages/c",
    "pkgs",
    "dist",
    "moved",
    "../outside",
    "../outside/publish.sh",
    "../outside/package.json",
    "packages/a/package.json",
    "scripts/publish.sh",
    "nowhere",
];

/// Pieces that edits type.
pub(super) const PIECES: &[&str] = &[
    "",
    "",
    "\n",
    " ",
    ":",
    "- ",
    "#",
    "\"",
    "{",
    "}",
    "x",
    "24",
    "publish",
    "npm publish",
    "é😀",
    "\r\n",
    ",",
];

/// A text that is too large for most kinds of file.
pub(super) fn large(text: &str) -> String {
    format!("{text}{}", "#\n".repeat(1_100_000))
}
