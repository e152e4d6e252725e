//! What fails in the job before or beside the publish.

use super::{CauseText, Stage};

pub(super) const READ_REFUSED: CauseText = CauseText {
    id: "read-refused",
    stage: Stage::Job,
    title: "The registry refused a package that the job wanted to read",
    why: "The request that failed is a GET: the job was reading a package, for `npm install` or `npm view`, and not publishing. Trusted publishing grants no right to read.",
    fix: "Check the package's name, version and registry. A private package needs a token that may read it. If it is the package to publish, it was never published: publish its first version by hand.",
    rules: &[],
};

pub(super) const SCRIPT_FAILED: CauseText = CauseText {
    id: "script-failed",
    stage: Stage::Job,
    title: "A script of the package failed",
    why: "npm ran a script of package.json, perhaps `prepublishOnly` or `prepare`, which ended with an error, so npm stopped.",
    fix: "Repair the script. What it printed is above this line of the log.",
    rules: &[],
};
