use crate::test_support::check_sites;

const SITE: &str = "release.yml:10 publish; publisher=semantic-release";

fn repository(step: &str, more: &str, files: &str) -> String {
    format!(
        r#"
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - {step}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget", "devDependencies": {{ "semantic-release": "25.0.2" }}{more} }}
{files}
"#
    )
}

#[test]
fn the_npm_plugin_may_be_missing_or_off() {
    let steps = [
        "run: npx semantic-release",
        "uses: cycjimmy/semantic-release-action@v6",
    ];
    for step in steps {
        for (more, files) in [
            (
                "",
                "#- .releaserc\n{ \"plugins\": [[\"@semantic-release/npm\", { \"npmPublish\": false }]] }",
            ),
            (
                "",
                "\
#- .releaserc.yml
plugins:
  - '@semantic-release/github'
  - - '@semantic-release/npm'
    - npmPublish: false",
            ),
            (
                "",
                "#- .releaserc.json\n{ \"plugins\": [\"@semantic-release/github\"] }",
            ),
            (
                "",
                "#- release.config.js\nmodule.exports = { plugins: [['@semantic-release/npm', { npmPublish: false }]] }",
            ),
            (
                ", \"release\": { \"plugins\": [\"@semantic-release/github\"] }",
                "",
            ),
            (", \"private\": true", ""),
        ] {
            check_sites(&repository(step, more, files), "");
        }
        for (more, files) in [
            ("", ""),
            (
                "",
                "#- .releaserc\n{ \"plugins\": [[\"@semantic-release/npm\", { \"npmPublish\": true }]] }",
            ),
            ("", "#- .releaserc.yaml\nplugins:\n  - '@semantic-release/npm'"),
            (", \"release\": { \"branches\": [\"main\"] }", ""),
        ] {
            check_sites(&repository(step, more, files), SITE);
        }
    }
}

#[test]
fn another_folder_may_be_published() {
    let files = "#- .releaserc\n{ \"plugins\": [[\"@semantic-release/npm\", { \"pkgRoot\": \"dist\" }]] }";
    let fixture = repository("run: npx semantic-release", ", \"private\": true", files);
    check_sites(&fixture, SITE);
    let private = "\n#- dist/package.json\n{ \"name\": \"widget\", \"private\": true }";
    check_sites(&(fixture + private), "");
}

#[test]
fn options_outside_of_the_list_count_too() {
    for config in [
        "{ \"npmPublish\": false }",
        "{ \"publish\": [\"@semantic-release/github\"] }",
        "{ \"publish\": [{ \"path\": \"@semantic-release/npm\", \"npmPublish\": false }] }",
        "{ \"extends\": \"./shared\", \"plugins\": [\"@semantic-release/github\"] }",
        "publish: false",
    ] {
        let files = format!("#- .releaserc\n{config}");
        check_sites(&repository("run: npx semantic-release", "", &files), "");
    }
    let files = r#"#- .releaserc
pkgRoot: dist
#- dist/package.json
{ "name": "widget", "private": true }"#;
    check_sites(&repository("run: npx semantic-release", "", files), "");
}

#[test]
fn null_leaves_the_default() {
    for config in ["{ \"plugins\": null, \"extends\": null }", "plugins:\nextends: ~"] {
        let files = format!("#- .releaserc\n{config}");
        let fixture = repository("run: npx semantic-release@25", "", &files);
        check_sites(&fixture, &format!("{SITE}; outcome=oidc"));
    }
}

#[test]
fn another_plugin_may_publish() {
    for plugin in [
        "\"@anolilab/semantic-release-pnpm\"",
        "\"./scripts/publish.mjs\"",
        "{ }",
    ] {
        for npm in ["", ", [\"@semantic-release/npm\", { \"npmPublish\": false }]"] {
            let files = format!("#- .releaserc\n{{ \"plugins\": [{plugin}{npm}] }}");
            let fixture = repository("run: npx semantic-release", "", &files);
            check_sites(&fixture, &format!("{SITE}; outcome=unknown"));
        }
    }
    let files = "#- .releaserc\n{ \"plugins\": [\"semantic-release-npm-deprecate\"] }";
    check_sites(&repository("run: npx semantic-release", "", files), "");
}

#[test]
fn commands_of_plugins_are_read() {
    let npm = "release.yml:10 publish; publisher=npm";
    for files in [
        "\
#- .releaserc
plugins:
  - - '@semantic-release/exec'
    - publishCmd: npm publish --tag ${nextRelease.channel}",
        "#- release.config.mjs\nexport default { plugins: [['@semantic-release/exec', { publishCmd: 'npm publish' }]] }",
    ] {
        check_sites(&repository("run: npx semantic-release", "", files), npm);
        check_sites(
            &repository("uses: cycjimmy/semantic-release-action@v6", "", files),
            npm,
        );
        check_sites(&repository("run: npx semantic-release --dry-run", "", files), "");
    }
    let files = "\
#- .releaserc
plugins:
  - - '@semantic-release/exec'
    - publishCmd: docker push acme/widget";
    check_sites(&repository("run: npx semantic-release", "", files), "");
}

#[test]
fn code_that_computes_is_not_read() {
    for config in [
        "module.exports = require('./cfg/release.json')",
        "const isCI = !!process.env.CI; module.exports = { plugins: [['@semantic-release/npm', { npmPublish: isCI }]] }",
        "const plugins = []; if (x) { plugins.push('@semantic-release/npm') }; module.exports = { plugins }",
        "module.exports = { ...base, plugins: [...base.plugins, '@semantic-release/npm'] }",
    ] {
        let files = format!("#- release.config.js\n{config}");
        check_sites(
            &repository("run: npx semantic-release@24", "", &files),
            &format!("{SITE}; outcome=unknown"),
        );
    }
    for config in [
        "module.exports = { // '@semantic-release/npm' is left out: https://example.com\n plugins: ['@semantic-release/github'] }",
        "module.exports = { /* npm */ plugins: ['@semantic-release/github'] }",
        "module.exports = { dryRun: true }",
    ] {
        let files = format!("#- release.config.js\n{config}");
        check_sites(&repository("run: npx semantic-release", "", &files), "");
    }
    let files = "#- .releaserc\n{ \"dryRun\": true }";
    check_sites(&repository("run: npx semantic-release", "", files), "");
}

#[test]
fn a_file_that_cannot_be_read_leaves_it_open() {
    let files = "#- unreadable: release.config.js";
    let fixture = repository("run: npx semantic-release@24", "", files);
    check_sites(&fixture, &format!("{SITE}; outcome=unknown"));
}

#[test]
fn nothing_fails_for_certain_where_the_configuration_is_not_read() {
    let shared = "#- .releaserc\nextends: '@acme/semantic-release-config'";
    for (step, files) in [
        ("run: npx semantic-release@24", shared),
        ("run: npx semantic-release@24 --extends @acme/config", ""),
        (
            "uses: cycjimmy/semantic-release-action@v5\n        with: { extends: '@acme/config' }",
            "",
        ),
        (
            "uses: codfish/semantic-release-action@v3\n        with: { plugins: '[]' }",
            "",
        ),
    ] {
        check_sites(&repository(step, "", files), &format!("{SITE}; outcome=unknown"));
    }
    check_sites(
        &repository("run: npx semantic-release@25", "", shared),
        &format!("{SITE}; outcome=oidc"),
    );
}

#[test]
fn the_command_line_may_name_the_plugins() {
    let fails = format!("{SITE}; outcome=fails");
    let open = format!("{SITE}; outcome=unknown");
    for (options, expected) in [
        (
            "-p @semantic-release/git -p @semantic-release/npm --debug",
            fails.as_str(),
        ),
        ("--plugins @semantic-release/git @semantic-release/npm", &fails),
        ("--plugins=@semantic-release/git,@semantic-release/npm", &fails),
        ("-p @semantic-release/github", ""),
        ("-p ./publish.js", &open),
        ("-p $PLUGINS", &open),
    ] {
        let step = format!("run: npx semantic-release@24 {options}");
        check_sites(&repository(&step, "", ""), expected);
    }
    // The options of the plugins in the file do not count.
    let files = "#- .releaserc\n{ \"plugins\": [[\"@semantic-release/npm\", { \"npmPublish\": false }]] }";
    let step = "run: npx semantic-release@24 -p @semantic-release/npm";
    check_sites(&repository(step, "", files), &fails);
}

#[test]
fn an_action_installs_its_own_release() {
    for (action, with, outcome) in [
        ("cycjimmy/semantic-release-action@v6", "", "oidc"),
        ("cycjimmy/semantic-release-action@v5", "", "fails"),
        ("cycjimmy/semantic-release-action@v4", "", "fails"),
        (
            "cycjimmy/semantic-release-action@v5",
            "semantic_version: ''",
            "fails",
        ),
        ("cycjimmy/semantic-release-action@v2", "", "unknown"),
        ("cycjimmy/semantic-release-action@main", "", "unknown"),
        (
            "cycjimmy/semantic-release-action@v5",
            "semantic_version: 24",
            "fails",
        ),
        (
            "cycjimmy/semantic-release-action@v5",
            "semantic_version: 25.0.1",
            "oidc",
        ),
        (
            "cycjimmy/semantic-release-action@v5",
            "semantic_version: '${{ vars.VERSION }}'",
            "unknown",
        ),
        ("codfish/semantic-release-action@v3", "", "fails"),
        ("codfish/semantic-release-action@v5", "", "oidc"),
        ("ahmadnassri/action-semantic-release@v2", "", "unknown"),
        ("ph-fritsche/action-release@v2", "", "fails"),
    ] {
        let with = match with {
            "" => String::new(),
            with => format!("\n        with: {{ {with} }}"),
        };
        let fixture = repository(&format!("uses: {action}{with}"), "", "").replace("25.0.2", "21.0.0");
        check_sites(&fixture, &format!("{SITE}; outcome={outcome}"));
    }
}

#[test]
fn an_action_runs_in_its_folder() {
    let files = "#- packages/widget/package.json\n{ \"name\": \"widget\", \"private\": true }";
    let step =
        "uses: cycjimmy/semantic-release-action@v6\n        with: { working_directory: packages/widget }";
    check_sites(&repository(step, "", files), "");
}
