use std::collections::BTreeMap;

use serde::Serialize;
use trustpub_analysis::{REDACTED, file_secret_ranges, redacted};

use crate::request::Request;

/// The input of the page with `***` in place of each secret.
#[derive(Serialize)]
pub(crate) struct Shared {
    files: BTreeMap<String, String>,
    repository: String,
    log: String,
}

impl Shared {
    pub(crate) fn new(request: &Request) -> Self {
        let files = request.files.iter();
        Self {
            files: files
                .map(|(path, text)| (redacted(path).into_owned(), without_secrets(path, text)))
                .collect(),
            repository: redacted(&request.repository).into_owned(),
            log: without_secrets("log", &request.log),
        }
    }
}

fn without_secrets(path: &str, text: &str) -> String {
    let mut shared = String::with_capacity(text.len());
    let mut end = 0;
    for secret in file_secret_ranges(path, text) {
        shared.push_str(text.get(end..secret.start()).unwrap_or_default());
        shared.push_str(REDACTED);
        end = secret.end();
    }
    shared.push_str(text.get(end..).unwrap_or_default());
    shared
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::answer;

    #[test]
    fn what_is_shared_has_no_secrets() {
        let token = format!("npm_{}", "a".repeat(36));
        let request = json!({
            "share": true,
            "files": { ".npmrc": format!("//registry.npmjs.org/:_authToken={token}\n"), token.as_str(): "" },
            "log": format!("token {token}"),
            "repository": format!("acme/{token}"),
        });
        let shared: Value = serde_json::from_str(&answer(&request.to_string())).unwrap();
        assert_eq!(
            shared,
            json!({
                "files": { ".npmrc": "//registry.npmjs.org/:_authToken=***\n", "***": "" },
                "log": "token ***",
                "repository": "acme/***",
            })
        );
    }
}
