//! Actions of the repository that write the token.

use super::{moved, moves, stays, with_job};

/// A job that uses the action, and the action with these steps.
fn using(uses: &str, steps: &str, dependency: &str) -> String {
    let files = format!(
        "#- .github/actions/login/action.yml\ninputs:\n  token: {{ required: true }}\nruns:\n  using: composite\n  steps:\n{steps}#- \
         package.json\n{{ \"name\": \"@acme/widget\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\"{dependency} }}\n"
    );
    with_job(
        "permissions: { contents: read, id-token: write }",
        &format!("{uses}\n- run: npm publish"),
        &files,
    )
}

const USE: &str =
    "# The login.\n- uses: ./.github/actions/login\n  with:\n    token: ${{ secrets.NPM_TOKEN }}";
const WRITE: &str = "    - run: echo \"//registry.npmjs.org/:_authToken=${{ inputs.token }}\" > ~/.npmrc\n      shell: bash\n";
/// `registry-url` would hide `~/.npmrc`.
fn without_registry(text: &str) -> String {
    text.replace("          registry-url: https://registry.npmjs.org\n", "")
}

/// Its steps cannot be empty, so the step that uses it goes.
#[test]
fn an_action_only_writes_the_token() {
    let before = without_registry(&using(USE, WRITE, ""));
    let only_workflow = |text: String| {
        text.split("#- .github/actions")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    moves(
        &before,
        &only_workflow(without_registry(&using("# The login.", WRITE, ""))),
    );
    let moved = moved(&before);
    moved.says("Nothing uses the action `.github/actions/login` any more. Delete it, unless other repositories use it.");
    moved.says("The comment in `.github/workflows/release.yml:11` may be about a token that is gone. Correct it or remove it.");
}

/// The other workflow may still need it, and nothing tells to delete it.
#[test]
fn another_workflow_uses_the_action_too() {
    let other = "#- .github/workflows/ci.yml\non: push\njobs:\n  test:\n    runs-on: x\n    steps:\n      - uses: ./.github/actions/login\n        with: { token: \"${{ secrets.NPM_TOKEN }}\" }\n      - run: npm test\n#- package.json\n";
    let text = without_registry(&using(USE, WRITE, "")).replace("#- package.json\n", other);
    let moved = moved(&text);
    moved.does_not_say("Nothing uses the action");
    moved.says("Keep the secret `NPM_TOKEN` for now: `.github/workflows/ci.yml:7` still uses it.");
    assert!(moved.file(".github/workflows/ci.yml").contains("login"));
}

#[test]
fn a_step_with_the_action_that_others_ask_for_stays() {
    stays(
        &without_registry(&using(&USE.replace("  with:", "  id: login\n  with:"), WRITE, "")),
        "the action `.github/actions/login` does nothing but write the token; remove the steps that use it by hand",
    );
}

/// The step that installs needs the token that the action writes.
#[test]
fn private_packages_are_installed_with_the_token_of_the_action() {
    let uses = format!("{USE}\n- run: npm ci");
    stays(
        &without_registry(&using(
            &uses,
            WRITE,
            ", \"dependencies\": { \"@acme/tool\": \"1\" }",
        )),
        "line 15 also installs packages with `//registry.npmjs.org/:_authToken`, and some may be private; give the token only to a step \
         that installs",
    );
}

/// The rest of the action stays in use.
#[test]
fn an_action_does_more_than_write_the_token() {
    let more = format!("{WRITE}    - run: npm test\n      shell: bash\n");
    let moved = moved(&without_registry(&using(USE, &more, "")));
    assert!(
        moved.workflow().contains("./.github/actions/login"),
        "{}",
        moved.workflow()
    );
    moved.does_not_say("Nothing uses the action");
}

/// A package that the manifest does not name, or a command that reads the file.
#[test]
fn a_later_step_needs_the_file_that_the_action_writes() {
    let with = |step: &str| without_registry(&using(&format!("{USE}\n- run: {step}"), WRITE, ""));
    for step in [
        "npm i @acme/priv",
        "npx @other/cli",
        "docker build --secret id=npmrc,src=$HOME/.npmrc .",
        "cp ~/.npmrc x",
        "./build.sh",
    ] {
        stays(
            &with(step),
            "the action `.github/actions/login` does nothing but write the token; remove the steps that use it by hand",
        );
    }
    let moved = moved(&with("npm version patch"));
    assert!(
        !moved.workflow().contains("actions/login"),
        "{}",
        moved.workflow()
    );
}

/// What comes before the action has no token yet.
#[test]
fn a_step_before_the_action_does_not_need_its_file() {
    let uses = format!("- run: ./build.sh\n{USE}");
    let moved = moved(&without_registry(&using(&uses, WRITE, "")));
    assert!(
        !moved.workflow().contains("actions/login"),
        "{}",
        moved.workflow()
    );
}

#[test]
fn the_action_itself_fetches_with_the_token() {
    let and = |command: &str| {
        let more = format!("{WRITE}    - run: {command}\n      shell: bash\n");
        without_registry(&using(USE, &more, ""))
    };
    stays(
        &and("npm i @acme/priv"),
        "`@acme/priv` is fetched with the same token, and may be private; fetch it with a token of its own in another step first",
    );
    let moved = moved(&and("npm i left-pad"));
    assert!(moved.workflow().contains("actions/login"), "{}", moved.workflow());
}
