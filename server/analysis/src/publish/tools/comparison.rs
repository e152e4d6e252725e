//! The register in words, for the page that compares the publishing tools.

use super::behavior::AskedBy;
use super::entry::{Exchange, Release};
use super::tokens::{GivenToken, Releases};
use super::{PackageManager, Publishes, Tool, ToolEntry, TurnedOffBy, tools};
use crate::knowledge::npm_releases::FIRST_WITH_OIDC;

/// What the register says about a publishing tool, in words for a table.
#[derive(Clone, Debug)]
pub struct ToolComparison {
    /// Its key, which `publisher` in `trustpub.toml` accepts.
    pub key: &'static str,
    /// The package or program that has its version.
    pub package: &'static str,
    /// What exchanges the ID token, and since which release.
    pub exchange: String,
    /// What it does with an access token.
    pub token: String,
    /// When it signs provenance.
    pub provenance: String,
    /// What else differs from npm.
    pub traps: Vec<String>,
}

/// All publishing tools, in the order of the register.
#[must_use]
pub fn compared_tools() -> Vec<ToolComparison> {
    let compared = tools().iter().map(|entry| ToolComparison {
        key: entry.key,
        package: entry.package,
        exchange: exchange(entry),
        token: token(entry),
        provenance: provenance(entry),
        traps: traps(entry),
    });
    compared.collect()
}

fn exchange(entry: &ToolEntry) -> String {
    let before = match (entry.exchange.before, other_program(entry)) {
        (Exchange::NpmOnPath, Some(program)) => format!("as {program}, else {}", npm_on_path()),
        (Exchange::NpmOnPath, None) => npm_on_path(),
        (Exchange::Unsupported, _) => "never".to_owned(),
        (Exchange::Itself | Exchange::Unknown, Some(program)) => format!("as {program}"),
        (Exchange::Itself | Exchange::Unknown, None) => "not known".to_owned(),
    };
    let Some(since) = entry.exchange.since else {
        return before;
    };
    let mut text = format!("itself from {} on", number(since));
    if let Some(scoped) = entry.exchange.scoped_since {
        text.push_str(&format!(", for packages with a scope from {} on", number(scoped)));
    }
    if entry.exchange.before != Exchange::Unsupported {
        text.push_str(&format!("; before that, {before}"));
    }
    text
}

fn npm_on_path() -> String {
    format!("the npm on the PATH, {} or later", number(FIRST_WITH_OIDC))
}

/// The program that publishes in place of the tool and of npm, as far as it is one of the table. Which one it is, the code of
/// the walk decides for some tools; their files have the sources.
fn other_program(entry: &ToolEntry) -> Option<String> {
    Some(match (entry.tool, entry.publishes) {
        (Tool::Changesets, _) => {
            "`pnpm`, and from 3.0.0 on `yarn-berry`, if it manages the repository".to_owned()
        }
        (Tool::Auto, _) => "`lerna` in a monorepo".to_owned(),
        (Tool::CleanPublish, _) => "the package manager that `--package-manager` names".to_owned(),
        (Tool::Ni | Tool::VitePlus, _) => "the package manager of the repository".to_owned(),
        (Tool::Rush, _) => "the pnpm or npm that `rush.json` names".to_owned(),
        (_, Publishes::By(managers)) => format!("{} if it manages the repository", names(managers)),
        (_, Publishes::ByManifestKey(object, member)) => {
            format!("the package manager that `{object}.{member}` names")
        }
        (_, Publishes::Itself | Publishes::ItselfInAnyVersion) => return None,
    })
}

fn names(managers: &[PackageManager]) -> String {
    let names: Vec<String> = managers
        .iter()
        .map(|manager| format!("`{}`", manager.tool().key()))
        .collect();
    names.join(" or ")
}

fn never_exchanges(entry: &ToolEntry) -> bool {
    entry.exchange.since.is_none() && entry.exchange.before == Exchange::Unsupported
}

fn token(entry: &ToolEntry) -> String {
    let tokens = &entry.tokens;
    let use_of_it = match tokens.wins {
        _ if never_exchanges(entry) => "required".to_owned(),
        _ if entry.exchange.before == Exchange::Unknown => "not known".to_owned(),
        Releases::Never => "used if the exchange fails".to_owned(),
        Releases::Always => "used instead of the exchange".to_owned(),
        Releases::Before(release) => {
            format!("used instead of the exchange before {}", number(release))
        }
        _ => "not known".to_owned(),
    };
    // Where such an action looks for its token was not examined.
    if entry.tool == Tool::ActionWithToken {
        return use_of_it;
    }
    let given = match tokens.given {
        GivenToken::SetupNode => "`NODE_AUTH_TOKEN` with setup-node's `registry-url`".to_owned(),
        GivenToken::Variable(variable) => format!("`{variable}`"),
        GivenToken::Input(input) => format!("the input `{input}`"),
    };
    match use_of_it.as_str() {
        "not known" => use_of_it,
        _ => format!("{use_of_it}; {given}"),
    }
}

fn provenance(entry: &ToolEntry) -> String {
    let provenance = &entry.provenance;
    if entry.exchange.before == Exchange::Unknown {
        return "not known".to_owned();
    }
    if other_program(entry).is_some() {
        return "as the program that publishes".to_owned();
    }
    match (
        provenance.is_automatic,
        provenance.asked_by,
        provenance.turned_off_by,
    ) {
        (Releases::Always, ..) if never_exchanges(entry) => "not known",
        (Releases::Never, AskedBy::Nothing, _) => "cannot sign",
        (Releases::Never, ..) => "only if it is requested",
        (_, _, TurnedOffBy::SettingsOfNpm) => "automatic",
        (_, _, TurnedOffBy::PublishConfig) => "automatic; only `publishConfig` turns it off",
        (_, _, TurnedOffBy::Nothing) => "automatic; nothing turns it off",
    }
    .to_owned()
}

fn traps(entry: &ToolEntry) -> Vec<String> {
    let tokens = &entry.tokens;
    let registry = &entry.registry;
    let mut traps = Vec::new();
    let mut note = |releases: Option<String>, what: &str| {
        traps.extend(releases.map(|releases| format!("{what}{releases}")));
    };
    if entry.exchange.since.is_some() || entry.exchange.before != Exchange::Unsupported {
        note(which(tokens.is_asked_for), "stops without a token or a login");
    }
    note(
        which_not(tokens.reads.userconfig),
        "does not read setup-node's `.npmrc`",
    );
    note(
        which_not(registry.publish_config),
        "ignores `publishConfig.registry`",
    );
    note(
        which(registry.publish_config_wins),
        "follows `publishConfig.registry` even against `--registry`",
    );
    note(which_not(registry.variables), "ignores `NPM_CONFIG_REGISTRY`");
    note(
        which(registry.passes_public),
        "publishes to the public registry whatever `.npmrc` says",
    );
    note(
        which(entry.provenance.refuses),
        "refuses to publish if provenance is requested",
    );
    let errors = &entry.errors;
    if let Some(code) = errors.without_credential {
        traps.push(format!("fails with `{}` if it gets no token", code.code()));
    }
    if entry.tool != Tool::ActionWithToken && !errors.prints_codes {
        traps.push("prints no error code".to_owned());
    } else if errors.since != (0, 0, 0) {
        traps.push(format!(
            "prints codes of its own from {} on",
            number(errors.since)
        ));
    }
    traps
}

/// The releases that behave so, as the end of a sentence; none if none is known to.
fn which(releases: Releases) -> Option<String> {
    Some(match releases {
        Releases::Never | Releases::Unknown => return None,
        Releases::Always => String::new(),
        Releases::Before(release) | Releases::KnownBefore(release) => format!(" before {}", number(release)),
        Releases::Except(from, until) => {
            format!(" before {} and from {} on", number(from), number(until))
        }
        Releases::Between(last, first) if last.0 == first.0 && last.1 == first.1 && last.2 + 1 == first.2 => {
            format!(" from {} on", number(first))
        }
        Releases::Between(last, first) => {
            format!(" in {}, and not yet in {}", number(first), number(last))
        }
    })
}

/// The releases that do not behave so.
fn which_not(releases: Releases) -> Option<String> {
    Some(match releases {
        Releases::Always | Releases::Unknown | Releases::KnownBefore(_) => return None,
        Releases::Never => String::new(),
        Releases::Before(release) => format!(" from {} on", number(release)),
        Releases::Except(from, until) => format!(" from {} to before {}", number(from), number(until)),
        Releases::Between(last, first) => {
            format!(" up to {}; {} does", number(last), number(first))
        }
    })
}

fn number((major, minor, patch): Release) -> String {
    format!("{major}.{minor}.{patch}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(key: &str) -> ToolComparison {
        let mut tools = compared_tools().into_iter();
        tools.find(|tool| tool.key == key).unwrap()
    }

    #[test]
    fn the_exchange_names_its_first_release() {
        for (key, exchange) in [
            ("npm", "itself from 11.5.1 on"),
            (
                "yarn-berry",
                "itself from 4.10.0 on, for packages with a scope from 4.10.3 on",
            ),
            (
                "pnpm",
                "itself from 11.0.0 on; before that, the npm on the PATH, 11.5.1 or later",
            ),
            ("bun", "never"),
            ("rollingversions", "not known"),
            ("rush", "as the pnpm or npm that `rush.json` names"),
            (
                "np",
                "as `pnpm` or `yarn-berry` if it manages the repository, else the npm on the PATH, 11.5.1 or later",
            ),
        ] {
            assert_eq!(compared(key).exchange, exchange, "{key}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_claimed() {
        for key in ["ossjs-release", "rollingversions"] {
            let tool = compared(key);
            assert_eq!(
                [tool.exchange, tool.token, tool.provenance],
                ["not known", "not known", "not known"],
                "{key}"
            );
        }
    }

    #[test]
    fn traps_name_their_releases() {
        assert_eq!(
            compared("np").traps,
            [
                "stops without a token or a login before 11.0.2",
                "prints no error code"
            ]
        );
        assert!(
            compared("pnpm")
                .traps
                .contains(&"does not read setup-node's `.npmrc` from 11.0.0 to before 11.0.9".to_owned())
        );
        assert_eq!(compared("npm").traps, [""; 0]);
    }
}
