//! Actions that push tags and make releases.

use std::sync::LazyLock;

use super::table::{list, rows};
use crate::versions::action_reference::RemoteAction;

const EVENTS: &str = include_str!("data/actions-events.tsv");

/// An action that pushes tags or makes releases.
#[derive(Debug)]
pub(crate) struct ReleasingAction {
    name: String,
    /// Whether it makes releases, with their tags; else only tags.
    pub makes_releases: bool,
    /// Whether it makes a draft if an input in `only_if` is missing.
    pub makes_drafts: bool,
    /// The inputs and variables that hold its token.
    pub tokens: Vec<&'static str>,
    /// Inputs without which it makes nothing.
    pub only_if: Vec<&'static str>,
    /// Inputs that keep it from making anything, unless they are `false`.
    pub off: Vec<&'static str>,
    /// Whether nothing else can have made the same tag or release before.
    pub is_only_source: bool,
}

static TABLE: LazyLock<Vec<ReleasingAction>> = LazyLock::new(|| {
    rows::<6>(EVENTS)
        .map(
            |[name, made, tokens, only_if, off, only_source]| ReleasingAction {
                name: name.to_ascii_lowercase(),
                makes_releases: made.starts_with("release"),
                makes_drafts: made == "release-or-draft",
                tokens: list(tokens).collect(),
                only_if: list(only_if).collect(),
                off: list(off).collect(),
                is_only_source: only_source == "yes",
            },
        )
        .collect()
});

/// The action as one that pushes tags or makes releases.
pub(crate) fn releasing_action(action: &RemoteAction) -> Option<&'static ReleasingAction> {
    let name = action.name();
    TABLE.iter().find(|known| known.name == name)
}

#[cfg(test)]
mod tests {
    use super::super::table::row_count;
    use super::*;
    use crate::versions::action_reference::ActionReference;

    #[test]
    fn every_row_is_read() {
        assert_eq!(TABLE.len(), row_count(EVENTS));
    }

    #[test]
    fn names_are_compared_in_any_case() {
        let find = |uses: &str| {
            let reference = ActionReference::parse(uses, None);
            releasing_action(reference.remote()?).map(|known| known.makes_releases)
        };
        assert_eq!(find("Googleapis/release-please-action@v4"), Some(true));
        assert_eq!(find("anothrNick/github-tag-action@1.73.0"), Some(false));
        assert_eq!(find("actions/checkout@v6"), None);
    }
}
