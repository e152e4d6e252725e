//! No permission that a job uses gets lost when it is granted `id-token: write`.

use super::{PUBLISH, moved, with_job};

fn with_steps(head: &str, steps: &str, files: &str) -> String {
    with_job(head, &format!("{steps}{PUBLISH}"), files)
}

const NPMRC: &str = r#"
#- .npmrc
@acme:registry=https://npm.pkg.github.com
//npm.pkg.github.com/:_authToken=${GH_TOKEN_FOR_PACKAGES}
"#;

const READS_PACKAGES: &str = "
    permissions:
      contents: read
      packages: read
      id-token: write
";

#[test]
fn a_variable_of_the_npmrc_reads_github_packages() {
    let step = r#"
- run: npm ci
  env:
    GH_TOKEN_FOR_PACKAGES: ${{ github.token }}
"#;
    let after = moved(&with_steps("", step, NPMRC));
    assert!(after.workflow().contains(READS_PACKAGES), "{}", after.workflow());
    after.does_not_say("by default");
    let env = "env:\n  GH_TOKEN_FOR_PACKAGES: ${{ secrets.GITHUB_TOKEN }}";
    let after = moved(&with_steps(env, "- run: npm ci", NPMRC));
    assert!(after.workflow().contains(READS_PACKAGES), "{}", after.workflow());
}

#[test]
fn a_script_logs_in_to_github_packages() {
    let step = r#"
- run: |
    echo "@acme:registry=https://npm.pkg.github.com" >> .npmrc
    echo "//npm.pkg.github.com/:_authToken=${{ secrets.GITHUB_TOKEN }}" >> .npmrc
    npm ci
"#;
    let after = moved(&with_steps("", step, ""));
    assert!(after.workflow().contains(READS_PACKAGES), "{}", after.workflow());
    let docker = r#"
- run: |
    echo "${{ github.token }}" | docker login ghcr.io -u acme --password-stdin
    docker push ghcr.io/acme/widget
"#;
    let after = moved(&with_steps("", docker, ""));
    assert!(
        after.workflow().contains("packages: write"),
        "{}",
        after.workflow()
    );
}

#[test]
fn read_all_is_written_out_for_what_is_not_known() {
    let after = moved(&with_steps(
        "permissions: read-all",
        "- uses: acme/announce@v1",
        "",
    ));
    for scope in ["actions", "packages", "pull-requests", "statuses"] {
        let line = format!("      {scope}: read\n");
        assert!(after.workflow().contains(&line), "{}", after.workflow());
    }
    after.says(
        "The job `publish` of `.github/workflows/release.yml` had `read-all`, which is written out now, because it does not include \
         `id-token`. Add `models: read` if a step uses GitHub Models.",
    );
}

#[test]
fn a_narrower_list_is_said() {
    let after = moved(&with_steps("permissions: read-all", "- run: npm ci", ""));
    after.says(
        "The job `publish` of `.github/workflows/release.yml` had `read-all`, and now has `contents: read`, `id-token: write` only. Add \
         what its steps read beside that.",
    );
    let after = moved(&with_steps("", "- uses: acme/announce@v1", ""));
    after.says(
        "The job `publish` of `.github/workflows/release.yml` had the permissions that the repository gives by default, and now has \
         `contents: read`, `id-token: write` only. Add what its other steps need.",
    );
    moved(&with_steps("", "- run: npm ci", "")).does_not_say("by default");
}
