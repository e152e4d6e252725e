use crate::test_support::check_sites;

/// Checks what the one site of a job is that runs a command, in a repository with these files.
#[track_caller]
fn check(run: &str, files: &[(&str, &str)], expected: &str) {
    let mut text = format!(
        r#"#- .github/workflows/ship.yml
on: release
jobs:
  ship:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - {run}
#- package.json
{{ "name": "widget", "version": "1.2.3", "repository": "acme/widget" }}
#- ui/package.json
{{ "name": "ui", "version": "1.0.0" }}
"#
    );
    for (path, content) in files {
        let is_found = path.ends_with("mise.toml");
        let on_demand = if is_found { "" } else { "on demand: " };
        text.push_str(&format!("#- {on_demand}{path}\n{content}"));
    }
    check_sites(&text, expected);
}

const OIDC: &str = "ship.yml:12 ship; publisher=npm; packages=widget; outcome=oidc";
const UI: &str = "ship.yml:12 ship; publisher=npm; packages=ui";
const BOTH: &str = "ship.yml:12 ship; publisher=npm; packages=widget, ui";

#[test]
fn make_calls_make() {
    for text in [
        "all:\n\t$(MAKE) t\nt:\n\tnpm publish\n",
        "all:\n\t@$(MAKE) --no-print-directory t\nt:\n\tnpm publish\n",
        "all:\n\t${MAKE} t\nt:\n\tnpm publish\n",
        "all:\n\tmake t\nt: u\nu:\n\tnpm publish\n",
        "all:\n\t$(MAKE) b\nb:\n\t$(MAKE) c\nc:\n\t$(MAKE) d\nd:\n\tnpm publish\n",
        "all:\n\tcd ui && $(MAKE) -C .. t\nt:\n\tnpm publish\n",
        "all:\n\t$(MAKE) -f Makefile t\nt:\n\tnpm publish\n",
    ] {
        check("run: make all", &[("Makefile", text)], OIDC);
    }
    let both = "all:\n\t@$(MAKE) a\n\t@$(MAKE) b\na:\n\tnpm publish\nb:\n\tcd ui && npm publish\n";
    check("run: make all", &[("Makefile", both)], BOTH);
    let inner = ("ui/Makefile", "t:\n\tnpm publish\n");
    let outer = ("Makefile", "all:\n\t$(MAKE) -C ui t\n");
    check("run: make all", &[outer, inner], UI);
    check("run: make -C ui t", &[inner], UI);
    check("run: make --directory=ui t", &[inner], UI);
    let other = ("ci/other.mk", "t:\n\tnpm publish\n");
    check("run: make -f ci/other.mk t", &[other], OIDC);
    check("run: make -fci/other.mk t", &[other], OIDC);
    // A loop of the shell.
    let each = (
        "Makefile",
        "all:\n\tfor d in ui; do $(MAKE) -C $$d t || exit 1; done\n",
    );
    check("run: make all", &[each, inner], UI);
}

#[test]
fn make_hands_its_variables_on() {
    let makefile = (
        "Makefile",
        "all:\n\t$(MAKE) t\nt:\n\tcd $(FOLDER) && npm publish\n",
    );
    check("run: make all FOLDER=ui", &[makefile], UI);
}

#[test]
fn make_that_calls_itself_comes_to_an_end() {
    let endless = "all:\n\t$(MAKE) all\n\tnpm publish\n";
    check("run: make all", &[("Makefile", endless)], OIDC);
    let mut wide = String::from("t0:\n\techo\n");
    for n in 1..12 {
        wide.push_str(&format!("t{n}:\n"));
        wide.push_str(&format!("\t$(MAKE) t{} X={n}\n", n - 1).repeat(20));
    }
    check("run: make t11", &[("Makefile", &wide)], "");
    let other = "a:\n\t$(MAKE) -f b.mk b\n";
    let back = "b:\n\t$(MAKE) -f a.mk a\n\tnpm publish\n";
    check("run: make -f a.mk a", &[("a.mk", other), ("b.mk", back)], OIDC);
}

#[test]
fn scripts_and_make_lead_to_each_other() {
    let ship = ("ci/ship.sh", "npm publish\n");
    check(
        "run: make t",
        &[("Makefile", "t:\n\tbash ci/ship.sh\n"), ship],
        OIDC,
    );
    let makefile = ("Makefile", "t:\n\tnpm publish\n");
    check(
        "run: bash ci/all.sh",
        &[("ci/all.sh", "make t\n"), makefile],
        OIDC,
    );
}

#[test]
fn justfiles_are_followed() {
    let text = "ship tag=\"latest\": build\n    npm publish --tag {{tag}}\nbuild:\n    npm run build\n";
    for run in ["run: just ship", "run: just ship next", "run: cd ui && just ship"] {
        for name in ["justfile", "Justfile", ".justfile"] {
            check(run, &[(name, text)], OIDC);
        }
    }
    check(
        "run: just -f ci/release.just",
        &[("ci/release.just", "a:\n  cd ../ui && npm publish\n")],
        UI,
    );
    check(
        "run: just -f ci/release.just -d ui",
        &[("ci/release.just", "a:\n  npm publish\n")],
        UI,
    );
    check("run: just build", &[("justfile", text)], "");
    check("run: just --dry-run ship", &[("justfile", text)], "");
    check("run: just other::ship", &[("justfile", text)], "");
}

#[test]
fn taskfiles_are_followed() {
    let text = "version: '3'\ntasks:\n  ship:\n    deps: [build]\n    cmds: ['npm publish {{.CLI_ARGS}}']\n  \
                build: npm run build\n  ui: { dir: ui, cmds: [npm publish] }\n";
    for run in [
        "run: task ship",
        "run: task -s ship -- --tag next",
        "run: cd ui && task ship",
    ] {
        check(run, &[("Taskfile.yml", text)], OIDC);
        check(run, &[("taskfile.dist.yaml", text)], OIDC);
    }
    check("run: task ui", &[("Taskfile.yml", text)], UI);
    check(
        "run: task -t ci/tasks.yml ship",
        &[("ci/tasks.yml", "tasks: { ship: cd .. && npm publish }\n")],
        OIDC,
    );
    check(
        "run: task -d ui ship",
        &[("ui/Taskfile.yml", "tasks: { ship: npm publish }\n")],
        UI,
    );
    check("run: task build", &[("Taskfile.yml", text)], "");
    check("run: task --dry ship", &[("Taskfile.yml", text)], "");
    check("run: task ci:ship", &[("Taskfile.yml", text)], "");
    let included = ("ci/Taskfile.yml", "tasks: { ship: npm publish }\n");
    let outer = (
        "Taskfile.yml",
        "includes: { ci: ./ci }\ntasks: { all: { deps: ['ci:ship'] } }\n",
    );
    check("run: task ci:ship", &[outer, included], OIDC);
    check("run: task all", &[outer, included], OIDC);
    let in_folder = ("Taskfile.yml", "includes: { ci: { taskfile: ./ci, dir: ui } }\n");
    check("run: task ci:ship", &[in_folder, included], UI);
}

#[test]
fn tasks_of_deno_are_followed() {
    let text = "{ \"tasks\": { \"ship\": { \"command\": \"npm publish\", \"dependencies\": [\"build\"] }, \"build\": \"tsc\" } }\n";
    for run in [
        "run: deno task ship",
        "run: deno task ship --tag next",
        "run: cd ui && deno task ship",
    ] {
        check(run, &[("deno.json", text)], OIDC);
        check(run, &[("deno.jsonc", text)], OIDC);
    }
    check("run: deno task --cwd ui ship", &[("ui/deno.json", text)], UI);
    check("run: deno task build", &[("deno.json", text)], "");
    check("run: deno run ship", &[("deno.json", text)], "");
}

#[test]
fn runners_whose_tasks_are_not_read_are_a_guess_by_the_name_of_the_task() {
    let guess = "ship.yml:12 ship; publisher=script; outcome=unknown";
    for run in [
        "npx gulp publish",
        "grunt publish",
        "moon run widget:publish",
        "cargo xtask publish-npm",
        "cargo make npm-publish",
        "./gradlew publishJsPackageToNpmjsRegistry",
        "go run ./cmd/publish",
        "dotnet fsi build.fsx publish-npm",
        "bazel run //:npm_package.publish",
    ] {
        check(&format!("run: {run}"), &[], guess);
    }
    for run in [
        "npx gulp build",
        "cargo xtask publish",
        "cargo publish",
        "./gradlew publish",
        "./gradlew publishDocs",
        "dotnet run publish-nuget",
        "moon run docs:publish-docs",
    ] {
        check(&format!("run: {run}"), &[], "");
    }
}

#[test]
fn tasks_of_mise_are_followed() {
    let text =
        "[tasks]\nship = [\"npm test\", \"npm publish\"]\nui = { dir = \"ui\", run = \"npm publish\" }\n";
    for run in [
        "run: mise run ship",
        "run: mise r ship -- --tag next",
        "run: mise run ship --tag next",
        "run: mise ship --tag next",
        "run: mise ship",
        "run: cd ui && mise run ship",
    ] {
        check(run, &[("mise.toml", text)], OIDC);
        check(run, &[(".mise.toml", text)], OIDC);
    }
    check("run: mise tasks run ui", &[("mise.toml", text)], UI);
    let file = (".mise/tasks/ci/ship", "#!/usr/bin/env bash\ncd ui\nnpm publish\n");
    check("run: mise run ci:ship", &[file], UI);
    check("run: mise run ship --dry-run", &[("mise.toml", text)], "");
    check(
        "run: mise ls",
        &[("mise.toml", "[tasks]\nls = \"npm publish\"\n")],
        "",
    );
}

#[test]
fn a_task_of_mise_runs_with_the_tools_of_mise() {
    let text = "[tools]\nnode = \"22.14.0\"\n[tasks]\nship = \"npm publish\"\n";
    check(
        "run: mise run ship && cd ui && npm publish",
        &[("mise.toml", text)],
        "ship.yml:12 ship; publisher=npm; npm=10.9.2; packages=widget\nship.yml:12 ship; publisher=npm; packages=ui; node=24.18.0 or 24.19.0 or 24.22.3",
    );
    let text = text.replace("node = \"22.14.0\"", "npm = \"10\"");
    check(
        "run: mise run ship",
        &[("mise.toml", &text)],
        "ship.yml:12 ship; publisher=npm; npm=-; packages=widget; outcome=unknown",
    );
}
