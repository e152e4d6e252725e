//! Tokens in the configuration file of a tool that does not go by `.npmrc` alone: `.yarnrc.yml` and `bunfig.toml`.

use super::registry::{is_npm_registry, is_registry_of_yarn};
use super::step_environment::YARNRC;
use crate::publish::tools::OwnFile;
use crate::sources::Sources;
use crate::syntax::yaml::{YamlNode, parse_yaml};
use crate::text::{FilePath, FolderPath, Place, TextRange};

/// A token in such a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OwnToken {
    /// The key: `npmAuthToken`.
    pub(crate) key: String,
    /// The value as it is written.
    pub(crate) value: String,
    /// The line.
    pub(crate) place: Place,
}

/// A value that names a variable: `${NPM_TOKEN}`, `${NPM_TOKEN:-fallback}`, or `$NPM_TOKEN`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NamedVariable<'v> {
    /// The variable.
    pub(crate) name: &'v str,
    /// What counts where nothing sets it.
    pub(crate) fallback: &'v str,
}

/// The tokens in the files of the package's folder and of the root that are for the package's registry. `registry` is its address;
/// none if it is not known.
pub(crate) fn own_tokens(
    sources: &Sources<'_>,
    file: OwnFile,
    yarnrc: &str,
    folder: Option<&FolderPath>,
    registry: Option<&str>,
) -> Vec<OwnToken> {
    let of_package = folder.filter(|folder| !folder.is_root()).cloned();
    let folders = of_package.into_iter().chain([FolderPath::root()]);
    let scope = folder.and_then(|folder| {
        let name = &sources.manifest_in(folder)?.1.name.as_ref()?.value;
        Some(name.strip_prefix('@')?.split_once('/')?.0.to_owned())
    });
    let mut found = Vec::new();
    for folder in folders {
        match file {
            OwnFile::YarnRc => {
                let path = folder.file(yarnrc);
                let tokens = path.and_then(|path| {
                    in_yaml(sources, &path, |root| {
                        in_yarnrc(&path, root, scope.as_deref(), registry)
                    })
                });
                found.extend(tokens.into_iter().flatten());
            }
            OwnFile::BunFig => {
                let path = folder.file("bunfig.toml");
                let file = path.and_then(|path| Some((path.clone(), sources.file_on_demand(&path)?)));
                if let Some((path, file)) = file {
                    found.extend(in_bunfig(&path, &file.text, scope.as_deref()));
                }
            }
        }
    }
    found
}

/// What is in a file of YAML, whose name may be any.
pub(crate) fn in_yaml<R>(
    sources: &Sources<'_>,
    path: &FilePath,
    read: impl FnOnce(YamlNode<'_>) -> R,
) -> Option<R> {
    let known = sources.file(path).and_then(|file| YamlNode::root(file.yaml()?));
    match known {
        Some(root) => Some(read(root)),
        None if path.file_name() == YARNRC => None,
        None => {
            let tree = parse_yaml(&sources.file_on_demand(path)?.text).tree;
            YamlNode::root(&tree).map(read)
        }
    }
}

/// `npmAuthToken` and `npmAuthIdent`, in general, for the package's scope, and for the registry. Yarn compares addresses, so that a
/// token for npm's registry does not count for Yarn's name of it.
/// Source: <https://yarnpkg.com/configuration/yarnrc#npmAuthToken>; measured with 4.18.1.
fn in_yarnrc(
    path: &FilePath,
    root: YamlNode<'_>,
    scope: Option<&str>,
    registry: Option<&str>,
) -> Vec<OwnToken> {
    let of_scope = scope.and_then(|scope| root.get("npmScopes")?.get(scope));
    let registries = root.get("npmRegistries").into_iter();
    let of_registries = registries
        .flat_map(YamlNode::entries)
        .filter(|entry| {
            let key = entry.key.as_str().unwrap_or_default();
            match registry {
                Some(registry) => host_of(key) == host_of(registry),
                None => is_registry_of_yarn(key),
            }
        })
        .map(|entry| entry.value);
    let nodes = [Some(root), of_scope].into_iter().flatten().chain(of_registries);
    nodes
        .flat_map(|node| {
            ["npmAuthToken", "npmAuthIdent"]
                .into_iter()
                .filter_map(move |key| node.entry(key))
        })
        .filter_map(|entry| {
            Some(OwnToken {
                key: entry.key.as_str()?.to_owned(),
                value: entry.value.as_str()?.to_owned(),
                place: Place::new(path, entry.range()),
            })
        })
        .collect()
}

/// An address without its protocol and the slash at its end.
fn host_of(address: &str) -> &str {
    let address = address.trim();
    let rest = address
        .strip_prefix("https:")
        .or_else(|| address.strip_prefix("http:"));
    rest.unwrap_or(address)
        .trim_start_matches('/')
        .trim_end_matches('/')
}

/// `token = "$NPM_TOKEN"`, also in a table on one line. One of a scope counts for packages of that scope alone.
/// Source: <https://bun.com/docs/runtime/bunfig#install-registry>; measured with 1.4.5.
fn in_bunfig(path: &FilePath, text: &str, scope: Option<&str>) -> Vec<OwnToken> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut table = Vec::new();
    let for_others = tables_for_others(text);
    for line in text.split_inclusive('\n') {
        let range = TextRange::new(start, start + line.trim_end().len());
        start += line.len();
        if line.trim_start().starts_with('#') {
            continue;
        }
        if let Some(header) = line.trim().strip_prefix('[') {
            table = keys_of(header.trim_end_matches(']'));
            continue;
        }
        let names_other = text_of_key(line, "url").is_some_and(|url| !is_npm_registry(url));
        if names_other || for_others.contains(&table) {
            continue;
        }
        let mut keys = table.clone();
        keys.extend(keys_of(line.split('=').next().unwrap_or_default()));
        if let Some(place) = keys.iter().position(|key| key == "scopes") {
            let of_scope = keys.get(place + 1).map(|key| key.trim_start_matches('@'));
            if of_scope != scope {
                continue;
            }
        }
        if let Some(value) = text_of_key(line, "token") {
            found.push(OwnToken {
                key: "token".to_owned(),
                value: value.to_owned(),
                place: Place::new(path, range),
            });
        }
    }
    found
}

/// The tables that are for another registry than npm's.
fn tables_for_others(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut table = Vec::new();
    for line in text.lines() {
        if let Some(header) = line.trim().strip_prefix('[') {
            table = keys_of(header.trim_end_matches(']'));
        } else if !line.contains('{') && text_of_key(line, "url").is_some_and(|url| !is_npm_registry(url)) {
            found.push(table.clone());
        }
    }
    found
}

/// The text of a key: `key = "text"`, also in a table on one line.
fn text_of_key<'t>(line: &'t str, key: &str) -> Option<&'t str> {
    let (before, after) = line.split_once(key)?;
    let is_key = before.trim_end().ends_with(['{', ',', '"']) || before.trim().is_empty();
    let value = after.trim_start_matches('"').trim_start().strip_prefix('=')?;
    let value = value.trim_start().strip_prefix('"')?.split('"').next();
    value.filter(|_| is_key)
}

/// `["install", "scopes", "@acme"]` of `install.scopes."@acme"`.
fn keys_of(text: &str) -> Vec<String> {
    let keys = text
        .split('.')
        .map(|key| key.trim().trim_matches(['"', '\'']).to_owned());
    keys.filter(|key| !key.is_empty()).collect()
}

/// The variable that a value names, if it is nothing else.
pub(crate) fn named_variable(value: &str) -> Option<NamedVariable<'_>> {
    let value = value.trim();
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let rest = value.strip_prefix('$')?;
    let Some(inside) = rest.strip_prefix('{') else {
        return is_name(rest).then_some(NamedVariable {
            name: rest,
            fallback: "",
        });
    };
    let inside = inside.strip_suffix('}')?;
    let end = inside.find([':', '-', '?']).unwrap_or(inside.len());
    let (name, fallback) = inside.split_at_checked(end)?;
    is_name(name).then(|| NamedVariable {
        name,
        fallback: fallback.trim_start_matches([':', '-', '?']),
    })
}

#[cfg(test)]
mod tests {
    use super::{in_bunfig, named_variable};
    use crate::text::FilePath;

    #[test]
    fn a_value_may_name_a_variable() {
        for (value, expected) in [
            ("${NPM_TOKEN}", Some(("NPM_TOKEN", ""))),
            ("${NPM_TOKEN-}", Some(("NPM_TOKEN", ""))),
            ("${NPM_TOKEN:-none}", Some(("NPM_TOKEN", "none"))),
            ("$NPM_TOKEN", Some(("NPM_TOKEN", ""))),
            ("npm_abc", None),
            ("a${NPM_TOKEN}", None),
            ("${NPM_TOKEN}b", None),
            ("$", None),
        ] {
            let found = named_variable(value);
            assert_eq!(
                found.map(|found| (found.name, found.fallback)),
                expected,
                "{value}"
            );
        }
    }

    #[test]
    fn the_forms_of_a_token_in_bunfig() {
        let path = FilePath::new("bunfig.toml").unwrap();
        let values = |text: &str| -> Vec<String> {
            in_bunfig(&path, text, Some("acme"))
                .into_iter()
                .map(|token| token.value)
                .collect()
        };
        for text in [
            "[install.registry]\nurl = \"https://registry.npmjs.org\"\ntoken = \"$NPM_TOKEN\"\n",
            "[install.scopes]\nacme = { token = \"$NPM_TOKEN\", url = \"https://registry.npmjs.org/\" }\n",
            "install.registry = { url = \"https://registry.npmjs.org\", token = \"$NPM_TOKEN\" }\n",
        ] {
            assert_eq!(values(text), ["$NPM_TOKEN"], "{text}");
        }
        for text in [
            "# token = \"x\"\n",
            "registry = \"token\"\n",
            "notoken = \"x\"\n",
            "[install.scopes]\nother = { token = \"$NPM_TOKEN\" }\n",
            "[install.scopes.\"@other\"]\ntoken = \"$NPM_TOKEN\"\n",
            "[install.registry]\ntoken = \"$NPM_TOKEN\"\nurl = \"https://npm.example.com\"\n",
        ] {
            assert_eq!(values(text), [""; 0], "{text}");
        }
    }
}
