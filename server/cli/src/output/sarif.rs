//! SARIF 2.1.0, which GitHub code scanning and editors read. Only the parts of the format that are used here.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use trustpub_analysis::rules::{Rule, docs_url, rule};
use trustpub_analysis::{FileEdits, FilePath, Fix, Related, Severity, TextRange, file_secret_ranges};

use crate::fingerprint::Finding;
use crate::report::{Report, RepositoryReport};

/// The report as a SARIF log with a run for each repository. It describes the rules that found something, and no others: a
/// page for each rule of trustpub would make the log of one finding larger than 100 kB.
pub(crate) fn render(report: &Report) -> String {
    let runs = match report.repositories.as_slice() {
        [] => Vec::new(),
        [only] => vec![run(report, only, true)],
        several => several
            .iter()
            .map(|repository| run(report, repository, false))
            .collect(),
    };
    super::to_json(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs,
    })
}

/// What was found in one repository. Of several repositories each has a name, which keeps GitHub from taking the findings of
/// one for those of another, and no pages, which would be in the log again and again.
fn run<'r>(report: &'r Report, repository: &'r RepositoryReport, is_alone: bool) -> Run<'r> {
    let rules = &used_rules(repository);
    let context = Context { report, repository };
    Run {
        tool: SarifTool {
            driver: Driver {
                name: "trustpub",
                version: env!("CARGO_PKG_VERSION"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: rules
                    .iter()
                    .map(|rule| ReportingDescriptor::new(rule, is_alone))
                    .collect(),
            },
        },
        automation_details: (!is_alone).then(|| AutomationDetails {
            id: format!("trustpub/{}", uri(&repository.prefix)),
        }),
        invocations: [SarifInvocation {
            execution_successful: report.is_complete,
        }],
        column_kind: "unicodeCodePoints",
        results: repository
            .findings
            .iter()
            .map(|finding| context.result(finding, rules))
            .collect(),
    }
}

/// The rules of the findings, in the order of their ids.
fn used_rules(repository: &RepositoryReport) -> Vec<&'static Rule> {
    let found = repository.findings.iter();
    let ids: BTreeSet<&str> = found.map(|finding| finding.diagnostic.rule).collect();
    ids.into_iter().filter_map(rule).collect()
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: Vec<Run<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: SarifTool,
    #[serde(skip_serializing_if = "Option::is_none")]
    automation_details: Option<AutomationDetails>,
    invocations: [SarifInvocation; 1],
    column_kind: &'static str,
    results: Vec<SarifResult<'r>>,
}

#[derive(Serialize)]
struct AutomationDetails {
    id: String,
}

#[derive(Serialize)]
struct SarifTool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<ReportingDescriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifInvocation {
    execution_successful: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor {
    id: &'static str,
    short_description: SarifMessage<'static>,
    help: Help,
    help_uri: String,
    default_configuration: ReportingConfiguration,
}

#[derive(Serialize)]
struct Help {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

#[derive(Serialize)]
struct ReportingConfiguration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'r> {
    rule_id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: SarifMessage<'r>,
    locations: [Location<'r>; 1],
    partial_fingerprints: BTreeMap<&'static str, &'r str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix<'r>>,
}

#[derive(Serialize)]
struct SarifMessage<'r> {
    text: Cow<'r, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<SarifMessage<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix<'r> {
    description: SarifMessage<'r>,
    artifact_changes: Vec<ArtifactChange<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'r> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'r> {
    deleted_region: Region,
    inserted_content: SarifMessage<'r>,
}

impl ReportingDescriptor {
    fn new(rule: &Rule, has_page: bool) -> Self {
        Self {
            id: rule.id,
            short_description: SarifMessage {
                text: rule.summary.into(),
            },
            help: Help {
                // For readers that cannot show the page.
                text: format!("{} See {}", rule.summary, docs_url(rule.id)),
                markdown: has_page.then(|| super::rule_markdown(rule)),
            },
            help_uri: docs_url(rule.id),
            default_configuration: ReportingConfiguration {
                level: level(rule.severity),
            },
        }
    }
}

/// A name of our own. The action `upload-sarif` adds GitHub's own `primaryLocationLineHash`, and warns of one that it would
/// calculate otherwise (`src/fingerprints.ts` of github/codeql-action).
const FINGERPRINT: &str = "trustpub/v1";

/// What is needed to say where something is.
#[derive(Clone, Copy)]
struct Context<'c> {
    report: &'c Report,
    repository: &'c RepositoryReport,
}

impl Context<'_> {
    fn result<'r>(self, finding: &'r Finding, rules: &[&Rule]) -> SarifResult<'r> {
        let diagnostic = &finding.diagnostic;
        let related = diagnostic.related.iter().enumerate();
        let fixes = diagnostic.fixes.iter().filter(|fix| !holds_secret(fix));
        SarifResult {
            rule_id: diagnostic.rule,
            rule_index: rules.iter().position(|rule| rule.id == diagnostic.rule),
            level: level(diagnostic.severity),
            message: SarifMessage {
                text: diagnostic.sentences(),
            },
            locations: [Location {
                id: None,
                physical_location: self.place(&diagnostic.path, diagnostic.range),
                message: None,
            }],
            partial_fingerprints: BTreeMap::from([(FINGERPRINT, finding.fingerprint.as_str())]),
            related_locations: related
                .map(|(index, related)| self.related(index, related))
                .collect(),
            fixes: fixes.map(|fix| self.fix(fix)).collect(),
        }
    }

    fn related(self, index: usize, related: &Related) -> Location<'_> {
        Location {
            id: Some(index),
            physical_location: self.place(&related.path, related.range),
            message: Some(SarifMessage {
                text: related.message.as_str().into(),
            }),
        }
    }

    fn fix(self, fix: &Fix) -> SarifFix<'_> {
        SarifFix {
            description: SarifMessage {
                text: fix.title.as_str().into(),
            },
            artifact_changes: fix.edits.iter().map(|edits| self.change(edits)).collect(),
        }
    }

    fn change(self, file: &FileEdits) -> ArtifactChange<'_> {
        let replacements = file.edits.iter().map(|edit| Replacement {
            deleted_region: self.region(&file.path, edit.range),
            inserted_content: SarifMessage {
                text: edit.new_text.as_str().into(),
            },
        });
        ArtifactChange {
            artifact_location: self.artifact(&file.path),
            replacements: replacements.collect(),
        }
    }

    fn place(self, path: &FilePath, range: TextRange) -> PhysicalLocation {
        PhysicalLocation {
            artifact_location: self.artifact(path),
            region: self.region(path, range),
        }
    }

    fn region(self, path: &FilePath, range: TextRange) -> Region {
        let (start, end) = self.repository.positions(path, range);
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }

    fn artifact(self, path: &FilePath) -> ArtifactLocation {
        ArtifactLocation {
            uri: uri(&self.report.data_path(self.repository, path)),
        }
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

/// Whether a fix writes a secret, which would be in the log for all to read.
fn holds_secret(fix: &Fix) -> bool {
    fix.edits.iter().any(|file| {
        let mut edits = file.edits.iter();
        edits.any(|edit| !file_secret_ranges(file.path.as_str(), &edit.new_text).is_empty())
    })
}

/// The bytes of a path that a URI cannot contain as they are.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// Turns a path into a relative URI reference.
pub(super) fn uri(path: &str) -> String {
    utf8_percent_encode(path, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use trustpub_analysis::rules::rule;

    use super::*;
    use crate::output::test_report::{TestRepository, WORKFLOW, typical};

    fn described() -> &'static Rule {
        rule("id-token-missing").unwrap()
    }

    fn rendered(report: &Report) -> Value {
        serde_json::from_str(&render(report)).unwrap()
    }

    #[test]
    fn log_describes_tool_and_rules() {
        let log = rendered(&typical("demo/").report());
        assert_eq!(
            (&log["version"], &log["runs"][0]["columnKind"]),
            (&json!("2.1.0"), &json!("unicodeCodePoints"))
        );
        assert_eq!(
            log["runs"][0]["invocations"],
            json!([{"executionSuccessful": true}])
        );
        let driver = &log["runs"][0]["tool"]["driver"];
        assert_eq!(driver["name"], "trustpub");
        let help = crate::output::rule_markdown(described());
        assert!(help.contains("```yaml\n"), "{help}");
        let url = "https://github.com/trustpub/trustpub/blob/main/docs/rules/id-token-missing.md";
        assert_eq!(
            driver["rules"][0],
            json!({
                "id": "id-token-missing",
                "shortDescription": {"text": described().summary},
                "help": {"text": format!("{} See {url}", described().summary), "markdown": help},
                "helpUri": url,
                "defaultConfiguration": {"level": "error"},
            })
        );
        let described = driver["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]);
        assert_eq!(
            described.collect::<Vec<_>>(),
            [
                "id-token-missing",
                "publish-token-env",
                "registry-url-missing",
                "scoped-access"
            ]
        );
    }

    #[test]
    fn result_has_places_and_fixes() {
        let log = rendered(&typical("demo/").report());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let place = |uri: &str, line: usize, columns: [usize; 2]| {
            json!({
                "artifactLocation": {"uri": uri},
                "region": {"startLine": line, "startColumn": columns[0], "endLine": line, "endColumn": columns[1]},
            })
        };
        let workflow = ".github/workflows/release.yml";
        assert_eq!(
            results[0],
            json!({
                "ruleId": "id-token-missing",
                "ruleIndex": 0,
                "level": "error",
                "message": {"text":
                    "Missing `id-token: write`: `npm publish` will fail with ENEEDAUTH. The job's `permissions` leave it out."},
                "locations": [{"physicalLocation": place(workflow, 10, [14, 25])}],
                "partialFingerprints": {"trustpub/v1": "47e97bd2244aff27:1"},
                "relatedLocations": [
                    {
                        "id": 0,
                        "physicalLocation": place(workflow, 2, [1, 13]),
                        "message": {"text": "this grants no `id-token`"},
                    },
                    {
                        "id": 1,
                        "physicalLocation": place("package.json", 2, [11, 25]),
                        "message": {"text": "the package that is published"},
                    },
                ],
                "fixes": [{
                    "description": {"text": "Add `id-token: write` to the permissions"},
                    "artifactChanges": [{
                        "artifactLocation": {"uri": workflow},
                        "replacements": [{
                            "deletedRegion": {"startLine": 3, "startColumn": 3, "endLine": 3, "endColumn": 17},
                            "insertedContent": {"text": "contents: read\n  id-token: write"},
                        }],
                    }],
                }],
            })
        );
        let levels: Vec<&Value> = results.iter().map(|result| &result["level"]).collect();
        assert_eq!(levels, ["error", "warning", "note", "note"]);
        assert_eq!(
            results[2].as_object().unwrap().keys().collect::<Vec<_>>(),
            [
                "level",
                "locations",
                "message",
                "partialFingerprints",
                "ruleId",
                "ruleIndex"
            ]
        );
    }

    #[test]
    fn several_repositories_have_a_run_each() {
        let log = rendered(&typical("").beside(typical("tests/demo/")));
        let runs = log["runs"].as_array().unwrap();
        let ids = runs.iter().map(|run| &run["automationDetails"]["id"]);
        assert_eq!(ids.collect::<Vec<_>>(), ["trustpub/", "trustpub/tests/demo/"]);
        for (run, path) in runs.iter().zip(["package.json", "tests/demo/package.json"]) {
            let place = &run["results"][3]["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], path);
            assert_eq!(run["tool"]["driver"]["rules"][0]["help"]["markdown"], Value::Null);
        }
    }

    #[test]
    fn paths_are_uris() {
        let path = "größe 100%/a#b?c/package.json";
        let report = TestRepository::new("", &[(WORKFLOW, ""), (path, "{}")])
            .diagnostic(Severity::Hint, "x", (path, "{}"), "SarifMessage.")
            .report();
        let location = &rendered(&report)["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(
            location["artifactLocation"]["uri"],
            "gr%C3%B6%C3%9Fe%20100%25/a%23b%3Fc/package.json"
        );
    }

    #[test]
    fn incomplete_run_says_so() {
        let report = Report {
            is_complete: false,
            ..TestRepository::new("", &[]).report()
        };
        let run = &rendered(&report)["runs"][0];
        assert_eq!(
            (&run["invocations"][0]["executionSuccessful"], &run["results"]),
            (&json!(false), &json!([]))
        );
    }
}
