//! Jobs with an ID token of their own and no other use for it than npm.

use super::guess_names::speaks_of;
use crate::knowledge::id_token_uses::names_id_token_use;
use crate::model::job::{Job, Step};
use crate::publish::site::{IdTokenCause, Site};
use crate::publish::walk::Walker;
use crate::text::{FilePath, FolderPath};
use crate::versions::action_reference::local_folder;

impl<'a> Walker<'_, 'a> {
    /// Whether the job's own `permissions` grant an ID token, its name speaks of a release, the repository has packages, and
    /// nothing in the job names another use of the token.
    pub(super) fn is_granted_for_npm(&self, site: &Site<'a>) -> bool {
        let id_token = &site.identity.id_token;
        let Some(job) = self.job.job else { return false };
        let is_own = id_token.cause == IdTokenCause::Granted
            && id_token.place.path == self.job.path
            && job.range.contains_range(id_token.place.range);
        is_own && speaks_of(&job.id.value) && self.has_packages() && !self.names_other_use(job)
    }

    fn names_other_use(&self, job: &Job) -> bool {
        let is_named_in = |path: &FilePath| {
            let file = self.sources.file(path);
            file.is_none_or(|file| names_id_token_use(&file.text))
        };
        let is_named_in_action = |step: &Step| {
            let uses = step.uses.as_ref().filter(|uses| uses.value.starts_with('.'));
            uses.is_some_and(|uses| {
                let action = local_folder(&uses.value).and_then(|folder| self.sources.action_in(&folder));
                action.is_none_or(|(path, _)| is_named_in(&path))
            })
        };
        let text = self.sources.file(&self.job.path).map_or("", |file| &file.text);
        let mut steps = job.steps.iter();
        steps.any(|step| names_id_token_use(step.range.slice(text)) || is_named_in_action(step))
    }

    /// Whether the repository has a package that may be published.
    pub(super) fn has_packages(&self) -> bool {
        let root = FolderPath::root();
        let manifest = self.sources.manifest_in(&root);
        let is_package = manifest.is_some_and(|(_, manifest)| {
            manifest.workspaces.is_some() || manifest.name.is_some() && !manifest.is_private()
        });
        let workspace = root.file("pnpm-workspace.yaml");
        is_package || workspace.is_some_and(|path| self.sources.file(&path).is_some())
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    const PACKAGES: &str = "\
#- package.json
{ \"private\": true, \"workspaces\": [\"packages/*\"] }
#- packages/a/package.json
{ \"name\": \"a\" }
";

    /// Checks the sites of a job called `id` with these permissions and steps.
    #[track_caller]
    fn check((id, permissions): (&str, &str), steps: &[&str], files: &str, expected: &str) {
        let steps: String = steps.iter().map(|step| format!("      - {step}\n")).collect();
        let fixture = format!(
            "\
#- .github/workflows/ci.yml
on: push
jobs:
  {id}:
    runs-on: ubuntu-24.04
{permissions}    steps:
{steps}{files}"
        );
        check_sites(&fixture, expected);
    }

    const OWN: &str = "    permissions: { id-token: write }\n";
    const SETUP: &str = "uses: acme/setup-node-and-more@v1";
    const RUN: &str = "run: node scripts/release.ts --nightly";

    #[test]
    fn a_script_in_a_job_with_a_grant_of_its_own_may_publish() {
        let guess = "ci.yml:8 nightly-release; publisher=script; outcome=unknown";
        let job = "nightly-release";
        check((job, OWN), &[SETUP, RUN], PACKAGES, guess);
        check(
            (job, OWN),
            &[SETUP, "run: npx tsx scripts/release.ts"],
            PACKAGES,
            guess,
        );
        let action = "#- .github/actions/setup/action.yml\nruns: { using: composite, steps: [{ run: npm ci, shell: bash }] }\n";
        let files = format!("{PACKAGES}{action}");
        check((job, OWN), &["uses: ./.github/actions/setup", RUN], &files, guess);
    }

    #[test]
    fn without_one_of_the_signs_it_may_not() {
        let job = "nightly-release";
        check(("nightly", OWN), &[SETUP, RUN], PACKAGES, "");
        check((job, ""), &[SETUP, RUN], PACKAGES, "");
        check((job, OWN), &[SETUP, RUN], "", "");
        check((job, OWN), &[SETUP, "run: node scripts/build.ts"], PACKAGES, "");
        for other in [
            "uses: aws-actions/configure-aws-credentials@v5",
            "uses: actions/attest-build-provenance@v3",
            "uses: ./.github/actions/gone",
            "run: cosign sign x",
        ] {
            check((job, OWN), &[other, RUN], PACKAGES, "");
        }
    }
}
