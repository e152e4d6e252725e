//! What an editor shows inside the text: what a publish command will do, and which npm a Node ships.

use super::report::Verdict;
use super::summary::{few, few_or_range};
use crate::knowledge::npm_releases::OIDC_MINIMUM;
use crate::publish::site::NpmOrigin;
use crate::publish::site::Site;
use crate::publish::tools::Exchange;
use crate::publish::view::report::SiteReport;
use crate::text::{Grouped, Place};
use crate::versions::version::Version;
use crate::versions::version::{Truth, at_least, shown_versions};

/// A few words after a place in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlayHint {
    /// The words after which it is shown.
    pub place: Place,
    /// What is shown.
    pub label: String,
    /// More, when the user asks.
    pub tooltip: String,
}

/// What follows a publish command; nothing where it is not known.
pub(crate) fn outcome_hint(site: &SiteReport) -> Option<InlayHint> {
    Some(InlayHint {
        place: Place::new(&site.path, site.command),
        label: format!("{} {}", site.outcome_sign(), site.outcome_label()?),
        tooltip: site.summary.clone(),
    })
}

/// What is shown after each Node whose npm a site uses: "✗ npm 10.9.8, too old", "✓ npm 11".
pub(crate) fn node_hints(sites: &[Site<'_>]) -> Vec<InlayHint> {
    let mut found: Grouped<&Place, (&Place, Vec<&[Version]>)> = Grouped::default();
    for site in sites.iter().filter(|site| takes_npm_of_node(site)) {
        let Some(place) = &site.node_and_npm.node.place else {
            continue;
        };
        let candidates = site.node_and_npm.npm.candidates.as_slice();
        match found.get_mut(&place) {
            Some((_, all)) => all.push(candidates),
            None => found.push(place, (place, vec![candidates])),
        }
    }
    found
        .into_values()
        .into_iter()
        .filter_map(|(place, candidates)| node_hint(place, &candidates))
        .collect()
}

/// Whether the site goes to npm's registry with the npm that Node ships.
fn takes_npm_of_node(site: &Site<'_>) -> bool {
    site.target.is_npm()
        && site.publishing_tool.exchange == Exchange::NpmOnPath
        && site.node_and_npm.npm.origin == NpmOrigin::BundledWithNode
        && !site.publishing_tool.is_guess
}

/// The hint after a Node that ships one of these versions, for each site that it serves.
fn node_hint(place: &Place, candidates: &[&[Version]]) -> Option<InlayHint> {
    if candidates.iter().any(|of_site| of_site.is_empty()) {
        return None;
    }
    let mut candidates: Vec<Version> = candidates.concat();
    candidates.sort();
    candidates.dedup();
    let minimum = &*OIDC_MINIMUM;
    let (verdict, npm, tooltip) = match at_least(&candidates, minimum) {
        Truth::No => (
            Verdict::Bad,
            format!("{}, too old", few(&candidates)?),
            format!("Trusted publishing needs npm {minimum} or later, which Node 24 includes."),
        ),
        Truth::Yes => (
            Verdict::Good,
            majors(&candidates)?,
            format!(
                "npm {} is new enough for trusted publishing.",
                few_or_range(&candidates)?
            ),
        ),
        Truth::Maybe => (
            Verdict::Unknown,
            few(&candidates)?,
            format!("Trusted publishing needs npm {minimum} or later. Not all of these are."),
        ),
    };
    Some(InlayHint {
        place: place.clone(),
        label: format!("{} npm {npm}", verdict.sign().shown("·")),
        tooltip,
    })
}

/// Where nothing is wrong, the exact version is only noise: "11", "11 or later".
fn majors(candidates: &[Version]) -> Option<String> {
    let (known, suffix) = shown_versions(candidates);
    let mut majors: Vec<String> = known.iter().map(|npm| npm.major().to_string()).collect();
    majors.dedup();
    match majors.as_slice() {
        [] => None,
        majors => Some(majors.join(" or ") + &suffix),
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::Fixture;
    use crate::text::FilePath;

    /// The lines of a file that have hints, as an editor shows them: each hint in `‹›` where it is.
    fn shown(fixture: &str, path: &str) -> Vec<String> {
        let repository = Fixture::parse(fixture).unwrap().repository;
        let path = FilePath::new(path).unwrap();
        let mut text = repository.text(&path).unwrap().to_owned();
        for hint in repository.workspace().hints(&path).iter().rev() {
            text.insert_str(hint.place.range.end(), &format!(" ‹{}›", hint.label));
        }
        let lines = text.lines().filter(|line| line.contains('‹'));
        lines.map(|line| line.trim().to_owned()).collect()
    }

    #[track_caller]
    fn hints_of_job(job: &str, expected: &[&str]) {
        let fixture = format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
{job}"
        );
        assert_eq!(
            shown(&fixture, ".github/workflows/release.yml"),
            expected,
            "{job}"
        );
    }

    fn job(permissions: &str, node: &str, publish: &str) -> String {
        format!(
            "    permissions: {permissions}\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v6\n        \
             with: {{ node-version: {node} }}\n      - run: {publish}\n"
        )
    }

    const GRANTED: &str = "{ id-token: write }";

    #[test]
    fn a_node_that_is_later_than_the_tables_shows_the_lowest_npm() {
        for (node, npm, outcome) in [
            (
                "22.99.0",
                "✗ npm 10.9.9 or a later 10.x, too old",
                "✗ fails: ENEEDAUTH",
            ),
            ("28", "✓ npm 11 or later", "✓ publishes by OIDC"),
        ] {
            hints_of_job(
                &job(GRANTED, node, "npm publish"),
                &[
                    &format!("with: {{ node-version: {node} ‹{npm}› }}"),
                    &format!("- run: npm publish ‹{outcome}›"),
                ],
            );
        }
    }

    #[test]
    fn a_node_shows_its_npm_and_a_command_its_outcome() {
        hints_of_job(
            &job(GRANTED, "22.14.0", "npm publish"),
            &[
                "with: { node-version: 22.14.0 ‹✗ npm 10.9.2, too old› }",
                "- run: npm publish ‹✗ fails: ENEEDAUTH›",
            ],
        );
        hints_of_job(
            &job(GRANTED, "24.11.0", "npm publish"),
            &[
                "with: { node-version: 24.11.0 ‹✓ npm 11› }",
                "- run: npm publish ‹✓ publishes by OIDC›",
            ],
        );
        hints_of_job(
            &job("{}", "24.11.0", "npm publish"),
            &[
                "with: { node-version: 24.11.0 ‹✓ npm 11› }",
                "- run: npm publish ‹✗ fails: ENEEDAUTH›",
            ],
        );
    }

    #[test]
    fn the_outcome_follows_the_arguments() {
        hints_of_job(
            &job(
                GRANTED,
                "24.11.0",
                "|\n          npm run build && npm publish \\\n            --access public # first\n          echo done",
            ),
            &[
                "with: { node-version: 24.11.0 ‹✓ npm 11› }",
                "--access public ‹✓ publishes by OIDC› # first",
            ],
        );
    }

    #[test]
    fn a_runner_with_its_own_node_shows_its_npm() {
        hints_of_job(
            "    permissions: { id-token: write }\n    runs-on: ubuntu-24.04\n    steps:\n      - run: npm publish\n",
            &[
                "runs-on: ubuntu-24.04 ‹✗ npm 10.9.8, too old›",
                "- run: npm publish ‹✗ fails: ENEEDAUTH›",
            ],
        );
    }

    #[test]
    fn a_healthy_node_shows_the_major_version_of_its_npm() {
        hints_of_job(
            &job(GRANTED, "24", "npm publish"),
            &[
                "with: { node-version: 24 ‹✓ npm 11› }",
                "- run: npm publish ‹✓ publishes by OIDC›",
            ],
        );
    }

    #[test]
    fn a_token_is_neither_good_nor_bad() {
        let with_token = job("{}", "24.11.0", "npm publish")
            + "        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
        hints_of_job(
            &with_token.replace(
                "24.11.0 }",
                "24.11.0, registry-url: 'https://registry.npmjs.org' }",
            ),
            &[
                "with: { node-version: 24.11.0 ‹✓ npm 11›, registry-url: 'https://registry.npmjs.org' }",
                "- run: npm publish ‹→ publishes with a token›",
            ],
        );
    }

    #[test]
    fn one_of_a_few_is_said_and_the_unknown_is_not() {
        let matrix = "    strategy: { matrix: { node: [22.14.0, 24.11.0] } }\n";
        hints_of_job(
            &format!("{matrix}{}", job(GRANTED, "'${{ matrix.node }}'", "npm publish")),
            &["with: { node-version: '${{ matrix.node }}' ‹? npm 10.9.2 or 11.6.1› }"],
        );
        hints_of_job(&job(GRANTED, "'${{ vars.NODE }}'", "npm publish"), &[]);
    }

    #[test]
    fn a_registry_without_trusted_publishing_needs_no_newer_npm() {
        let publish = "npm publish --registry https://npm.pkg.github.com";
        let hint = format!("- run: {publish} ‹✗ fails: ENEEDAUTH›");
        hints_of_job(&job(GRANTED, "22.14.0", publish), &[&hint]);
    }

    #[test]
    fn an_action_of_several_workflows_shows_what_they_have_in_common() {
        let action = "\
#- publish/action.yml
runs:
  using: composite
  steps:
    - run: npm publish
      shell: bash
";
        let workflow = |name: &str, permissions: &str| {
            let job = job(permissions, "24.11.0", "echo");
            format!(
                "\
#- .github/workflows/{name}.yml
on: push
jobs:
  publish:
{job}      - uses: ./publish
"
            )
        };
        let action_with = |nightly: &str| {
            let fixture = [
                action,
                &workflow("release", GRANTED),
                &workflow("nightly", nightly),
            ]
            .concat();
            shown(&fixture, "publish/action.yml")
        };
        assert_eq!(action_with(GRANTED), ["- run: npm publish ‹✓ publishes by OIDC›"]);
        assert_eq!(action_with("{}"), [""; 0]);
    }
}
