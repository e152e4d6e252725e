use super::*;
use crate::text::REDACTED;

/// The text without its secrets.
fn hidden(path: &str, text: &str) -> String {
    let mut result = text.to_owned();
    for range in file_secret_ranges(path, text).iter().rev() {
        result.replace_range(range.start()..range.end(), REDACTED);
    }
    result
}

#[test]
fn values_are_hidden_however_yaml_writes_them() {
    for (text, expected) in [
        ("NODE_AUTH_TOKEN: hunter2", "NODE_AUTH_TOKEN: ***"),
        ("NODE_AUTH_TOKEN: abc", "NODE_AUTH_TOKEN: ***"),
        (
            "NODE_AUTH_TOKEN: correct horse # why",
            "NODE_AUTH_TOKEN: *** # why",
        ),
        ("NODE_AUTH_TOKEN: !!str hunter2", "NODE_AUTH_TOKEN: !!str ***"),
        ("NODE_AUTH_TOKEN: &a hunter2", "NODE_AUTH_TOKEN: &a ***"),
        (
            "a: &a hunter2\nNODE_AUTH_TOKEN: *a",
            "a: &a ***\nNODE_AUTH_TOKEN: *a",
        ),
        ("NODE_AUTH_TOKEN: ab&hunter2", "NODE_AUTH_TOKEN: ***"),
        ("NODE_AUTH_TOKEN: abc,hunter2", "NODE_AUTH_TOKEN: ***"),
        ("NODE_AUTH_TOKEN: 'a''hunter2'", "NODE_AUTH_TOKEN: '***'"),
        ("NODE_AUTH_TOKEN: \"a\\\"hunter2\"", "NODE_AUTH_TOKEN: \"***\""),
        ("NODE_AUTH_TOKEN: \"$Hunter2\"", "NODE_AUTH_TOKEN: \"***\""),
        ("NODE_AUTH_TOKEN: \"%Hunter2\"", "NODE_AUTH_TOKEN: \"***\""),
        ("NODE_AUTH_TOKEN: \"(Hunter2\"", "NODE_AUTH_TOKEN: \"***\""),
        ("NODE_AUTH_TOKEN: \"$(Hunter2\"", "NODE_AUTH_TOKEN: \"***\""),
        ("NODE_AUTH_TOKEN: \"${Hunter2\"", "NODE_AUTH_TOKEN: \"${***\""),
        ("NODE_AUTH_TOKEN: \"*Hunter2\"", "NODE_AUTH_TOKEN: \"***\""),
        ("NODE_AUTH_TOKEN: \"<Hunter2\"", "NODE_AUTH_TOKEN: \"***\""),
        ("NODE_AUTH_TOKEN: ${{ x }}hunter2", "NODE_AUTH_TOKEN: ${{ x }}***"),
        (
            "NODE_AUTH_TOKEN: ${{ secrets.A || 'hunter2' }}",
            "NODE_AUTH_TOKEN: ${{ secrets.A || '***' }}",
        ),
        (
            "NODE_AUTH_TOKEN: ${{ x == 'push' && 'hunter2' || contains(y, 'z') }}",
            "NODE_AUTH_TOKEN: ${{ x == 'push' && '***' || contains(y, 'z') }}",
        ),
        ("NODE_AUTH_TOKEN: '${{ ''hunter2'' }}'", "NODE_AUTH_TOKEN: '***'"),
        (
            "a:\n  NODE_AUTH_TOKEN: >-\n    hunter2\n    correct\nb: 1",
            "a:\n  NODE_AUTH_TOKEN: >-\n    ***\nb: 1",
        ),
        (
            "NODE_AUTH_TOKEN: |\n  hunter2\nb: 1",
            "NODE_AUTH_TOKEN: |\n  ***\nb: 1",
        ),
        (
            "NODE_AUTH_TOKEN:\n  hunter2\nb: 1",
            "NODE_AUTH_TOKEN:\n  ***\nb: 1",
        ),
        (
            "NODE_AUTH_TOKEN:\n  correct\n  hunter2\nb: 1",
            "NODE_AUTH_TOKEN:\n  ***\nb: 1",
        ),
        ("? NODE_AUTH_TOKEN\n: hunter2", "? NODE_AUTH_TOKEN\n: ***"),
        ("\"NODE_AUTH_TOKEN\": hunter2", "\"NODE_AUTH_TOKEN\": ***"),
        (
            "{ NODE_AUTH_TOKEN: hunter2, a: b }",
            "{ NODE_AUTH_TOKEN: ***, a: b }",
        ),
        ("NPM_CONFIG__AUTHTOKEN: hunter2", "NPM_CONFIG__AUTHTOKEN: ***"),
        ("npm_config__authToken: hunter2", "npm_config__authToken: ***"),
        ("NPM_CONFIG__AUTH: hunter2", "NPM_CONFIG__AUTH: ***"),
        (
            "npm_config_//registry.npmjs.org/:_authToken: hunter2",
            "npm_config_//registry.npmjs.org/:_authToken: ***",
        ),
        ("npmToken: hunter2", "npmToken: ***"),
        ("NPM_TOKEN_2: hunter2", "NPM_TOKEN_2: ***"),
        ("authorization: Bearer hunter", "authorization: Bearer ***"),
        ("token: [hunter2, true]", "token: [***, true]"),
        (
            "npm-token:\n  description: what it is for\n  default: hunter2",
            "npm-token:\n  description: what it is for\n  default: ***",
        ),
        (
            "NODE_AUTH_TOKEN: \"a\" hunter2\nb: [",
            "NODE_AUTH_TOKEN: ***\nb: [",
        ),
        (
            "\u{feff}NODE_AUTH_TOKEN: &é hunter2",
            "\u{feff}NODE_AUTH_TOKEN: &é ***",
        ),
    ] {
        assert_eq!(hidden("a.yml", text), expected, "{text}");
    }
}

#[test]
fn what_is_not_a_secret_stays_in_yaml() {
    for text in [
        "NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}",
        "NODE_AUTH_TOKEN: ${{ secrets['NPM_TOKEN'] }}",
        "NODE_AUTH_TOKEN: ${{ secrets.A || secrets.B || '' }}",
        "NODE_AUTH_TOKEN: >-\n  ${{ secrets.A }}\n",
        "NODE_AUTH_TOKEN: \"${NPM_TOKEN}\"",
        "NODE_AUTH_TOKEN: $NPM_TOKEN",
        "NODE_AUTH_TOKEN:",
        "NODE_AUTH_TOKEN: ''",
        "NODE_AUTH_TOKEN: XXXXX-XXXXX-XXXXX-XXXXX",
        "NODE_AUTH_TOKEN: <your token>",
        "NODE_AUTH_TOKEN: your-token-here",
        "token: NPM_TOKEN",
        "id-token: write",
        "secrets: { NPM_TOKEN: { required: true } }",
        "on: { workflow_call: { secrets: { NPM_TOKEN: { description: The token of npm } } } }",
        "- uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2",
        "persist-credentials: false",
        "cache-dependency-path: packages/token/package-lock.json",
        "TOKEN_URL: https://a.example/token",
        "token-type: bearer and more",
        "authorization: Bearer ${{ secrets.A }}",
    ] {
        assert_eq!(hidden("a.yml", text), text);
    }
}

#[test]
fn the_path_decides_about_yaml() {
    let text = "NODE_AUTH_TOKEN:\n  hunter2";
    assert_eq!(hidden("a.txt", text), text);
    for path in ["a.yaml", ".yarnrc.yml", "x/.releaserc"] {
        assert_eq!(hidden(path, text), "NODE_AUTH_TOKEN:\n  ***", "{path}");
    }
}
