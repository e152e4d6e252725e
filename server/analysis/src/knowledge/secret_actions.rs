//! Actions that fetch secrets from a store and set them as variables for the steps after them.

use std::sync::LazyLock;

use super::table::{optional, rows};
use crate::versions::action_reference::RemoteAction;

const SECRETS: &str = include_str!("data/actions-secrets.tsv");

/// An action that fetches secrets and sets variables.
#[derive(Debug)]
pub(crate) struct SecretAction {
    name: &'static str,
    /// The input that lists the secrets; none if the store decides which variables are set.
    pub input: Option<&'static str>,
    name_in_entry: Option<NameInEntry>,
    /// The input that decides whether variables are set.
    pub switch: Option<ExportSwitch>,
}

/// Where an entry of the list has the name of the variable.
#[derive(Clone, Copy, Debug)]
enum NameInEntry {
    After(char),
    Before(char),
    Whole,
}

/// An input that decides whether variables are set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExportSwitch {
    /// The input.
    pub input: &'static str,
    value: &'static str,
    /// Whether variables are set with this value alone; otherwise with any other, or none.
    is_only_with: bool,
}

impl ExportSwitch {
    /// Whether the input's value keeps variables from being set. `value` is none if the input is not given.
    pub(crate) fn is_off(&self, value: Option<&str>) -> bool {
        let is_value = value.is_some_and(|value| value.trim().eq_ignore_ascii_case(self.value));
        is_value != self.is_only_with
    }
}

impl SecretAction {
    /// The variables that a list of secrets sets, each with its entry; none for an entry that does not name its own.
    pub(crate) fn variables<'t>(&self, list: &'t str) -> Vec<Option<&'t str>> {
        let Some(place) = self.name_in_entry else {
            return vec![None];
        };
        let separates =
            |c: char| c == '\n' || c == ';' || c == ',' && !matches!(place, NameInEntry::Before(','));
        let entries = list.split(separates).map(str::trim);
        let entries = entries.filter(|entry| !entry.is_empty() && !entry.starts_with('#'));
        let name_of = |entry: &'t str| {
            let name = match place {
                NameInEntry::After(sign) => entry.rsplit_once(sign)?.1,
                NameInEntry::Before(sign) => entry.split_once(sign)?.0,
                NameInEntry::Whole => entry,
            };
            let name = name.trim().trim_matches(['"', '\'']);
            // `secret/data/ci * | NPM_` sets a variable for each key.
            let is_name = !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
            (is_name && !entry.contains('*')).then_some(name)
        };
        entries.map(name_of).collect()
    }
}

static TABLE: LazyLock<Vec<SecretAction>> = LazyLock::new(|| {
    rows::<4>(SECRETS)
        .filter_map(|[name, input, place, switch]| {
            let sign = |text: &str| text.chars().next();
            let name_in_entry = match place.split_once(' ') {
                Some(("after", text)) => Some(NameInEntry::After(sign(text)?)),
                Some(("before", text)) => Some(NameInEntry::Before(sign(text)?)),
                None if place == "whole" => Some(NameInEntry::Whole),
                None if place == "-" => None,
                _ => return None,
            };
            let switch = match optional(switch) {
                Some(text) => {
                    let (input, value) = text.split_once('=')?;
                    let unless = input.strip_suffix('!');
                    Some(ExportSwitch {
                        input: unless.unwrap_or(input),
                        value,
                        is_only_with: unless.is_none(),
                    })
                }
                None => None,
            };
            Some(SecretAction {
                name,
                input: optional(input),
                name_in_entry,
                switch,
            })
        })
        .collect()
});

/// The action as one that fetches secrets.
pub(crate) fn secret_action(action: &RemoteAction) -> Option<&'static SecretAction> {
    let name = action.name();
    TABLE.iter().find(|known| known.name.eq_ignore_ascii_case(&name))
}

/// Words that say where secrets come from.
const STORES: [&str; 14] = [
    "secret",
    "vault",
    "ssm",
    "parameterstore",
    "1password",
    "onepassword",
    "doppler",
    "infisical",
    "akeyless",
    "bitwarden",
    "conjur",
    "keepersecurity",
    "sops",
    "dotenv",
];

/// Words that say that secrets are looked for, stored or set up rather than fetched.
const OTHER_WORK: [&str; 19] = [
    "scan",
    "scanner",
    "scanning",
    "detect",
    "detection",
    "detector",
    "check",
    "checker",
    "leak",
    "leaks",
    "guard",
    "lint",
    "sync",
    "push",
    "rotate",
    "update",
    "create",
    "setup",
    "install",
];

/// Words of an input's name that, beside `secret`, say that it names secrets and is not one: `secret-ids`.
const LISTS: [&str; 11] = [
    "id", "ids", "name", "names", "path", "paths", "arn", "arns", "map", "mapping", "list",
];

/// Whether the words of an action's name say that it fetches secrets.
pub(crate) fn fetches_secrets_by_name(words: &[String]) -> bool {
    let is_store = |word: &String| {
        let rest = word.trim_end_matches('s');
        STORES.iter().any(|store| word == store || rest == *store)
            || word.contains("secret")
            || word.ends_with("vault")
    };
    words.iter().any(is_store) && !words.iter().any(|word| OTHER_WORK.contains(&word.as_str()))
}

/// Whether the words of an input's name say that it lists secrets to fetch.
pub(crate) fn lists_secrets_by_name(words: &[String]) -> bool {
    let is_among = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_store =
        |word: &String| word != "secret" && STORES.contains(&word.as_str()) || word.ends_with("keyvault");
    words.iter().any(|word| is_store(word) || word == "secrets") || is_among(&["secret"]) && is_among(&LISTS)
}

#[cfg(test)]
mod tests {
    use super::super::table::row_count;
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(TABLE.len(), row_count(SECRETS));
        for known in TABLE.iter() {
            assert_eq!(known.name, known.name.to_ascii_lowercase());
            assert_eq!(
                known.input.is_some(),
                known.name_in_entry.is_some(),
                "{}",
                known.name
            );
        }
    }

    fn variables(action: &str, list: &str) -> String {
        let known = TABLE.iter().find(|known| known.name == action).unwrap();
        let names = known.variables(list).into_iter().map(|name| name.unwrap_or("?"));
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lists_name_variables() {
        for (action, list, expected) in [
            (
                "hashicorp/vault-action",
                "kv/npm token | NODE_AUTH_TOKEN ;\nkv/aws \"a b\" | AWS ;",
                "NODE_AUTH_TOKEN AWS",
            ),
            ("hashicorp/vault-action", "kv/npm token", "?"),
            ("hashicorp/vault-action", "kv/npm * | NPM_ ;", "?"),
            (
                "aws-actions/aws-secretsmanager-get-secrets",
                "NPM_TOKEN, ci/npm\nci/other",
                "NPM_TOKEN ?",
            ),
            (
                "dkershner6/aws-ssm-getparameters-action",
                "/npm = NPM_TOKEN, /a = A",
                "NPM_TOKEN A",
            ),
            (
                "google-github-actions/get-secretmanager-secrets",
                "NPM_TOKEN:acme/npm",
                "NPM_TOKEN",
            ),
            ("azure/get-keyvault-secrets", "NPM_TOKEN, A", "NPM_TOKEN A"),
            ("bitwarden/sm-action", "0-1-2 > NPM_TOKEN", "NPM_TOKEN"),
            (
                "grafana/shared-workflows/actions/get-vault-secrets",
                "NPM_TOKEN=npm:token",
                "NPM_TOKEN",
            ),
            ("dopplerhq/secrets-fetch-action", "", "?"),
        ] {
            assert_eq!(variables(action, list), expected, "{action} {list}");
        }
    }

    #[test]
    fn switches_turn_variables_off() {
        for (switch, value, expected) in [
            ("exportEnv", None, false),
            ("exportEnv", Some("false"), true),
            ("inject-env-vars", None, true),
            ("inject-env-vars", Some("true"), false),
        ] {
            let mut switches = TABLE.iter().filter_map(|known| known.switch);
            let found = switches.find(|known| known.input == switch).unwrap();
            assert_eq!(found.is_off(value), expected, "{switch} {value:?}");
        }
    }

    #[test]
    fn names_speak_of_secrets() {
        let words = |text: &str| -> Vec<String> { text.split(['-', '/']).map(str::to_owned).collect() };
        for (name, expected) in [
            ("actions/release-secrets", true),
            ("read-vault", true),
            ("aws-secretsmanager", true),
            ("load-keyvault", true),
            ("secret-scan", false),
            ("install-doppler", false),
            ("release", false),
        ] {
            assert_eq!(fetches_secrets_by_name(&words(name)), expected, "{name}");
        }
        for (name, expected) in [
            ("secret-ids", true),
            ("secrets", true),
            ("ssm-parameter-pairs", true),
            ("client-secret", false),
            ("token", false),
        ] {
            assert_eq!(lists_secrets_by_name(&words(name)), expected, "{name}");
        }
    }
}
