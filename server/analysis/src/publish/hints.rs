//! What an editor shows inside the text: what a publish command will do, and which npm a Node brings.

use super::facts::{Exchange, NpmOrigin, RegistryFact, Site};
use super::place::Place;
use super::site::PublishSite;
use super::summary::few;
use crate::model::version::Truth;

/// A few words behind a place in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlayHint {
    /// The words behind which it is shown.
    pub place: Place,
    /// What is shown.
    pub label: String,
    /// More, when the user asks.
    pub tooltip: String,
}

/// The hints of one file's sites. What is not known gets none.
pub(crate) fn hints(sites: &[Site<'_>], views: &[PublishSite]) -> Vec<InlayHint> {
    let mut hints: Vec<InlayHint> = views.iter().filter_map(of_outcome).collect();
    for hint in sites.iter().filter_map(of_node) {
        let known = hints.iter_mut().find(|known| known.place == hint.place);
        match known {
            None => hints.push(hint),
            // One Node may serve several sites, each of which needs another npm.
            Some(known) if known.label.len() < hint.label.len() => *known = hint,
            Some(_) => {}
        }
    }
    hints
}

fn of_outcome(site: &PublishSite) -> Option<InlayHint> {
    Some(InlayHint {
        place: Place::new(&site.path, site.range),
        label: format!("→ {}", site.outcome_label()?),
        tooltip: site.summary.clone(),
    })
}

/// "npm 10.9.8, too old" behind the Node that brings it.
fn of_node(site: &Site<'_>) -> Option<InlayHint> {
    let is_about_npm = site.registry == RegistryFact::Npm
        && site.publisher.exchange == Exchange::NpmOnPath
        && site.npm.origin == NpmOrigin::BundledWithNode
        && !site.publisher.is_guess;
    let place = site.node.place.as_ref().filter(|_| is_about_npm)?;
    let npm = few(&site.npm.candidates)?;
    let (label, tooltip) = match site.can_exchange() {
        Truth::No => (
            format!("npm {npm}, too old"),
            "trusted publishing needs npm 11.5.1 or newer; Node 24 brings it",
        ),
        Truth::Yes => (format!("npm {npm}"), "new enough for trusted publishing"),
        Truth::Maybe => (
            format!("npm {npm}"),
            "trusted publishing needs npm 11.5.1 or newer, and which of these it is decides",
        ),
    };
    Some(InlayHint {
        place: place.clone(),
        label,
        tooltip: tooltip.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use crate::test_support::Fixture;
    use crate::workspace::FilePath;

    /// The labels in text order, each with the words that it stands behind.
    #[track_caller]
    fn hints(fixture: &str, expected: &[(&str, &str)]) {
        let repository = Fixture::parse(fixture).unwrap().repository;
        let workspace = repository.workspace();
        let path = FilePath::new(".github/workflows/release.yml").unwrap();
        let text = repository.text(&path).unwrap();
        let found: Vec<(&str, &str)> = workspace
            .hints(&path)
            .iter()
            .map(|hint| (hint.place.range.slice(text), hint.label.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    fn job(permissions: &str, steps: &str) -> String {
        format!(
            "#- .github/workflows/release.yml\non: push\njobs:\n  publish:\n    permissions: {permissions}\n    runs-on: \
             ubuntu-24.04\n    steps:\n{steps}"
        )
    }

    #[test]
    fn a_node_shows_its_npm_and_a_command_its_outcome() {
        let steps = |node: &str| {
            format!(
                "      - uses: actions/setup-node@v6\n        with: {{ node-version: {node} }}\n      - run: npm publish\n"
            )
        };
        let granted = "{ id-token: write }";
        hints(
            &job(granted, &steps("22.14.0")),
            &[
                ("22.14.0", "npm 10.9.2, too old"),
                ("npm publish", "→ fails: ENEEDAUTH"),
            ],
        );
        hints(
            &job(granted, &steps("24.11.0")),
            &[("24.11.0", "npm 11.6.1"), ("npm publish", "→ publishes by OIDC")],
        );
        hints(
            &job("{}", &steps("24.11.0")),
            &[("24.11.0", "npm 11.6.1"), ("npm publish", "→ fails: ENEEDAUTH")],
        );
        hints(&job(granted, &steps("'${{ vars.NODE }}'")), &[]);
        hints(
            &job(granted, "      - run: npm publish\n"),
            &[
                ("ubuntu-24.04", "npm 10.9.8, too old"),
                ("npm publish", "→ fails: ENEEDAUTH"),
            ],
        );
    }
}
