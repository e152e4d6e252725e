use super::*;
use crate::knowledge::actions::PUBLISH_TABLE;
use crate::knowledge::tool_releases::newest_release;
use crate::versions::version::{Truth, Version, parse_version};

fn candidates(versions: &[&str]) -> Vec<Version> {
    versions.iter().filter_map(|text| parse_version(text)).collect()
}

#[test]
fn every_tool_has_one_entry() {
    for (n, entry) in tools().iter().enumerate() {
        let is_same = |other: &&&ToolEntry| other.tool == entry.tool || other.key == entry.key;
        assert_eq!(
            tools().iter().position(|other| is_same(&other)),
            Some(n),
            "{}",
            entry.key
        );
        assert_eq!(entry.tool.entry().map(|found| found.key), Some(entry.key));
    }
}

#[test]
fn actions_name_tools_of_the_register() {
    for action in PUBLISH_TABLE.iter() {
        assert!(tool_with_key(action.tool).is_some(), "{}", action.tool);
    }
}

#[test]
fn a_job_that_starts_a_tool_has_one_of_its_words() {
    for entry in tools().iter().filter(|entry| !entry.start.programs.is_empty()) {
        assert!(!entry.start.words.is_empty(), "{}", entry.key);
    }
}

#[test]
fn the_newest_release_is_known_where_the_release_decides() {
    let can_be_fetched = tools().iter().filter(|entry| entry.start.is_in_bin);
    for entry in can_be_fetched.filter(|entry| !entry.turning_points().is_empty()) {
        assert!(newest_release(entry.package).is_some(), "{}", entry.key);
    }
}

#[test]
fn releases_tell_which_program_makes_the_exchange() {
    use Exchange::{Itself, NpmOnPath, Unknown, Unsupported};
    for (key, versions, expected) in [
        ("npm", ["10.9.8"].as_slice(), Unsupported),
        ("npm", &["11.5.1"], Itself),
        ("pnpm", &["10.34.0"], NpmOnPath),
        ("pnpm", &["11.0.0"], Itself),
        ("pnpm", &["12.1.0"], Itself),
        ("pnpm", &["11.0.0-rc.5"], Itself),
        ("pnpm", &["11.0.0-beta.0"], Itself),
        ("pnpm", &["11.0.0-alpha.5"], Itself),
        ("pnpm", &["11.0.0-alpha.3"], Unknown),
        ("pnpm", &["11.0.0-dev.1005"], Unknown),
        ("pnpm", &["11.0.0-next.1"], Unknown),
        ("pnpm", &["11.1.0-rc.1"], Itself),
        ("pnpm", &["10.0.0-rc.1"], NpmOnPath),
        ("pnpm", &["10.34.0", "11.0.0"], Unknown),
        ("pnpm", &[], Unknown),
        ("yarn-classic", &["1.22.22"], Unsupported),
        ("yarn-classic", &[], Unsupported),
        ("yarn-berry", &["4.9.4"], Unsupported),
        ("yarn-berry", &["4.10.0"], Itself),
        ("yarn-berry", &["4.10.0-rc.1"], Unknown),
        ("yarn-berry", &["4.9.0-rc.1"], Unsupported),
        ("bun", &["1.4.5"], Unsupported),
        ("lerna", &["8.2.4"], Unsupported),
        ("lerna", &["9.0.0"], Itself),
        ("lerna", &["9.0.0-alpha.1"], Unknown),
        ("lerna-lite", &["4.7.3"], Unsupported),
        ("lerna-lite", &["4.9.0"], Itself),
        ("semantic-release", &["24.2.9"], Unsupported),
        ("semantic-release", &["25.0.1"], Itself),
        ("semantic-release-npm", &["13.0.0"], Unsupported),
        ("semantic-release-npm", &["13.1.0"], Itself),
        ("changesets", &["2.29.0"], NpmOnPath),
        ("nx", &[], NpmOnPath),
        ("np", &["11.0.0"], NpmOnPath),
        ("release-it", &[], NpmOnPath),
        ("npm-publish", &[], NpmOnPath),
        ("npm-publish-with-token", &[], NpmOnPath),
        ("beachball", &[], NpmOnPath),
        ("auto", &[], NpmOnPath),
    ] {
        let known = tool_with_key(key).unwrap();
        assert_eq!(
            known.exchange_of(&candidates(versions)),
            expected,
            "{key} {versions:?}"
        );
    }
    assert!(tool_with_key("release-please").is_none());
}

#[test]
fn some_releases_prefer_a_token_or_ask_for_one() {
    use Truth::{Maybe, No, Yes};
    for (key, version, wins, is_asked_for) in [
        ("npm", "11.5.1", No, No),
        ("pnpm", "11.0.6", Yes, No),
        ("pnpm", "11.0.7", No, No),
        ("pnpm", "11.0.7-rc.0", Maybe, No),
        ("pnpm", "?", Maybe, No),
        ("yarn-berry", "4.18.1", Yes, No),
        ("np", "10.3.0", No, Yes),
        ("np", "11.0.0", No, Yes),
        ("np", "11.0.2", No, No),
        ("np", "?", No, Maybe),
        ("release-it", "21.1.2", No, Yes),
        ("ossjs-release", "0.10.0", No, Yes),
        ("ossjs-release", "0.10.1", No, No),
    ] {
        let versions = candidates(&[version]);
        let tokens = &tool_with_key(key).unwrap().tokens;
        let found = (
            tokens.wins.include(&versions),
            tokens.is_asked_for.include(&versions),
        );
        assert_eq!(found, (wins, is_asked_for), "{key} {version}");
    }
}
