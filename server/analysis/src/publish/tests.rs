//! Scenarios of the publish model: a job as people write it, and what its publish step will do.

use crate::sources::{Assumptions, Secrets};
use crate::test_support::{Fixture, check_rule, check_sites};

/// A workflow with one job `publish` that can get an ID token, with these steps, and other files.
fn job(steps: &str, files: &str) -> String {
    workflow("permissions: { contents: read, id-token: write }", steps, files)
}

fn workflow(permissions: &str, steps: &str, files: &str) -> String {
    let steps: String = steps.lines().map(|line| format!("      {line}\n")).collect();
    format!(
        "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    {permissions}
    runs-on: ubuntu-24.04
    steps:
{steps}{files}"
    )
}

const SOUND_MANIFEST: &str =
    "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"acme/w\" }\n";
const NODE_22: &str = "- uses: actions/setup-node@v6\n  with: { node-version: 22.14.0 }\n";
const NODE_24: &str = "- uses: actions/setup-node@v6\n  with: { node-version: 24.11.0 }\n";

#[track_caller]
fn outcome(fixture: &str, expected: &str) {
    let line = fixture
        .lines()
        .position(|line| line.contains("publish") && line.contains("run:"));
    let line = line.unwrap_or_default();
    check_sites(fixture, &format!("release.yml:{line} publish; {expected}"));
}

#[test]
fn node_decides_which_npm_publishes() {
    outcome(
        &job(&format!("{NODE_24}- run: npm publish"), ""),
        "npm=11.6.1; outcome=oidc; error=-",
    );
    outcome(
        &job(&format!("{NODE_22}- run: npm publish"), ""),
        "npm=10.9.2; outcome=fails; error=ENEEDAUTH",
    );
    outcome(
        &job("- run: npm publish", ""),
        "npm=10.9.8; outcome=fails; error=ENEEDAUTH",
    );
}

#[test]
fn an_upgrade_counts_only_before_the_publish_step() {
    let upgrade = "- run: npm install -g npm@11.6.0\n";
    outcome(
        &job(&format!("{NODE_22}{upgrade}- run: npm publish"), ""),
        "npm=11.6.0; outcome=oidc",
    );
    outcome(
        &job(&format!("{NODE_22}- run: npm publish\n{upgrade}"), ""),
        "npm=10.9.2; outcome=fails",
    );
    let disabled = "- run: npm install -g npm@11.6.0\n  if: false\n";
    outcome(
        &job(&format!("{NODE_22}{disabled}- run: npm publish"), ""),
        "npm=10.9.2; outcome=fails",
    );
    outcome(
        &job(
            "- uses: actions/setup-node@v6\n  with: { node-version: 20.20.2 }\n- run: npm i -g npm@12.2.0\n- run: npm publish",
            "",
        ),
        "outcome=not-reached; error=EBADENGINE",
    );
}

#[test]
fn a_condition_that_holds_for_both_steps_is_certain() {
    let setup =
        "- uses: actions/setup-node@v6\n  if: github.actor == 'x'\n  with: { node-version: 24.11.0 }\n";
    let same = format!("{setup}- run: npm publish\n  if: github.actor == 'x'\n");
    outcome(&job(&same, ""), "npm=11.6.1; outcome=oidc");
    outcome(
        &job(&format!("{setup}- run: npm publish\n"), ""),
        "npm=10.9.8 or 11.6.1; outcome=unknown",
    );
}

#[test]
fn a_line_in_npmrc_turns_the_error_into_a_404() {
    let with_registry = "- uses: actions/setup-node@v6\n  with: { node-version: 22.14.0, registry-url: 'https://registry.npmjs.org' }\n";
    outcome(
        &job(&format!("{with_registry}- run: npm publish"), ""),
        "outcome=fails; error=E404",
    );
    let empty = format!("{with_registry}- run: npm publish\n  env: {{ NODE_AUTH_TOKEN: '' }}\n");
    outcome(&job(&empty, ""), "outcome=fails; error=ENEEDAUTH");
}

#[test]
fn a_token_publishes_where_trusted_publishing_cannot() {
    let steps = "- uses: actions/setup-node@v6\n  with: { node-version: 22.14.0, registry-url: 'https://registry.npmjs.org' }\n\
                 - run: npm publish\n  env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
    outcome(
        &workflow("permissions: {}", steps, ""),
        "id-token=none; outcome=token",
    );
    outcome(&job(steps, ""), "id-token=write; outcome=token");
    // Where both can work, npm's settings decide, which no file shows.
    outcome(
        &job(&steps.replace("22.14.0", "24.11.0"), ""),
        "outcome=oidc-or-token",
    );
    let explicit = steps.replace("npm publish", "npm publish --provenance");
    outcome(
        &workflow("permissions: {}", &explicit, ""),
        "outcome=fails; error=EUSAGE",
    );
}

#[test]
fn a_token_that_its_script_takes_back_is_deliberate() {
    let write = "npm config set //registry.npmjs.org/:_authToken ${{ secrets.NPM_TOKEN }}";
    let delete = "npm config delete //registry.npmjs.org/:_authToken";
    let trap = format!("trap '{delete} || true' EXIT");
    for (first, last) in [("true", delete), ("true", "rm ~/.npmrc"), (&trap, "true")] {
        let steps = format!(
            "{NODE_24}- run: |\n    {first}\n    {write}\n    npm publish\n    {last}\n- run: npm publish ./second\n"
        );
        let sites = "release.yml:12 publish; credentials=//registry.npmjs.org/:_authToken\n\
                     release.yml:14 publish; credentials=-; outcome=oidc";
        check_sites(&job(&steps, ""), sites);
    }
    let carets = "^".repeat(write.len());
    let marked = format!(
        "{NODE_24}- run: |\n    {write}\n   #{carets} warning💡?[run-writes-npmrc-token]\n    npm publish\n"
    );
    check_rule("run-writes-npmrc-token", &job(&marked, ""));
    let removed = format!("{}    {delete}\n", marked.replace("warning", "information"));
    check_rule("run-writes-npmrc-token", &job(&removed, ""));
}

#[test]
fn other_tools_make_the_exchange_themselves() {
    let manifest = |manager: &str, dependency: &str| {
        format!(
            "#- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/b\", \"packageManager\": \
             \"{manager}\", \"devDependencies\": {{ {dependency} }} }}\n"
        )
    };
    for (command, manager, dependency, expected) in [
        ("pnpm publish", "pnpm@10.2.0", "", "outcome=fails"),
        ("pnpm publish", "pnpm@11.0.1", "", "outcome=oidc"),
        ("yarn npm publish", "yarn@4.9.1", "", "outcome=fails"),
        ("yarn npm publish", "yarn@4.10.3", "", "outcome=oidc"),
        (
            "npx lerna publish",
            "npm@10.0.0",
            "\"lerna\": \"^8.2.0\"",
            "outcome=fails",
        ),
        (
            "npx lerna publish",
            "npm@10.0.0",
            "\"lerna\": \"^9.0.0\"",
            "outcome=oidc",
        ),
        ("bun publish", "bun@1.4.5", "", "outcome=fails"),
    ] {
        outcome(
            &job(
                &format!("{NODE_22}- run: {command}"),
                &manifest(manager, dependency),
            ),
            expected,
        );
    }
}

#[test]
fn package_scripts_are_followed_and_cycles_end() {
    let manifest = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"scripts\": { \"publish:all\": \"npm run ship\", \
                    \"ship\": \"npm run publish:all && npm publish\" } }\n";
    outcome(
        &job(&format!("{NODE_24}- run: npm run publish:all"), manifest),
        "publisher=npm; packages=w",
    );
}

#[test]
fn folders_are_followed() {
    let files =
        "#- a/package.json\n{ \"name\": \"inner\", \"version\": \"1.0.0\", \"repository\": \"a/b\" }\n";
    outcome(
        &job(&format!("{NODE_24}- run: cd a && npm publish"), files),
        "packages=inner",
    );
    outcome(
        &job(&format!("{NODE_24}- run: npm publish ./a"), files),
        "packages=inner",
    );
    outcome(
        &job(
            &format!("{NODE_24}- run: npm publish\n  working-directory: a"),
            files,
        ),
        "packages=inner",
    );
    outcome(
        &job(&format!("{NODE_24}- run: cd dist && npm publish"), files),
        "packages=-; outcome=oidc",
    );
}

#[test]
fn what_does_not_publish_to_npm_is_not_a_site() {
    for command in [
        "npm publish --dry-run",
        "npx pkg-pr-new publish",
        "npx vsce publish",
        "echo npm publish",
        "npm publish --registry https://npm.example.com",
        "deno publish",
        "npm run lint-publish",
    ] {
        check_sites(
            &workflow("permissions: {}", &format!("{NODE_24}- run: {command}"), ""),
            "",
        );
    }
    let github = "- uses: actions/setup-node@v6\n  with: { node-version: 24, registry-url: 'https://npm.pkg.github.com' }\n\
                  - run: npm publish\n  env: { NODE_AUTH_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }\n";
    check_sites(&job(github, ""), "");
}

#[test]
fn a_called_workflow_is_entered_through_its_callers() {
    let fixture = "\
#- .github/workflows/release.yml
on: workflow_call
jobs:
  publish:
    permissions: { id-token: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: '${{ inputs.node }}' }
      - run: npm publish
#- .github/workflows/tag.yml
on: push
permissions: { id-token: write }
jobs:
  call:
    uses: ./.github/workflows/release.yml
";
    outcome(fixture, "id-token=write; entry=tag.yml");
    let refused = fixture.replace(
        "permissions: { id-token: write }\njobs:\n  call",
        "permissions: {}\njobs:\n  call",
    );
    outcome(&refused, "id-token=none; outcome=not-reached");
}

#[test]
fn what_is_not_known_is_never_an_error() {
    for steps in [
        "- uses: acme/setup-everything@v1\n- run: npm publish",
        "- uses: actions/setup-node@v6\n  with: { node-version: '${{ vars.NODE }}' }\n- run: npm publish",
        "- uses: ./.github/actions/missing\n- run: npm publish",
        "- uses: actions/setup-node@v6\n  with: { node-version: 26-nightly }\n- run: npm publish",
    ] {
        outcome(&job(steps, ""), "npm=-; outcome=unknown");
        check_rule("npm-too-old-node", &job(steps, ""));
        check_rule("no-setup-node", &job(steps, ""));
    }
}

#[test]
fn what_no_file_shows_is_an_assumption() {
    let token = "  env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
    let registry = "- uses: actions/setup-node@v7\n  with: { node-version: 24.11.0, registry-url: 'https://registry.npmjs.org' }\n";
    let oidc = job(&format!("{NODE_24}- run: npm publish\n"), "");
    let unread_token = job(&format!("{NODE_24}- run: npm publish\n{token}"), "");
    let both = job(&format!("{registry}- run: npm publish\n{token}"), "");
    let token_only = workflow(
        "permissions: {}",
        &format!("{registry}- run: npm publish\n{token}"),
        "",
    );
    let private = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\" }\n";
    let no_repository = job(&format!("{NODE_24}- run: npm publish\n"), private);
    let explicit = job(&format!("{NODE_24}- run: npm publish --provenance\n"), "");
    let assume = |publisher_matches, secrets, repository_is_public| Assumptions {
        publisher_matches,
        secrets,
        repository_is_public,
    };
    for (fixture, assumptions, expected) in [
        (&oidc, Assumptions::default(), "oidc"),
        (
            &oidc,
            assume(Some(false), Secrets::Valid, true),
            "fails ENEEDAUTH",
        ),
        (
            &unread_token,
            assume(Some(false), Secrets::Valid, true),
            "fails ENEEDAUTH",
        ),
        (&both, Assumptions::default(), "oidc-or-token"),
        (&both, assume(Some(true), Secrets::Valid, true), "oidc"),
        (&both, assume(None, Secrets::Empty, true), "oidc"),
        (&both, assume(Some(false), Secrets::Valid, true), "token"),
        (&both, assume(Some(false), Secrets::Refused, true), "fails E404"),
        (
            &both,
            assume(Some(false), Secrets::Empty, true),
            "fails ENEEDAUTH",
        ),
        (&token_only, Assumptions::default(), "token"),
        (&token_only, assume(None, Secrets::Refused, true), "fails E404"),
        (&no_repository, Assumptions::default(), "fails E422"),
        (&no_repository, assume(None, Secrets::Valid, false), "oidc"),
        (&explicit, assume(None, Secrets::Valid, false), "fails E422"),
    ] {
        assert_eq!(assumed_outcome(fixture, assumptions), expected, "{assumptions:?}");
    }
}

/// What the only site of a fixture does under these assumptions: `oidc`, `fails E404`.
fn assumed_outcome(fixture: &str, assumptions: Assumptions) -> String {
    let fixture = Fixture::parse(fixture).unwrap();
    let mut workspace = fixture.repository.workspace();
    workspace.set_assumptions(assumptions);
    workspace.check();
    let sites: Vec<_> = workspace.sites().collect();
    let [site] = sites.as_slice() else {
        panic!("{} sites", sites.len());
    };
    match site.error {
        Some(error) => format!("{} {error}", site.outcome.name()),
        None => site.outcome.name().to_owned(),
    }
}

#[test]
fn a_credential_line_of_the_project_is_read_as_npm_reads_it() {
    let files = |npmrc: &str| format!("#- .npmrc\n{npmrc}\n{SOUND_MANIFEST}");
    let publish = "- run: npm publish\n  env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
    let with_npm = |npm: &str, npmrc: &str| {
        let install = format!("- run: npm install -g npm@{npm}\n");
        let node = NODE_24.replace("24.11.0", "24.19.0");
        job(&format!("{node}{install}{publish}"), &files(npmrc))
    };
    let variable = "//registry.npmjs.org/:_authToken=${NPM_TOKEN}";
    let empty = |publisher_matches| Assumptions {
        publisher_matches: Some(publisher_matches),
        secrets: Secrets::Empty,
        ..Assumptions::default()
    };
    for (npm, npmrc, assumptions, expected) in [
        // An empty token hides the exchanged one, until npm learned better.
        ("11.20.0", variable, empty(true), "fails ENEEDAUTH"),
        ("11.21.0", variable, empty(true), "oidc"),
        ("12.1.0", variable, empty(true), "fails ENEEDAUTH"),
        ("12.2.0", variable, empty(true), "oidc"),
        ("12.2.0", variable, empty(false), "fails ENEEDAUTH"),
        (
            "11.20.0",
            "//registry.npmjs.org/:_authToken=",
            Assumptions::default(),
            "fails ENEEDAUTH",
        ),
        // Without a registry it stops npm, unless nothing is left of it.
        (
            "11.20.0",
            "_authToken=${NPM_TOKEN}",
            Assumptions::default(),
            "fails ERR_INVALID_AUTH",
        ),
        (
            "11.20.0",
            "_auth=${UNSET}",
            Assumptions::default(),
            "fails ERR_INVALID_AUTH",
        ),
        ("11.20.0", "_authToken=${NPM_TOKEN}", empty(true), "oidc"),
        ("11.20.0", "_authToken=${UNSET?}", Assumptions::default(), "oidc"),
        (
            "11.20.0",
            "username=octocat",
            Assumptions::default(),
            "fails ERR_INVALID_AUTH",
        ),
        ("8.19.4", "_authToken=x", Assumptions::default(), "token"),
    ] {
        let found = assumed_outcome(&with_npm(npm, npmrc), assumptions);
        assert_eq!(found, expected, "npm {npm}, {npmrc}, {assumptions:?}");
    }
}

#[test]
fn the_first_reason_to_refuse_is_the_error() {
    let private = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"private\": true, \"repository\": \"acme/w\" }\n";
    let registry = "- uses: actions/setup-node@v7\n  with: { node-version: 24.11.0, registry-url: 'https://registry.npmjs.org' }\n";
    let publish = "- run: npm publish\n";
    let placeholder = "- run: npm publish\n  env: { NODE_AUTH_TOKEN: XXXXX-XXXXX-XXXXX-XXXXX }\n";
    for (permissions, steps, files, expected) in [
        (
            "id-token: write",
            format!("{NODE_24}{publish}"),
            private,
            "fails EPRIVATE",
        ),
        // npm looks for a credential first, of whatever worth.
        ("", format!("{NODE_24}{publish}"), private, "fails ENEEDAUTH"),
        ("", format!("{registry}{publish}"), private, "fails EPRIVATE"),
        (
            "",
            format!("{registry}{placeholder}"),
            SOUND_MANIFEST,
            "fails E404",
        ),
    ] {
        let fixture = workflow(&format!("permissions: {{ {permissions} }}"), &steps, files);
        assert_eq!(
            assumed_outcome(&fixture, Assumptions::default()),
            expected,
            "{fixture}"
        );
    }
}

#[test]
fn pnpm_11_has_a_client_of_its_own() {
    let manifest = |private: &str| {
        format!(
            "#- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"packageManager\": \"pnpm@11.12.0\"{private} }}\n"
        )
    };
    let no_repository = manifest("");
    let npmrc = format!("#- .npmrc\n//registry.npmjs.org/:_authToken=${{NPM_TOKEN}}\n{no_repository}");
    let refused = Assumptions {
        publisher_matches: Some(false),
        ..Assumptions::default()
    };
    let variable = "  env: { NPM_CONFIG_PROVENANCE: 'false' }\n";
    let token = "  env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
    for (permissions, command, env, files, assumptions, expected) in [
        // It sends the package without a credential.
        ("id-token: write", "", "", &no_repository, refused, "fails E404"),
        // It puts no variable into a committed line, which older releases do.
        ("id-token: write", "", token, &npmrc, refused, "fails E404"),
        (
            "id-token: write",
            "",
            token,
            &npmrc.replace("11.12.0", "11.5.2"),
            refused,
            "token",
        ),
        // Only its flag says something about provenance.
        (
            "id-token: write",
            "",
            variable,
            &no_repository,
            Assumptions::default(),
            "fails E422",
        ),
        (
            "id-token: write",
            " --no-provenance",
            "",
            &no_repository,
            Assumptions::default(),
            "oidc",
        ),
        (
            "",
            " --provenance",
            "",
            &no_repository,
            Assumptions::default(),
            "fails EUSAGE",
        ),
        (
            "id-token: write",
            "",
            "",
            &manifest(", \"private\": true"),
            Assumptions::default(),
            "fails EPRIVATE",
        ),
    ] {
        let steps = format!("{NODE_24}- run: pnpm publish{command}\n{env}");
        let fixture = workflow(&format!("permissions: {{ {permissions} }}"), &steps, files);
        assert_eq!(assumed_outcome(&fixture, assumptions), expected, "{fixture}");
    }
}

#[test]
fn commands_of_the_configuration_publish() {
    let files = |config: &str| {
        format!(
            r#"
            #- trustpub.toml
            {config}
            #- .github/workflows/release.yml
            on: push
            jobs:
              ship:
                permissions:
                  id-token: write
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/setup-node@v6
                    with:
                      node-version: 24
                  - run: npx acme ship --verbose
                  - run: ./scripts/ship.sh
                  - run: npm run go
            #- package.json
            {{ "name": "widget", "version": "1.2.3", "repository": "acme/widget", "scripts": {{ "go": "acme ship" }} }}
"#
        )
    };
    check_sites(&files("# nothing"), "");
    check_sites(
        &files(
            r#"publish-command = [{ command = "acme ship", publisher = "npm" }, { command = "./scripts/ship.sh", publisher = "bun" }]"#,
        ),
        "
        release.yml:11 ship; publisher=npm; text=acme ship; packages=widget; outcome=oidc
        release.yml:12 ship; publisher=bun; text=./scripts/ship.sh; packages=widget; outcome=fails
        release.yml:13 ship; publisher=npm; text=npm run go; outcome=oidc
        ",
    );
}

#[test]
fn a_condition_of_the_publish_implies_that_of_the_setup() {
    let check = |job: &str, setup: &str, publish: &str, expected: &str| {
        let fixture = format!(
            r#"#- .github/workflows/release.yml
on: workflow_dispatch
jobs:
  publish:
    if: {job}
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        if: {setup}
        with: {{ node-version: 24.11.0 }}
      - run: npm publish
        if: {publish}
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#
        );
        check_sites(&fixture, &format!("release.yml:11 publish; {expected}"));
    };
    let (certain, mixed) = ("node=24.11.0; outcome=oidc", "outcome=unknown");
    for (job, setup, publish) in [
        (
            "always()",
            "${{ vars.skip != true }}",
            "${{ vars.dry != true && vars.skip != true }}",
        ),
        (
            "always()",
            "vars.skip != true",
            "(vars.skip != true) && !vars.dry",
        ),
        ("vars.publish", "vars.publish", "always()"),
        ("vars.publish && vars.real", "vars.real", "always()"),
        ("vars.a", "vars.a && vars.b", "vars.b"),
        ("always()", "vars.a || vars.b", "vars.b"),
    ] {
        check(job, setup, publish, certain);
    }
    for (job, setup, publish) in [
        ("always()", "vars.skip", "vars.dry"),
        ("vars.a || vars.b", "vars.a", "always()"),
        ("always()", "vars.a && vars.b", "vars.a"),
    ] {
        check(job, setup, publish, mixed);
    }
}
