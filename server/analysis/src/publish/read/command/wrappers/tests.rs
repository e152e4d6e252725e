use super::super::test_support::{command_of, table};
use super::*;

fn show(script: &str) -> String {
    match unwrap(&command_of(script)) {
        Unwrapped::Invocation(invocation) => {
            let words: Vec<&str> = invocation.words.iter().map(|word| word.text.as_str()).collect();
            let version = invocation.version.map(|version| format!(" @{version}"));
            let sudo = if invocation.environment.through_sudo {
                " (sudo)"
            } else {
                ""
            };
            let docker = if invocation.environment.through_docker {
                " (docker)"
            } else {
                ""
            };
            format!("{}{}{sudo}{docker}", words.join(" "), version.unwrap_or_default())
        }
        Unwrapped::NoCommand => "-".to_owned(),
        Unwrapped::Unknown => "?".to_owned(),
    }
}

#[test]
fn programs_of_the_system() {
    table(
        show,
        &[
            ("sudo npm publish", "npm publish (sudo)"),
            ("sudo -E npm publish", "npm publish"),
            ("sudo -u runner A=b npm publish", "npm publish (sudo)"),
            ("env A=b npm publish", "npm publish"),
            ("env -u NODE_AUTH_TOKEN npm publish", "npm publish"),
            ("cross-env A=b npm publish", "npm publish"),
            ("A=\"\" npm publish", "npm publish"),
            ("timeout 10m npm publish", "npm publish"),
            ("timeout -k 5 10m npm publish", "npm publish"),
            ("time nice -n 10 npm publish", "npm publish"),
            ("ls | xargs", "ls"),
            ("xargs -n1 npm publish", "npm publish $"),
            ("xargs -I {} npm publish {}", "npm publish {} $"),
            ("find . -name '*.tgz' -exec npm publish {} \\;", "npm publish $"),
            ("docker run -v a:b node:24 npm publish", "npm publish (docker)"),
            ("docker run image", "?"),
            ("docker build .", "docker build ."),
            ("eval npm publish", "npm publish"),
            ("setsid -w npm publish", "npm publish"),
            ("chronic npm publish", "npm publish"),
            ("unbuffer -p npm publish", "npm publish"),
            ("flock -n /tmp/lock npm publish", "npm publish"),
            ("runuser -u node -- npm publish", "npm publish"),
            ("runuser -l node -c id", "-c id (sudo)"),
            ("coproc npm publish", "npm publish"),
            ("su runner", "-"),
            ("retry 3 -- npm publish", "retry 3 -- npm publish"),
            ("A=b", "-"),
        ],
    );
}

#[test]
fn runners_of_packages() {
    table(
        show,
        &[
            ("npx np", "np"),
            ("npx --yes npm@11 publish", "npm publish @11"),
            ("npx -y -p npm@11 npm publish", "npm publish @11"),
            ("npx --package=npm@11 npm publish", "npm publish @11"),
            ("npx -p npm@11 -c 'npm publish'", "npm publish @11"),
            ("npx npm@${{ env.NPM }} publish", "npm publish @${{ env.NPM }}"),
            ("npx ${{ matrix.cmd }} publish", "?"),
            ("npx @changesets/cli@2 publish", "changeset publish @2"),
            ("npm exec -- semantic-release", "semantic-release"),
            ("npm exec --yes -- lerna@9 publish", "lerna publish @9"),
            ("pnpm exec changeset publish", "changeset publish"),
            ("pnpm --filter a exec npm publish", "npm publish"),
            ("pnpm dlx npm@11 publish", "npm publish @11"),
            ("pnpm --package=npm@11 dlx npm publish", "npm publish @11"),
            ("yarn exec npm publish", "npm publish"),
            ("yarn dlx np", "np"),
            ("bunx np", "np"),
            ("bun x np", "np"),
            ("bunx --bun changeset publish", "changeset publish"),
            (
                "npx --package=@changesets/cli@2 -- changeset publish",
                "changeset publish @2",
            ),
            ("deno run -A npm:semantic-release", "semantic-release"),
            ("deno run -A npm:@changesets/cli publish", "changeset publish"),
            (
                "deno run -A npm:@changesets/cli@2.29.7 publish",
                "changeset publish @2.29.7",
            ),
            (
                "deno run -A npm:@lerna-lite/cli@4/lerna publish",
                "lerna publish @4",
            ),
            ("deno x npm:np", "np"),
            (
                "deno run -A scripts/publish.ts npm:np",
                "deno run -A scripts/publish.ts npm:np",
            ),
            ("vp exec pkg-pr-new publish", "pkg-pr-new publish"),
            ("yarn workspace a exec npm publish", "npm publish"),
            (
                "yarn workspace ${{ inputs.package }} exec npm publish",
                "npm publish",
            ),
            (
                "yarn workspaces foreach -A --no-private npm publish",
                "yarn npm publish",
            ),
            ("yarn workspaces foreach --all exec npm publish", "npm publish"),
            ("corepack pnpm@9 publish", "pnpm publish @9"),
            ("lerna exec -- npm publish", "npm publish"),
            ("lerna exec --scope a npm publish", "npm publish"),
            ("lerna exec --concurrency 1 -- 'npx np --yolo'", "np --yolo"),
            ("nx exec --projects=a -- npx np", "np"),
            ("nx exec", "nx exec"),
            ("node ./node_modules/.bin/changeset publish", "changeset publish"),
            ("\"$(yarn bin)/changeset\" publish", "changeset publish"),
            ("$(npm bin)/semantic-release", "semantic-release"),
            ("$(npm -s bin)/np", "np"),
            ("`yarn bin`/np", "np"),
            ("$(npm root)/.bin/changeset publish", "changeset publish"),
            ("$(yarn bin np)", "np"),
            ("$(pnpm bin)/lerna publish", "lerna publish"),
            ("${GITHUB_WORKSPACE}/node_modules/.bin/np", "np"),
            ("$(npm prefix)/bin/np", "np"),
            ("./node_modules/.bin/np", "np"),
            ("./scripts/np", "./scripts/np"),
            ("./bin/np", "./bin/np"),
            ("packages/a/bin/np --yolo", "packages/a/bin/np --yolo"),
            ("/usr/local/bin/np", "np"),
            ("~/.local/bin/np", "np"),
            ("\"$HOME/.volta/bin/np\"", "np"),
            ("./node/bin/npm publish", "npm publish"),
            ("pnpm lerna publish", "lerna publish"),
            ("yarn run lerna publish", "lerna publish"),
            ("parallel -j 4 npm publish ::: a.tgz b.tgz", "npm publish $"),
            ("parallel npm publish {} ::: *.tgz", "npm publish $"),
            ("parallel --dry-run npm publish ::: a", "?"),
            ("parallel 'cd {} && npm publish' ::: a b", "?"),
            ("op run --env-file=.env -- npm publish", "npm publish"),
            ("doppler run -- npx np", "np"),
            ("dotenv -e .env npm publish", "npm publish"),
            ("dotenv -- npm publish", "npm publish"),
            ("op read op://vault/npm/token", "op read op://vault/npm/token"),
            ("infisical run npm publish", "?"),
            ("$(which npm) publish", "npm publish"),
            ("$(command -v npm) publish", "npm publish"),
            ("$(cat program) publish", "$(cat program) publish"),
        ],
    );
}

#[test]
fn programs_of_windows() {
    table(
        show,
        &[
            ("@npm publish", "npm publish"),
            ("@call npm.cmd publish", "npm publish"),
            ("CALL npm publish", "npm publish"),
            ("start npm publish", "npm publish"),
            ("start \"\" /wait /d x npm publish", "npm publish"),
            ("START /B npm publish", "npm publish"),
            (
                "Start-Process npm -ArgumentList 'publish','--access','public'",
                "npm publish --access public",
            ),
            (
                "Start-Process npm -ArgumentList 'publish', '--tag', 'next' -Wait",
                "npm publish --tag next",
            ),
            (
                "Start-Process -FilePath npm.cmd -Args \"publish --tag next\" -NoNewWindow",
                "npm publish --tag next",
            ),
            ("saps npm @('publish', '--tag')", "npm publish --tag"),
            ("start npm -Args publish -Wait", "npm publish"),
            (
                "Start-Process cmd -ArgumentList '/c','npm','publish'",
                "npm publish",
            ),
            ("Start-Process cmd.exe '/c npm publish'", "npm publish"),
            (
                "Start-Process notepad -ArgumentList 'npm publish'",
                "notepad npm publish",
            ),
            ("Start-Process npm -WorkingDirectory x -ArgumentList publish", "?"),
            ("Start-Process -Wait", "?"),
            ("'C:\\Program Files\\nodejs\\npm.cmd' publish", "npm publish"),
            ("'scripts\\npm.cmd' publish", "scripts\\npm.cmd publish"),
            ("@acme/cli publish", "@acme/cli publish"),
        ],
    );
}
