use std::sync::Arc;

use crate::diagnostic::Fix;
use crate::model::repository::RepositorySlug;
use crate::text::FilePath;
use crate::text::apply_edits;
use crate::workspace::Workspace;

/// The files of a repository, as a test hands them to the analysis.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TestRepository {
    /// Its owner and name, where the analysis is told.
    pub slug: Option<RepositorySlug>,
    /// Its files, each path once.
    pub files: Vec<TestFile>,
}

/// A file of a [`TestRepository`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TestFile {
    /// Where it is.
    pub path: FilePath,
    /// What it holds; none if it exists but cannot be read.
    pub text: Option<String>,
}

impl TestRepository {
    /// The text of the file at `path`; none if there is no such file or it cannot be read.
    pub fn text(&self, path: &FilePath) -> Option<&str> {
        let file = self.files.iter().find(|file| file.path == *path)?;
        file.text.as_deref()
    }

    /// The repository in a workspace of its own, checked.
    pub fn workspace(&self) -> Workspace {
        let mut workspace = Workspace::new();
        workspace.set_repository(self.slug.clone(), false);
        for file in &self.files {
            file.put_into(&mut workspace);
        }
        workspace.check();
        self.offer_wanted(&mut workspace);
        workspace
    }

    /// Checks a workspace of this repository, and offers what the analysis asks for.
    pub fn analyse(&self, workspace: &mut Workspace) {
        workspace.check();
        self.offer_wanted(workspace);
    }

    /// Offers what the analysis asks for, as the host does.
    pub fn offer_wanted(&self, workspace: &mut Workspace) {
        loop {
            let wanted = workspace.wanted();
            if wanted.is_empty() {
                return;
            }
            for path in wanted {
                let text = self.text(&path).map(Arc::from);
                workspace.offer_file(path, text);
            }
            workspace.check();
        }
    }

    /// The same repository after a fix. Says why where the fix does not fit these files.
    pub fn with_fix(&self, fix: &Fix) -> Result<Self, String> {
        let mut result = self.clone();
        for edits in &fix.edits {
            let before = self
                .text(&edits.path)
                .ok_or_else(|| format!("the fix edits {}, which is not a readable file here", edits.path))?;
            let after = apply_edits(before, &edits.edits)
                .map_err(|error| format!("the edits of {} cannot be applied: {error:?}", edits.path))?;
            for file in result.files.iter_mut().filter(|file| file.path == edits.path) {
                file.text = Some(after.clone());
            }
        }
        Ok(result)
    }
}

impl TestFile {
    /// Hands the file to a workspace.
    pub fn put_into(&self, workspace: &mut Workspace) {
        match &self.text {
            Some(text) => workspace.set_file(self.path.clone(), Arc::from(text.as_str())),
            None => workspace.set_unreadable(self.path.clone()),
        }
    }
}
