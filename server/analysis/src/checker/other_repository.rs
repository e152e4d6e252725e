//! Conditions that let a job run only in another repository: the checkout is probably that of a fork.

use std::collections::HashMap;

use crate::checker::context::CheckContext;
use crate::model::job::Job;
use crate::model::repository::RepositorySlug;
use crate::model::workflow::Workflow;
use crate::publish::Site;
use crate::text::Ranged;

/// Why the step cannot be moved here: it never runs in this repository, so its trusted publisher has to name another.
pub(crate) fn runs_in_other_repository(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    let own = context.sources.slug()?;
    let callers = site.job.entry.callers.iter();
    let callers = callers.map(|calling| (Some(calling.workflow), calling.job));
    let mut jobs = callers.chain(site.job.job.map(|job| (site.job.workflow, job)));
    let of_jobs = jobs.find_map(|(workflow, job)| of_job(workflow, job, own));
    let of_step = || {
        let condition = site.step.step.condition.as_ref()?;
        Some(format!("its job {}", only_elsewhere(&condition.value, own)?))
    };
    of_jobs.or_else(of_step)
}

/// The same of one job. A job is skipped together with those that it needs, unless its condition asks for their results.
/// Source: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds>
fn of_job(workflow: Option<&Workflow>, job: &Job, own: &RepositorySlug) -> Option<String> {
    let mut left = vec![job];
    let mut by_name: HashMap<String, &Job> = HashMap::new();
    if !job.needs.is_empty() {
        let jobs = workflow.into_iter().flat_map(|workflow| &workflow.jobs);
        by_name.extend(jobs.map(|job| (job.id.value.to_ascii_lowercase(), job)));
    }
    while let Some(next) = left.pop() {
        if let Some(condition) = &next.condition
            && let Some(why) = only_elsewhere(&condition.value, own)
        {
            return Some(match next.id.range == job.id.range {
                true => format!("its job {why}"),
                false => format!("its job needs the job `{}`, which {why}", next.id.value),
            });
        }
        if next.condition.as_ref().is_some_and(runs_after_skipped) {
            continue;
        }
        // Each job is asked once.
        let needs = next.needs.iter();
        left.extend(needs.filter_map(|need| by_name.remove(&need.value.to_ascii_lowercase())));
    }
    None
}

/// Whether a job with this condition may run although a job that it needs was skipped.
fn runs_after_skipped(condition: &Ranged<String>) -> bool {
    let condition = condition.value.to_ascii_lowercase();
    let mut functions = ["always", "cancelled", "failure"].iter();
    functions.any(|function| condition.contains(function))
}

/// "runs only in …", with what to do, if the condition names another repository than this one.
fn only_elsewhere(condition: &str, own: &RepositorySlug) -> Option<String> {
    let (place, named) = match named(condition)? {
        Named::Repository(slug) if !slug.eq_ignore_ascii_case(&own.to_string()) => {
            (format!("`{slug}`"), slug.to_owned())
        }
        Named::NotRepository(slug) if slug.eq_ignore_ascii_case(&own.to_string()) => {
            return Some(format!(
                "runs only in other repositories, because of `github.repository != '{own}'`"
            ));
        }
        Named::Owner(owner) if !owner.eq_ignore_ascii_case(&own.owner) => (
            format!("repositories of `{owner}`"),
            format!("{owner}/{}", own.name),
        ),
        _ => return None,
    };
    Some(format!(
        "runs only in {place}, but this repository is taken to be `{own}`; use `--repository {named}`, or set `repository` in \
         `trustpub.toml`"
    ))
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

/// What a condition asks of the repository.
#[derive(PartialEq, Eq, Debug)]
enum Named<'c> {
    Repository(&'c str),
    NotRepository(&'c str),
    Owner(&'c str),
}

/// The repository, or the owner, without which the condition does not hold.
fn named(condition: &str) -> Option<Named<'_>> {
    // One of several alternatives, or what must not be, says nothing.
    if condition.contains("||") || condition.contains("!(") {
        return None;
    }
    let condition = condition.trim().trim_start_matches("${{").trim_end_matches("}}");
    condition.split("&&").find_map(|part| {
        let part = part.trim();
        let (is_equal, (left, right)) = match part.split_once("!=") {
            Some(sides) => (false, sides),
            None => (true, part.split_once("==")?),
        };
        let (left, right) = (left.trim(), right.trim());
        let (name, value) = match quoted(right) {
            Some(value) => (left, value),
            None => (right, quoted(left)?),
        };
        match name {
            "github.repository" if is_equal => Some(Named::Repository(value)),
            "github.repository" => Some(Named::NotRepository(value)),
            "github.repository_owner" if is_equal => Some(Named::Owner(value)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_names_the_repository() {
        for (condition, expected) in [
            ("github.repository == 'a/b'", Some(Named::Repository("a/b"))),
            (
                "${{ 'a/b' == github.repository }}",
                Some(Named::Repository("a/b")),
            ),
            (
                "github.ref == 'x' && github.repository_owner == 'a'",
                Some(Named::Owner("a")),
            ),
            ("github.repository != 'a/b'", Some(Named::NotRepository("a/b"))),
            ("github.repository_owner != 'a'", None),
            ("github.repository == 'a/b' || github.actor == 'c'", None),
            ("!(github.repository == 'a/b')", None),
            ("github.repository == vars.REPOSITORY", None),
            ("startsWith(github.ref, 'refs/tags/')", None),
        ] {
            assert_eq!(named(condition), expected, "{condition}");
        }
    }
}
