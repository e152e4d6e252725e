use crate::test_support::Fixture;

/// The facts of the only site, one line each: what it is about, its verdict, its words.
#[track_caller]
fn evidence(fixture: &str, expected: &str) {
    let workspace = Fixture::parse(fixture).unwrap().repository.workspace();
    let sites: Vec<_> = workspace.sites().collect();
    let [site] = sites.as_slice() else {
        panic!("{} sites", sites.len());
    };
    let lines: Vec<String> = site
        .evidence
        .iter()
        .map(|evidence| {
            format!(
                "{} {}: {}",
                evidence.verdict.name(),
                evidence.fact.label(),
                evidence.value
            )
        })
        .collect();
    let expected: Vec<&str> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(lines, expected);
}

const MANIFEST: &str = "#- package.json\n{ \"name\": \"@acme/widget\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }\n";

#[test]
fn what_is_as_it_must_be() {
    let workflow = "\
#- repository: acme/widget
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    environment: npm
    permissions: { id-token: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24.11.0 }
      - run: npm publish
";
    evidence(
        &format!("{workflow}{MANIFEST}"),
        "neutral publisher: `npm publish`
         good npm: 11.6.1 (with Node 24.11.0)
         good id-token: granted by `permissions`
         neutral credentials: no token
         good registry: the public npm registry
         neutral packages: @acme/widget
         good repository: acme/widget
         neutral on npm enter: workflow release.yml, environment npm",
    );
}

#[test]
fn what_stands_in_the_way() {
    let workflow = "\
#- repository: acme/gadget
#- .github/workflows/release.yml
on: push
permissions: { id-token: write }
jobs:
  publish:
    permissions: { contents: read }
    runs-on: self-hosted
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 22.14.0, registry-url: 'https://registry.npmjs.org' }
      - run: npm publish
";
    evidence(
        &format!("{workflow}{MANIFEST}"),
        "neutral publisher: `npm publish`
         bad npm: 10.9.2 (with Node 22.14.0), too old: trusted publishing needs 11.5.1
         bad id-token: lost: the job's `permissions` replace the workflow's, which grant it
         neutral credentials: no token, only setup-node's placeholder
         good registry: the public npm registry
         neutral packages: @acme/widget
         bad repository: acme/widget, but the workflow runs in acme/gadget
         bad runner: self-hosted, which GitHub does not host
         neutral on npm enter: workflow release.yml",
    );
}

#[test]
fn a_token_beside_an_id_token() {
    let job = "    permissions: { id-token: write }\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: \
               actions/setup-node@v6\n        with: { node-version: 24.11.0, registry-url: 'https://registry.npmjs.org' \
               }\n      - run: npm publish\n        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
    let fixture = format!(
        "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
{job}"
    );
    let workspace = Fixture::parse(&fixture).unwrap().repository.workspace();
    let credentials = &workspace.sites().next().unwrap().evidence[3];
    assert_eq!(credentials.verdict.name(), "bad");
    assert_eq!(
        credentials.value,
        "`NODE_AUTH_TOKEN`, used silently if trusted publishing fails"
    );
}

#[test]
fn what_differs_between_the_ways_to_a_step_is_told_once() {
    let called = "\
#- .github/workflows/publish.yml
on: workflow_call
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24.11.0 }
      - run: npm publish
";
    let caller = |name: &str, permissions: &str| {
        format!(
            "\
#- .github/workflows/{name}.yml
on: push
permissions: {permissions}
jobs:
  call:
    uses: ./.github/workflows/publish.yml
"
        )
    };
    let fixture = format!(
        "{called}{}{}{}{MANIFEST}",
        caller("canary", "{ contents: read }"),
        caller("nightly", "{ contents: read }"),
        caller("release", "{ id-token: write }")
    );
    let workspace = Fixture::parse(&fixture).unwrap().repository.workspace();
    let site = workspace.sites().next().unwrap();
    let id_token = &site.evidence[2];
    assert_eq!(
        id_token.value,
        "not granted by the calling workflow; or granted by `permissions`"
    );
    assert_eq!(id_token.verdict.name(), "bad");
    assert_eq!(id_token.place.as_ref().unwrap().path.file_name(), "canary.yml");
    assert_eq!(
        site.evidence.last().unwrap().value,
        "workflow canary.yml; and workflow nightly.yml; and workflow release.yml"
    );
}
