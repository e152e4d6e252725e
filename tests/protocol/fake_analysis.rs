use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use trustpub_analysis::Ranged;
use trustpub_analysis::assist::{CompletionItem, Link, complete, links};
use trustpub_analysis::setup::{SetupPlan, plan_at_name, published_name};
use trustpub_analysis::{
    Applicability, Config, Diagnostic, File, FileEdits, FileKind, FilePath, Fix, FixKind, InlayHint,
    PublishSite, Related, RepositorySlug, Severity, TextEdit, TextRange, Workspace,
};
use trustpub_lsp::Analysis;

/// An analysis that reads instructions from the files:
///
/// * `BAD` is an error with a safe fix, which makes it `GOOD`, and an unsafe one, which deletes it.
/// * `TOKEN` is an error with a safe rewrite, which makes it `OIDC` and puts `#` before `package.json`.
/// * While `package.json` says `PRIVATE`, every workflow has a warning at its start that points there.
/// * `SLOW` takes three seconds.
/// * `PANIC` is a bug.
#[derive(Default)]
pub(crate) struct FakeAnalysis {
    files: Workspace,
    diagnostics: BTreeMap<FilePath, Vec<Diagnostic>>,
}

impl Analysis for FakeAnalysis {
    fn set_repository(&mut self, repository: Option<RepositorySlug>, _is_ambiguous: bool) {
        self.files.set_repository(repository);
    }

    fn set_settings(&mut self, settings: Config) {
        self.files.set_overlay(settings);
    }

    fn set_file(&mut self, path: FilePath, text: Arc<str>) {
        self.files.set_file(path, text);
    }

    fn set_unreadable(&mut self, path: FilePath) {
        self.files.set_unreadable(path);
    }

    fn remove_file(&mut self, path: &FilePath) {
        self.files.remove_file(path);
    }

    fn check(&mut self) {
        self.diagnostics = self
            .files
            .files()
            .map(|(path, file)| (path.clone(), self.find(path, file)))
            .collect();
    }

    fn wanted(&self) -> Vec<FilePath> {
        self.files.wanted()
    }

    fn offer_file(&mut self, path: FilePath, text: Option<Arc<str>>) {
        self.files.offer_file(path, text);
    }

    fn diagnostics(&self, path: &FilePath) -> &[Diagnostic] {
        self.diagnostics.get(path).map_or(&[], Vec::as_slice)
    }

    fn hints(&self, path: &FilePath) -> Vec<InlayHint> {
        self.files.hints(path)
    }

    fn sites_in(&self, path: &FilePath) -> Vec<PublishSite> {
        self.files.sites_in(path)
    }

    fn links(&self, path: &FilePath) -> Vec<Link> {
        links(&self.files, path)
    }

    fn completions(
        &self,
        path: &FilePath,
        offset: usize,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Vec<CompletionItem> {
        complete(&self.files, path, offset, is_there)
    }

    fn published_name(&self, manifest: &FilePath) -> Option<Ranged<String>> {
        published_name(&self.files, manifest)
    }

    fn setup(
        &self,
        manifest: &FilePath,
        at: TextRange,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Option<SetupPlan> {
        plan_at_name(&self.files, manifest, at, is_there)
    }

    fn file(&self, path: &FilePath) -> Option<&File> {
        self.files.file(path)
    }
}

impl FakeAnalysis {
    fn find(&self, path: &FilePath, file: &File) -> Vec<Diagnostic> {
        assert!(
            !file.text.contains("PANIC"),
            "the text of {path} asks for a panic"
        );
        if file.text.contains("SLOW") {
            std::thread::sleep(Duration::from_secs(3));
        }
        let mut found = Vec::new();
        if let (FileKind::Workflow, Some(private)) = (file.kind, self.find_private()) {
            found.push(Diagnostic {
                severity: Severity::Warning,
                related: vec![private],
                ..diagnostic(path, TextRange::new(0, 1), "the package is private")
            });
        }
        for (at, word) in file.text.match_indices("BAD") {
            let range = TextRange::new(at, at + word.len());
            found.push(Diagnostic {
                fixes: vec![
                    fix(
                        "Make it good",
                        FixKind::QuickFix,
                        Applicability::Safe,
                        [edit(path, range, "GOOD")],
                    ),
                    fix(
                        "Delete it",
                        FixKind::QuickFix,
                        Applicability::Unsafe,
                        [edit(path, range, "")],
                    ),
                ],
                ..diagnostic(path, range, "this is bad")
            });
        }
        for (at, word) in file.text.match_indices("TOKEN") {
            let range = TextRange::new(at, at + word.len());
            let edits = [
                edit(path, range, "OIDC"),
                edit(&manifest(), TextRange::empty(0), "#"),
            ];
            found.push(Diagnostic {
                fixes: vec![fix("Migrate", FixKind::Rewrite, Applicability::Safe, edits)],
                ..diagnostic(path, range, "this is a token")
            });
        }
        found.sort_by_key(|diagnostic| diagnostic.range);
        found
    }

    fn find_private(&self) -> Option<Related> {
        let at = self.files.file(&manifest())?.text.find("PRIVATE")?;
        Some(Related {
            path: manifest(),
            range: TextRange::new(at, at + "PRIVATE".len()),
            message: "here".to_owned(),
        })
    }
}

fn manifest() -> FilePath {
    FilePath::new("package.json").unwrap()
}

fn diagnostic(path: &FilePath, range: TextRange, message: &str) -> Diagnostic {
    Diagnostic {
        rule: "a-fake-rule",
        severity: Severity::Error,
        path: path.clone(),
        range,
        message: message.to_owned(),
        related: Vec::new(),
        advice: None,
        fixes: Vec::new(),
    }
}

fn fix<const N: usize>(
    title: &str,
    kind: FixKind,
    applicability: Applicability,
    edits: [FileEdits; N],
) -> Fix {
    Fix {
        title: title.to_owned(),
        applicability,
        kind,
        edits: edits.into(),
    }
}

fn edit(path: &FilePath, range: TextRange, new_text: &str) -> FileEdits {
    FileEdits {
        path: path.clone(),
        edits: vec![TextEdit::replace(range, new_text)],
    }
}
