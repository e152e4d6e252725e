//! Variables that PowerShell and cmd set for the commands that follow.

use super::wrappers::Invocation;
use super::{Exported, Meaning, path};
use crate::publish::tools::Arguments;
use crate::syntax::shell::{Command, Word};

/// Whether a program's name is a variable of the environment: `$env:NAME`, `${env:NAME}`.
pub(crate) fn is_of_powershell(program: &str) -> bool {
    variable(program).is_some()
}

/// `$env:NAME = value`, `$env:NAME="value"`.
pub(crate) fn assigned(invocation: &Invocation) -> Option<Meaning> {
    let text: String = invocation.words.iter().map(|word| word.text.as_str()).collect();
    let (name, value) = text.split_once('=')?;
    let name = name.trim_end_matches('+');
    Some(meaning(variable(name)?.trim_end_matches('}'), value))
}

/// `set NAME=value`, `set "NAME=value"`.
pub(crate) fn set(arguments: &Arguments<'_>) -> Option<Meaning> {
    let words: Vec<&str> = arguments.words().iter().map(|word| word.text.as_str()).collect();
    let text = words.join(" ");
    let (name, value) = text.split_once('=')?;
    Some(meaning(name.trim(), value))
}

/// `Set-Item Env:NAME value`.
pub(crate) fn set_item(arguments: &Arguments<'_>) -> Option<Meaning> {
    let mut words = arguments.words().iter().map(|word| word.text.as_str());
    let name = words.clone().find_map(|word| strip_prefix(word, "env:"))?;
    let value = words.next_back()?;
    Some(meaning(name.trim_start_matches(['\\', '/']), value))
}

fn meaning(name: &str, value: &str) -> Meaning {
    match name.eq_ignore_ascii_case("PATH") {
        true => path::assigned(value),
        false => Meaning::Export(vec![Exported::here(name, value.trim_matches(['"', '\'']))]),
    }
}

fn variable(text: &str) -> Option<&str> {
    strip_prefix(text, "$env:").or_else(|| strip_prefix(text, "${env:"))
}

fn strip_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    start
        .eq_ignore_ascii_case(prefix)
        .then(|| text.get(prefix.len()..))?
}

/// Whether a variable holds a token that a tool may publish with; those of the ID token are none.
pub(super) fn is_token_variable(name: &str) -> bool {
    name.contains("TOKEN") && !name.starts_with("ACTIONS_")
}

/// The variables of tokens that `env -u NAME` takes away from the command after it.
pub(crate) fn unset_by_env(command: &Command) -> Vec<&Word> {
    if command.word(0) != Some("env") {
        return Vec::new();
    }
    let pairs = command.words.windows(2);
    let unset = pairs.filter_map(|pair| match pair {
        [flag, name] if matches!(flag.text.as_str(), "-u" | "--unset") => Some(name),
        _ => None,
    });
    unset.filter(|name| is_token_variable(&name.text)).collect()
}

/// The variables that `env` or `cross-env` sets for the command after it, each with its value and the word.
pub(crate) fn set_by_wrapper(command: &Command) -> Vec<(&str, &str, &Word)> {
    let is_wrapper = |word: &Word| matches!(word.text.as_str(), "env" | "cross-env" | "cross-env-shell");
    let Some(place) = command.words.iter().position(is_wrapper) else {
        return Vec::new();
    };
    let after = command.words.iter().skip(place + 1);
    let words = after.skip_while(|word| word.text.starts_with('-'));
    let assigned = words.map_while(|word| {
        let (name, value) = word.text.split_once('=')?;
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_name.then_some((name, value, word))
    });
    assigned.collect()
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{command_of, meanings, table};
    use super::set_by_wrapper;

    #[test]
    fn variables_of_a_wrapper() {
        let set = |script: &str| -> String {
            let command = command_of(script);
            let found = set_by_wrapper(&command);
            let texts: Vec<String> = found
                .iter()
                .map(|(name, value, _)| format!("{name}={value}"))
                .collect();
            texts.join(" ")
        };
        table(
            set,
            &[
                ("cross-env A=b C= npm publish", "A=b C="),
                ("npx cross-env A=$B npm publish", "A=$B"),
                ("env -i A=b npm publish", "A=b"),
                ("npm publish --a=b", ""),
                ("env npm publish a=b", ""),
            ],
        );
    }

    #[test]
    fn variables_of_powershell_and_cmd() {
        table(
            |script| meanings(script).join("; "),
            &[
                ("$env:NODE_AUTH_TOKEN = \"$token\"", "export NODE_AUTH_TOKEN"),
                ("$Env:NODE_AUTH_TOKEN='x'", "export NODE_AUTH_TOKEN"),
                ("${env:NPM_TOKEN} = 'x'", "export NPM_TOKEN"),
                ("Set-Item -Path Env:NPM_TOKEN -Value x", "export NPM_TOKEN"),
                ("set NPM_TOKEN=x", "export NPM_TOKEN"),
                ("set \"NPM_TOKEN=x\"", "export NPM_TOKEN"),
                ("set -euo pipefail", "other"),
                ("$env:PATH = \"C:\\n\\bin;$env:PATH\"", "path now: C:\\n\\bin"),
                ("$env:NPM_TOKEN", "other"),
                (
                    "npm config set //a.com/:_authToken=$env:T",
                    "npmrc //a.com/:_authToken=$env:T",
                ),
                (
                    "Add-Content .npmrc \"//a.com/:_authToken=$env:T\"",
                    "npmrc //a.com/:_authToken=$env:T",
                ),
                ("Set-Content -Path .npmrc -Value \"a=b\"", "npmrc a=b"),
                (
                    "Add-Content -Path $env:GITHUB_PATH -Value \"x/bin\"",
                    "path later: x/bin",
                ),
                ("\"NPM_TOKEN=x\" >> $env:GITHUB_ENV", "export NPM_TOKEN"),
                ("'a=b' | Out-File -FilePath .npmrc -Append", "other; npmrc a=b"),
                (
                    "\"NPM_TOKEN=$t\" | Out-File $env:GITHUB_ENV",
                    "other; export NPM_TOKEN",
                ),
                ("./print.sh | Out-File .npmrc", "script ./print.sh; npmrc ?"),
                ("echo a=b> .npmrc", "npmrc a=b"),
                ("Add-Content notes.txt \"npm publish\"", "other"),
            ],
        );
    }
}
