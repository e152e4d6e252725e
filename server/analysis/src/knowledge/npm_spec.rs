//! Which npm an installation of npm itself, like `npm install -g npm@latest`, installs, and whether it succeeds.

use crate::knowledge::npm_releases::{
    BREAKS_SELF_UPGRADE, BROKEN_SELF_UPGRADE, CHOOSES_BY_ENGINES, engines_allow, later_npm, newest_npm_in,
    npm_dist_tag, npm_releases,
};
use crate::versions::version::{Truth, add_candidate, at_least, parse_range, parse_version};
use crate::versions::version::{Version, VersionRange};

/// How an installation of npm by npm ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum InstallOutcome {
    /// The new npm is there.
    Installs,
    /// npm refuses with EBADENGINE: the new npm does not run on this Node.
    FailsEbadengine,
    /// It depends on versions that are not known.
    MayFail,
    /// The installing npm is broken and cannot replace itself with this one.
    BrokenSelfUpgrade,
}

/// The versions that the text after `npm@` may become: a version, a range, a dist-tag, or nothing, which is any
/// version. Empty if they are not known, as for a URL, a path or a variable.
///
/// `node` and `from_npm` are the versions that may be there when the command runs; empty means unknown. They matter
/// for ranges: npm 10.8.2 and newer take the newest match that runs on this Node, older ones the newest match.
pub(crate) fn resolve_npm(text: &str, node: &[Version], from_npm: &[Version]) -> Vec<Version> {
    let text = text.trim();
    if let Some(version) = parse_version(text) {
        vec![version]
    } else if let Some(version) = npm_dist_tag(text) {
        vec![version.clone()]
    } else {
        let known = parse_range(text).map(|range| in_range(&range, node, from_npm));
        known
            .filter(|npm| !npm.is_empty())
            .unwrap_or_else(|| later_npm(text))
    }
}

fn in_range(range: &VersionRange, node: &[Version], from_npm: &[Version]) -> Vec<Version> {
    let mut candidates = Vec::new();
    let newest = newest_npm_in(range);
    let chooses = at_least(from_npm, &CHOOSES_BY_ENGINES);
    if !chooses.is_no() {
        for node in node {
            let fitting = npm_releases()
                .iter()
                .rev()
                .filter(|npm| range.satisfies(npm))
                .find(|npm| engines_allow(npm, node).is_yes());
            if let Some(version) = fitting.or(newest) {
                add_candidate(&mut candidates, version.clone());
            }
        }
    }
    if (!chooses.is_yes() || node.is_empty())
        && let Some(version) = newest
    {
        add_candidate(&mut candidates, version.clone());
    }
    candidates
}

/// How `npm install -g npm@…` ends, where `npm` may be installed, `node` runs and `from_npm` installs. Empty
/// means unknown. Other installers (pnpm, volta, corepack) do not refuse and need not be asked about.
pub(crate) fn install_outcome(npm: &[Version], node: &[Version], from_npm: &[Version]) -> InstallOutcome {
    let broken = Truth::of_all(
        from_npm
            .iter()
            .map(|version| Truth::from(*version == *BROKEN_SELF_UPGRADE)),
    );
    let breaks = at_least(npm, &BREAKS_SELF_UPGRADE);
    if broken.is_yes() && breaks.is_yes() {
        return InstallOutcome::BrokenSelfUpgrade;
    }
    let allowed = npm
        .iter()
        .flat_map(|npm| node.iter().map(move |node| engines_allow(npm, node)));
    // An unknown installing npm is taken for a sound one: only one release of all is broken.
    let may_be_broken = !from_npm.is_empty() && !broken.is_no() && !breaks.is_no();
    match Truth::of_all(allowed) {
        Truth::No => InstallOutcome::FailsEbadengine,
        Truth::Yes if !may_be_broken => InstallOutcome::Installs,
        _ => InstallOutcome::MayFail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::node_spec::{npm_of, resolve};
    use crate::versions::version::{is_later, shown_versions};

    fn versions(texts: &[&str]) -> Vec<Version> {
        texts.iter().filter_map(|t| parse_version(t)).collect()
    }

    fn texts(versions: &[Version]) -> Vec<String> {
        if !versions.iter().any(is_later) {
            return versions.iter().map(ToString::to_string).collect();
        }
        let (known, suffix) = shown_versions(versions);
        known
            .into_iter()
            .map(|version| format!("{version}{suffix}"))
            .collect()
    }

    #[test]
    fn resolves_every_form_of_the_wild() {
        let rows: &[(&str, &[&str])] = &[
            ("latest", &["12.2.2"]),
            ("next-11", &["11.21.2"]),
            ("11.5.1", &["11.5.1"]),
            ("11.5.2", &["11.5.2"]),
            ("11.15.0", &["11.15.0"]),
            ("3.10.10", &["3.10.10"]),
            ("13.0.0", &["13.0.0"]),
            ("8", &["8.19.4"]),
            ("10", &["10.9.9"]),
            ("11", &["11.21.2"]),
            ("12", &["12.2.2"]),
            ("^11", &["11.21.2"]),
            ("^11.5.1", &["11.21.2"]),
            ("~11.5", &["11.5.2"]),
            ("~11.4", &["11.4.2"]),
            ("11.4", &["11.4.2"]),
            (">=11.5.1 <12", &["11.21.2"]),
            ("13", &["13.0.0 or a later 13.x"]),
            ("^13.1", &["13.1.0 or a later 13.x"]),
            ("next-13", &["13.0.0 or a later 13.x"]),
            ("~12.99", &["12.99.0 or a later 12.x"]),
            ("10.99", &["10.99.0 or a later 10.x"]),
            ("5.99", &["5.99.0 or a later 5.x"]),
            ("next", &[]),
            ("nightly", &[]),
            ("$VERSION", &[]),
            ("${{ inputs.npm }}", &[]),
            ("https://example.org/npm.tgz", &[]),
            ("./npm.tgz", &[]),
        ];
        for (text, candidates) in rows {
            let found = resolve_npm(text, &versions(&["24.19.0"]), &versions(&["11.17.0"]));
            assert_eq!(texts(&found), *candidates, "{text}");
        }
    }

    #[test]
    fn ranges_respect_the_node_from_npm_10_8_2_on() {
        for (text, node, from_npm, expected) in [
            // Measured on Node 20.20.2.
            ("", "20.20.2", "11.19.1", ["11.21.2"].as_slice()),
            ("", "20.20.2", "10.8.2", &["11.21.2"]),
            ("", "20.20.2", "10.8.1", &["12.2.2"]),
            ("", "20.20.2", "9.6.4", &["12.2.2"]),
            ("*", "20.20.2", "11.19.1", &["11.21.2"]),
            (">=11", "20.20.2", "11.19.1", &["11.21.2"]),
            ("11 || 12", "20.20.2", "11.19.1", &["11.21.2"]),
            (">=12", "20.20.2", "11.19.1", &["12.2.2"]),
            ("", "24.19.0", "11.17.0", &["12.2.2"]),
            ("", "20.20.2", "?", &["11.21.2", "12.2.2"]),
            ("", "?", "11.17.0", &["12.2.2"]),
        ] {
            let found = resolve_npm(text, &versions(&[node]), &versions(&[from_npm]));
            assert_eq!(texts(&found), expected, "{text:?} {node} {from_npm}");
        }
    }

    #[test]
    fn the_upgrade_ends_as_measured() {
        use InstallOutcome::{BrokenSelfUpgrade, FailsEbadengine, Installs, MayFail};
        for (text, node, expected) in [
            ("latest", "20", FailsEbadengine),
            ("latest", "22.22.1", FailsEbadengine),
            ("latest", "22.22.2", BrokenSelfUpgrade),
            ("11", "22.22.2", BrokenSelfUpgrade),
            ("latest", "22.22.3", Installs),
            ("latest", "22", Installs),
            ("latest", "23", FailsEbadengine),
            ("latest", "24.14.1", FailsEbadengine),
            ("latest", "24", Installs),
            ("latest", "25", FailsEbadengine),
            ("latest", "26", Installs),
            ("latest", "lts/*", Installs),
            ("12", "20.20.2", FailsEbadengine),
            ("", "20.20.2", Installs),
            ("", "20.9.0", FailsEbadengine),
            ("11", "20.17.0", Installs),
            ("11", "20.16.0", FailsEbadengine),
            ("^11.5.1", "22.8.0", FailsEbadengine),
            ("^11.5.1", "22.9.0", Installs),
            ("^11.5.1", "18", FailsEbadengine),
            ("10", "18", Installs),
            ("13.0.0", "26", MayFail),
            ("13", "20", MayFail),
            ("latest", "24.99.0", Installs),
            ("latest", "28", Installs),
            ("^11.5.1", "28.3.0", Installs),
            ("latest", "25.99.0", FailsEbadengine),
            ("latest", "${{ matrix.node }}", MayFail),
            ("$SPEC", "24", MayFail),
        ] {
            let node = resolve(node).candidates;
            let from_npm = npm_of(&node);
            let npm = resolve_npm(text, &node, &from_npm);
            let outcome = install_outcome(&npm, &node, &from_npm);
            assert_eq!(outcome, expected, "npm@{text} on {node:?}");
        }
    }

    #[test]
    fn one_broken_candidate_makes_it_doubtful() {
        let outcome = install_outcome(
            &versions(&["11.21.2"]),
            &versions(&["22.22.2", "22.23.2"]),
            &versions(&["10.9.7", "10.9.8"]),
        );
        assert_eq!(outcome, InstallOutcome::MayFail);
    }
}
