use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;
use trustpub_analysis::document::{Block, ShownPlace};
use trustpub_analysis::explain::{Length, Origin, document, explain};
use trustpub_analysis::rules::docs_url;
use trustpub_analysis::{
    Applicability, Diagnostic, FileEdits, FilePath, Fix, SiteReport, TextRange, Workspace, printable,
};

use crate::document_json::blocks_json;
use crate::request::Request;
use crate::shared::Shared;
use crate::utf16::utf16_range;

/// Answers a request of the page. A request that cannot be read gives `{"error": …}`.
///
/// ```
/// let request = r#"{ "files": { ".github/workflows/release.yml": "on: push\njobs: {}\n" }, "log": "npm error code ENEEDAUTH" }"#;
/// let answer = trustpub_wasm::answer(request);
/// assert!(answer.contains(r#""findings":[]"#));
/// ```
pub fn answer(request: &str) -> String {
    let answer = match serde_json::from_str::<Request>(request) {
        Err(error) => to_json(&Refusal {
            error: format!("the request cannot be read: {error}"),
        }),
        Ok(request) if request.share => to_json(&Shared::new(&request)),
        Ok(request) => found(&request),
    };
    answer.unwrap_or_else(|| r#"{"error":"the answer cannot be written"}"#.to_owned())
}

fn to_json(answer: &impl Serialize) -> Option<String> {
    serde_json::to_string(answer).ok()
}

fn found(request: &Request) -> Option<String> {
    let (workspace, notes) = request.workspace();
    // What a finding at a publish step counts, that one says.
    let findings = workspace
        .all_diagnostics()
        .filter(|found| found.package.is_none());
    to_json(&Found {
        findings: findings
            .map(|found| JsonFinding::new(&workspace, found))
            .collect(),
        sites: workspace
            .sites()
            .map(|site| JsonSite::new(&workspace, site))
            .collect(),
        explanation: JsonExplanation::new(request, &workspace),
        notes,
    })
}

#[derive(Serialize)]
struct Refusal {
    error: String,
}

#[derive(Serialize)]
struct Found<'f> {
    findings: Vec<JsonFinding<'f>>,
    sites: Vec<JsonSite<'f>>,
    explanation: Option<JsonExplanation>,
    /// What of the input is not used, and why.
    notes: Vec<String>,
}

#[derive(Serialize)]
struct JsonFinding<'f> {
    rule: &'f str,
    severity: &'f str,
    path: &'f str,
    range: [usize; 2],
    message: Cow<'f, str>,
    help: Option<Cow<'f, str>>,
    url: String,
    fixes: Vec<JsonFix<'f>>,
}

impl<'f> JsonFinding<'f> {
    fn new(workspace: &'f Workspace, found: &'f Diagnostic) -> Self {
        let text = workspace.file(&found.path).map_or("", |file| &file.text);
        Self {
            rule: found.rule,
            severity: found.severity.name(),
            path: found.path.as_str(),
            range: utf16_range(text, found.range),
            message: printable(&found.message),
            help: found.help.as_deref().map(printable),
            url: docs_url(found.rule),
            fixes: found
                .fixes
                .iter()
                .map(|fix| JsonFix::new(workspace, fix))
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonFix<'f> {
    title: Cow<'f, str>,
    is_safe: bool,
    edits: Vec<JsonEdit<'f>>,
}

/// Edits of one fix do not overlap, and all are about the texts before it.
#[derive(Serialize)]
struct JsonEdit<'f> {
    path: &'f str,
    range: [usize; 2],
    text: &'f str,
}

impl<'f> JsonFix<'f> {
    fn new(workspace: &'f Workspace, fix: &'f Fix) -> Self {
        let edits = |FileEdits { path, edits }: &'f FileEdits| {
            let text = workspace.file(path).map_or("", |file| &file.text);
            edits.iter().map(move |edit| JsonEdit {
                path: path.as_str(),
                range: utf16_range(text, edit.range),
                text: &edit.new_text,
            })
        };
        Self {
            title: printable(&fix.title),
            is_safe: fix.applicability == Applicability::Safe,
            edits: fix.edits.iter().flat_map(edits).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonSite<'f> {
    path: &'f str,
    range: [usize; 2],
    job: Cow<'f, str>,
    outcome: &'f str,
    /// What the step will do, and the facts from which that follows.
    blocks: Vec<Value>,
}

impl<'f> JsonSite<'f> {
    fn new(workspace: &'f Workspace, site: &'f SiteReport) -> Self {
        let text = workspace.file(&site.path).map_or("", |file| &file.text);
        let facts = site.facts(|place| shown_place(workspace, &place.path, place.range));
        Self {
            path: site.path.as_str(),
            range: utf16_range(text, site.range),
            job: printable(&site.job),
            outcome: site.outcome.name(),
            blocks: blocks_json(&[Block::Paragraph(site.outcome_phrase()), facts]),
        }
    }
}

/// The document that `trustpub explain` prints.
#[derive(Serialize)]
struct JsonExplanation {
    title: Option<&'static str>,
    has_failure: bool,
    blocks: Vec<Value>,
}

impl JsonExplanation {
    /// None without a log.
    fn new(request: &Request, workspace: &Workspace) -> Option<Self> {
        if request.log.trim().is_empty() {
            return None;
        }
        let explanation = explain(
            &request.log,
            &Origin {
                repository: (!request.files.is_empty()).then_some(workspace),
                ..Origin::default()
            },
        );
        let length = if request.verbose {
            Length::Long
        } else {
            Length::Short
        };
        let document = document(&explanation, length, |path, range| {
            shown_place(workspace, path, range)
        });
        Some(Self {
            title: document.title,
            has_failure: explanation.has_failure,
            blocks: blocks_json(&document.blocks),
        })
    }
}

/// A place with the whole path, by which the page finds the file.
fn shown_place(workspace: &Workspace, path: &FilePath, range: TextRange) -> Option<ShownPlace> {
    let file = workspace.file(path)?;
    Some(ShownPlace {
        path: path.as_str().to_owned(),
        line: file.line_index.line_of(range.start()) + 1,
        column: None,
        url: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const WORKFLOW: &str = ".github/workflows/release.yml";

    fn asked(request: &Value) -> Value {
        serde_json::from_str(&answer(&request.to_string())).unwrap()
    }

    /// What JavaScript does with the edits of a fix.
    fn with_edits(text: &str, edits: &[Value]) -> String {
        let mut units: Vec<u16> = text.encode_utf16().collect();
        let mut edits: Vec<_> = edits
            .iter()
            .map(|edit| {
                let end = |at: usize| usize::try_from(edit["range"][at].as_u64().unwrap()).unwrap();
                (end(0)..end(1), edit["text"].as_str().unwrap())
            })
            .collect();
        edits.reverse();
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, new) in edits {
            units.splice(range, new.encode_utf16());
        }
        String::from_utf16(&units).unwrap()
    }

    fn rules(found: &Value) -> Vec<&str> {
        let findings = found["findings"].as_array().unwrap();
        findings
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap())
            .collect()
    }

    #[test]
    fn a_fix_is_applied_with_what_the_answer_says() {
        let text = "\
# 🚀
on: push
concurrency: release
permissions:
  contents: read
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish
";
        let found = asked(&json!({ "files": { WORKFLOW: text } }));
        assert_eq!(rules(&found), ["id-token-missing"]);
        assert_eq!(found["sites"][0]["outcome"], "fails");
        let fix = &found["findings"][0]["fixes"][0];
        assert_eq!(fix["is_safe"], true);
        let fixed = with_edits(text, fix["edits"].as_array().unwrap());
        assert!(fixed.starts_with("# 🚀\non: push\n"), "{fixed}");
        let found = asked(&json!({ "files": { WORKFLOW: fixed } }));
        assert!(!rules(&found).contains(&"id-token-missing"), "{found}");
        assert_eq!(found["sites"][0]["outcome"], "oidc");
    }

    #[test]
    fn a_log_is_explained_with_the_files() {
        let found = asked(
            &json!({ "log": "npm error code ENEEDAUTH\nnpm error need auth This command requires you to be logged in to https://registry.npmjs.org/\n" }),
        );
        assert_eq!(found["explanation"]["has_failure"], true);
        assert_eq!(found["explanation"]["title"], "Why the publish failed");
        let blocks = found["explanation"]["blocks"].to_string();
        assert!(blocks.contains(r#"{"tag":"npm-too-old"}"#), "{blocks}");
        assert!(blocks.contains("What the log shows"), "{blocks}");
        assert_eq!(asked(&json!({ "log": " \n" }))["explanation"], Value::Null);
    }

    #[test]
    fn a_script_is_read_where_a_step_runs_it() {
        let workflow = "\
on: push
jobs:
  publish:
    permissions: { contents: read, id-token: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: ./release.sh
";
        let found = asked(
            &json!({ "files": { WORKFLOW: workflow, "release.sh": "npm publish\n", "notes.txt": "" } }),
        );
        assert_eq!(found["sites"][0]["outcome"], "oidc");
        assert_eq!(
            found["notes"],
            json!(["`notes.txt` is not used: no step reads it"])
        );
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let large = "#".repeat(2 << 20) + "\n";
        let found = asked(&json!({
            "files": { "": "on: push", "../x.yml": "", WORKFLOW: "on: push\0", ".github/workflows/large.yml": large },
            "repository": "https://github.com/acme/widget",
        }));
        assert_eq!(
            found["notes"],
            json!([
                "The repository is not `owner/name`, so it counts as unknown",
                "A file without a path is not used",
                "`../x.yml` is not used: it is not a path inside of a repository",
                "`.github/workflows/large.yml` is not used: it has 2,097,153 bytes, and at most 2,097,152 are read",
                "`.github/workflows/release.yml` is not used: it has a NUL character, so it is not text",
            ])
        );
        assert_eq!(found["findings"], json!([]));
    }

    #[test]
    fn a_secret_is_in_no_answer() {
        let token = format!("npm_{}", "a".repeat(36));
        let workflow = format!(
            "on: push\njobs:\n  {token}:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm publish --otp={token}\n        env: {{ NODE_AUTH_TOKEN: {token} }}\n"
        );
        let found = asked(&json!({
            "files": { WORKFLOW: workflow },
            "log": format!("npm error code E404\nnpm error 404 Not Found - PUT https://x:{token}@registry.npmjs.org/w\n"),
            "verbose": true,
        }));
        assert!(!found["sites"].as_array().unwrap().is_empty());
        let mut told = found.clone();
        // What a fix writes goes back into the text that has the token already.
        for finding in told["findings"].as_array_mut().unwrap() {
            finding["fixes"] = Value::Null;
        }
        assert!(!told.to_string().contains(&token), "{told}");
    }

    #[test]
    fn a_request_that_cannot_be_read_is_refused() {
        for request in ["", "1", "{\"files\":1}", "{\"unknown\":1}"] {
            let refused: Value = serde_json::from_str(&answer(request)).unwrap();
            assert!(refused["error"].is_string(), "{refused}");
        }
    }
}
