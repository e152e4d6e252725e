use crate::test_support::{Fixture, check_sites};

/// A job that could publish, with one step.
fn job(run: &str) -> String {
    format!(
        "#- .github/workflows/ship.yml\non: release\njobs:\n  ship:\n    permissions:\n      contents: read\n      \
         id-token: write\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v6\n        with:\n          \
         node-version: 24\n      - {run}\n#- package.json\n{{ \"name\": \"widget\", \"version\": \"1.2.3\", \"repository\": \
         \"acme/widget\", \"scripts\": {{ \"ship\": \"bash ci/ship.sh\" }} }}\n"
    )
}

#[track_caller]
pub(super) fn check(run: &str, files: &[(&str, &str)], expected: &str) {
    let files: String = files
        .iter()
        .map(|(path, text)| match path.ends_with(".json") {
            true => format!("#- {path}\n{}\n", text.trim_end()),
            false => format!("#- on demand: {path}\n{}\n", text.trim_end()),
        })
        .collect();
    check_sites(&(job(run) + &files), expected);
}

pub(super) const SHIP: &str = "#!/usr/bin/env bash\nset -e\nnpm publish --access public\n";
pub(super) const OIDC: &str = "ship.yml:12 ship; publisher=npm; packages=widget; outcome=oidc";

#[test]
fn shell_scripts_are_followed() {
    for run in [
        "run: bash ci/ship.sh",
        "run: sh -e ./ci/ship.sh",
        "run: ./ci/ship.sh --now",
        "run: source ci/ship.sh",
        "run: cd ci && ./ship.sh && cd ..",
        "run: npm run ship",
        "run: bash -euo pipefail ci/ship.sh next",
        "run: sudo -E bash ci/ship.sh",
        "{ run: ./ship.sh, working-directory: ci }",
    ] {
        let text = SHIP.replace("npm publish", "cd \"$(dirname \"$0\")/..\" && npm publish");
        let (files, expected) = match run.contains("source") {
            // The folder of a script that is read in is another matter.
            true => ([("ci/ship.sh", SHIP)], OIDC),
            false => ([("ci/ship.sh", text.as_str())], OIDC),
        };
        check(run, &files, expected);
    }
    check("run: ./bin/ship.sh", &[("bin/ship.sh", SHIP)], OIDC);
    // The first line says what a file without an extension is.
    check("run: ./ci/ship", &[("ci/ship", SHIP)], OIDC);
}

#[test]
fn what_a_script_does_counts_for_its_publish() {
    let upgrade = "npm install -g npm@11.5.1\nif true; then NODE_AUTH_TOKEN=$NPM_TOKEN npm publish; fi\n";
    check(
        "run: ci/ship.sh",
        &[("ci/ship.sh", upgrade)],
        "ship.yml:12 ship; publisher=npm; npm=11.5.1; packages=widget; credentials=NODE_AUTH_TOKEN=$NPM_TOKEN",
    );
    check(
        "run: ci/ship.sh packages/ui next",
        &[
            ("ci/ship.sh", "cd \"$1\"\nnpm publish --tag $2\n"),
            (
                "packages/ui/package.json",
                "{ \"name\": \"ui\", \"version\": \"1.0.0\" }\n",
            ),
        ],
        "ship.yml:12 ship; publisher=npm; packages=ui",
    );
}

const UI: (&str, &str) = (
    "packages/ui/package.json",
    "{ \"name\": \"ui\", \"version\": \"1.0.0\" }\n",
);

/// Checks what the one site of a job is that runs a script with these words.
#[track_caller]
fn check_script(call: &str, text: &str, expected: &str) {
    let expected = match expected {
        "" => String::new(),
        expected => format!("ship.yml:12 ship; publisher=npm; {expected}"),
    };
    check(
        &format!("run: {call}"),
        &[("ci/ship.sh", &format!("{text}\n")), UI],
        &expected,
    );
}

#[test]
fn a_script_is_found_from_the_root_of_the_checkout() {
    for call in [
        "$GITHUB_WORKSPACE/ci/ship.sh",
        "bash \"${{ github.workspace }}/ci/ship.sh\"",
        "cd packages/ui; cd \"$(git rev-parse --show-toplevel)\" && ci/ship.sh",
        "cd packages && cd ui && cd \"${GITHUB_WORKSPACE}\" && sh ci/ship.sh",
    ] {
        check_script(call, SHIP, "packages=widget; outcome=oidc");
    }
    check_script("cd $FOLDER && ./ci/ship.sh", SHIP, "");
    check_script("cd $GITHUB_WORKSPACE$X && ./ci/ship.sh", SHIP, "");
}

#[test]
fn a_script_in_a_folder_of_programs_is_found() {
    for name in ["ship", "release", "np"] {
        check(
            &format!("run: ./bin/{name} latest"),
            &[(
                &format!("bin/{name}"),
                "#! /usr/bin/env bash\nnpm publish --tag $1\n",
            )],
            "ship.yml:12 ship; publisher=npm; packages=widget; outcome=oidc",
        );
    }
}

#[test]
fn a_script_of_a_composite_action_is_found() {
    let action = "#- .github/actions/ship/action.yml\nruns:\n  using: composite\n  steps:\n    \
                  - run: ${{ github.action_path }}/ship.sh\n      shell: bash\n\
                  #- on demand: .github/actions/ship/ship.sh\nnpm publish\n";
    check_sites(
        &(job("uses: ./.github/actions/ship") + action),
        "action.yml:4 (composite); publisher=npm; packages=widget; outcome=oidc",
    );
}

#[test]
fn functions_and_commands_in_texts_are_read() {
    for text in [
        "ship() {\n  npm publish\n}\nship\n",
        "bash -c \"npm publish\"\n",
        "eval 'npm publish'\n",
        "ship() { npm publish; }\nexport -f ship; xargs -n1 bash -c ship\n",
        "ship() { again; }\nagain() { npm publish; ship; }\nship\n",
        "run() { \"$@\"; }\nrun npm publish\n",
    ] {
        check("run: ci/ship.sh", &[("ci/ship.sh", text)], OIDC);
    }
    check_script("ci/ship.sh", "run() { \"$@\"; }\nrun npm publish --dry-run\n", "");
}

#[test]
fn functions_run_where_they_are_called() {
    for (text, npm) in [
        ("ship() { npm publish; }\nnpm i -g npm@11.5.2\nship\n", "11.5.2"),
        (
            "set_up() { npm i -g npm@11.5.2; }\nset_up\nnpm publish\n",
            "11.5.2",
        ),
        (
            "set_up() { npm i -g npm@$1; }\nset_up 11.5.2\nnpm publish\n",
            "11.5.2",
        ),
        (
            "function set_up { npm i -g npm@11.5.2; npm publish; }\nif x; then set_up; fi\n",
            "11.5.2",
        ),
    ] {
        check_script("ci/ship.sh", text, &format!("npm={npm}; outcome=oidc"));
        let steps = format!(
            "run: |\n{}",
            text.lines()
                .map(|line| format!("          {line}\n"))
                .collect::<String>()
        );
        let fixture = job(steps.trim_end());
        let fixture = Fixture::parse(&fixture).unwrap();
        let workspace = fixture.repository.workspace();
        let found: Vec<_> = workspace.sites().map(|site| site.npm.as_deref()).collect();
        assert_eq!(found, [Some(npm)], "{text}");
    }
}

#[test]
fn a_call_that_may_be_left_out_makes_nothing_certain() {
    let script = [("ci/ship.sh", "npm install -g npm@11.5.2\n")];
    for (condition, candidates) in [("true &&", false), ("", true)] {
        let run = format!("run: {condition} ci/ship.sh; npm publish");
        let files = format!("#- on demand: {}\n{}", script[0].0, script[0].1);
        let fixture = Fixture::parse(&(job(&run) + &files)).unwrap();
        let workspace = fixture.repository.workspace();
        let is_certain = workspace
            .sites()
            .all(|site| site.npm.as_deref() == Some("11.5.2"));
        assert_eq!(is_certain, candidates, "{run}");
    }
}

#[test]
fn arguments_and_folders_of_a_script_are_known() {
    for (call, text, expected) in [
        ("ci/ship.sh --dry-run", "npm publish \"$@\"", ""),
        ("ci/ship.sh packages/ui", "npm publish ./$1", "packages=ui"),
        ("ci/ship.sh packages/ui", "cd ${1} && npm publish", "packages=ui"),
        ("ci/ship.sh", "cd ${1:-packages/ui} && npm publish", "packages=ui"),
        ("ci/ship.sh", "npm publish $1", "packages=widget"),
        ("ci/ship.sh", "npm publish \"$@\"", "packages=widget"),
        ("ci/ship.sh ui x", "cd packages/$1 && npm publish", "packages=ui"),
        ("ci/ship.sh $FOLDER", "cd $1 && npm publish", "packages=-"),
        (
            "ci/ship.sh x packages/ui",
            "shift; cd $1; npm publish",
            "packages=-",
        ),
        (
            "ci/ship.sh x",
            "enter() { cd $1; }; enter packages/ui; npm publish",
            "packages=ui",
        ),
        (
            "ci/ship.sh x",
            "ship() {\n(cd packages/$1; npm publish)\n}\nship ui",
            "packages=ui",
        ),
        (
            "ci/ship.sh",
            "cd \"$(dirname \"$0\")/../packages/ui\"; npm publish",
            "packages=ui",
        ),
        (
            "ci/ship.sh",
            "cd \"${0%/*}\"/../packages/ui && npm publish",
            "packages=ui",
        ),
        (
            "cd ci; ./ship.sh",
            "cd \"$(dirname \"$0\")\"/..; npm publish",
            "packages=widget",
        ),
        (
            "ci/ship.sh",
            "HERE=$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\ncd \"$HERE/../packages/ui\"; npm publish",
            "packages=ui",
        ),
        (
            "ci/ship.sh",
            "ROOT=packages; cd ${ROOT}/ui; npm publish",
            "packages=ui",
        ),
        (
            "ci/ship.sh",
            "ROOT=x; if y; then ROOT=packages; fi; cd $ROOT/ui; npm publish",
            "packages=-",
        ),
        (
            "ci/ship.sh",
            "for d in packages/*; do (cd $d && npm publish); done",
            "packages=ui",
        ),
    ] {
        check_script(call, text, expected);
    }
}

#[test]
fn functions_that_call_each_other_come_to_an_end() {
    let mut script = String::from("f0() { npm publish; }\n");
    for number in 1..12 {
        let calls = format!("f{};", number - 1).repeat(20);
        script.push_str(&format!("f{number}() {{ {calls} }}\n"));
    }
    script.push_str("f7\n");
    let fixture = Fixture::parse(&format!(
        "{}#- on demand: ci/ship.sh\n{script}",
        job("run: ci/ship.sh")
    ))
    .unwrap();
    assert!(fixture.repository.workspace().sites().count() > 0);
}

#[test]
fn nothing_is_made_up() {
    for (run, files) in [
        ("run: ci/a.sh", &[("ci/a.sh", "ci/a.sh\nmake all\n")][..]),
        ("run: ci/absent.sh", &[]),
        ("run: ../outside.sh", &[]),
        ("run: ${{ inputs.script }}/ship.sh", &[]),
        ("run: ./ci/data.bin", &[("ci/data.bin", "npm publish\n")]),
        (
            "run: node ci/a.mjs",
            &[("ci/a.mjs", "// execSync('npm publish')\n")],
        ),
        (
            "run: make -f other.mk all",
            &[("Makefile", "all:\n\tnpm publish\n")],
        ),
        ("run: python ci/a.py", &[("ci/a.py", "npm publish\n")]),
        ("run: ci/a.sh", &[("ci/a.sh", "npm publish --dry-run\n")]),
    ] {
        check(run, files, "");
    }
}

#[test]
fn makefiles_are_followed() {
    let makefile = "NPM = npm\nall: ship\nship: build\n\t@$(NPM) publish $(FLAGS)\nbuild:\n\tnpm run build\n";
    for run in [
        "run: make",
        "run: make ship",
        "run: make -s ship FLAGS=--provenance",
        "run: make -C . all",
    ] {
        check(run, &[("Makefile", makefile)], OIDC);
    }
    check(
        "run: make -C ui",
        &[
            ("ui/GNUmakefile", makefile),
            (
                "ui/package.json",
                "{ \"name\": \"ui\", \"version\": \"1.0.0\" }\n",
            ),
        ],
        "ship.yml:12 ship; publisher=npm; packages=ui",
    );
    check(
        "run: make -j 4 -f ci/ship.mk ship",
        &[("ci/ship.mk", makefile)],
        OIDC,
    );
    check("run: make build", &[("Makefile", makefile)], "");
    check("run: make -n all", &[("Makefile", makefile)], "");
}

#[test]
fn code_that_starts_a_publish_is_a_guess() {
    let code = "import { execSync } from 'node:child_process'\nexecSync('npm publish --access public')\n";
    for run in [
        "run: node ci/ship.mjs",
        "run: npx tsx ci/ship.mjs --nightly",
        "run: node --import tsx ci/ship.mjs",
        "run: node -r ./ci/register.js ci/ship.mjs",
        "run: pnpm tsx ci/ship.mjs",
        "run: yarn node ci/ship.mjs",
        "run: npx zx ci/ship.mjs",
        "run: ./ci/ship.mjs",
        "run: bun run ci/ship.mjs",
    ] {
        check(
            run,
            &[("ci/ship.mjs", code)],
            "ship.yml:12 ship; publisher=script; outcome=oidc; summary=script may publish by `npm publish` in \
             ci/ship.mjs, which would work by OIDC, npm 11.16.0 or 11.17.0 or 11.19.1 from Node 24",
        );
    }
}

/// Checks whether a step that runs `ci/ship.ts` may publish, and by what.
#[track_caller]
fn check_code(files: &[(&str, &str)], expected: &str) {
    let expected = match expected {
        "" => String::new(),
        expected => format!(
            "ship.yml:12 ship; publisher=script; outcome=oidc; summary=script may publish by {expected}, which would work \
             by OIDC, npm 11.16.0 or 11.17.0 or 11.19.1 from Node 24"
        ),
    };
    check("run: tsx ci/ship.ts", files, &expected);
}

#[test]
fn imports_of_code_are_followed() {
    const LIB: &str = "export function build() { exec('tsc') }\nexport async function publish() { await exec('npm publish') }\n";
    for (main, path) in [
        (
            "import { publish } from './lib/npm.js'\npublish()",
            "ci/lib/npm.js",
        ),
        (
            "import { publish } from './lib/npm.js'\npublish()",
            "ci/lib/npm.ts",
        ),
        ("import { publish } from './lib/npm'\npublish()", "ci/lib/npm.ts"),
        ("import { publish } from './lib'\npublish()", "ci/lib/index.ts"),
        (
            "import { publish as ship } from '../npm.mjs'\nawait ship()",
            "npm.mjs",
        ),
        ("import * as lib from './npm.mjs'\nlib.publish()", "ci/npm.mjs"),
        (
            "const { publish } = require('./npm.cjs')\npublish()",
            "ci/npm.cjs",
        ),
        ("const lib = require('./npm.cjs')\nlib.publish()", "ci/npm.cjs"),
        (
            "const { publish } = await import('./npm.mjs')\npublish()",
            "ci/npm.mjs",
        ),
        ("import('./npm.mjs').then((lib) => lib.publish())", "ci/npm.mjs"),
    ] {
        check_code(
            &[("ci/ship.ts", main), (path, LIB)],
            &format!("`npm publish` in {path}"),
        );
    }
}

#[test]
fn imports_are_followed_through_several_modules() {
    for (middle, last) in [
        (
            "export * from './b.mjs'",
            "export const publish = () => exec('npm publish')",
        ),
        (
            "export { ship as publish } from './b.mjs'",
            "export const ship = () => exec('npm publish')",
        ),
        (
            "import { ship } from './b.mjs'\nexport { ship as publish }",
            "export const ship = () => exec('npm publish')",
        ),
        (
            "import ship from './b.mjs'\nexport async function publish() { await ship() }",
            "export default async function () { await exec('npm publish') }",
        ),
        (
            "import ship from './b.mjs'\nexport const publish = ship",
            "import './a.mjs'\nmodule.exports = async () => { await exec('npm publish') }",
        ),
        (
            "exports.publish = require('./b.mjs').ship",
            "module.exports = { ship: async () => exec('npm publish') }",
        ),
        (
            "import './b.mjs'\nexport const publish = 1",
            "exec('npm publish')",
        ),
    ] {
        let main = "import { publish } from './a.mjs'\npublish()\n";
        check_code(
            &[("ci/ship.ts", main), ("ci/a.mjs", middle), ("ci/b.mjs", last)],
            "`npm publish` in ci/b.mjs",
        );
    }
}

#[test]
fn what_an_import_does_not_use_is_not_a_publish() {
    const LIB: &str = "export function build() { exec('tsc') }\nexport async function publish() { await exec('npm publish') }\n";
    for files in [
        &[
            ("ci/ship.ts", "import { build } from './npm.ts'\nbuild()"),
            ("ci/npm.ts", LIB),
        ][..],
        &[
            ("ci/ship.ts", "import * as lib from './npm.ts'\nlib.build()"),
            ("ci/npm.ts", LIB),
        ],
        &[("ci/ship.ts", "import './npm.ts'"), ("ci/npm.ts", LIB)],
        &[
            ("ci/ship.ts", "import type { publish } from './npm.ts'"),
            ("ci/npm.ts", LIB),
        ],
        &[
            (
                "ci/ship.ts",
                "import { publish } from './npm.ts'\nfunction f() { publish() }",
            ),
            ("ci/npm.ts", LIB),
        ],
        &[
            ("ci/ship.ts", "const { build } = require('./npm.ts')\nbuild()"),
            (
                "ci/npm.ts",
                "module.exports = { build, publish }\nfunction build() {}\nfunction publish() { exec('npm publish') }",
            ),
        ],
        // It is not in the repository, a test, or no code.
        &[
            ("ci/ship.ts", "import { publish } from '../../npm.ts'\npublish()"),
            ("npm.ts", LIB),
        ],
        &[
            ("ci/ship.ts", "import { publish } from 'npm'\npublish()"),
            ("ci/npm.ts", LIB),
        ],
        &[
            ("ci/ship.ts", "import './npm.test.ts'"),
            ("ci/npm.test.ts", "exec('npm publish')"),
        ],
        &[
            ("ci/ship.ts", "import x from './npm.json'"),
            ("ci/npm.json.ts", "exec('npm publish')"),
        ],
        // Each imports the other.
        &[
            ("ci/ship.ts", "import { a } from './a.ts'\na()"),
            (
                "ci/a.ts",
                "import { b } from './b.ts'\nexport const a = () => b()",
            ),
            (
                "ci/b.ts",
                "import { a } from './a.ts'\nexport const b = () => a()",
            ),
        ],
        &[
            ("ci/ship.ts", "import './a.ts'"),
            ("ci/a.ts", "import './b.ts'"),
            ("ci/b.ts", "import './c.ts'"),
            ("ci/c.ts", "import './d.ts'"),
            ("ci/d.ts", "import './e.ts'"),
            ("ci/e.ts", "exec('npm publish')"),
        ],
    ] {
        check_code(files, "");
    }
}

#[test]
fn scripts_and_files_that_code_starts_are_searched() {
    for (main, path, text, expected) in [
        (
            "execSync('npm run ship')",
            "ci/ship.sh",
            SHIP,
            "`npm publish` in ci/ship.sh",
        ),
        (
            "execFileSync('pnpm', ['ship'])",
            "ci/ship.sh",
            SHIP,
            "`npm publish` in ci/ship.sh",
        ),
        (
            "spawnSync('bash', ['./ci/x.sh', 'next'])",
            "ci/x.sh",
            SHIP,
            "`npm publish` in ci/x.sh",
        ),
        (
            "await $`node ci/b.mjs`",
            "ci/b.mjs",
            "exec('npm publish')",
            "`npm publish` in ci/b.mjs",
        ),
        ("log('npm run ship')", "ci/ship.sh", SHIP, ""),
        ("execSync('npm run other')", "ci/ship.sh", SHIP, ""),
        (
            "execSync(`node ci/${file}.mjs`)",
            "ci/b.mjs",
            "exec('npm publish')",
            "",
        ),
    ] {
        check_code(&[("ci/ship.ts", main), (path, text)], expected);
    }
}

#[test]
fn code_that_a_shell_script_runs_is_searched() {
    check(
        "run: ci/ship.sh",
        &[
            ("ci/ship.sh", "npm ci\nnode ci/a.mjs\n"),
            ("ci/a.mjs", "exec('npm publish')\n"),
        ],
        "ship.yml:12 ship; publisher=script; outcome=oidc; summary=script may publish by `npm publish` in ci/a.mjs, \
         which would work by OIDC, npm 11.16.0 or 11.17.0 or 11.19.1 from Node 24",
    );
}

#[test]
fn a_file_is_asked_for_where_a_job_could_publish() {
    let wanted = |text: &str| {
        let fixture = Fixture::parse(text).unwrap();
        let mut workspace = crate::workspace::Workspace::new();
        for file in &fixture.repository.files {
            let text = file.text.as_deref().unwrap_or_default();
            workspace.set_file(file.path.clone(), std::sync::Arc::from(text));
        }
        workspace.check();
        workspace
            .wanted()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(wanted(&job("run: ci/ship.sh")), ["ci/ship.sh"]);
    assert_eq!(wanted(&job("run: make")), ["GNUmakefile", "Makefile", "makefile"]);
    let code = "#- on demand: ci/a.mjs\nimport { b } from './b.js'\nimport 'fs'\n";
    assert_eq!(wanted(&(job("run: node ci/a.mjs") + code)), ["ci/a.mjs"]);
    let harmless = job("run: ci/ship.sh").replace("id-token: write", "packages: read");
    assert_eq!(wanted(&harmless), [""; 0]);
}
