//! What npm refuses before it sends anything, whatever it would publish with.

use std::slice;

use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::npm_releases::{
    FOLDER_NEEDS_PREFIX, NO_SHORT_WORKSPACES, PRERELEASE_NEEDS_TAG, REFUSES_GIT, STAGE_MINIMUM,
};
use crate::model::manifest::Manifest;
use crate::publish::read::rush_config::RushConfig;
use crate::publish::read::tool_config::CHANGESETS_CONFIG;
use crate::publish::site::Refusal;
use crate::publish::site::Site;
use crate::publish::tools::{AskedBy, Exchange, FIRST_WITH_STAGE, Releases, Tool};
use crate::sources::Sources;
use crate::text::FilePath;
use crate::text::Place;
use crate::text::TextRange;
use crate::versions::version::Version;
use crate::versions::version::{Truth, at_least, parse_version};

/// Prereleases with such a name stand for a version that a release sets.
const PLACEHOLDERS: [&str; 9] = [
    "dev",
    "development",
    "local",
    "placeholder",
    "semantic",
    "semantically",
    "snapshot",
    "unreleased",
    "workspace",
];

/// The releases of Bun that look at the version. Measured with 1.3.0 and 1.4.5.
const CHECKS_OF_BUN: Releases = Releases::Between((1, 3, 0), (1, 4, 5));

/// A prerelease that is published without a dist-tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TaglessPrerelease {
    /// The version in the manifest.
    pub range: TextRange,
    /// A dist-tag that suits it: `beta` of `1.0.0-beta.1`.
    pub tag: String,
}

/// What is wrong with the name or the version of a package.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NameOrVersionProblem {
    /// There is no name.
    NoName,
    /// The name is empty.
    EmptyName(TextRange),
    /// There is no version.
    NoVersion,
    /// The version is none.
    InvalidVersion(TextRange),
}

impl Site<'_> {
    /// Whether the npm command line publishes here, so that what it does with a manifest is known.
    pub(crate) fn is_npm(&self) -> bool {
        self.publishing_tool.tool == Tool::Npm && !self.publishing_tool.is_guess
    }

    /// Whether npm takes the folder or the tarball that the command names for a package on the registry or a repository
    /// on GitHub.
    pub(crate) fn takes_folder_for_package(&self) -> Truth {
        // release-it hands it to npm.
        let is_read_by_npm = self.is_npm() || self.publishing_tool.tool == Tool::ReleaseIt;
        let Some(named) = self.command.package.as_ref().filter(|_| is_read_by_npm) else {
            return Truth::No;
        };
        let is_mistaken = |text: &String| is_package_name(text) || is_github_shorthand(text);
        let mistaken = named.texts.iter().filter(|text| is_mistaken(text)).count();
        match (mistaken, self.node_and_npm.npm_at_least(&FOLDER_NEEDS_PREFIX)) {
            (0, _) => Truth::No,
            (count, truth) if count == named.texts.len() => truth,
            (_, Truth::No) => Truth::No,
            _ => Truth::Maybe,
        }
    }

    /// The error of npm where [`Self::takes_folder_for_package`] holds; none if git's own error ends it, or if it is not known.
    pub(crate) fn error_of_mistaken_folder(&self) -> Option<NpmError> {
        let texts = &self.command.package.as_ref()?.texts;
        let is_on_registry = texts.iter().all(|text| is_package_name(text));
        match is_on_registry {
            true => Some(NpmError::E404),
            false if self.node_and_npm.npm_at_least(&REFUSES_GIT) == Truth::Yes => {
                Some(NpmError::GitNotAllowed)
            }
            false => None,
        }
    }

    /// Whether Rush, which publishes here, runs on none of these Nodes.
    pub(crate) fn refuses_node(&self, sources: &Sources<'_>, nodes: &[Version]) -> Truth {
        if self.publishing_tool.tool != Tool::Rush || nodes.is_empty() {
            return Truth::No;
        }
        let folder = self
            .packages
            .manifests
            .first()
            .map(FilePath::folder)
            .unwrap_or_default();
        let Some(config) = RushConfig::find(sources, &folder) else {
            return Truth::No;
        };
        // The variable has Rush warn instead. Source: lib/api/RushConfiguration.js of @microsoft/rush-lib 5.164.0.
        let may_only_warn = sources
            .file(&self.job.path)
            .is_some_and(|file| file.text.contains("RUSH_ALLOW_UNSUPPORTED_NODEJS"));
        match !config.runs_on(nodes) {
            Truth::Yes if may_only_warn => Truth::Maybe,
            truth => truth,
        }
    }

    /// Whether npm does not know `-ws` any more. Where nothing is known about npm, it does.
    pub(crate) fn refuses_short_flag(&self) -> Truth {
        let candidates = &self.node_and_npm.npm.candidates;
        let has_flag = self.command.short_workspaces_flag.is_some() && self.is_npm();
        match at_least(candidates, &NO_SHORT_WORKSPACES) {
            truth if has_flag && !candidates.is_empty() => truth,
            _ => Truth::No,
        }
    }

    /// Whether the tool refuses to publish because it cannot sign the provenance that is asked for.
    pub(crate) fn refuses_provenance(&self) -> Truth {
        match self.target.requested_provenance() {
            Some(_) if self.publishing_tool.asked_for_provenance_by == AskedBy::Nothing => {
                self.publishing_tool.refuses_provenance
            }
            _ => Truth::No,
        }
    }

    /// Whether npm does not know `npm stage` yet. Where nothing is known about npm, it does.
    pub(crate) fn lacks_stage(&self) -> bool {
        self.is_npm()
            && self.publishing_tool.is_staged
            && self.node_and_npm.npm_at_least(&STAGE_MINIMUM) == Truth::No
    }

    /// The version of a pnpm that does not know `pnpm stage` yet.
    pub(crate) fn pnpm_without_stage(&self) -> Option<&Version> {
        let publishing_tool = &self.publishing_tool;
        let is_meant =
            publishing_tool.tool == Tool::Pnpm && publishing_tool.is_staged && !publishing_tool.is_guess;
        let version = publishing_tool.release.version.as_ref().filter(|_| is_meant)?;
        (*version < Version::from(FIRST_WITH_STAGE)).then_some(version)
    }

    /// Whether npm takes the command with its flags, from the command line or from a pnpm that hands them on.
    fn reaches_npm(&self) -> bool {
        let is_of_pnpm = self.publishing_tool.tool == Tool::Pnpm
            && self.publishing_tool.exchange == Exchange::NpmOnPath
            && !self.publishing_tool.is_guess;
        self.is_npm() || is_of_pnpm
    }

    /// Whether npm or Bun refuses here what is committed as a prerelease without a dist-tag of its own. Maybe if the version may
    /// be another one by then.
    pub(crate) fn refuses_tagless_prereleases(&self) -> Truth {
        let is_asked_for = self.command.tag.is_some() || self.command.is_forced;
        let checks = match self.publishing_tool.tool {
            Tool::Bun => self.bun_is_in(CHECKS_OF_BUN),
            _ => self.reaches_npm() && self.node_and_npm.npm_at_least(&PRERELEASE_NEEDS_TAG) == Truth::Yes,
        };
        let refuses =
            checks && !is_asked_for && self.packages.is_complete && !self.may_leave_prereleases_out();
        match refuses {
            true if self.packages.version_may_change() => Truth::Maybe,
            refuses => Truth::from(refuses),
        }
    }

    /// Whether an npm that is new enough for trusted publishing would refuse a prerelease that the one of the job takes.
    pub(crate) fn newer_npm_refuses_prerelease(&self, sources: &Sources<'_>) -> bool {
        let is_asked_for = self.command.tag.is_some() || self.command.is_forced;
        let mut manifests = self.packages.manifests.iter();
        self.reaches_npm()
            && !is_asked_for
            && self.node_and_npm.npm_at_least(&PRERELEASE_NEEDS_TAG) != Truth::Yes
            && !self.may_leave_prereleases_out()
            && manifests.any(|path| sources.manifest(path).and_then(tagless_prerelease).is_some())
    }

    /// Whether npm may refuse a prerelease, but only the run knows the version.
    pub(crate) fn may_refuse_prerelease(&self, sources: &Sources<'_>) -> bool {
        let mut manifests = self.packages.manifests.iter();
        self.refuses_tagless_prereleases() == Truth::Maybe
            && manifests.any(|path| sources.manifest(path).and_then(tagless_prerelease).is_some())
    }

    /// Whether a condition around the command speaks of prereleases, or of the version.
    fn may_leave_prereleases_out(&self) -> bool {
        let of_job = self.job.job.and_then(|job| job.condition.as_ref());
        let of_step = self.step.step.condition.as_ref();
        let speaks = |condition: &str| {
            let condition = condition.to_ascii_lowercase();
            ["prerelease", "version", "'-'", "beta", "alpha", "-rc"]
                .iter()
                .any(|word| condition.contains(word))
        };
        self.command.is_conditional
            || of_job
                .into_iter()
                .chain(of_step)
                .any(|condition| speaks(&condition.value))
    }

    /// Whether it is a Bun that certainly behaves so.
    fn bun_is_in(&self, releases: Releases) -> bool {
        let version = self.publishing_tool.release.version.as_ref();
        self.publishing_tool.tool == Tool::Bun
            && version.is_some_and(|version| releases.include(slice::from_ref(version)).is_yes())
    }

    /// What is wrong with the name or the version of a package that a package manager publishes here.
    ///
    /// Measured with npm 11.19.1 and 12.2.2; pnpm 10.34.9, 11.0.4, 11.28.11 and 12.21.0; Yarn 3.8.7, 4.10.2 and 4.18.1, which takes
    /// any version; Bun 1.1.45 and 1.4.5, of which the first takes any version.
    pub(crate) fn name_or_version_problem(&self, manifest: &Manifest) -> Option<NameOrVersionProblem> {
        let (needs_both, needs_sound_version) = match self.publishing_tool.tool {
            _ if self.publishing_tool.is_guess => (false, false),
            Tool::Npm | Tool::Pnpm => (true, true),
            Tool::YarnBerry => (true, false),
            Tool::Bun => (true, self.bun_is_in(CHECKS_OF_BUN)),
            _ => (false, false),
        };
        // A loop may leave such a package out, and `pnpm -r publish` does.
        let is_meant = self.is_npm() || !self.packages.skips_private;
        if !needs_both || !is_meant || !self.packages.is_complete || manifest.is_private() {
            return None;
        }
        match &manifest.name {
            None => return Some(NameOrVersionProblem::NoName),
            Some(name) if name.value.trim().is_empty() => {
                return Some(NameOrVersionProblem::EmptyName(name.range));
            }
            Some(_) => {}
        }
        match &manifest.version {
            _ if self.packages.version_may_change() => None,
            None => Some(NameOrVersionProblem::NoVersion),
            Some(version) if needs_sound_version && !is_version_of_npm(&version.value) => {
                Some(NameOrVersionProblem::InvalidVersion(version.range))
            }
            Some(_) => None,
        }
    }

    /// What says that a package is restricted: a flag, then `publishConfig`, then the environment and `.npmrc`.
    pub(crate) fn restricting_place(&self, path: &FilePath, manifest: &Manifest) -> Option<Place> {
        // Others have their own ways with access. Measured with pnpm 11.0.4, 11.28.11 and 12.21.0, and Bun 1.1.45 and 1.4.5.
        let refuses = self.publishing_tool.exchange == Exchange::NpmOnPath
            || self.publishing_tool.runs_own_client_of_pnpm()
            || self.publishing_tool.tool == Tool::Bun;
        if !refuses || self.publishing_tool.is_guess {
            return None;
        }
        let of_manifest = manifest
            .publish_config
            .as_ref()
            .and_then(|config| config.access.as_ref());
        let of_site = |is_flag: bool| {
            let access = self
                .command
                .access
                .as_ref()
                .filter(|access| access.is_flag == is_flag)?;
            Some((access.value.as_deref().unwrap_or_default(), access.place.clone()))
        };
        let (value, place) = of_site(true)
            .or_else(|| of_manifest.map(|access| (access.value.as_str(), Place::new(path, access.range))))
            .or_else(|| of_site(false))?;
        // It is the default of changesets, which changes nothing about a package with a scope that is public.
        let is_of_changesets = place.path.as_str() == CHANGESETS_CONFIG;
        let is_meant = value == "restricted" && !(is_of_changesets && manifest.scope().is_some());
        is_meant.then_some(place)
    }

    /// Whether npm refuses for certain what it would publish otherwise.
    pub(crate) fn find_refusal(&self, sources: &Sources<'_>) -> Option<Refusal> {
        if self.takes_folder_for_package() == Truth::Yes {
            return Some(Refusal {
                code: self.error_of_mistaken_folder(),
            });
        }
        if self.refuses_node(sources, &self.node_and_npm.node.candidates) == Truth::Yes {
            return Some(Refusal { code: None });
        }
        if self.pnpm_without_stage().is_some() {
            return Some(Refusal {
                code: Some(NpmError::PnpmNoCommand),
            });
        }
        if self.refuses_provenance() == Truth::Yes {
            return Some(Refusal { code: None });
        }
        if self.lacks_stage() || self.refuses_short_flag() == Truth::Yes || self.refused_tag().is_some() {
            return Some(Refusal { code: None });
        }
        let manifests = self.packages.manifests.iter();
        let mut committed = manifests
            .filter(|_| !self.packages.manifest_is_changed)
            .filter_map(|path| Some((path, sources.manifest(path)?)));
        committed.find_map(|(path, manifest)| {
            let lacks_tag =
                self.refuses_tagless_prereleases() == Truth::Yes && tagless_prerelease(manifest).is_some();
            if lacks_tag || self.name_or_version_problem(manifest).is_some() {
                return Some(Refusal { code: None });
            }
            let is_restricted =
                manifest.scope().is_none() && self.restricting_place(path, manifest).is_some();
            is_restricted.then_some(Refusal {
                code: Some(NpmError::Unscoped),
            })
        })
    }
}

/// The version of a manifest, where it is a prerelease and no tag is set for it.
pub(crate) fn tagless_prerelease(manifest: &Manifest) -> Option<TaglessPrerelease> {
    let written = manifest.version.as_ref()?;
    let version = parse_version(&written.value)?;
    let has_tag = manifest
        .publish_config
        .as_ref()
        .is_some_and(|config| config.tag.is_some());
    let tag = prerelease_name(&version)?;
    let is_placeholder = (version.major(), version.minor(), version.patch()) == (0, 0, 0)
        || PLACEHOLDERS.contains(&tag.to_ascii_lowercase().as_str());
    let is_meant = !has_tag && !is_placeholder && !manifest.is_private();
    is_meant.then_some(TaglessPrerelease {
        range: written.range,
        tag,
    })
}

/// `beta` of `1.0.0-beta.1`; `next` where the prerelease has no name.
fn prerelease_name(version: &Version) -> Option<String> {
    let first = version.pre_release().first()?.to_string();
    let name: String = first.chars().take_while(char::is_ascii_alphabetic).collect();
    Some(if name.is_empty() { "next".to_owned() } else { name })
}

/// Whether npm takes a text for a version: three numbers, whatever follows the third.
/// Source: `semver.valid(version, { loose: true })` in `fixVersionField` of normalize-package-data; measured with `1.0`, `1.0.0.1`,
/// `v1.0.0` and `01.0.0`.
fn is_version_of_npm(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['v', '=', ' ']);
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let (numbers, _) = text.split_at(text.find(|c| !is_number(c)).unwrap_or(text.len()));
    let parts: Vec<&str> = numbers.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty())
}

/// A word that npm reads as the name of a package on the registry, without its version.
fn is_package_name(text: &str) -> bool {
    let is_archive = [".tgz", ".tar.gz", ".tar"].iter().any(|end| text.ends_with(end));
    !text.is_empty()
        && !is_archive
        && !text.starts_with(['.', '~'])
        && !text.contains(['/', '@', ':', '\\', '*', '?', '[', '$'])
}

/// A word that npm reads as `owner/repository` on GitHub: exactly one slash, inside, and none of the signs that other forms
/// have. It may end like a tarball, and a pattern expands to such words.
/// Source: hosted-git-info 7 and later, `isGitHubShorthand`, which npm-package-arg asks before it thinks of files;
/// measured with npm 10.9.9, 11.19.1 and 12.2.0.
pub(crate) fn is_github_shorthand(text: &str) -> bool {
    let has_one_slash = text.matches('/').count() == 1;
    has_one_slash
        && !text.starts_with(['/', '.', '~'])
        && !text.ends_with('/')
        && !text.contains(['@', ':', '\\', ' ', '#', '$', '{'])
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[test]
    fn what_npm_refuses_is_predicted() {
        let check = |command: &str, manifest: &str, expected: &str| {
            let fixture = format!(
                "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.19.0 }}
      - run: {command}
#- package.json
{{ {manifest} }}
"
            );
            check_sites(&fixture, &format!("release.yml:9 publish; {expected}"));
        };
        let sound = "\"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/w\"";
        let prerelease = sound.replace("1.0.0", "1.0.0-rc.1");
        for (command, manifest, expected) in [
            ("npm publish", sound, "outcome=oidc"),
            ("npm publish dist", sound, "outcome=fails; error=E404"),
            ("npm publish packages/w", sound, "outcome=fails; error=-"),
            ("npm publish out/w.tgz", sound, "outcome=fails; error=-"),
            (
                "npx npm@12 publish out/w.tgz",
                sound,
                "outcome=fails; error=EALLOWGIT",
            ),
            ("npm publish ./out/w.tgz", sound, "outcome=oidc"),
            ("npm publish -ws", sound, "outcome=oidc"),
            ("npx npm@12 publish -ws", sound, "outcome=fails; error=-"),
            ("npm publish", &prerelease, "outcome=fails; error=-"),
            ("npm publish --tag rc", &prerelease, "outcome=oidc"),
            (
                "npm publish",
                "\"version\": \"1.0.0\", \"repository\": \"a/w\"",
                "outcome=fails; error=-",
            ),
            (
                "npm publish --access restricted",
                sound,
                "outcome=fails; error=EUNSCOPED",
            ),
        ] {
            check(command, manifest, expected);
        }
    }
}
