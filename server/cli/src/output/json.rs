//! JSON for programs, described in `docs/json.md`. What is there stays; what is new comes as a new member.

use serde::Serialize;
use trustpub_analysis::rules::docs_url;
use trustpub_analysis::{Applicability, Diagnostic, Evidence, Fix, NpmError, Related, SiteReport};

use crate::report::{Position, Report, RepositoryReport};

/// The report as one JSON object.
pub(crate) fn render(report: &Report) -> String {
    super::to_json(&CheckDocument::new(report))
}

/// The publish sites alone, as one JSON object.
pub(crate) fn render_sites(report: &Report) -> String {
    #[derive(Serialize)]
    struct Sites<'r> {
        schema: u32,
        sites: Vec<JsonSite<'r>>,
    }
    super::to_json(&Sites {
        schema: 1,
        sites: json_sites(report),
    })
}

fn json_sites(report: &Report) -> Vec<JsonSite<'_>> {
    report
        .sites()
        .map(|(repository, site)| JsonSite::new(report, repository, site))
        .collect()
}

#[derive(Serialize)]
pub(super) struct CheckDocument<'r> {
    schema: u32,
    diagnostics: Vec<JsonDiagnostic<'r>>,
    sites: Vec<JsonSite<'r>>,
    summary: Summary,
}

#[derive(Serialize)]
pub(super) struct JsonDiagnostic<'r> {
    rule: &'r str,
    severity: &'static str,
    message: &'r str,
    help: Option<&'r str>,
    path: String,
    start: JsonPosition,
    end: JsonPosition,
    offset: [usize; 2],
    url: String,
    fixes: Vec<JsonFix<'r>>,
    related: Vec<JsonRelated<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<&'r str>,
}

#[derive(Serialize)]
struct JsonPosition {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct JsonFix<'r> {
    title: &'r str,
    applicability: &'static str,
}

#[derive(Serialize)]
struct JsonRelated<'r> {
    path: String,
    start: JsonPosition,
    end: JsonPosition,
    message: &'r str,
}

#[derive(Serialize)]
struct JsonSite<'r> {
    path: String,
    job: &'r str,
    line: usize,
    publisher: &'r str,
    guess: bool,
    packages: &'r [String],
    registry: Option<&'r str>,
    npm: Option<&'r str>,
    node: Option<&'r str>,
    id_token: &'static str,
    credentials: &'r [String],
    outcome: &'static str,
    error: Option<&'r str>,
    entry_workflows: &'r [String],
    environment: Option<&'r str>,
    evidence: Vec<JsonEvidence<'r>>,
}

#[derive(Serialize)]
struct JsonEvidence<'r> {
    fact: &'static str,
    value: &'r str,
    verdict: &'static str,
    path: Option<String>,
    start: Option<JsonPosition>,
    end: Option<JsonPosition>,
}

#[derive(Serialize)]
pub(super) struct Summary {
    files: usize,
    errors: usize,
    warnings: usize,
    information: usize,
    hints: usize,
}

impl<'r> CheckDocument<'r> {
    pub(super) fn new(report: &'r Report) -> Self {
        Self {
            schema: 1,
            diagnostics: report
                .findings()
                .map(|(repository, finding)| JsonDiagnostic {
                    fingerprint: Some(&finding.fingerprint),
                    ..JsonDiagnostic::new(report, repository, &finding.diagnostic)
                })
                .collect(),
            sites: json_sites(report),
            summary: Summary::of(report),
        }
    }
}

impl Summary {
    pub(super) fn of(report: &Report) -> Self {
        let counts = report.counts();
        Self {
            files: report.file_count(),
            errors: counts.errors,
            warnings: counts.warnings,
            information: counts.information,
            hints: counts.hints,
        }
    }
}

impl<'r> JsonDiagnostic<'r> {
    pub(super) fn new(report: &Report, repository: &RepositoryReport, diagnostic: &'r Diagnostic) -> Self {
        let (start, end) = repository.positions(&diagnostic.path, diagnostic.range);
        let related = diagnostic.related.iter();
        Self {
            rule: diagnostic.rule,
            severity: diagnostic.severity.name(),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            path: report.data_path(repository, &diagnostic.path),
            start: start.into(),
            end: end.into(),
            offset: [diagnostic.range.start(), diagnostic.range.end()],
            url: docs_url(diagnostic.rule),
            fixes: diagnostic.fixes.iter().map(JsonFix::new).collect(),
            related: related
                .map(|related| JsonRelated::new(report, repository, related))
                .collect(),
            fingerprint: None,
        }
    }
}

impl<'r> JsonFix<'r> {
    fn new(fix: &'r Fix) -> Self {
        Self {
            title: &fix.title,
            applicability: match fix.applicability {
                Applicability::Safe => "safe",
                Applicability::Unsafe => "unsafe",
            },
        }
    }
}

impl<'r> JsonRelated<'r> {
    fn new(report: &Report, repository: &RepositoryReport, related: &'r Related) -> Self {
        let (start, end) = repository.positions(&related.path, related.range);
        Self {
            path: report.data_path(repository, &related.path),
            start: start.into(),
            end: end.into(),
            message: &related.message,
        }
    }
}

impl<'r> JsonSite<'r> {
    fn new(report: &Report, repository: &RepositoryReport, site: &'r SiteReport) -> Self {
        Self {
            path: report.data_path(repository, &site.path),
            job: &site.job,
            line: repository.position(&site.path, site.range.start()).line,
            publisher: &site.publishing_tool,
            guess: site.is_guess,
            packages: &site.packages,
            registry: site.registry.as_deref(),
            npm: site.npm.as_deref(),
            node: site.node.as_deref(),
            id_token: site.id_token.name(),
            credentials: &site.credentials,
            outcome: site.outcome.name(),
            error: site.error.map(NpmError::code),
            entry_workflows: &site.entry_workflows,
            environment: site.environment.as_deref(),
            evidence: site
                .evidence
                .iter()
                .map(|evidence| JsonEvidence::new(report, repository, evidence))
                .collect(),
        }
    }
}

impl<'r> JsonEvidence<'r> {
    fn new(report: &Report, repository: &RepositoryReport, evidence: &'r Evidence) -> Self {
        let place = evidence.place.as_ref();
        let (start, end) = place
            .map(|place| repository.positions(&place.path, place.range))
            .unzip();
        Self {
            fact: evidence.fact.name(),
            value: &evidence.value,
            verdict: evidence.verdict.name(),
            path: place.map(|place| report.data_path(repository, &place.path)),
            start: start.map(JsonPosition::from),
            end: end.map(JsonPosition::from),
        }
    }
}

impl From<Position> for JsonPosition {
    fn from(position: Position) -> Self {
        Self {
            line: position.line,
            column: position.column,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use trustpub_analysis::Severity;

    use super::*;
    use crate::output::test_report::{TestRepository, WORKFLOW, typical};

    fn rendered(report: &Report) -> Value {
        serde_json::from_str(&render(report)).unwrap()
    }

    #[test]
    fn members_are_those_of_the_documentation() {
        let value = rendered(&typical("demo/").report());
        let first = json!({
            "rule": "id-token-missing",
            "severity": "error",
            "message": "Missing `id-token: write`: `npm publish` will fail with ENEEDAUTH",
            "help": "The job's `permissions` leave it out.",
            "path": ".github/workflows/release.yml",
            "start": {"line": 10, "column": 14},
            "end": {"line": 10, "column": 25},
            "offset": [186, 197],
            "url": "https://github.com/trustpub/trustpub/blob/main/docs/rules/id-token-missing.md",
            "fixes": [{"title": "Add `id-token: write` to the permissions", "applicability": "safe"}],
            "related": [
                {
                    "path": ".github/workflows/release.yml",
                    "start": {"line": 2, "column": 1},
                    "end": {"line": 2, "column": 13},
                    "message": "this grants no `id-token`",
                },
                {
                    "path": "package.json",
                    "start": {"line": 2, "column": 11},
                    "end": {"line": 2, "column": 25},
                    "message": "the package that is published",
                },
            ],
            "fingerprint": "47e97bd2244aff27:1",
        });
        assert_eq!(value["diagnostics"][0], first);
        assert_eq!(
            value["sites"],
            json!([{
                "path": ".github/workflows/release.yml",
                "job": "publish",
                "line": 10,
                "publisher": "npm",
                "guess": false,
                "packages": ["@acme/widget"],
                "registry": "https://registry.npmjs.org/",
                "npm": "10.9.4",
                "node": "22",
                "id_token": "none",
                "credentials": [],
                "outcome": "fails",
                "error": "ENEEDAUTH",
                "entry_workflows": ["release.yml"],
                "environment": "npm",
                "evidence": [
                    {
                        "fact": "npm",
                        "value": "10.9.4 (with Node 22), too old: trusted publishing needs 11.5.1",
                        "verdict": "bad",
                        "path": ".github/workflows/release.yml",
                        "start": {"line": 10, "column": 14},
                        "end": {"line": 10, "column": 25},
                    },
                    {
                        "fact": "credentials",
                        "value": "no token",
                        "verdict": "neutral",
                        "path": null,
                        "start": null,
                        "end": null,
                    },
                ],
            }])
        );
        assert_eq!(
            value["summary"],
            json!({"files": 2, "errors": 1, "warnings": 1, "information": 1, "hints": 1})
        );
        assert_eq!(value["schema"], 1);
        let severities: Vec<&Value> = value["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .map(|diagnostic| &diagnostic["severity"])
            .collect();
        assert_eq!(severities, ["error", "warning", "information", "hint"]);
        assert_eq!(value["diagnostics"][1]["fixes"][0]["applicability"], "unsafe");
    }

    #[test]
    fn nothing_found_is_a_whole_object_too() {
        let empty = TestRepository::new("", &[]).report();
        let expected = json!({
            "schema": 1,
            "diagnostics": [],
            "sites": [],
            "summary": {"files": 0, "errors": 0, "warnings": 0, "information": 0, "hints": 0},
        });
        assert_eq!(rendered(&empty), expected);
    }

    #[test]
    fn columns_are_characters_and_offsets_bytes() {
        let text = "\u{feff}é😀\tx: \u{1b}y";
        let report = TestRepository::new("", &[(WORKFLOW, text)])
            .diagnostic(Severity::Error, "x", (WORKFLOW, "x"), "\u{1b}[1m")
            .report();
        let diagnostic = &rendered(&report)["diagnostics"][0];
        assert_eq!(
            (&diagnostic["start"], &diagnostic["end"]),
            (&json!({"line": 1, "column": 4}), &json!({"line": 1, "column": 5}))
        );
        assert_eq!(diagnostic["offset"], json!([10, 11]));
        assert_eq!(diagnostic["message"], "\u{1b}[1m");
        assert!(!render(&report).contains('\u{1b}'));
    }

    #[test]
    fn paths_tell_several_repositories_apart() {
        let value = rendered(&typical("").beside(typical("tests/demo/")));
        let paths: Vec<&Value> = value["sites"]
            .as_array()
            .unwrap()
            .iter()
            .map(|site| &site["path"])
            .collect();
        assert_eq!(
            paths,
            [
                ".github/workflows/release.yml",
                "tests/demo/.github/workflows/release.yml"
            ]
        );
        assert_eq!(
            value["diagnostics"][4]["related"][1]["path"],
            "tests/demo/package.json"
        );
        assert_eq!(value["summary"]["files"], 4);
    }
}
