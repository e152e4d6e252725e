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
        ("npm publish --otp=123456".into(), "npm publish --otp=***"),
        ("npm publish --otp 123456".into(), "npm publish --otp ***"),
        ("NPM_CONFIG_OTP=123456".into(), "NPM_CONFIG_OTP=***"),
        ("id AKIAIOSFODNN7EXAMPLE.".into(), "id ***."),
        (format!("xoxb-{}", "1234567890-abcDEF"), "***"),
        (format!("key sk-ant-{}", "api03-abcDEF_123-xyz"), "key ***"),
        (format!("x=glpat-{}", "abcDEF1234567890abcd"), "x=***"),
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
            "npm config set '//r/:_authToken' \"hunter2\"".into(),
            "npm config set '//r/:_authToken' \"***\"",
        ),
        (
            "- run: npm config set -g //r/:_authToken hunter2".into(),
            "- run: npm config set -g //r/:_authToken ***",
        ),
        (
            "npm config set --location=user //r/:_authToken hunter2".into(),
            "npm config set --location=user //r/:_authToken ***",
        ),
        (
            "npm config set --location user //r/:_authToken \\\n  hunter2\nnpm publish".into(),
            "npm config set --location user //r/:_authToken \\\n  ***\nnpm publish",
        ),
        (
            "npm config set //r/:_authToken \\\r\n  hunter2\r\nnpm publish".into(),
            "npm config set //r/:_authToken \\\r\n  ***\r\nnpm publish",
        ),
        (
            "npm publish --//registry.npmjs.org/:_authToken hunter".into(),
            "npm publish --//registry.npmjs.org/:_authToken ***",
        ),
        (
            "semantic-release --token hunter2 --dry-run".into(),
            "semantic-release --token *** --dry-run",
        ),
        ("curl -ubob:hunter2 x".into(), "curl -ubob:*** x"),
        ("curl -sSu bob:hunter2 x".into(), "curl -sSu bob:*** x"),
        ("curl --user bob:hunter2 x".into(), "curl --user bob:*** x"),
        ("curl --user=bob:hunter2 x".into(), "curl --user=bob:*** x"),
        (
            "curl --oauth2-bearer Hunter2Canary x".into(),
            "curl --oauth2-bearer *** x",
        ),
        (
            "A: NODE_AUTH_TOKEN = Hunter2Canary".into(),
            "A: NODE_AUTH_TOKEN = ***",
        ),
        (
            "$env:NODE_AUTH_TOKEN = \"hunter2\"".into(),
            "$env:NODE_AUTH_TOKEN = \"***\"",
        ),
        ("x:_authToken = abcde".into(), "x:_authToken = ***"),
        ("npmToken: hunter2".into(), "npmToken: ***"),
        (
            "NPM_CONFIG__AUTHTOKEN=hunter2".into(),
            "NPM_CONFIG__AUTHTOKEN=***",
        ),
        (
            "npm_config__authToken=hunter2".into(),
            "npm_config__authToken=***",
        ),
        ("NPM_CONFIG__AUTH: hunter2".into(), "NPM_CONFIG__AUTH: ***"),
        (
            "npm_config_//r.example/:_authToken=hunter2".into(),
            "npm_config_//r.example/:_authToken=***",
        ),
        ("NODE_AUTH_TOKEN=abc,hunter2".into(), "NODE_AUTH_TOKEN=***"),
        (
            "NODE_AUTH_TOKEN=\"a\\\"hunter2\"".into(),
            "NODE_AUTH_TOKEN=\"***\"",
        ),
        ("NODE_AUTH_TOKEN: 'a''hunter2'".into(), "NODE_AUTH_TOKEN: '***'"),
        ("NPM_TOKEN=${A}hunter2".into(), "NPM_TOKEN=${A}***"),
        ("NPM_TOKEN=${A:-hunter2}".into(), "NPM_TOKEN=${A:-***}"),
        (
            "NPM_TOKEN=${{ secrets.A || 'hunter2' }} npm publish".into(),
            "NPM_TOKEN=${{ secrets.A || '***' }} npm publish",
        ),
        (format!("\"x\\n{TOKEN}\""), "\"x\\n***\""),
        (format!("https://h/?q%3D{TOKEN}"), "https://h/?q%3D***"),
        (format!("x_{TOKEN}"), "x_***"),
        (format!("x{TOKEN}"), "x***"),
        (format!("\\u003d{TOKEN}"), "\\u003d***"),
        ("\"npm_0123456789abcdef\\\n    0123456789abcd\"".into(), "\"***\""),
        ("x\\nghp_0123456789abcdef".into(), "x\\n***"),
        ("x_ghp_0123456789abcdefABCDEF0123456789abcd".into(), "x_***"),
        ("x_github_pat_11AAAAAAA0_abcdefABCDEFabcdef".into(), "x_***"),
        ("x\\nglpat-0123456789abcdefABCD".into(), "x\\n***"),
        (
            "x\\neyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvIn0.c2ln".into(),
            "x\\n***",
        ),
        ("xeyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvIn0.c2ln".into(), "x***"),
        ("https://bob:%21hunter2@a.example".into(), "https://***@a.example"),
        ("https://bob:$hunter2@a.example".into(), "https://***@a.example"),
        ("https://bob:$pw@a.example".into(), "https://***@a.example"),
        (
            "https://bob:a#hunter2@a.example/x".into(),
            "https://***@a.example/x",
        ),
        (
            "https://bob:a/hunter2@a.example/x".into(),
            "https://***@a.example/x",
        ),
        (
            "\"https:\\/\\/bob:hunter2@a.example\\/x\"".into(),
            "\"https:\\/\\/***@a.example\\/x\"",
        ),
        (
            "https://bob:${{ secrets.A }}hunter2@a.example".into(),
            "https://***@a.example",
        ),
        ("Authorization: token hunter2".into(), "Authorization: token ***"),
        (
            "Authorization: BEARER hunter2".into(),
            "Authorization: BEARER ***",
        ),
        (
            "Authorization: Bearer  hunter2".into(),
            "Authorization: Bearer  ***",
        ),
        (
            "Authorization: Bearer huntercanary".into(),
            "Authorization: Bearer ***",
        ),
        ("authorization: Hunter2Canary".into(), "authorization: ***"),
        (
            "{\"Authorization\":\"Basic aGVsbG86\"}".into(),
            "{\"Authorization\":\"Basic ***\"}",
        ),
        ("the BEARER Hunter2Canary".into(), "the BEARER ***"),
        (
            "https://hooks.slack.com/services/T0/B0/abc".into(),
            "https://hooks.slack.com/services/***",
        ),
    ] {
        assert_eq!(redacted(&text), expected, "{text}");
    }
}

#[test]
fn the_value_after_set_and_a_key_is_hidden_however_the_words_are_written() {
    for (text, expected) in [
        (
            "npm config\tset\t//r/:_authToken\thunter2",
            "npm config\tset\t//r/:_authToken\t***",
        ),
        (
            "npm config set\\\n //r/:_authToken\\\n hunter2\nnpm publish",
            "npm config set\\\n //r/:_authToken\\\n ***\nnpm publish",
        ),
        (
            "\"npm\" \"config\" \"set\" \"//r/:_authToken\" \"hunter2\"",
            "\"npm\" \"config\" \"set\" \"//r/:_authToken\" \"***\"",
        ),
        (
            "npm config SET //r/:_authToken hunter2",
            "npm config SET //r/:_authToken ***",
        ),
        ("set //r/:_authToken hunter2", "set //r/:_authToken ***"),
        (
            "\"x\": \"npm config set \\\"//r/:_authToken\\\" \\\"hunter2\\\"\"",
            "\"x\": \"npm config set \\\"//r/:_authToken\\\" \\\"***\\\"\"",
        ),
        (
            "['config', 'set', '//r/:_authToken', 'hunter2']",
            "['config', 'set', '//r/:_authToken', '***']",
        ),
        (
            "spawn('npm', ['set','//r/:_authToken','hunter2']);",
            "spawn('npm', ['set','//r/:_authToken','***']);",
        ),
        (
            "\"[\\\"set\\\",\\\"//r/:_authToken\\\",\\\"hunter2\\\"]\"",
            "\"[\\\"set\\\",\\\"//r/:_authToken\\\",\\\"***\\\"]\"",
        ),
        (
            "['publish', '--token', 'hunter2']",
            "['publish', '--token', '***']",
        ),
        ("['curl', '-u', 'bob:hunter2']", "['curl', '-u', 'bob:***']"),
        ("npm set //r/:_authToken [hunter2", "npm set //r/:_authToken ***"),
        ("npm set _auth \"[hunter2]\"", "npm set _auth \"***\""),
        (
            "npm set //r/:_authToken hunter2,x]",
            "npm set //r/:_authToken ***",
        ),
    ] {
        assert_eq!(redacted(text), expected, "{text}");
    }
}

#[test]
fn the_rest_of_a_webhook_is_hidden() {
    for (text, expected) in [
        (
            "https://hooks.slack.com/triggers/T0/1/abc",
            "https://hooks.slack.com/triggers/***",
        ),
        (
            "\"https://HOOKS.Slack.COM/services/T0/B0/abc\"",
            "\"https://HOOKS.Slack.COM/services/***\"",
        ),
        (
            "https://hooks.slack.com:443/services/T0/B0/abc",
            "https://hooks.slack.com:443/services/***",
        ),
        (
            "\"https:\\/\\/hooks.slack.com\\/services\\/T0\\/B0\\/abc\\n\"",
            "\"https:\\/\\/hooks.slack.com\\/services\\/***\\n\"",
        ),
        (
            "curl hooks.slack.com/services/T0/B0/abc",
            "curl hooks.slack.com/services/***",
        ),
        (
            "https://ptb.discord.com/api/webhooks/1/abc",
            "https://ptb.discord.com/api/webhooks/***",
        ),
        (
            "https://canary.discord.com/api/v10/webhooks/1/abc",
            "https://canary.discord.com/api/v10/webhooks/***",
        ),
        (
            "https:\\/\\/discordapp.com\\/api\\/v9\\/webhooks\\/1\\/abc",
            "https:\\/\\/discordapp.com\\/api\\/v9\\/webhooks\\/***",
        ),
        (
            "https://acme.webhook.office.com/webhookb2/1@2/IncomingWebhook/abc/3",
            "https://acme.webhook.office.com/webhookb2/***",
        ),
        (
            "https://a.logic.azure.com:443/workflows/1/x?sp=a&sig=abcDEF_0123456789-abcdefghi&b=1",
            "https://a.logic.azure.com:443/workflows/1/x?sp=a&sig=***&b=1",
        ),
        (
            "\"https://a.logic.azure.com/x?sp=a\\u0026sig=abcDEF_0123456789-abcdefghi\"",
            "\"https://a.logic.azure.com/x?sp=a\\u0026sig=***\"",
        ),
    ] {
        assert_eq!(redacted(text), expected, "{text}");
    }
}

#[test]
fn keys_of_openai_are_hidden() {
    let old = "sk-abcdefghijklmnopqrstT3BlbkFJabcdefghijklmnopqrst";
    for text in [old, "sk-svcacct-abcDEF_123-xyz", "sk-admin-abcDEF_123-xyz"] {
        assert_eq!(redacted(&format!("OPENAI {text}.")), "OPENAI ***.");
        assert_eq!(redacted(&format!("x\\n{text}")), "x\\n***");
    }
}

#[test]
fn what_is_not_a_secret_stays() {
    for text in [
        "npm config set //r/:_authToken\t\"${NPM_TOKEN}\"",
        "['config', 'set', '//r/:_authToken', process.env.NPM_TOKEN]",
        "['config', 'set', '//r/:_authToken', '${NPM_TOKEN}']",
        "['config', 'set', 'registry', 'https://registry.npmjs.org/']",
        "set \"_auth\", `_password` or _authToken, whichever it is",
        "the setting _authToken hunter2, setup _auth hunter2",
        "the flags \"--token\", \"--otp\" and '--password', as is",
        "https://hooks.slack.com/services/${{ secrets.SLACK }}",
        "https://hooks.slack.com/services/",
        "https://docs.slack.com/services/T0/B0/abc",
        "https://my-discord.com/api/webhooks/1/abc",
        "https://discord.com/api/v10/channels/1/abc",
        "https://a.logic.azure.com/x?sp=a&sig=${{ secrets.SIG }}",
        "https://a.example/x?config=abcdefghij0123456789abcd",
        "sk-learn, sk-translations, pip install task-runner",
        "messages.sk-0a1b2c3d4e5f60718293a4b5c6d7e8f901234567.js",
        "task-abcdefghijklmnopqrstuvwxABCDEFGHIJKLMNOPQRSTUVWX",
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
        "https://x:${PASSWORD}@github.com/a/b",
        "https://$USER:$PASSWORD@github.com/a/b",
        "https://x:%PASSWORD%@github.com/a/b",
        "https://a.example:8080/@acme/widget",
        "https://a.example:8080?x=a@b.example",
        "http://localhost:${PORT}/@acme/widget",
        "http://a.example:PORT/@acme/widget",
        "NODE_AUTH_TOKEN: ${{ secrets.A || secrets.B }}",
        "NPM_TOKEN=${NPM_TOKEN-}",
        "NPM_TOKEN=$(cat token.txt | head -1)",
        "NPM_TOKEN=$(curl -s \\",
        "NPM_TOKEN=$response npm publish",
        "NODE_AUTH_TOKEN: # set on GitHub",
        "const npmToken = core.getInput('npm-token')",
        "const token = process.env.NPM_TOKEN",
        "if [ \"$NPM_TOKEN\" = \"\" ]; then",
        "${{ github.token == 'abcdefgh1' }}",
        "//registry.npmjs.org/:_authToken = (protected)",
        "token: NPM_TOKEN",
        "NPM_TOKEN=<your-token>",
        "NPM_TOKEN=***",
        "NODE_AUTH_TOKEN: XXXXX-XXXXX-XXXXX-XXXXX",
        "a \"Bearer XXXXX-XXXXX-XXXXX-XXXXX\"",
        "Authorization: Bearer ${{ secrets.A }}",
        "curl -H \"Authorization: Bearer $ID_TOKEN\" x",
        "`Authorization: Bearer` tokens, Authorization: required",
        "pass `--token` to the command, or --token as a flag",
        "`npm config set` writes `_authToken` of a registry",
        "gh secret set NPM_TOKEN",
        "after `curl -u`, and as input, `curl -u bob`",
        "Name of the Bearer Authentication Policy",
        "    token: response.accessToken,",
        "    token: accessToken,",
        "    token: getToken(options),",
        "uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683",
        "sha512-ZXlKaGJHY2lPaUpTVXpJMU5pSjkuZXlKemRXSWlPaUp5WlhCdklu==",
        "xnpm_install_dependencies, setup_pnpm_v10Cache",
        "commit 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567 of packages/token/src",
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

const KEY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

#[test]
fn private_keys_are_hidden_between_their_marks_and_in_excerpts() {
    for (text, expected) in [
        (
            format!(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\n\n{KEY}\nab==\n-----END RSA PRIVATE KEY-----\nx: 1"
            ),
            "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----\nx: 1",
        ),
        (
            format!("  -----BEGIN PRIVATE KEY-----\n  {KEY}\n  {KEY}\nx: 1\n"),
            "  -----BEGIN PRIVATE KEY-----***\nx: 1\n",
        ),
        (
            format!("x: 1\n  {KEY}\n  {KEY}\n  -----END PRIVATE KEY-----\ny: 1"),
            "x: 1\n***-----END PRIVATE KEY-----\ny: 1",
        ),
        (
            format!(
                "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{KEY}\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----"
            ),
            "-----BEGIN PGP PRIVATE KEY BLOCK-----***-----END PGP PRIVATE KEY BLOCK-----",
        ),
        (
            format!("\"-----BEGIN PRIVATE KEY-----\\n{KEY}\\n-----END PRIVATE KEY-----\" b"),
            "\"-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY-----\" b",
        ),
    ] {
        assert_eq!(redacted(&text), expected, "{text}");
    }
    for text in [
        format!("-----BEGIN PUBLIC KEY-----\n{KEY}\n-----END PUBLIC KEY-----"),
        format!("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n{KEY}"),
        "the line `BEGIN PRIVATE KEY` starts it".to_owned(),
    ] {
        assert_eq!(redacted(&text), text);
    }
}

/// What takes quadratic time would not end: nothing here may look at a text again for each of its parts.
#[test]
fn hostile_repetitions_are_read_once() {
    for (part, expected) in [
        ("token=", 1),
        ("token=${", 1),
        ("a_token=${{ ", 0),
        ("token=\"", 1),
        ("token='x' ", 0),
        ("ghs_", 1),
        ("github_pat_", 1),
        ("eyJ", 0),
        ("eyJ.", 1),
        ("-----BEGIN PRIVATE KEY-----\n", 0),
        ("-----END PRIVATE KEY-----\n", 0),
        ("PRIVATE KEY-----", 0),
        ("//", 0),
        ("//a:x", 0),
        ("https://a:x", 0),
        ("/\\", 0),
        ("authorization:", 1),
        ("bearer ", 0),
        ("curl -u ", 0),
        ("npm set _authToken \\\n", 1),
        ("$(", 0),
        ("--token ", 0),
        ("'set','_auth','x',", 1),
        ("\"set\",", 0),
        ("https://hooks.slack.com/services/", 1),
        ("hooks.slack.com\\\\", 0),
        ("discord.com/api/v1", 0),
        ("?sig=", 0),
        ("sk-", 0),
    ] {
        let text = part.repeat(30_000);
        let found = secret_ranges(&text).len();
        assert_eq!(found.min(1), expected, "{part:?}: {found}");
    }
}
