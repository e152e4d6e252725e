//! Findings about the packages of one publish step. Where several have the same trouble, one finding at the step counts them.

use crate::text::Place;

/// What makes a finding one about a package of a publish step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackageFinding {
    /// The publish command.
    pub step: Place,
    /// The publish command for people.
    pub command: String,
    /// How many packages it publishes.
    pub total: usize,
    /// The package's name, or its folder if it has none.
    pub name: String,
    /// What is said of all such packages.
    pub trouble: PackageTrouble,
}

/// What is said of several packages with the same trouble.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PackageTrouble {
    /// What they do, if it is an error: "will fail with E422".
    pub as_error: &'static str,
    /// What they do otherwise.
    pub otherwise: &'static str,
    /// What repairs them: "Set `repository`".
    pub fix: &'static str,
}
