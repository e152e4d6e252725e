//! Shell scripts, scripts of packages, Makefiles, justfiles and JavaScript.

use std::sync::Arc;

use trustpub_analysis::test_support::TestRepository;

use crate::case::{Case, HERE, Place, Target, no_change, path_of, repository};
use crate::promises;

pub(crate) const TARGET: Target = Target {
    name: "script",
    inputs: 900,
    seeds,
    words: &[
        "npm publish --tag next",
        "npx --yes npm@11 publish",
        "cd packages/a",
        "if [ -n \"$X\" ]; then\n",
        "fi\n",
        "for x in a b; do ",
        "done\n",
        "case $x in a) ",
        ";; esac\n",
        "f() {\n",
        "}\n",
        "${x#*:}",
        "$((1 + ",
        "cat > .npmrc <<'EOF'\n",
        "export NPM_CONFIG_REGISTRY=https://npm.acme.dev",
        "set -euo pipefail\n",
        "exec bash -c '",
        "eval \"$0 $@\"",
        "npm run release",
        "npm run build & wait\n",
        "$(MAKE) publish",
        "publish: build\n\t",
        "{{ args }}",
        "@echo ",
        "require('child_process').execSync(`",
        "await $`npm publish`;",
        "import x from './release.mjs';\n",
        "export default async () => {",
        "/(?:a|b)*/g",
        "${`${",
        "// ",
        "/* ",
    ],
    change: no_change,
    check: promises::check,
    check_thoroughly: promises::check_fixes,
};

const SHELL: &str = "\
set -euo pipefail
TAG=${1:-latest}
release() {
  local dir=\"$1\"; shift
  (cd \"$dir\" && npm publish --tag \"$TAG\" \"$@\") || { echo \"failed: $?\" >&2; return 1; }
}
if [[ \"${GITHUB_REF##*/}\" =~ ^v[0-9]+$ && -n ${NPM_TOKEN-} ]]; then
  npm config set //registry.npmjs.org/:_authToken \"$NPM_TOKEN\"
  echo \"//registry.npmjs.org/:_authToken=${NPM_TOKEN}\" >> ~/.npmrc
elif case $TAG in next|beta) true;; *) false;; esac; then
  cat > .npmrc <<-EOF
\t@acme:registry=https://registry.npmjs.org
\tEOF
fi
for dir in packages/*; do release \"$dir\" --provenance; done
npm i -g npm@$(jq -r .npm versions.json) 2>&1 | tee log && npm version \"$((1 + 2)).0.0\" --no-git-tag-version
while read -r x; do pnpm --filter \"$x\" publish; done < <(ls `pwd`)
";
const LINES: &str = "npm ci\nnpm run build && npm publish --access public\n";
const PACKAGE_SCRIPT: &str = "cross-env CI=1 npm run build && changeset publish || (npm publish; exit 1)";
const MAKEFILE: &str = "\
VERSION := $(shell node -p 'require(\"./package.json\").version')
ifeq ($(CI),true)
FLAGS += --provenance
endif
.PHONY: publish
publish: build ; @echo $(VERSION)
\tcd packages/a && npm publish $(FLAGS) \\
\t  --tag next
\t$(MAKE) other
build other: ; npm run build
";
const JUSTFILE: &str = "\
set shell := [\"bash\", \"-c\"]
tag := env('TAG', 'latest')
publish dir='.' *args: build
    cd {{dir}} && npm publish --tag {{tag}} {{args}}
[private]
build:
    #!/usr/bin/env bash
    npm run build
";
const JAVASCRIPT: &str = "\
import { execSync, spawn } from 'node:child_process';
import { helper } from './helper.mjs';
const run = (command, options = {}) => execSync(command, { stdio: 'inherit', ...options });
/** é */
async function publish(dir, tag = `v${process.env.TAG ?? 'latest'}`) {
  if (/^v\\d+[/]/.test(tag)) { run(`npm publish --tag ${tag}`, { cwd: dir }); }
  else for (const x of ['a', \"b\"]) spawn('pnpm', ['publish', '--tag', tag], { cwd: `packages/${x}` });
}
await publish(process.argv[2]);
helper?.();
";

fn seeds() -> Vec<Case> {
    vec![
        of_file("bash scripts/release.sh next", "scripts/release.sh", SHELL),
        of_file("make publish", "Makefile", MAKEFILE),
        of_file("just publish . --provenance", "justfile", JUSTFILE),
        of_file("node scripts/release.mjs x", "scripts/release.mjs", JAVASCRIPT),
        in_text(Place::Block, WORKFLOW, SHELL),
        in_text(Place::Block, WORKFLOW, LINES),
        in_text(Place::JsonString, "package.json", PACKAGE_SCRIPT),
        in_text(Place::JsonString, "package.json", SHELL),
    ]
}

const WORKFLOW: &str = ".github/workflows/release.yml";

fn around(command: &str, script: &str, other: (&str, &str)) -> Arc<TestRepository> {
    let workflow = format!(
        "on: {{ push: {{ tags: ['v*'] }} }}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    permissions: {{ contents: read, id-token: write }}\n    \
         steps:\n      - uses: actions/checkout@v6\n      - uses: actions/setup-node@v6\n        with: {{ node-version: 22 }}\n      - run: |\n          {command}\n"
    );
    let manifest = format!(
        "{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\", \"scripts\": {{ \"build\": \"tsc\", \"release\": {script} }} }}"
    );
    repository(&[
        (WORKFLOW, &workflow),
        ("package.json", &manifest),
        (
            "packages/a/package.json",
            r#"{ "name": "a", "version": "1.0.0" }"#,
        ),
        other,
    ])
}

fn of_file(command: &str, path: &str, text: &str) -> Case {
    let around = around(command, "\"true\"", (path, text));
    Case {
        around,
        place: Place::File(path_of(path)),
        input: text.as_bytes().to_vec(),
    }
}

fn in_text(place: fn(trustpub_analysis::FilePath) -> Place, path: &str, text: &str) -> Case {
    let (command, script) = match path {
        WORKFLOW => (HERE, "\"npm publish\""),
        _ => ("npm run release", HERE),
    };
    Case {
        around: around(
            command,
            script,
            ("scripts/helper.mjs", "export const helper = 1;\n"),
        ),
        place: place(path_of(path)),
        input: text.as_bytes().to_vec(),
    }
}
