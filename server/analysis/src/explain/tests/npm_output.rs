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
