//! What actions do with the `GITHUB_TOKEN` of the job.

use std::sync::LazyLock;

use super::table::{list, rows};
use crate::versions::action_reference::RemoteAction;

const PERMISSIONS: &str = include_str!("data/actions-permissions.tsv");

/// What an action needs of the job's `GITHUB_TOKEN`.
#[derive(Debug)]
pub(crate) struct ActionPermissions {
    name: String,
    /// The scopes beside `contents: read`, each with its level.
    pub scopes: Vec<(&'static str, &'static str)>,
    /// The inputs and variables that give the action another token.
    pub token_names: Vec<&'static str>,
}

static TABLE: LazyLock<Vec<ActionPermissions>> = LazyLock::new(|| {
    rows::<3>(PERMISSIONS)
        .map(|[name, scopes, token_names]| ActionPermissions {
            name: name.to_ascii_lowercase(),
            scopes: list(scopes).filter_map(|scope| scope.split_once(':')).collect(),
            token_names: list(token_names).collect(),
        })
        .collect()
});

/// What an action needs; none if that is not known.
pub(crate) fn action_permissions(action: &RemoteAction) -> Option<&'static ActionPermissions> {
    let name = action.name();
    TABLE.iter().find(|known| {
        let rest = name.strip_prefix(&known.name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::table::row_count;
    use super::*;
    use crate::versions::action_reference::ActionReference;

    #[test]
    fn every_row_is_read() {
        assert_eq!(TABLE.len(), row_count(PERMISSIONS));
        for (scope, level) in TABLE.iter().flat_map(|action| &action.scopes) {
            assert!(!scope.is_empty() && matches!(*level, "read" | "write"), "{scope}");
        }
    }

    #[test]
    fn names_are_compared_whole_and_in_any_case() {
        let find = |uses: &str| {
            let reference = ActionReference::parse(uses, None);
            action_permissions(reference.remote()?).map(|known| known.scopes.len())
        };
        assert_eq!(find("Actions/Checkout@v6"), Some(0));
        assert_eq!(find("actions/cache/restore@v5"), Some(0));
        assert_eq!(find("changesets/action@v1"), Some(2));
        assert_eq!(find("actions/checkout-fork@v1"), None);
        assert_eq!(find("acme/deploy@v1"), None);
    }
}
