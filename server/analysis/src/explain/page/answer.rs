//! The causes as answers: causes that mean the same to a reader are one.

use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::{Cause, CauseGroup, CauseId, Confidence, Explanation, LogEvidence};

/// More answers than these are not told in full.
const MOST_IN_FULL: usize = 3;
/// The same where nothing speaks for any of them.
const MOST_POSSIBLE_IN_FULL: usize = 2;
/// More answers than these are not told besides.
const MOST_OTHERS: usize = 3;

/// All answers, the likeliest first.
#[derive(Debug)]
pub(super) struct Answers<'e> {
    /// Those that are the likeliest for their job and package.
    pub(super) first: Vec<Answer<'e>>,
    /// Those that are less likely.
    pub(super) others: Vec<Answer<'e>>,
    /// How many more there are.
    pub(super) left_out: usize,
}

impl<'e> Answers<'e> {
    /// In the long form each cause is an answer, and nothing is left out.
    pub(super) fn new(explanation: &'e Explanation, is_long: bool) -> Self {
        let mut first: Vec<Answer<'e>> = Vec::new();
        for cause in &explanation.causes {
            match first.iter_mut().find(|answer| !is_long && answer.takes(cause)) {
                Some(answer) => answer.members.push(cause),
                None => first.push(Answer {
                    main: cause,
                    members: Vec::new(),
                    is_long,
                }),
            }
        }
        if is_long {
            return Self {
                first,
                others: Vec::new(),
                left_out: 0,
            };
        }
        // Each job and each package has a likeliest answer of its own.
        let best: Vec<_> = first.iter().map(|answer| best_of(&first, answer.main)).collect();
        let is_best = |(answer, best): &(Answer<'e>, _)| Some(rank(answer.main)) == *best;
        let (best, others): (Vec<_>, Vec<_>) = first.into_iter().zip(best).partition(is_best);
        let of_pairs = |pairs: Vec<(Answer<'e>, _)>| pairs.into_iter().map(|(answer, _)| answer);
        let mut first: Vec<Answer<'e>> = of_pairs(best).collect();
        let is_possible = |answer: &Answer<'e>| answer.main.confidence == Confidence::Possible;
        let most = match first.iter().all(is_possible) {
            true => MOST_POSSIBLE_IN_FULL,
            false => MOST_IN_FULL,
        };
        let mut others: Vec<Answer<'e>> = first
            .split_off(first.len().min(most))
            .into_iter()
            .chain(of_pairs(others))
            .collect();
        let left_out = others.len().saturating_sub(MOST_OTHERS);
        others.truncate(MOST_OTHERS);
        Self {
            first,
            others,
            left_out,
        }
    }

    /// How many answers there are.
    pub(super) fn len(&self) -> usize {
        self.first.len() + self.others.len() + self.left_out
    }

    /// Whether the answers are about different packages. One without a package may be about any of them.
    pub(super) fn are_of_several_packages(&self) -> bool {
        let answers = self.first.iter().chain(&self.others);
        let mut packages = answers
            .map(|answer| &answer.main.packages)
            .filter(|packages| !packages.is_empty());
        let first = packages.next();
        packages.any(|packages| Some(packages) != first)
    }

    /// Whether steps of one job failed for themselves.
    pub(super) fn are_of_several_steps(&self) -> bool {
        let mut mains = self.first.iter().map(|answer| answer.main);
        let first = mains.next();
        first.is_some_and(|first| mains.any(|main| main.job == first.job && is_of_other_step(main, first)))
    }

    /// Whether more than one job failed.
    pub(super) fn are_of_several_jobs(&self) -> bool {
        let mut jobs = self.first.iter().map(|answer| &answer.main.job);
        let first = jobs.next();
        jobs.any(|job| Some(job) != first)
    }
}

/// How likely the likeliest answer about the same job and packages is.
fn best_of(answers: &[Answer<'_>], cause: &Cause) -> Option<(bool, bool, Confidence)> {
    let is_same = |other: &&Answer<'_>| is_of_same_failure(other.main, cause);
    let ranks = answers.iter().filter(is_same).map(|answer| rank(answer.main));
    ranks.max()
}

/// Whether two causes are about the same job, step and packages. What the files foretell names no step.
fn is_of_same_failure(one: &Cause, other: &Cause) -> bool {
    (&one.job, &one.packages) == (&other.job, &other.packages) && !is_of_other_step(one, other)
}

fn is_of_other_step(one: &Cause, other: &Cause) -> bool {
    one.step.is_some() && other.step.is_some() && one.step != other.step
}

/// What orders the answers.
fn rank(cause: &Cause) -> (bool, bool, Confidence) {
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    (
        cause.confidence == Confidence::Certain,
        cause.diagnostics.iter().any(is_error),
        cause.confidence,
    )
}

/// One cause, or several that mean the same.
#[derive(Debug)]
pub(super) struct Answer<'e> {
    /// The likeliest.
    pub(super) main: &'e Cause,
    /// The others of its group.
    members: Vec<&'e Cause>,
    /// Whether each cause is an answer.
    is_long: bool,
}

impl<'e> Answer<'e> {
    /// Whether a cause means the same: one of the group, about the same packages of the same job.
    fn takes(&self, cause: &Cause) -> bool {
        let main = self.main;
        main.id.group().is_some() && main.id.group() == cause.id.group() && is_of_same_failure(main, cause)
    }

    fn causes(&self) -> impl Iterator<Item = &'e Cause> {
        std::iter::once(self.main).chain(self.members.iter().copied())
    }

    /// The group, if the words of the group tell more than those of its likeliest cause.
    pub(super) fn group(&self) -> Option<CauseGroup> {
        let group = self.main.id.group()?;
        // The log says that the registry does not have the package.
        if self.main.id == CauseId::FirstPublish && self.main.confidence > Confidence::Possible {
            return None;
        }
        let mut members = self.members.iter();
        let is_open = match group {
            // What is entered on npm is compared as a whole.
            CauseGroup::TrustedPublisher => self.main.id.is_whole_group() || !self.members.is_empty(),
            // Its words are those of the usual cause.
            CauseGroup::IdToken if self.main.id != CauseId::IdTokenMissing => false,
            _ => members.any(|cause| rank(cause) == rank(self.main)),
        };
        let is_told_alone = self.is_long || self.main.confidence == Confidence::Certain;
        (is_open && !is_told_alone).then_some(group)
    }

    /// Whether what is entered on npm must be compared.
    pub(super) fn is_about_entry(&self) -> bool {
        self.is_whole_entry() || self.main.id.is_whole_group()
    }

    /// Whether to compare is all that can be done.
    pub(super) fn is_whole_entry(&self) -> bool {
        self.group() == Some(CauseGroup::TrustedPublisher)
    }

    pub(super) fn title(&self) -> &'static str {
        self.group().map_or(self.main.id.text().title, CauseGroup::title)
    }

    pub(super) fn why(&self) -> &'static str {
        self.group().map_or(self.main.id.text().why, CauseGroup::why)
    }

    pub(super) fn fix(&self) -> &'static str {
        self.group().map_or(self.main.id.text().fix, CauseGroup::fix)
    }

    /// Where to look within the group.
    pub(super) fn notes(&self) -> Vec<&'static str> {
        if self.group().is_none() {
            return Vec::new();
        }
        let least = self.causes().map(rank).min();
        self.causes()
            .filter(|cause| cause.id.is_always_noted() || Some(rank(cause)) > least)
            // What the analysis finds says it better.
            .filter(|cause| cause.diagnostics.is_empty())
            .filter_map(|cause| cause.id.note())
            .collect()
    }

    /// What the log says of it in this very case.
    pub(super) fn details(&self) -> impl Iterator<Item = &'e str> {
        self.causes().filter_map(|cause| cause.detail.as_deref())
    }

    /// What the analysis finds in the repository that fits.
    pub(super) fn diagnostics(&self) -> Vec<&'e Diagnostic> {
        let mut found: Vec<&Diagnostic> = Vec::new();
        for diagnostic in self.causes().flat_map(|cause| &cause.diagnostics) {
            if !found.contains(&diagnostic) {
                found.push(diagnostic);
            }
        }
        found
    }

    /// Whether a line of the log speaks for the answer.
    pub(super) fn is_shown_by(&self, evidence: &LogEvidence) -> bool {
        self.causes().any(|cause| cause.id.is_shown_by(evidence.topic))
    }
}
