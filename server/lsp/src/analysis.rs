use std::sync::Arc;

use trustpub_analysis::Ranged;
use trustpub_analysis::assist::{CompletionItem, Link, complete, links};
use trustpub_analysis::setup::{SetupPlan, plan_at_name, published_name};
use trustpub_analysis::{
    Config, Diagnostic, File, FilePath, InlayHint, PublishSite, RepositorySlug, TextRange, Workspace,
};

/// What the server asks of the analysis of one repository.
///
/// It is a trait so that tests of the protocol can bring an analysis that says what they need, or that panics.
pub trait Analysis: Send {
    /// Says which repository on GitHub this is; an ambiguous one may be a fork.
    fn set_repository(&mut self, repository: Option<RepositorySlug>, is_ambiguous: bool);
    /// Lays the editor's settings over the configuration of the repository.
    fn set_settings(&mut self, settings: Config);
    /// Adds a file or replaces its text.
    fn set_file(&mut self, path: FilePath, text: Arc<str>);
    /// Says that a file exists, but that its text is unknown.
    fn set_unreadable(&mut self, path: FilePath);
    /// Removes a file.
    fn remove_file(&mut self, path: &FilePath);
    /// Brings the diagnostics up to date.
    fn check(&mut self);
    /// Files read on demand that the last [`Self::check`] asked for and that were never offered.
    fn wanted(&self) -> Vec<FilePath>;
    /// Offers such a file; no text where there is none.
    fn offer_file(&mut self, path: FilePath, text: Option<Arc<str>>);
    /// The diagnostics of a file as of the last [`Self::check`], in text order.
    fn diagnostics(&self, path: &FilePath) -> &[Diagnostic];
    /// The inlay hints of a file as of the last [`Self::check`], in text order.
    fn hints(&self, path: &FilePath) -> Vec<InlayHint>;
    /// The publish sites whose command stands in a file, as of the last [`Self::check`], in text order.
    fn sites_in(&self, path: &FilePath) -> Vec<PublishSite>;
    /// The words of a file that lead somewhere.
    fn links(&self, path: &FilePath) -> Vec<Link>;
    /// What could be written at an offset of a file. `is_there` tells whether there is a file at a path below the root.
    fn completions(
        &self,
        path: &FilePath,
        offset: usize,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Vec<CompletionItem>;
    /// The name in a manifest whose package is published to npm.
    fn published_name(&self, manifest: &FilePath) -> Option<Ranged<String>>;
    /// What sets up the package whose name stands in a range of its manifest.
    fn setup(&self, manifest: &FilePath, at: TextRange, is_there: &dyn Fn(&str) -> bool)
    -> Option<SetupPlan>;
    /// The file at `path`, where its text is known.
    fn file(&self, path: &FilePath) -> Option<&File>;
}

impl Analysis for Workspace {
    fn set_repository(&mut self, repository: Option<RepositorySlug>, is_ambiguous: bool) {
        Self::set_repository_guess(self, repository, is_ambiguous);
    }

    fn set_settings(&mut self, settings: Config) {
        self.set_overlay(settings);
    }

    fn set_file(&mut self, path: FilePath, text: Arc<str>) {
        Self::set_file(self, path, text);
    }

    fn set_unreadable(&mut self, path: FilePath) {
        Self::set_unreadable(self, path);
    }

    fn remove_file(&mut self, path: &FilePath) {
        Self::remove_file(self, path);
    }

    fn check(&mut self) {
        Self::check(self);
    }

    fn wanted(&self) -> Vec<FilePath> {
        Self::wanted(self)
    }

    fn offer_file(&mut self, path: FilePath, text: Option<Arc<str>>) {
        Self::offer_file(self, path, text);
    }

    fn diagnostics(&self, path: &FilePath) -> &[Diagnostic] {
        Self::diagnostics(self, path)
    }

    fn hints(&self, path: &FilePath) -> Vec<InlayHint> {
        Self::hints(self, path)
    }

    fn sites_in(&self, path: &FilePath) -> Vec<PublishSite> {
        Self::sites_in(self, path)
    }

    fn links(&self, path: &FilePath) -> Vec<Link> {
        links(self, path)
    }

    fn completions(
        &self,
        path: &FilePath,
        offset: usize,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Vec<CompletionItem> {
        complete(self, path, offset, is_there)
    }

    fn published_name(&self, manifest: &FilePath) -> Option<Ranged<String>> {
        published_name(self, manifest)
    }

    fn setup(
        &self,
        manifest: &FilePath,
        at: TextRange,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Option<SetupPlan> {
        plan_at_name(self, manifest, at, is_there)
    }

    fn file(&self, path: &FilePath) -> Option<&File> {
        Self::file(self, path)
    }
}
