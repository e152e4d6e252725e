//! The move of a job from a token to trusted publishing, in one edit.

use crate::checker::npm_version::{node_24_remedy, runs_on_node_24};
use crate::checker::other_repository::runs_in_other_repository;
use crate::checker::prelude::*;
use crate::checker::published_packages::no_package;
use crate::checker::tool_remedy::tool_remedy;
use crate::diagnostic::{FileEdits, FixKind};
use crate::edit::npmrc::remove_setting;
use crate::edit::yaml::{Quoting, set_scalar};
use crate::fixes::builder::{editable, listed};
use crate::fixes::node::{node_version_edits, setup_node_edits, version_file_edits};
use crate::fixes::npm::install_npm_11;
use crate::fixes::permissions::{grant_edits, node_of};
use crate::fixes::repository::repository_edits_of;
use crate::fixes::still_needed::{installs_need_token, is_still_read};
use crate::fixes::token::all_token_edits;
use crate::knowledge::npm_releases::OIDC_MINIMUM;
use crate::model::manifest::Manifest;
use crate::model::repository::SlugComparison;
use crate::publish::{CredentialSource, NodeOrigin, NpmOrigin, is_in_workspace, project_token};
use crate::syntax::npmrc::{NpmrcSetting, NpmrcValue};
use crate::text::{FilePath, FolderPath};
use crate::text::{TextEdit, apply_edits};

/// The message about a job that publishes with a token today.
pub(crate) fn migration_message(site: &Site<'_>) -> String {
    let command = &site.publishing_tool.command;
    let what = match (site.publishing_tool.is_guess, site.outcome.prediction.outcome) {
        (true, Outcome::Token) => format!("If `{command}` publishes, it does so with this token"),
        (true, _) if site.identity.id_token.grant == Grant::No => {
            format!("If `{command}` publishes with npm, it does so with this token")
        }
        (false, Outcome::Token) => format!("`{command}` publishes with this token"),
        // Something else may keep it from publishing.
        _ => format!("`{command}` gets this token"),
    };
    format!("{what}, but trusted publishing needs no secret")
}

/// What has to be done so that the job publishes by trusted publishing.
pub(crate) fn migration_help(context: &CheckContext<'_>, site: &Site<'_>) -> String {
    let mut steps: Vec<String> = Vec::new();
    if site.identity.id_token.grant == Grant::No {
        steps.push("grant `id-token: write`".to_owned());
    }
    match site.publishing_tool.exchange {
        Exchange::Unsupported => steps.push(tool_remedy(context.sources, site)),
        Exchange::NpmOnPath if site.can_exchange() == Truth::No => {
            let remedy = node_24_remedy(context, site);
            steps.push(match runs_on_node_24(context, site) {
                true => format!("{remedy} for npm 11.5.1 or later"),
                false => remedy,
            });
        }
        Exchange::Unknown if !site.runs_npm_or_exchanges() => {
            steps.push(match &site.publishing_tool.since {
                Some((package, since)) => format!("make sure that {package} is {since} or later"),
                None => format!(
                    "make sure that {} can exchange the ID token",
                    site.publishing_tool.name
                ),
            });
        }
        _ => {}
    }
    steps.push("set up the trusted publisher on npm".to_owned());
    format!("To use trusted publishing, {}.", listed(&steps))
}

/// The edit that moves the job of a site to trusted publishing. It grants the permission, installs an npm that is new enough,
/// corrects `repository` and removes the tokens. None if an edit cannot do one of these, or if the job might not publish
/// afterwards.
pub(crate) fn migrate(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Fix> {
    let cannot_move = site.publishing_tool.is_guess
        || runs_in_other_repository(context, site).is_some()
        || no_package(context, site).is_some()
        || another_way_needs_token(context, site)
        || site.newer_npm_refuses_prerelease(context.sources);
    if cannot_move || installs_need_token(context, site) {
        return None;
    }
    match something_else_refuses(context, site) {
        Truth::Yes => return None,
        // Next to an ID token, the access token may be what publishes today.
        Truth::Maybe if site.intent() == Intent::Both => return None,
        // Without the token such a tool may have nothing to publish with.
        Truth::Maybe
            if site.publishing_tool.exchange == Exchange::Unknown && !site.runs_npm_or_exchanges() =>
        {
            return None;
        }
        _ => {}
    }
    let mut edits = MigrationEdits::default();
    match site.identity.id_token.grant {
        Grant::Yes => {}
        // A called workflow needs the permission from its callers too, which is more than one edit can promise.
        Grant::No if site.job.entry.callers.is_empty() => {
            let (workflow, job) = (site.job.workflow?, site.job.job?);
            let path = &site.job.path;
            edits.add(path, grant_edits(context, path, workflow, job)?);
        }
        Grant::No | Grant::Unknown => return None,
    }
    match site.can_exchange() {
        Truth::Yes => {}
        Truth::No if site.publishing_tool.exchange == Exchange::Unsupported => return None,
        Truth::No => {
            for (path, node_edits) in newer_npm(context, site)? {
                edits.add(&path, node_edits);
            }
        }
        Truth::Maybe if site.intent() == Intent::Both => return None,
        // The tool may run npm, and this npm is too old.
        Truth::Maybe if site.may_run_npm() && site.node_and_npm.npm_at_least(&OIDC_MINIMUM) == Truth::No => {
            for (path, node_edits) in newer_npm(context, site)? {
                edits.add(&path, node_edits);
            }
        }
        Truth::Maybe => {}
    }
    for path in manifests_to_repair(context, site) {
        edits.add(&path, repository_edits_of(context, &path)?);
    }
    for (path, token_edits) in all_token_edits(context, site, &[])? {
        edits.add(path, token_edits);
    }
    if let Some((path, setting)) = empty_line_under_command(context, site) {
        let text = &context.sources.file(&path)?.text;
        edits.add(&path, remove_setting(text, setting).ok()?);
    }
    Some(Fix {
        title: "Move this job to trusted publishing".to_owned(),
        applicability: Applicability::Unsafe,
        kind: FixKind::Rewrite,
        edits: edits
            .finish(context)
            .filter(|edits| !is_still_read(context, site, edits))?,
    })
}

/// Whether the same step is also reached from another workflow, which may not be able to publish without the token.
fn another_way_needs_token(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    let start = |site: &Site<'_>| site.job.starting_workflow().map(|(path, _)| path.clone());
    let own = start(site);
    context.sites.iter().any(|other| {
        let is_ready = other.identity.id_token.grant == Grant::Yes && other.can_exchange() != Truth::No;
        other.place == site.place && !is_ready && start(other) != own
    })
}

/// Whether the job of a site publishes without its tokens as well, as far as the files show.
pub(crate) fn can_do_without_tokens(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    site.identity.id_token.grant == Grant::Yes
        && site.can_exchange() == Truth::Yes
        && something_else_refuses(context, site) == Truth::No
        && !site.target.repository_mismatch
        && empty_line_under_command(context, site).is_none()
        && !another_way_needs_token(context, site)
}

/// The line of the committed `.npmrc` that leaves the token empty, if a command writes another one after it. Without the command,
/// npm may take the empty token in place of the one that it exchanged.
fn empty_line_under_command<'c>(
    context: &CheckContext<'c>,
    site: &Site<'_>,
) -> Option<(FilePath, &'c NpmrcSetting)> {
    let mut tokens = site.credentials.tokens.iter();
    if !tokens.any(|token| token.source == CredentialSource::NpmrcCommand) {
        return None;
    }
    let (path, npmrc) = context.sources.npmrc_in(&FolderPath::root())?;
    let setting = project_token(npmrc).filter(|setting| setting.value_form() == NpmrcValue::Empty)?;
    Some((path, setting))
}

/// Whether npm would refuse the exchange for what is registered there, or not find its token, or the tool asks for a token
/// first.
fn something_else_refuses(context: &CheckContext<'_>, site: &Site<'_>) -> Truth {
    let registration = &site.identity.registration;
    let assumptions = context.sources.assumptions();
    let is_refused = registration.assumed(assumptions).publisher_matches == Some(false)
        || registration.action_is_refused();
    let reasons = [
        Truth::from(is_refused),
        !site.finds_exchanged_token(assumptions),
        site.publishing_tool.asks_for_token,
    ];
    match reasons {
        reasons if reasons.contains(&Truth::Yes) => Truth::Yes,
        reasons if reasons.contains(&Truth::Maybe) => Truth::Maybe,
        _ => Truth::No,
    }
}

/// The manifests whose `repository` the registry would not accept with the provenance of trusted publishing.
pub(crate) fn mismatched_manifests<'c>(context: &CheckContext<'_>, site: &'c Site<'_>) -> Vec<&'c FilePath> {
    mismatched(context, &site.packages.manifests)
}

fn mismatched<'c>(context: &CheckContext<'_>, manifests: &'c [FilePath]) -> Vec<&'c FilePath> {
    let mut found = Vec::new();
    for path in manifests {
        let Some(manifest) = context.sources.manifest(path) else {
            continue;
        };
        let own = context.sources.slug();
        let is_same = manifest
            .repository
            .slug()
            .is_some_and(|named| own.is_none_or(|own| named.compare(own) == SlugComparison::Same));
        if !is_same {
            found.push(path);
        }
    }
    found
}

/// The manifests whose `repository` the registry would refuse. If it is not known which packages are published, each package of
/// the repository may be.
fn manifests_to_repair(context: &CheckContext<'_>, site: &Site<'_>) -> Vec<FilePath> {
    if !site.packages.manifests.is_empty() {
        let mismatched = mismatched_manifests(context, site);
        let target = &site.target;
        let may_mismatch = target.repository_mismatch || target.repository_may_mismatch;
        let mismatched = mismatched.into_iter().filter(|_| may_mismatch);
        return mismatched.cloned().collect();
    }
    let is_unclear = site.packages.manifest_is_changed || context.sources.slug_is_ambiguous();
    if site.provenance_is_off() || is_unclear {
        return Vec::new();
    }
    let is_package = |path: &&FilePath| {
        let is_member = path.folder().is_root() || is_in_workspace(context.sources, &path.folder());
        let manifest = context.sources.manifest(path).filter(|_| is_member);
        manifest.is_some_and(Manifest::is_publishable)
    };
    let packages = context.sources.manifest_paths().filter(is_package);
    let packages: Vec<FilePath> = packages.cloned().collect();
    mismatched(context, &packages).into_iter().cloned().collect()
}

fn newer_npm(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Vec<(FilePath, Vec<TextEdit>)>> {
    if matches!(
        site.node_and_npm.npm.origin,
        NpmOrigin::Installed | NpmOrigin::Command
    ) {
        let place = site.node_and_npm.npm.place.as_ref()?;
        let fix = install_npm_11(context, site, place, &site.node_and_npm.node)?;
        let edits = fix.edits.into_iter().map(|file| (file.path, file.edits));
        return Some(edits.collect());
    }
    let place = site.node_and_npm.node.place.as_ref();
    let place = place.filter(|_| runs_on_node_24(context, site))?;
    let edits = match &site.node_and_npm.node.origin {
        NodeOrigin::SetupInput => {
            let file = editable(context, &place.path)?;
            let scalar = node_of(file, place)?;
            let is_written_out = scalar.as_str().is_some_and(|text| !text.contains("${{"));
            is_written_out
                .then(|| set_scalar(&file.text, scalar, "24", Quoting::Keep).ok())
                .flatten()?
        }
        NodeOrigin::VersionFile { named_at } => {
            let edits = version_file_edits(editable(context, &named_at.path)?, named_at)?;
            return Some(vec![(named_at.path.clone(), edits)]);
        }
        NodeOrigin::SetupWithoutVersion => node_version_edits(editable(context, &place.path)?, place)?,
        NodeOrigin::RunnerImage => {
            let path = &site.job.path;
            return Some(vec![(
                path.clone(),
                setup_node_edits(editable(context, path)?, site)?,
            )]);
        }
        NodeOrigin::Container | NodeOrigin::Command | NodeOrigin::Unknown => return None,
    };
    Some(vec![(place.path.clone(), edits)])
}

/// Edits of several files, each file once.
#[derive(Default)]
struct MigrationEdits(Vec<FileEdits>);

impl MigrationEdits {
    fn add(&mut self, path: &FilePath, edits: Vec<TextEdit>) {
        let known = self.0.iter_mut().find(|file| file.path == *path);
        match known {
            // Two tokens of one block may both ask for the removal of the block.
            Some(file) => file.edits.extend(edits),
            None => self.0.push(FileEdits {
                path: path.clone(),
                edits,
            }),
        }
        for file in &mut self.0 {
            file.edits.dedup();
        }
    }

    /// None if two of the edits touch, as two entries of one flow mapping do.
    fn finish(self, context: &CheckContext<'_>) -> Option<Vec<FileEdits>> {
        let can_be_applied = |file: &FileEdits| {
            let text = context.sources.file(&file.path).map(|known| &known.text);
            text.is_some_and(|text| apply_edits(text, &file.edits).is_ok())
        };
        self.0.iter().all(can_be_applied).then_some(self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, no_fix};

    /// A repository of Rush that publishes with a token, and what is written in it.
    fn rush(permission: &str, node: &str, token: &str, npmrc: &str, repository: &str, range: &str) -> String {
        format!(
            r#"#- repository: acme/widget
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      contents: write
{permission}    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: {node}
      - name: Publish
{token}        run: rush publish --publish --include-all
#- rush.json
{{ "pnpmVersion": "10.7.0", "nodeSupportedVersionRange": "{range}", "projects": [{{ "packageName": "@acme/a", "projectFolder": "a", "shouldPublish": true }}] }}
#- a/package.json
{{
  "name": "@acme/a",
  "version": "1.0.0"{repository}
}}
#- common/config/rush/.npmrc-publish
{npmrc}"#
        )
    }

    const TOKEN: &str = "        env:\n          NPM_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    const LINE: &str = "//registry.npmjs.org/:_authToken=${NPM_AUTH_TOKEN}\n";
    const REPOSITORY: &str = ",\n  \"repository\": {\n    \"type\": \"git\",\n    \"url\": \"git+https://github.com/acme/widget.git\",\n    \"directory\": \"a\"\n  }";

    #[test]
    fn rush_is_moved_with_all_that_it_needs() {
        check_fix(
            "publish-token-env",
            &rush("", "20", TOKEN, LINE, "", ">=20"),
            &rush("      id-token: write\n", "24", "", "", REPOSITORY, ">=20"),
        );
    }

    #[test]
    fn an_empty_line_goes_with_the_command_that_hid_it() {
        let repository = |permission: &str, step: &str, npmrc: &str| {
            format!(
                "#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      contents: read
{permission}    runs-on: ubuntu-24.04
    steps:
{step}      - uses: actions/setup-node@v6
        with:
          node-version: 24.11.0
      - run: npm publish
#- package.json
{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }}
#- .npmrc
{npmrc}save-exact=true
"
            )
        };
        let step =
            "      - run: echo \"//registry.npmjs.org/:_authToken=${{ secrets.NPM_TOKEN }}\" >> .npmrc\n";
        check_fix(
            "run-writes-npmrc-token",
            &repository("", step, "//registry.npmjs.org/:_authToken=\n"),
            &repository("      id-token: write\n", "", ""),
        );
    }

    /// Each environment gets its own trusted publisher, and nothing is known of a package without a manifest.
    #[test]
    fn a_job_moves_whose_package_is_known() {
        let job = |id: &str, environment: &str| {
            format!(
                "  {id}:\n{environment}    permissions: {{ contents: read, id-token: write }}\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: \
                 actions/setup-node@v6\n        with: {{ node-version: 22, registry-url: 'https://registry.npmjs.org' }}\n      - run: npm \
                 publish\n        env: {{ NODE_AUTH_TOKEN: '${{{{ secrets.NPM_TOKEN }}}}' }}\n"
            )
        };
        let manifest =
            "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }\n";
        let text = |jobs: &str, manifest: &str| {
            format!(
                "#- repository: acme/widget\n#- .github/workflows/release.yml\non: push\njobs:\n{jobs}{manifest}"
            )
        };
        let named = "    environment: npm\n";
        no_fix("publish-token-env", &text(&job("a", named), ""));
        let moved = job("a", named).replace("22", "24").replace(
            "        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n",
            "",
        );
        check_fix(
            "publish-token-env",
            &text(&job("a", named), manifest),
            &text(&moved, manifest),
        );
        check_fix(
            "publish-token-env",
            &text(&(job("a", named) + &job("b", "")), manifest),
            &text(&(moved + &job("b", "")), manifest),
        );
    }

    /// Another workflow that starts the same step cannot get an ID token.
    #[test]
    fn a_step_stays_that_another_workflow_cannot_move() {
        let text = |nightly: &str| {
            format!(
                "#- repository: acme/widget\n#- .github/workflows/a.yml\non: push\npermissions: {{ contents: read, id-token: write }}\njobs:\n  \
                 call: {{ uses: ./.github/workflows/publish.yml, secrets: inherit }}\n#- .github/workflows/nightly.yml\non: push\npermissions: {{ \
                 contents: read{nightly} }}\njobs:\n  call: {{ uses: ./.github/workflows/publish.yml, secrets: inherit }}\n#- \
                 .github/workflows/publish.yml\non: workflow_call\njobs:\n  publish:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: \
                 actions/setup-node@v6\n        with: {{ node-version: 24, registry-url: 'https://registry.npmjs.org' }}\n      - run: npm \
                 publish\n        env: {{ NODE_AUTH_TOKEN: '${{{{ secrets.NPM_TOKEN }}}}' }}\n#- package.json\n{{ \"name\": \"w\", \"version\": \
                 \"1.0.0\", \"repository\": \"acme/widget\" }}\n"
            )
        };
        no_fix("publish-token-env", &text(""));
        let both = text(", id-token: write");
        let moved = both.replace(
            "        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n",
            "",
        );
        check_fix("publish-token-env", &both, &moved);
    }

    #[test]
    fn rush_stays_where_it_does_not_run_on_the_node() {
        no_fix("publish-token-env", &rush("", "20", TOKEN, LINE, "", ">=20 <21"));
    }

    #[test]
    fn a_tool_that_may_run_npm_stays_with_an_old_one() {
        let job = |runs_on: &str, manifest: &str| {
            format!(
                "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      contents: write
    runs-on: ubuntu-24.04
    {runs_on}
    steps:
      - run: npx rollingversions publish
        env:
          NPM_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}
#- package.json
{manifest}"
            )
        };
        let good = "{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/widget\" }\n";
        // The image cannot be changed here.
        no_fix("publish-token-env", &job("container: node:20", good));
        // It is unknown whether it can publish without a token.
        no_fix("publish-token-env", &job("timeout-minutes: 5", good));
        // It is not known which packages are published, nor what the repository is called.
        no_fix(
            "publish-token-env",
            &job(
                "timeout-minutes: 5",
                "{ \"name\": \"w\", \"version\": \"1.0.0\" }\n",
            ),
        );
    }
}
