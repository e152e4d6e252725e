use super::*;
use crate::knowledge::npm_releases::{OIDC_MINIMUM, STAGE_MINIMUM};
use crate::versions::version::{is_later, shown_versions};

fn texts(versions: &[Version]) -> Vec<String> {
    if !versions.iter().any(is_later) {
        return versions.iter().map(ToString::to_string).collect();
    }
    let (known, suffix) = shown_versions(versions);
    let known: Vec<String> = known.into_iter().map(ToString::to_string).collect();
    vec![known.join(" or ") + &suffix]
}

#[test]
fn resolves_as_setup_node_does() {
    use NodeSpec::{Exact, Expression, Invalid, Latest, LtsAlias, OtherDistribution, Range, Unset};
    use Truth::{Maybe, No, Yes};
    let rows: &[(&str, NodeSpec, &[&str], Truth)] = &[
        ("24", Range, &["24.19.0", "24.22.3", "24.18.0"], Yes),
        (" 24 ", Range, &["24.19.0", "24.22.3", "24.18.0"], Yes),
        ("v24", Range, &["24.19.0", "24.22.3", "24.18.0"], Yes),
        ("24.x", Range, &["24.19.0", "24.22.3", "24.18.0"], Yes),
        ("24.x.x", Range, &["24.19.0", "24.22.3", "24.18.0"], Yes),
        ("^24", Range, &["24.19.0", "24.22.3", "24.18.0"], Yes),
        ("lts/krypton", LtsAlias, &["24.19.0", "24.22.3", "24.18.0"], Yes),
        ("24.0", Range, &["24.0.2"], No),
        ("24.1", Range, &["24.1.0"], No),
        ("24.2", Range, &["24.2.0"], No),
        ("24.3", Range, &["24.3.0"], No),
        ("24.4", Range, &["24.4.1"], No),
        ("24.3.0", Exact, &["24.3.0"], No),
        ("v24.3.0", Exact, &["24.3.0"], No),
        ("~24.4", Range, &["24.4.1"], No),
        ("24.5.0", Exact, &["24.5.0"], Yes),
        ("24.10", Range, &["24.10.0"], Yes),
        ("24.19.0", Exact, &["24.19.0"], Yes),
        ("22", Range, &["22.23.2", "22.23.5", "22.23.1"], No),
        ("22.x", Range, &["22.23.2", "22.23.5", "22.23.1"], No),
        ("^22", Range, &["22.23.2", "22.23.5", "22.23.1"], No),
        ("lts/jod", LtsAlias, &["22.23.2", "22.23.5", "22.23.1"], No),
        ("lts/Jod", LtsAlias, &["22.23.2", "22.23.5", "22.23.1"], No),
        ("22.14.0", Exact, &["22.14.0"], No),
        ("20", Range, &["20.20.2"], No),
        ("20.x", Range, &["20.20.2"], No),
        ("lts/iron", LtsAlias, &["20.20.2"], No),
        ("18", Range, &["18.20.8"], No),
        ("23", Range, &["23.11.1"], No),
        ("25", Range, &["25.9.0"], Yes),
        ("26", Range, &["26.13.0"], Yes),
        ("26.5.0", Exact, &["26.5.0"], Yes),
        (">=22", Range, &["24.19.0", "26.13.0", "24.18.0"], Yes),
        (">=20", Range, &["24.19.0", "26.13.0", "24.18.0"], Yes),
        (">=18", Range, &["24.19.0", "26.13.0", "24.18.0"], Yes),
        (">=23.6.0", Range, &["24.19.0", "26.13.0", "24.18.0"], Yes),
        (">= 22.14.0", Range, &["24.19.0", "26.13.0", "24.18.0"], Yes),
        ("*", Range, &["24.19.0", "26.13.0", "24.18.0"], Yes),
        ("x", Range, &["24.19.0", "26.13.0", "24.18.0"], Yes),
        ("20 || 22", Range, &["22.23.2", "22.23.5", "22.23.1"], No),
        (">=20 <23", Range, &["22.23.2", "22.23.5", "22.23.1"], No),
        (
            "^20.19.0 || >=22.12.0",
            Range,
            &["24.19.0", "26.13.0", "24.18.0"],
            Yes,
        ),
        ("lts/*", LtsAlias, &["26.13.0"], Yes),
        ("lts/-1", LtsAlias, &["24.19.0", "24.22.3", "24.18.0"], Yes),
        ("lts/-2", LtsAlias, &["22.23.2", "22.23.5", "22.23.1"], No),
        ("lts/unobtainium", LtsAlias, &[], Maybe),
        ("lts/-0", LtsAlias, &[], Maybe),
        ("latest", Latest, &["26.13.0"], Yes),
        ("node", Latest, &["26.13.0"], Yes),
        ("current", Latest, &["26.13.0"], Yes),
        ("26-nightly", OtherDistribution, &[], Maybe),
        ("24.0.0-nightly", OtherDistribution, &[], Maybe),
        ("26.0.0-rc.1", OtherDistribution, &[], Maybe),
        ("20-v8-canary", OtherDistribution, &[], Maybe),
        ("16", Range, &["16.20.2"], No),
        ("14", Range, &["14.21.3"], No),
        ("12.x", Range, &["12.22.12"], No),
        ("10.x", Range, &["10.24.1"], No),
        ("0.12.18", Exact, &["0.12.18"], No),
        ("14.15.0", Exact, &["14.15.0"], No),
        ("24.3.9", Exact, &["24.3.9"], Maybe),
        ("22.23.9", Exact, &["22.23.9"], No),
        ("24.99.0", Exact, &["24.99.0"], Yes),
        ("26.99.1", Exact, &["26.99.1"], Yes),
        ("22.99", Range, &["22.99.0 or a later 22.x"], No),
        ("~26.99.1", Range, &["26.99.1 or a later 26.x"], Yes),
        ("28", Range, &["28.0.0 or a later 28.x"], Yes),
        ("99", Range, &["99.0.0 or a later 99.x"], Yes),
        (">=28", Range, &["28.0.0 or later"], Yes),
        ("", Unset, &[], Maybe),
        ("  ", Unset, &[], Maybe),
        ("${{ matrix.node }}", Expression, &[], Maybe),
        ("lts", Invalid, &[], Maybe),
        ("eol", Invalid, &[], Maybe),
        ("oldest", Invalid, &[], Maybe),
        ("active", Invalid, &[], Maybe),
    ];
    for (text, spec, candidates, enough) in rows {
        let resolution = resolve(text);
        assert_eq!(classify(text.trim()), *spec, "{text:?}");
        assert_eq!(texts(&resolution.candidates), *candidates, "{text:?}");
        assert_eq!(
            npm_of_node_at_least(&resolution.candidates, &OIDC_MINIMUM),
            *enough,
            "{text:?}"
        );
    }
}

#[test]
fn check_latest_ignores_the_tool_cache() {
    let newest = |text| texts(&resolve_from(text, NodeSource::Newest).candidates);
    assert_eq!(newest("24"), ["24.22.3"]);
    assert_eq!(newest(">=22"), ["26.13.0"]);
    assert_eq!(newest("lts/*"), ["26.13.0"]);
}

#[test]
fn every_candidate_gives_its_npm() {
    assert_eq!(texts(&resolve("24").npm()), ["11.17.0", "11.19.1", "11.16.0"]);
    assert_eq!(texts(&resolve("22").npm()), ["10.9.8", "10.9.9"]);
    assert_eq!(texts(&resolve("14").npm()), [""; 0]);
    assert_eq!(texts(&resolve("24.3.9").npm()), ["11.4.2 or later"]);
    assert_eq!(texts(&resolve("22.23.9").npm()), ["10.9.9 or a later 10.x"]);
    assert_eq!(texts(&resolve("28").npm()), ["11.20.0 or later"]);
    let can_stage = |text| npm_of_node_at_least(&resolve(text).candidates, &STAGE_MINIMUM);
    assert_eq!(can_stage("24"), Truth::Yes);
    assert_eq!(can_stage("25"), Truth::No);
}

#[test]
fn yaml_shortens_unquoted_versions() {
    for (raw, becomes) in [
        ("24.10", "24.1"),
        ("24.20", "24.2"),
        ("24.0", "24"),
        ("22.00", "22"),
        ("24.100", "24.1"),
    ] {
        let surprise = float_surprise(raw, true).unwrap();
        assert_eq!(surprise.meant, raw);
        assert_eq!(surprise.becomes, becomes, "{raw}");
    }
}

#[test]
fn nothing_is_shortened_without_zeros_or_with_quotes() {
    for raw in [
        "24", "24.1", "24.x", "20", "24.10.0", "v24.10", ".10", "24.", "lts/*", "",
    ] {
        assert_eq!(float_surprise(raw, true), None, "{raw}");
    }
    assert_eq!(float_surprise("24.10", false), None);
}

#[test]
fn odd_texts_resolve_to_nothing() {
    for text in [
        "99999999999999999999",
        "1.99999999999999999999.3",
        "24.1.2.3",
        "\u{e9}24",
        "24\u{0}",
        "lts/",
        "lts/--1",
        "lts/-99999999999999999999",
        "<0",
        "${{",
    ] {
        assert_eq!(texts(&resolve(text).candidates), [""; 0], "{text:?}");
    }
}
