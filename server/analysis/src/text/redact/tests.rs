use super::*;

const TOKEN: &str = "npm_0123456789abcdefABCDEF0123456789abcd";

#[test]
fn secrets_are_hidden() {
    for (text, expected) in [
        (
            format!("//registry.npmjs.org/:_authToken={TOKEN}"),
            "//registry.npmjs.org/:_authToken=***",
        ),
        (format!("`{TOKEN}` is a token"), "`***` is a token"),
        (format!("+  NPM_TOKEN: {TOKEN}"), "+  NPM_TOKEN: ***"),
        (
            "token ghp_0123456789abcdefABCDEF01234567890123.".into(),
            "token ***.",
        ),
        ("ghs_1234_abc.def-ghi".into(), "***"),
        ("github_pat_11AAAAAAA0_abcdefABCDEF".into(), "***"),
        ("_auth=dXNlcjpwYXNz".into(), "_auth=***"),
        ("-_auth=dXNlcjpwYXNz".into(), "-_auth=***"),
        ("--token=hunter2".into(), "--token=***"),
        (
            "//a.example/:_password = \"cGFzc3dvcmQ=\"".into(),
            "//a.example/:_password = \"***\"",
        ),
        (
            "//a.example/:_authToken=0a1b2c3d-0000-4000-8000-0123456789ab".into(),
            "//a.example/:_authToken=***",
        ),
        ("npmAuthToken: \"0a1b2c3d-0000\"".into(), "npmAuthToken: \"***\""),
        (
            "        NODE_AUTH_TOKEN: hunter2hunter2".into(),
            "        NODE_AUTH_TOKEN: ***",
        ),
        (
            "env: { NODE_AUTH_TOKEN: 'hunter 2' }".into(),
            "env: { NODE_AUTH_TOKEN: '***' }",
        ),
        (
            "NPM_TOKEN=hunter2 npm publish".into(),
            "NPM_TOKEN=*** npm publish",
        ),
        ("{\"token\": \"hunter2\"}".into(), "{\"token\": \"***\"}"),
        (
            "https://user:hunter2@a.example/x".into(),
            "https://***@a.example/x",
        ),
        (
            "git+https://hunter2@github.com/a/b.git".into(),
            "git+https://***@github.com/a/b.git",
        ),
        (
            "//joe:hunter2@a.example/:_authToken=x".into(),
            "//***@a.example/:_authToken=***",
        ),
        ("ssh://git:hunter2@a.example".into(), "ssh://***@a.example"),
        (
            "https://a.example/x?token=hunter2&b=1".into(),
            "https://a.example/x?token=***&b=1",
        ),
        (
            "Authorization: Bearer abcDEF123456".into(),
            "Authorization: Bearer ***",
        ),
        (
            "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvIn0.c2lnbmF0dXJl".into(),
            "***",
        ),
        (
            "key=\"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\"".into(),
            "key=\"-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY-----\"",
        ),
        ("é:_authToken=é".into(), "é:_authToken=***"),
        (
            "- run: npm config set //registry.npmjs.org/:_authToken hunter2 && npm publish".into(),
            "- run: npm config set //registry.npmjs.org/:_authToken *** && npm publish",
        ),
        (
            "YARN_NPM_AUTH_IDENT: bob:hunter2correct".into(),
            "YARN_NPM_AUTH_IDENT: ***",
        ),
        (
            "curl -u bob:hunter2 https://a.example".into(),
            "curl -u bob:*** https://a.example",
        ),
        (
            "gh auth login --with-token <<< hunter2".into(),
            "gh auth login --with-token <<< ***",
        ),
        (
            "echo \"hunter2\" | gh auth login --with-token".into(),
            "echo \"***\" | gh auth login --with-token",
        ),
        (
            "https://hooks.slack.com/services/T0/B0/abc".into(),
            "https://hooks.slack.com/services/***",
        ),
    ] {
        assert_eq!(redacted(&text), expected, "{text}");
    }
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
        "_authToken=",
        "NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}",
        "  id-token: write",
        "id-token: write-all",
        "NPM_TOKEN: { required: true }",
        "the secret `NPM_TOKEN`: delete it on GitHub",
        "npm_config_registry=https://a.example/",
        "npm_lifecycle_event, npm_package_json, npm_execpath",
        "https://registry.npmjs.org/@acme/widget",
        "git+ssh://git@github.com/acme/widget.git",
        "ssh://joe@a.example/x",
        "https://git@github.com/acme/widget",
        "https://x-access-token:${{ secrets.T }}@github.com/a/b",
        "https://x:$TOKEN@github.com/a/b",
        "https://${TOKEN}@github.com/a/b",
        "Basic authentication, bearer tokens",
        "always-auth=true",
        "npm config set //registry.npmjs.org/:_authToken ${NPM_TOKEN}",
        "npm config set registry https://registry.npmjs.org/",
        "what `_auth` stands for is set by npm",
        "echo $TOKEN | gh auth login --with-token",
        "echo hello; gh auth status",
        "curl -u $USER:$PASS https://a.example",
        "curl\u{3000}-u x é",
        "    \"registry-auth-token\": \"^5.0.0\",",
        "    \"get-token\": \"workspace:^\",",
        "    \"get-token\": \"10.0.1\",",
        "see https://a.example and mail joe@a.example",
        "-----BEGIN CERTIFICATE-----\\nMIIE",
        "",
    ] {
        assert_eq!(redacted(text), text);
    }
}

#[test]
fn ranges_are_apart_and_in_order() {
    let text = format!("https://u:{TOKEN}@h/ NPM_TOKEN={TOKEN}");
    let ranges = secret_ranges(&text);
    assert_eq!(ranges.len(), 2);
    assert!(ranges[0].end() < ranges[1].start());
}
