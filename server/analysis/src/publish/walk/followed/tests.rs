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
fn check(run: &str, files: &[(&str, &str)], expected: &str) {
    let files: String = files
        .iter()
        .map(|(path, text)| match path.ends_with(".json") {
            true => format!("#- {path}\n{text}"),
            false => format!("#- on demand: {path}\n{text}"),
        })
        .collect();
    check_sites(&(job(run) + &files), expected);
}

const SHIP: &str = "#!/usr/bin/env bash\nset -e\nnpm publish --access public\n";
const OIDC: &str = "ship.yml:12 ship; publisher=npm; packages=widget; outcome=oidc";

#[test]
fn shell_scripts_are_followed() {
    for run in [
        "run: bash ci/ship.sh",
        "run: sh -e ./ci/ship.sh",
        "run: ./ci/ship.sh --now",
        "run: source ci/ship.sh",
        "run: cd ci && ./ship.sh && cd ..",
        "run: npm run ship",
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

#[test]
fn functions_and_commands_in_texts_are_read() {
    for text in [
        "ship() {\n  npm publish\n}\nship\n",
        "bash -c \"npm publish\"\n",
        "eval 'npm publish'\n",
    ] {
        check("run: ci/ship.sh", &[("ci/ship.sh", text)], OIDC);
    }
}

#[test]
fn only_one_level_is_followed_and_nothing_is_made_up() {
    for (run, files) in [
        ("run: ci/a.sh", &[("ci/a.sh", "ci/b.sh\n"), ("ci/b.sh", SHIP)][..]),
        ("run: ci/a.sh", &[("ci/a.sh", "ci/a.sh\nmake all\n")]),
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
    check("run: make build", &[("Makefile", makefile)], "");
}

#[test]
fn code_that_starts_a_publish_is_a_guess() {
    let code = "import { execSync } from 'node:child_process'\nexecSync('npm publish --access public')\n";
    for run in [
        "run: node ci/ship.mjs",
        "run: npx tsx ci/ship.mjs --nightly",
        "run: node --import tsx ci/ship.mjs",
        "run: bun run ci/ship.mjs",
    ] {
        check(
            run,
            &[("ci/ship.mjs", code)],
            "ship.yml:12 ship; publisher=script; outcome=unknown",
        );
    }
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
    let harmless = job("run: ci/ship.sh").replace("id-token: write", "packages: read");
    assert_eq!(wanted(&harmless), [""; 0]);
}
