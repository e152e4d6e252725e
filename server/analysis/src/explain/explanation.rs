use super::causes::CauseId;
use super::evidence_topic::EvidenceTopic;
use super::registry_text::RegistryAnswer;
use crate::diagnostic::Diagnostic;
use crate::workspace::Workspace;

/// What a log tells about a failed publish.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Explanation {
    /// The tool that published: `npm`, `pnpm`, …; `None` if the log does not show it.
    pub tool: Option<String>,
    /// Versions that the log shows: `npm`, `node`, and the tool's.
    pub versions: Vec<(String, String)>,
    /// The packages that the log says were published, with their versions.
    pub published: Vec<String>,
    /// The lines that count, in order.
    pub evidence: Vec<LogEvidence>,
    /// What the registry itself answered, each text once.
    pub registry_says: Vec<RegistryAnswer>,
    /// The causes, the likeliest first; one where the log and the repository decide, none without a failure.
    pub causes: Vec<Cause>,
    /// Whether everything was published, and what failed came after it.
    pub is_after_publish: bool,
    /// Whether the job succeeded, because it does not look at how the publish ended.
    pub job_succeeded: bool,
    /// Whether a tool says that there was nothing to publish.
    pub found_nothing: bool,
    /// Whether the log shows a failure at all.
    pub has_failure: bool,
    /// What the trusted publisher on npm must carry for the workflows of the repository, if a cause may be in it.
    pub compare: Vec<PublisherEntry>,
    /// What would tell the causes apart where there are several.
    pub would_decide: Vec<String>,
    /// Which error is likely to come once this one is repaired.
    pub next: Vec<String>,
    /// What else the analysis finds in the repository that will make the publish fail.
    pub further: Vec<Diagnostic>,
}

/// A line of the log that tells something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogEvidence {
    /// Its number, from 1.
    pub line: usize,
    /// Its text, without what GitHub and other tools put around it.
    pub text: String,
    /// What it means.
    pub meaning: String,
    /// What it is about.
    pub topic: EvidenceTopic,
}

/// What the trusted publisher on npm must carry for a workflow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublisherEntry {
    /// The user or organization on GitHub; none if it is not known.
    pub owner: Option<String>,
    /// The repository's name; none if it is not known.
    pub repository: Option<String>,
    /// The file name of the workflow that an event starts; none if it is in another repository.
    pub workflow: Option<String>,
    /// The environment of the job as it is written, perhaps with an expression; none if it has none.
    pub environment: Option<String>,
    /// The packages that the workflow publishes, as far as they are known.
    pub packages: Vec<String>,
}

/// What may have made the publish fail.
#[derive(Clone, PartialEq, Debug)]
pub struct Cause {
    /// Which it is.
    pub id: CauseId,
    /// How sure it is.
    pub confidence: Confidence,
    /// What the log says of it in this very case.
    pub detail: Option<String>,
    /// The packages that it stopped; empty if it is about the whole job, or the log does not name them.
    pub packages: Vec<String>,
    /// The job of the log in which it happened.
    pub job: Option<String>,
    /// The step in which it happened.
    pub step: Option<String>,
    /// What the analysis finds in the repository that fits.
    pub diagnostics: Vec<Diagnostic>,
}

impl Cause {
    /// A cause of which no more is known.
    pub(super) fn new(id: CauseId, confidence: Confidence) -> Self {
        Self {
            id,
            confidence,
            detail: None,
            packages: Vec::new(),
            job: None,
            step: None,
            diagnostics: Vec::new(),
        }
    }
}

/// How sure a cause is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// It cannot be excluded.
    Possible,
    /// Much speaks for it.
    Likely,
    /// The log names it.
    Certain,
}

impl Confidence {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// Where in the repository the log comes from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// The repository, checked; none outside one.
    pub repository: Option<&'a Workspace>,
    /// The workflow's file name or path.
    pub workflow: Option<&'a str>,
    /// The job's id.
    pub job: Option<&'a str>,
}
