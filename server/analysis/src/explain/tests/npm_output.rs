//! The ways in which npm writes the same failure: for people, as JSON, and in the file of its debug log. Printed by npm 11.19.1
//! against a registry that refuses.

use super::{all, first};
use crate::explain::{Origin, explain};

const JSON: &str = r#"
{
  "error": {
    "code": "E403",
    "summary": "403 Forbidden - PUT https://registry.npmjs.org/widget - You cannot publish over the previously published versions: 1.0.0.",
    "detail": "In most cases, you or one of your dependencies are requesting a package version that is forbidden by your security policy, or on a server you do not have access to."
  }
}
"#;

const DEBUG_LOG: &str = r"0 verbose cli /usr/bin/node /usr/bin/npm
1 info using npm@11.19.1
2 info using node@v20.20.2
7 verbose title npm publish
12 verbose publish [ '.' ]
14 http fetch GET 404 https://registry.npmjs.org/widget 12ms (cache skip)
16 notice Publishing to https://registry.npmjs.org/ with tag latest and default access
17 http fetch PUT 404 https://registry.npmjs.org/widget 3ms
18 verbose stack HttpErrorGeneral: 404 Not Found - PUT https://registry.npmjs.org/widget - Not found
18 verbose stack     at /usr/lib/node_modules/npm/node_modules/npm-registry-fetch/lib/check-response.js:103:15
21 error code E404
22 error 404 Not Found - PUT https://registry.npmjs.org/widget - Not found
24 error 404  The requested resource 'widget@1.0.0' could not be found or you do not have permission to access it.
";

#[test]
fn json_is_read_like_text() {
    assert_eq!(all(JSON), ["version-exists"]);
    let answers = explain(JSON, &Origin::default()).registry_says;
    assert_eq!(
        answers[0].text,
        "You cannot publish over the previously published versions: 1.0.0."
    );
    assert_eq!(answers[0].packages, ["widget"]);
}

#[test]
fn the_debug_log_is_read_like_the_console() {
    // It tells everything, so what it does not tell did not happen: npm had no ID token.
    assert_eq!(first(DEBUG_LOG), ["id-token-missing"]);
    let explanation = explain(DEBUG_LOG, &Origin::default());
    assert!(
        explanation
            .versions
            .contains(&("npm".to_owned(), "11.19.1".to_owned()))
    );
    let refused = DEBUG_LOG.replace(
        "14 http",
        "13 http fetch POST 404 https://registry.npmjs.org/-/npm/v1/oidc/token/exchange/package/widget 9ms\n14 http",
    );
    assert_eq!(all(&refused)[0], "tp-not-configured");
}

#[test]
fn a_version_that_the_words_of_the_error_contradict_is_of_another_npm() {
    let old = "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/w - Not found\nnpm error 404  'w@1.0.0' is not in this registry.\n";
    let new = old.replace(
        "'w@1.0.0' is not in this registry.",
        "The requested resource 'w@1.0.0' could not be found or you do not have permission to access it.",
    );
    for shown in ["npm: 11.6.1\n", "npm info using npm@11.6.1\n"] {
        let explanation = explain(&format!("{shown}{old}"), &Origin::default());
        assert_eq!(explanation.causes[0].id.name(), "npm-shadowed-on-path", "{shown}");
        assert!(explanation.versions.is_empty(), "{:?}", explanation.versions);
    }
    for shown in ["npm: 10.9.3\n", "npm info using npm@10.9.3\n"] {
        let explanation = explain(&format!("{shown}{new}"), &Origin::default());
        assert!(explanation.versions.is_empty(), "{:?}", explanation.versions);
        assert_eq!(explanation.causes[0].id.name(), "tp-not-configured", "{shown}");
    }
    // 11.5.0 has the new words and exchanges ID tokens.
    for (shown, error) in [
        ("npm: 10.9.3\n", old),
        ("npm: 11.6.1\n", &new),
        ("npm: 11.5.0\n", &new),
    ] {
        let explanation = explain(&format!("{shown}{error}"), &Origin::default());
        assert_eq!(explanation.versions.len(), 1, "{shown}");
    }
}

#[test]
fn npm_6_names_a_publish_in_words_of_its_own() {
    for (status, cause) in [
        ("401", "token-expired"),
        ("402", "scoped-access"),
        ("500", "registry-unavailable"),
        ("504", "registry-unavailable"),
    ] {
        let log = format!("npm ERR! publish Failed PUT {status}\nnpm ERR! code E{status}\n");
        assert_eq!(all(&log)[0], cause, "{log}");
        // The line with the code is not there.
        assert_eq!(all(log.lines().next().unwrap_or_default())[0], cause, "{log}");
    }
    // It leaves the version out also where it publishes, as where it reads.
    let refused = "npm ERR! publish Failed PUT 401\nnpm ERR! code E401\nnpm ERR! 404 You must be logged in to publish packages. : w\nnpm ERR! 404  'w' is not in the npm registry.\n";
    assert_eq!(all(refused)[0], "token-expired");
    let read = "npm ERR! code E404\nnpm ERR! 404 Not Found - GET https://registry.npmjs.org/w\nnpm ERR! 404  'w' is not in the npm registry.\n";
    assert_eq!(all(read), ["read-refused"]);
    let sent = "npm ERR! code E404\nnpm ERR! 404 Not Found - PUT https://registry.npmjs.org/w - Not found\nnpm ERR! 404  'w@1.0.0' is not in the npm registry.\n";
    assert_eq!(all(sent)[..2], ["token-expired", "npm-too-old"]);
}
