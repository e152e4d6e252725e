//! A repository of the corpus and what the analysis says about it.

use std::path::Path;

use trustpub_analysis::test_support::{TestFile, TestRepository, yaml_jobs};
use trustpub_analysis::{
    Diagnostic, FileKind, FilePath, RepositorySlug, Severity, SiteReport, TextRange, Workspace,
};
use trustpub_tests::disk::read_repository;

use crate::labels::Row;

/// The job of a composite action, as labels and publish sites name it.
pub(crate) const COMPOSITE: &str = "(composite)";

/// A repository.
#[derive(Debug)]
pub(crate) struct Folder {
    /// Its folder in the corpus: `repos/<owner>__<name>`.
    pub(crate) dir: String,
    pub(crate) repository: TestRepository,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) sites: Vec<SiteReport>,
    jobs: Vec<Job>,
}

/// A job and where it is in its workflow.
#[derive(Debug)]
struct Job {
    path: FilePath,
    id: String,
    range: TextRange,
}

/// All repositories of the corpus.
pub(crate) fn load_folders(root: &Path) -> Vec<Folder> {
    let mut folders = Vec::new();
    for group in ["repos", "history"] {
        let entries = std::fs::read_dir(root.join(group)).unwrap_or_else(|error| panic!("{group}: {error}"));
        for entry in entries {
            let entry = entry.unwrap_or_else(|error| panic!("{group}: {error}"));
            let dir = format!("{group}/{}", entry.file_name().to_string_lossy());
            let meta = std::fs::read_to_string(entry.path().join("meta.json"))
                .unwrap_or_else(|error| panic!("{dir}/meta.json: {error}"));
            let meta: serde_json::Value =
                serde_json::from_str(&meta).unwrap_or_else(|error| panic!("{dir}/meta.json: {error}"));
            let slug = meta["repo"].as_str().and_then(RepositorySlug::parse);
            assert!(slug.is_some(), "{dir}/meta.json names no repository");
            folders.push(Folder::new(dir, read_repository(&entry.path(), slug)));
        }
    }
    folders.sort_by(|a, b| a.dir.cmp(&b.dir));
    folders
}

impl Folder {
    /// Analyses a repository.
    pub(crate) fn new(dir: String, repository: TestRepository) -> Self {
        let workspace = repository.workspace();
        Self {
            dir,
            diagnostics: workspace.all_diagnostics().cloned().collect(),
            sites: Workspace::sites(&workspace).cloned().collect(),
            jobs: repository.files.iter().flat_map(jobs_of).collect(),
            repository,
        }
    }

    /// The diagnostics that concern a labelled job: those in its lines and above all jobs of its workflow.
    pub(crate) fn diagnostics_of<'f>(&'f self, row: &'f Row) -> impl Iterator<Item = &'f Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| {
            let job = self.job_at(diagnostic);
            let concerns_job = row.job == COMPOSITE || job.is_none_or(|job| job == row.job);
            diagnostic.path.as_str() == row.file && concerns_job
        })
    }

    /// The diagnostics in files that all jobs share: manifests, `.npmrc`, version files.
    pub(crate) fn shared_diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| {
            let kind = FileKind::of(diagnostic.path.as_str());
            !matches!(kind, Some(FileKind::Workflow | FileKind::Action) | None)
        })
    }

    /// The job in whose lines a diagnostic is.
    fn job_at(&self, diagnostic: &Diagnostic) -> Option<&str> {
        let is_around = |job: &&Job| job.path == diagnostic.path && job.range.intersects(diagnostic.range);
        self.jobs.iter().find(is_around).map(|job| job.id.as_str())
    }

    /// A diagnostic as one line of the report.
    pub(crate) fn describe(&self, diagnostic: &Diagnostic) -> String {
        let before = self
            .repository
            .text(&diagnostic.path)
            .and_then(|text| text.get(..diagnostic.range.start()));
        let line = before.unwrap_or("").matches('\n').count() + 1;
        let (severity, rule) = (diagnostic.severity.name(), diagnostic.rule);
        format!(
            "{} {}:{line} {severity}[{rule}]: {}",
            self.dir, diagnostic.path, diagnostic.message
        )
    }
}

/// Whether a diagnostic is one that a sound repository must not get.
pub(crate) fn is_alarm(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity >= Severity::Warning
}

fn jobs_of(file: &TestFile) -> Vec<Job> {
    let Some(text) = file
        .text
        .as_deref()
        .filter(|_| FileKind::of(file.path.as_str()) == Some(FileKind::Workflow))
    else {
        return Vec::new();
    };
    let jobs = yaml_jobs(text).into_iter().map(|job| Job {
        path: file.path.clone(),
        id: job.id,
        range: job.range,
    });
    jobs.collect()
}
