//! What a migration is made of.

use super::secrets::SecretUse;
use crate::setup::{Change, Registration};
use crate::text::FilePath;

/// What moves a repository to trusted publishing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Migration {
    /// The files that change.
    pub changes: Vec<Change>,
    /// The steps that publish with an access token today and by trusted publishing afterwards.
    pub moved: Vec<MigrationStep>,
    /// The steps that keep their token, and why.
    pub kept: Vec<KeptStep>,
    /// The steps that publish by trusted publishing already.
    pub already: Vec<MigrationStep>,
    /// The other publish steps: they fail, or the files do not show what they publish with.
    pub others: Vec<MigrationStep>,
    /// The calls that hand an npm token to workflows of other repositories.
    pub elsewhere: Vec<CallElsewhere>,
    /// What must be entered on npm for the moved steps, before the change is merged.
    pub registrations: Vec<Registration>,
    /// The secrets that the moved steps no longer use.
    pub secrets: Vec<SecretUse>,
    /// What the files cannot show and the user should look at before the change is merged, a sentence each.
    pub cautions: Vec<String>,
    /// `owner/name` on GitHub, where it is known.
    pub repository: Option<String>,
}

/// A publish step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MigrationStep {
    /// The file in which it is written.
    pub path: FilePath,
    /// The id of its job.
    pub job: String,
    /// The line of the command, from 1.
    pub line: usize,
    /// The command, for people: `npm publish`, `changesets/action`.
    pub command: String,
    /// The packages that it publishes, as far as they are known.
    pub packages: Vec<String>,
    /// One line: what it will do.
    pub summary: String,
}

/// A publish step that keeps its token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptStep {
    /// The step.
    pub step: MigrationStep,
    /// Why, and what must be done by hand first.
    pub reason: String,
}

/// A job that hands an npm token to a workflow of another repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallElsewhere {
    /// The workflow with the job.
    pub path: FilePath,
    /// The id of the job.
    pub job: String,
    /// What it calls: `acme/workflows/.github/workflows/publish.yml@v1`.
    pub uses: String,
}

impl Migration {
    /// Whether a step publishes with a token, so that there is something to move.
    pub fn has_token_step(&self) -> bool {
        !self.moved.is_empty() || !self.kept.is_empty()
    }
}
