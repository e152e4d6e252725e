//! Reports made by hand, so that the outputs can be tested without a rule.

use std::collections::BTreeMap;

use trustpub_analysis::{
    Applicability, Diagnostic, Evidence, EvidenceFact, FileEdits, FilePath, Fix, FixKind, IdToken, LineIndex,
    NpmError, Outcome, Place, Related, Severity, SiteReport, TextEdit, TextRange, Verdict,
};

use crate::fingerprint::with_fingerprints;
use crate::report::{Report, RepositoryReport, Source};

/// A repository in which every text that is looked for occurs once.
pub(crate) struct TestRepository {
    report: RepositoryReport,
    diagnostics: Vec<Diagnostic>,
}

pub(crate) const WORKFLOW: &str = ".github/workflows/release.yml";

impl TestRepository {
    pub(crate) fn new(prefix: &str, files: &[(&str, &str)]) -> Self {
        let sources = files.iter().map(|(path, text)| {
            let source = Source::new(&file_path(path), (*text).into(), LineIndex::new(text));
            (file_path(path), source)
        });
        let workflows = files
            .iter()
            .filter(|(path, _)| path.starts_with(".github/workflows/"));
        Self {
            diagnostics: Vec::new(),
            report: RepositoryReport {
                prefix: prefix.to_owned(),
                findings: Vec::new(),
                counted: Vec::new(),
                sites: Vec::new(),
                sources: sources.collect::<BTreeMap<_, _>>(),
                file_count: files.len(),
                workflow_count: workflows.count(),
                is_partial: false,
            },
        }
    }

    /// Adds a diagnostic at the place where `at` is.
    pub(crate) fn diagnostic(
        mut self,
        severity: Severity,
        rule: &'static str,
        (path, at): (&str, &str),
        message: &str,
    ) -> Self {
        self.diagnostics.push(Diagnostic {
            rule,
            severity,
            path: file_path(path),
            range: self.range(path, at),
            message: message.to_owned(),
            help: None,
            related: Vec::new(),
            advice: None,
            package: None,
            fixes: Vec::new(),
        });
        self
    }

    /// Sets the help of the last diagnostic.
    pub(crate) fn help(mut self, help: &str) -> Self {
        self.last().help = Some(help.to_owned());
        self
    }

    /// Adds a related place to the last diagnostic.
    pub(crate) fn related(mut self, (path, at): (&str, &str), message: &str) -> Self {
        let related = Related {
            path: file_path(path),
            range: self.range(path, at),
            message: message.to_owned(),
        };
        self.last().related.push(related);
        self
    }

    /// Adds a fix to the last diagnostic.
    pub(crate) fn fix(
        mut self,
        applicability: Applicability,
        title: &str,
        (path, at): (&str, &str),
        new_text: &str,
    ) -> Self {
        let edit = TextEdit::replace(self.range(path, at), new_text);
        let fix = Fix {
            title: title.to_owned(),
            applicability,
            kind: FixKind::QuickFix,
            edits: vec![FileEdits {
                path: file_path(path),
                edits: vec![edit],
            }],
        };
        self.last().fixes.push(fix);
        self
    }

    /// Adds a publish site about which everything is known.
    pub(crate) fn site(mut self, (path, at): (&str, &str)) -> Self {
        self.report.sites.push(SiteReport {
            is_staged: false,
            is_guess: false,
            path: file_path(path),
            range: self.range(path, at),
            command: self.range(path, at),
            job: "publish".to_owned(),
            publishing_tool: "npm".to_owned(),
            packages: vec!["@acme/widget".to_owned()],
            registry: Some("https://registry.npmjs.org/".to_owned()),
            npm: Some("10.9.4".to_owned()),
            node: Some("22".to_owned()),
            id_token: IdToken::None,
            credentials: Vec::new(),
            outcome: Outcome::Fails,
            not_reached: None,
            error: Some(NpmError::NeedAuth),
            entry_workflows: vec!["release.yml".to_owned()],
            environment: Some("npm".to_owned()),
            trusted_publishers: Vec::new(),
            ways: Vec::new(),
            evidence: vec![
                Evidence {
                    fact: EvidenceFact::Npm,
                    value: "10.9.4 (with Node 22), too old: trusted publishing needs 11.5.1".to_owned(),
                    verdict: Verdict::Bad,
                    place: Some(Place {
                        path: file_path(path),
                        range: self.range(path, at),
                    }),
                },
                Evidence {
                    fact: EvidenceFact::Credentials,
                    value: "no token".to_owned(),
                    verdict: Verdict::Neutral,
                    place: None,
                },
            ],
            summary: "npm fails to publish @acme/widget with ENEEDAUTH, npm 10.9.4 from Node 22".to_owned(),
        });
        self
    }

    pub(crate) fn report(self) -> Report {
        Report {
            repositories: vec![self.finished()],
            is_complete: true,
        }
    }

    pub(crate) fn beside(self, other: Self) -> Report {
        Report {
            repositories: vec![self.finished(), other.finished()],
            is_complete: true,
        }
    }

    fn finished(mut self) -> RepositoryReport {
        self.report.findings = with_fingerprints(self.diagnostics, &self.report.sources);
        self.report
    }

    fn last(&mut self) -> &mut Diagnostic {
        self.diagnostics.last_mut().unwrap()
    }

    fn range(&self, path: &str, part: &str) -> TextRange {
        let text = &self.report.sources[path].text;
        let start = text
            .find(part)
            .unwrap_or_else(|| panic!("{part:?} is not in {path}"));
        TextRange::new(start, start + part.len())
    }
}

/// A repository with a finding of each kind.
pub(crate) fn typical(prefix: &str) -> TestRepository {
    let workflow = "\
name: Release 🚀
permissions:
  contents: read
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {node-version: 22}
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
";
    let manifest = "{\n  \"name\": \"@acme/widget\",\n  \"version\": \"1.2.3\"\n}\n";
    TestRepository::new(prefix, &[(WORKFLOW, workflow), ("package.json", manifest)])
        .diagnostic(
            Severity::Error,
            "id-token-missing",
            (WORKFLOW, "npm publish"),
            "Missing `id-token: write`: `npm publish` will fail with ENEEDAUTH",
        )
        .help("The job's `permissions` leave it out.")
        .related((WORKFLOW, "permissions:"), "this grants no `id-token`")
        .related(
            ("package.json", "\"@acme/widget\""),
            "the package that is published",
        )
        .fix(
            Applicability::Safe,
            "Add `id-token: write` to the permissions",
            (WORKFLOW, "contents: read"),
            "contents: read\n  id-token: write",
        )
        .diagnostic(
            Severity::Warning,
            "publish-token-env",
            (WORKFLOW, "NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}"),
            "This token hides why trusted publishing fails.",
        )
        .fix(Applicability::Unsafe, "Remove the token", (WORKFLOW, "env:"), "")
        .fix(
            Applicability::Unsafe,
            "Move to trusted publishing",
            (WORKFLOW, "env:"),
            "",
        )
        .diagnostic(
            Severity::Information,
            "registry-url-missing",
            (WORKFLOW, "with: {node-version: 22}"),
            "Nothing depends on it.",
        )
        .diagnostic(
            Severity::Hint,
            "scoped-access",
            ("package.json", "{"),
            "Nothing to worry about.",
        )
        .site((WORKFLOW, "npm publish"))
}

fn file_path(path: &str) -> FilePath {
    FilePath::new(path).unwrap()
}
