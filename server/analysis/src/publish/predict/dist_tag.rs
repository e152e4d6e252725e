//! Dist-tags that npm refuses, because they could be versions.

use crate::model::workflow::{Trigger, Workflow};
use crate::publish::site::Site;
use crate::publish::tools::{Exchange, Tool};
use crate::text::Place;

/// A dist-tag that npm refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RefusedTag {
    /// The tag; of one that git names, an example.
    pub tag: String,
    /// Whether the name of the git tag is the dist-tag.
    pub is_git_tag: bool,
    /// Where it is set.
    pub place: Place,
}

impl Site<'_> {
    /// The dist-tag that is asked for, if npm refuses it: "Tag name must not be a valid SemVer range".
    ///
    /// `publishConfig.tag` is not compared. Source: lib/commands/publish.js in npm 10.9.9, 11.19.1 and 12.2.0; measured
    /// with these, and with pnpm 9.15.9 and 10.34.8, which hand the flag on to npm. pnpm 11 does not compare.
    pub(crate) fn refused_tag(&self) -> Option<RefusedTag> {
        let calls_npm =
            self.publishing_tool.exchange == Exchange::NpmOnPath && !self.publishing_tool.is_guess;
        let hands_tag_on = matches!(
            self.publishing_tool.tool,
            Tool::Npm | Tool::Pnpm | Tool::NpmPublish
        );
        let setting = self.command.tag.as_ref().filter(|_| calls_npm && hands_tag_on)?;
        let found = |tag: &str, is_git_tag| RefusedTag {
            tag: tag.to_owned(),
            is_git_tag,
            place: setting.place.clone(),
        };
        if let Some(tag) = &setting.value {
            return is_version_range(tag).then(|| found(tag, false));
        }
        let workflow = self.job.starting_workflow().map(|(_, workflow)| workflow);
        let is_version = self.command.takes_git_tag && workflow.is_some_and(runs_for_versions);
        is_version.then(|| found("v1.2.3", true))
    }
}

/// Whether every run is for a git tag that looks like a version.
fn runs_for_versions(workflow: &Workflow) -> bool {
    let is_for_versions = |trigger: &Trigger| {
        let mut patterns = trigger.tags.iter();
        trigger.name.value == "push"
            && trigger.is_for_tags()
            && !trigger.tags.is_empty()
            && patterns.all(|pattern| starts_as_version(&pattern.value))
    };
    !workflow.triggers.is_empty() && workflow.triggers.iter().all(is_for_versions)
}

/// `v*`, `v1.*`, `v[0-9]+.[0-9]+.[0-9]+`, `[0-9]*`, `*.*.*`
fn starts_as_version(pattern: &str) -> bool {
    let rest = pattern.strip_prefix('v').unwrap_or(pattern);
    let has_v = rest.len() < pattern.len();
    rest.starts_with(|c: char| c.is_ascii_digit())
        || rest.starts_with("[0-9]")
        || rest.starts_with("*.*")
        || (has_v && matches!(rest, "*" | "**"))
}

/// Whether node's `semver.validRange` accepts a text. Of ranges with several parts, which are never meant as a tag, some
/// are not recognized.
fn is_version_range(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['<', '>', '=', '~', '^', ' ']);
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (numbers, rest) = match text.find(['-', '+']) {
        Some(at) => (
            text.get(..at).unwrap_or_default(),
            text.get(at..).unwrap_or_default(),
        ),
        None => (text, ""),
    };
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let is_any = |part: &str| matches!(part, "x" | "X" | "*");
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_range = parts.len() <= 3 && parts.iter().all(|part| is_number(part) || is_any(part));
    // A prerelease follows three numbers.
    let is_whole = parts.len() == 3 && parts.iter().all(|part| is_number(part));
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    is_range && (rest.is_empty() || is_whole && rest.len() > 1 && rest.chars().all(is_word))
}

#[cfg(test)]
mod tests {
    use super::{is_version_range, starts_as_version};

    /// Each was given to `npm publish --dry-run --tag` of npm 10.9.9, 11.19.1 and 12.2.0.
    #[test]
    fn versions_are_told_from_names() {
        for tag in ["v5", "1", "1.0", ">=2", "v1.x", "x", "*", "1.0.0-beta", "1.2.3"] {
            assert!(is_version_range(tag), "{tag}");
        }
        for tag in [
            "latest",
            "next",
            "release-1.x",
            "v1-lts",
            "v",
            "2024-01",
            "next-1",
            "beta.1",
            "1.2.3.4",
            "",
        ] {
            assert!(!is_version_range(tag), "{tag}");
        }
    }

    #[test]
    fn patterns_of_versions() {
        for pattern in ["v*", "v*.*.*", "v[0-9]+.[0-9]+.[0-9]+", "[0-9]*", "1.*", "*.*.*"] {
            assert!(starts_as_version(pattern), "{pattern}");
        }
        for pattern in ["*", "**", "vscode-*", "release-*", "@acme/*", "!v*"] {
            assert!(!starts_as_version(pattern), "{pattern}");
        }
    }
}
