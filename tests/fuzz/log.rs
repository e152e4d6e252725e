//! Logs, for `trustpub explain`.

use trustpub_analysis::explain::{Origin, explain};

use crate::case::{Case, Place, Target, no_change, nothing_more, repository};

pub(crate) const TARGET: Target = Target {
    name: "log",
    inputs: 3_000,
    seeds,
    words: &[
        "npm error code E404\n",
        "npm ERR! code E403\n",
        "npm error code EOTP\n",
        "npm error code ENEEDAUTH\n",
        "##[group]Run npm publish\n",
        "##[endgroup]\n",
        "##[error]Process completed with exit code 1.\n",
        "\u{1b}[36;1m",
        "\u{1b}[0m",
        "2026-11-01T10:00:00.1000000Z ",
        "publish\tPublish\t",
        "npm notice",
        "+ @acme/widget@1.0.0\n",
        "Node: v22.1.0\n",
        "npm: 10.9.0\n",
        "GITHUB_TOKEN Permissions\n",
        "Id-token: write\n",
        "Failed to validate repository information",
        "from provenance",
        "OIDC permission denied",
        "//registry.npmjs.org/:_authToken=npm_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ],
    change: no_change,
    check,
    check_thoroughly: nothing_more,
};

const LOGS: &[&str] = &[
    "publish\tPublish\t2026-11-01T10:00:00.1000000Z ##[group]Run npm publish\n\
     publish\tPublish\t2026-11-01T10:00:00.1100000Z \u{1b}[36;1mnpm publish\u{1b}[0m\n\
     publish\tPublish\t2026-11-01T10:00:00.1200000Z ##[endgroup]\n\
     publish\tPublish\t2026-11-01T10:00:01.0000000Z npm error code ENEEDAUTH\n\
     publish\tPublish\t2026-11-01T10:00:01.0000000Z npm error need auth You need to authorize this machine using `npm login`\n\
     publish\tPublish\t2026-11-01T10:00:01.1000000Z ##[error]Process completed with exit code 1.\n",
    "##[group]GITHUB_TOKEN Permissions\nContents: read\nMetadata: read\n##[endgroup]\n##[group]Environment details\nnode: v22.1.0\nnpm: 10.9.0\n##[endgroup]\n\
     npm notice Publishing to https://registry.npmjs.org/ with tag latest and public access\nnpm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found\n\
     npm error 404  '@acme/widget@1.0.0' is not in this registry.\n",
    "npm ERR! code E422\nnpm ERR! 422 Unprocessable Entity - PUT https://registry.npmjs.org/w - Error verifying sigstore provenance bundle: Failed to validate repository information: package.json: \
     \"repository.url\" is \"git+https://github.com/O/r.git\", expected to match \"https://github.com/o/r\" from provenance\n",
    "+ @acme/a@1.0.0\nlerna success published @acme/a 1.0.0\n🦋  error an error occurred while publishing @acme/b: E403 You cannot publish over the previously published versions\n",
    "[semantic-release] › ✘  EINVALIDNPMTOKEN Invalid npm token.\r\n",
    " ERR_PNPM_NO_VERSION  package.json must have a version\nerror: missing authentication (run `bunx npm login`)\n➤ YN0033: No authentication configured for request\n",
];
const WORKFLOW: &str = "\
on: push
permissions: { contents: read }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 22 }
      - run: npm publish
";

fn seeds() -> Vec<Case> {
    let around = repository(&[
        (".github/workflows/release.yml", WORKFLOW),
        (
            "package.json",
            r#"{ "name": "@acme/widget", "version": "1.0.0" }"#,
        ),
    ]);
    let cases = LOGS.iter().map(|log| Case {
        around: around.clone(),
        place: Place::Outside,
        input: log.as_bytes().to_vec(),
    });
    cases.collect()
}

fn check(case: &Case) -> Result<Vec<String>, String> {
    let log = case.text();
    let workspace = case.around.workspace();
    let within = Origin {
        repository: Some(&workspace),
        workflow: Some("release.yml"),
        job: Some("publish"),
    };
    let lines = log.split(['\n', '\r']).count();
    let mut answer = Vec::new();
    for origin in [Origin::default(), within] {
        let explained = explain(&log, &origin);
        for evidence in &explained.evidence {
            if evidence.line == 0 || evidence.line > lines {
                return Err(format!("{evidence:?} is in none of {lines} lines"));
            }
        }
        answer.extend(explained.causes.iter().map(|cause| cause.id.name().to_owned()));
        answer.extend(explained.tool);
        answer.push(format!(
            "{} {}",
            explained.has_failure,
            explained.published.len().min(3)
        ));
    }
    Ok(answer)
}
