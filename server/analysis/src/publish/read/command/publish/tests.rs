use super::super::test_support::{meanings, table};

fn show(script: &str) -> String {
    meanings(script).join("; ")
}

#[test]
fn package_managers() {
    table(
        show,
        &[
            ("npm publish", "Npm «npm publish»"),
            ("NODE_AUTH_TOKEN=\"\" npm publish", "Npm «npm publish»"),
            ("npm publish %DIR%", "Npm «npm publish» folders=${DIR}"),
            (
                "npm publish dist --tag next",
                "Npm «npm publish» folders=dist tag=next",
            ),
            (
                "npm publish ./a.tgz --access public",
                "Npm «npm publish» folders=./a.tgz access=public",
            ),
            ("npm stage publish", "NpmStage «npm stage publish»"),
            ("npx npm@11 publish", "Npm «npm@11 publish» version=11"),
            ("npm --prefix x publish", "Npm «npm --prefix x publish» in=x"),
            ("npm -w a publish", "Npm «npm -w a publish» workspaces=a"),
            ("npm publish -w a -w b", "Npm «npm publish» workspaces=a b"),
            ("npm publish -ws", "Npm «npm publish» all=yes short=-ws"),
            ("npm publish --workspaces", "Npm «npm publish» all=yes"),
            (
                "npm publish -ws -iwr",
                "Npm «npm publish» all=yes root=yes short=-ws",
            ),
            ("npm publish --force", "Npm «npm publish» forced=yes"),
            ("pnpm publish", "Pnpm «pnpm publish»"),
            ("pn publish", "Pnpm «pn publish»"),
            ("pnpm -r publish", "Pnpm «pnpm -r publish» all=yes"),
            ("pnpm recursive publish", "Pnpm «pnpm recursive publish» all=yes"),
            (
                "pnpm --recursive --filter=x publish",
                "Pnpm «pnpm --recursive --filter=x publish» all=yes filters=x",
            ),
            (
                "pnpm publish \"$package/\"",
                "Pnpm «pnpm publish» folders=$package/",
            ),
            ("pnpm --filter x exec npm publish", "Npm «npm publish» filters=x"),
            ("yarn publish", "YarnClassic «yarn publish»"),
            ("yarn npm publish", "YarnBerry «yarn npm publish»"),
            (
                "yarn workspace a npm publish",
                "YarnBerry «yarn workspace a npm publish» workspaces=a",
            ),
            (
                "yarn workspace a exec npm publish",
                "Npm «npm publish» workspaces=a",
            ),
            (
                "yarn workspaces foreach -A npm publish",
                "YarnBerry «yarn workspaces foreach -A npm publish» all=yes root=yes",
            ),
            ("bun publish --cwd a", "Bun «bun publish» in=a"),
            (
                "yarn workspaces foreach --since --include '@a/*' --exclude @a/b --no-private npm publish",
                "YarnBerry «yarn workspaces foreach --since --include '@a/*' --exclude @a/b --no-private npm publish» \
                 workspaces=@a/* excluded=@a/b all=yes partial=yes",
            ),
        ],
    );
}

#[test]
fn other_tools() {
    table(
        show,
        &[
            (
                "npx lerna@9 publish from-package",
                "Lerna «lerna@9 publish» version=9 folders=from-package",
            ),
            ("pnpm lerna publish", "Lerna «lerna publish»"),
            ("lerna publish --contents dist", "Lerna «lerna publish» build=yes"),
            (
                "nx release publish --projects=a,b",
                "Nx «nx release publish» workspaces=a b",
            ),
            ("nx release publish -g x", "Nx «nx release publish» partial=yes"),
            ("yarn changeset publish", "Changesets «changeset publish»"),
            (
                "npm exec -- semantic-release",
                "SemanticRelease «semantic-release»",
            ),
            (
                "npx semantic-release --debug",
                "SemanticRelease «semantic-release --debug»",
            ),
            (
                "npx semantic-release@24",
                "SemanticRelease «semantic-release@24» version=24",
            ),
            ("npx np", "Np «np»"),
            (
                "npm exec --workspaces -c 'npm publish'",
                "Npm «'npm publish'» all=yes",
            ),
            ("npx release-it", "ReleaseIt «release-it»"),
            ("npx nx release", "Nx «nx release»"),
            ("nx run-many -t nx-release-publish", "Nx «nx run-many»"),
            (
                "pnpm nx run widget:nx-release-publish",
                "Nx «nx run widget:nx-release-publish»",
            ),
            (
                "nx nx-release-publish widget",
                "Nx «nx nx-release-publish widget»",
            ),
            (
                "npx multi-semantic-release",
                "MultiSemanticRelease «multi-semantic-release»",
            ),
            ("release publish", "OssjsRelease «release publish»"),
            (
                "npx @ossjs/release publish",
                "OssjsRelease «@ossjs/release publish»",
            ),
            (
                "npx @jsdevtools/npm-publish@4 dist",
                "NpmPublish «@jsdevtools/npm-publish@4 dist» version=4 folders=dist",
            ),
            ("yarn shipjs trigger", "Shipjs «shipjs trigger»"),
            (
                "pnpm napi pre-publish --no-gh-release -t npm",
                "Napi «napi pre-publish»",
            ),
            (
                "npx -p publib@latest publib-npm",
                "Publib «publib-npm» version=latest",
            ),
            (
                "npx publib-npm dist/js",
                "Publib «publib-npm dist/js» folders=dist/js",
            ),
            ("yarn jsii-release-npm", "Publib «jsii-release-npm»"),
            ("pnpm release-plan publish", "ReleasePlan «release-plan publish»"),
            (
                "npx release-plan publish --publish-branch=main",
                "ReleasePlan «release-plan publish»",
            ),
            ("npx release-plan prepare", "other"),
            (
                "npx @napi-rs/cli@3 prepublish",
                "Napi «@napi-rs/cli@3 prepublish» version=3",
            ),
            ("npx clean-publish", "CleanPublish «clean-publish»"),
            (
                "wasm-pack publish --access public",
                "WasmPack «wasm-pack publish» access=public",
            ),
            (
                "npx wasm-pack publish --tag next pkg",
                "WasmPack «wasm-pack publish» folders=pkg tag=next",
            ),
            ("wasm-pack build --target web", "other"),
            ("wasm-pack pack", "other"),
            (
                "npx clean-publish --package-manager pnpm",
                "CleanPublish «clean-publish --package-manager pnpm»",
            ),
            ("rush publish --publish --include-all", "Rush «rush publish»"),
            (
                "node common/scripts/install-run-rush.js publish -p",
                "Rush «common/scripts/install-run-rush.js publish»",
            ),
            ("auto canary", "Auto «auto canary»"),
            ("npx nx release minor", "Nx «nx release» folders=minor"),
            ("pnpm nx release publish", "Nx «nx release publish»"),
            ("npx auto shipit", "Auto «auto shipit»"),
            ("npx beachball publish", "Beachball «beachball publish»"),
            (
                "beachball publish -y -n $T -t next -r https://npm.example.com",
                "Beachball «beachball publish» registry=https://npm.example.com tag=next",
            ),
            ("vp pm publish", "VitePlus «vp pm publish»"),
            ("vp pm publish -r", "VitePlus «vp pm publish» all=yes"),
            ("na publish --tag next", "Ni «na publish» tag=next"),
            ("nlx changeset publish", "Changesets «changeset publish»"),
            ("nlx lerna@9 publish", "Lerna «lerna@9 publish» version=9"),
            ("na exec changeset publish", "Changesets «changeset publish»"),
            (
                "npx rollingversions publish",
                "Rollingversions «rollingversions publish»",
            ),
        ],
    );
}

#[test]
fn flags() {
    table(
        show,
        &[
            ("npm publish --provenance", "Npm «npm publish» provenance=true"),
            (
                "npm publish --provenance=false",
                "Npm «npm publish» provenance=false",
            ),
            (
                "npm publish --no-provenance",
                "Npm «npm publish» provenance=false",
            ),
            (
                "npm publish --provenance --access public",
                "Npm «npm publish» provenance=true access=public",
            ),
            (
                "npm publish --registry=https://a.com",
                "Npm «npm publish» registry=https://a.com",
            ),
            (
                "npm publish --registry https://a.com",
                "Npm «npm publish» registry=https://a.com",
            ),
            (
                "npm publish --@a:registry=https://a.com",
                "Npm «npm publish» scoped=@a:https://a.com",
            ),
            (
                "npm publish --userconfig .npmrc --otp 1",
                "Npm «npm publish» userconfig=yes",
            ),
            ("npm publish --dry-run", "Npm «npm publish» dry-run=True"),
            ("npm publish --dry", "Npm «npm publish» dry-run=True"),
            ("yarn npm publish -n", "YarnBerry «yarn npm publish» dry-run=True"),
            (
                "yarn npm publish --dry-run",
                "YarnBerry «yarn npm publish» dry-run=True",
            ),
            ("shipjs trigger -D", "Shipjs «shipjs trigger» dry-run=True"),
            ("yarn workspaces foreach -An npm publish", "other"),
            ("yarn workspaces foreach -A --dry-run npm publish", "other"),
            ("lerna exec --dry-run -- npm publish", "other"),
            ("npm publish --dry-run=false", "Npm «npm publish» dry-run=False"),
            (
                "npm publish --dry-run=${{ inputs.d }}",
                "Npm «npm publish» dry-run=Dynamic",
            ),
            (
                "npm_config_dry_run=true npm publish",
                "Npm «npm publish» dry-run=True",
            ),
            (
                "env NPM_CONFIG_DRY_RUN=true npm publish",
                "Npm «npm publish» dry-run=True",
            ),
            ("npm publish $FLAGS", "Npm «npm publish» dry-run=Dynamic"),
            (
                "npm publish ${NPM_ARGS} dist",
                "Npm «npm publish» folders=dist dry-run=Dynamic",
            ),
            (
                "npm publish \"$DRY_RUN_DIR\"",
                "Npm «npm publish» folders=$DRY_RUN_DIR",
            ),
            ("npm publish $DIR", "Npm «npm publish» folders=$DIR"),
            ("release-it -d", "ReleaseIt «release-it -d» dry-run=True"),
            (
                "mise exec node@24 -- npm publish",
                "Npm «npm publish» own-node=yes",
            ),
            (
                "fnm exec --using=24 npm publish",
                "Npm «npm publish» own-node=yes",
            ),
            ("nvm exec 24 npm publish", "Npm «npm publish» own-node=yes"),
            (
                "nix develop --command npm publish",
                "Npm «npm publish» own-node=yes",
            ),
            (
                "nix develop .#ci -c pnpm -r publish",
                "Pnpm «pnpm -r publish» all=yes own-node=yes",
            ),
            (
                "nix shell nixpkgs#nodejs_24 --command npm publish",
                "Npm «npm publish» own-node=yes",
            ),
            (
                "nix-shell --run 'npm publish'",
                "Npm «'npm publish'» own-node=yes",
            ),
            ("devbox run -- npm publish", "Npm «npm publish» own-node=yes"),
            ("direnv exec . npm publish", "Npm «npm publish» own-node=yes"),
            ("nix build .#npm", "other"),
            ("direnv allow", "other"),
            // A file in the package of a tool.
            (
                "node --max-old-space-size=2048 node_modules/@changesets/cli/bin.js publish",
                "Changesets «node_modules/@changesets/cli/bin.js publish»",
            ),
            (
                "node ./node_modules/semantic-release/bin/semantic-release.js",
                "SemanticRelease «./node_modules/semantic-release/bin/semantic-release.js»",
            ),
            (
                "node node_modules/lerna/dist/cli.js publish from-package",
                "Lerna «node_modules/lerna/dist/cli.js publish» folders=from-package",
            ),
            (
                "node node_modules/typescript/bin/tsc publish",
                "script node node_modules/typescript/bin/tsc publish",
            ),
            ("node $NPM_CLI publish", "Npm «$NPM_CLI publish»"),
            (
                "node \"${NPM_CLI_JS}\" publish",
                "Npm «\"${NPM_CLI_JS}\" publish»",
            ),
            ("node $NPM_CONFIG publish", "script node $NPM_CONFIG publish"),
            (
                "volta run --node 24 npm publish",
                "Npm «npm publish» own-node=yes",
            ),
            ("asdf exec npm publish", "Npm «npm publish» own-node=yes"),
            ("sudo npm publish", "Npm «npm publish» sudo=yes"),
            ("docker run node:24 npm publish", "Npm «npm publish» docker=yes"),
            (
                "semantic-release --dry-run",
                "SemanticRelease «semantic-release --dry-run» dry-run=True",
            ),
        ],
    );
}

#[test]
fn what_does_not_publish_to_npm() {
    let scripts = [
        "npx pkg-pr-new publish",
        "pnpm pkg-pr-new publish",
        "npx vsce publish",
        "npx ovsx publish",
        "npx jsr publish",
        "cargo publish",
        "uv publish",
        "poetry publish",
        "deno publish",
        "mcp-publisher publish",
        "npm pack",
        "npm publish --help",
        "npx ${{ matrix.cmd }} publish",
        "npx semantic-release --version",
        "release-it --no-npm",
        "release-it --no-npm.publish",
        "release-it --npm.publish=false",
        "nx release --skip-publish",
        "nx release version",
        "lerna publish --skip-npm",
        "beachball publish --no-publish",
        "beachball publish --pack-to-path out",
        "np --no-publish",
        "np --release-draft-only",
        "rush publish --apply",
        "rush publish --publish --pack",
        "clean-publish --without-publish",
        "shipjs prepare",
        "command -v npm publish",
    ];
    let wrong: Vec<&str> = scripts
        .into_iter()
        .filter(|script| show(script) != "other")
        .collect();
    assert_eq!(wrong, Vec::<&str>::new());
    assert_eq!(show("npm run lint-publish"), "run lint-publish");
}
