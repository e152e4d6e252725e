//! ClientSettings that the client sends: the keys of `trustpub.toml`, and some that only editors have.

use serde_json::{Map, Value};
use trustpub_analysis::{Config, config_keys, editor_settings};

/// The name under which clients keep them.
pub(crate) const SECTION: &str = "trustpub";

/// A setting of the editor alone: whether the registry is asked how packages were published, to show it above their
/// names. A file of the repository cannot switch it on: who opens somebody else's folder must not use the network for it.
pub const PUBLISHED_LENS: &str = "publishedLens";

/// A setting of the editor alone: whether findings are shown in files that are not open.
pub const WORKSPACE_DIAGNOSTICS: &str = "workspaceDiagnostics";

/// A setting of the editor alone: whether inlay hints are shown.
pub const INLAY_HINTS: &str = "inlayHints";

/// A setting of the editor alone: whether a code lens above a publish command says what to enter on npm.
pub const CODE_LENS: &str = "codeLens";

/// What an editor's settings say.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct ClientSettings {
    /// What goes before a repository's configuration.
    pub(crate) config: Config,
    /// See [`PUBLISHED_LENS`].
    pub(crate) published_lens: bool,
    /// See [`WORKSPACE_DIAGNOSTICS`].
    pub(crate) workspace_diagnostics: bool,
    /// See [`INLAY_HINTS`].
    pub(crate) inlay_hints: bool,
    /// See [`CODE_LENS`].
    pub(crate) code_lens: bool,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            config: Config::default(),
            published_lens: false,
            workspace_diagnostics: true,
            inlay_hints: true,
            code_lens: true,
        }
    }
}

/// Reads settings: the section itself, or an object that holds it by its name, as clients differ in that.
///
/// Keys of the client's own, for example where the server is, and keys that are null say nothing here. None if
/// there is no object at all, so that an empty notification does not take back what was said before.
pub(crate) fn read(settings: &Value) -> Option<ClientSettings> {
    let settings = settings.get(SECTION).unwrap_or(settings).as_object()?;
    let known: Map<String, Value> = config_keys()
        .iter()
        .filter_map(|key| Some((key.name.to_owned(), settings.get(key.name)?.clone())))
        .filter(|(_, value)| !value.is_null())
        .collect();
    let (config, problems) = editor_settings(&Value::Object(known).to_string());
    for problem in problems {
        tracing::warn!("the editor's settings: {problem}");
    }
    let is = |name: &str| settings.get(name).and_then(Value::as_bool);
    Some(ClientSettings {
        config,
        published_lens: is(PUBLISHED_LENS) == Some(true),
        workspace_diagnostics: is(WORKSPACE_DIAGNOSTICS) != Some(false),
        inlay_hints: is(INLAY_HINTS) != Some(false),
        code_lens: is(CODE_LENS) != Some(false),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_shapes_are_read_and_other_keys_left_aside() {
        let section = json!({"rules": {"private-true": "off"}, "serverPath": "/x", "ignore": null});
        let settings = read(&section).unwrap();
        let (config, problems) = editor_settings(r#"{"rules": {"private-true": "off"}}"#);
        assert_eq!(settings.config, config);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(read(&json!({"trustpub": section})), Some(settings));
        assert_eq!(read(&json!({})), Some(ClientSettings::default()));
        assert_eq!(read(&Value::Null), None);
        assert_eq!(read(&json!({"trustpub": null})), None);
    }

    #[test]
    fn the_registry_is_asked_only_where_it_is_said_plainly() {
        for (value, expected) in [
            (json!(true), true),
            (json!(false), false),
            (json!("yes"), false),
            (json!(null), false),
        ] {
            let settings = read(&json!({"trustpub": {"publishedLens": value}})).unwrap();
            assert_eq!(settings.published_lens, expected, "{value}");
        }
    }

    #[test]
    fn what_is_not_understood_has_no_effect() {
        let section = json!({"rules": {"private-true": 1, "id-token-missing": "hint"}});
        let (config, problems) = editor_settings(&section.to_string());
        assert_eq!(problems.len(), 1);
        assert_ne!(config, Config::default());
        assert_eq!(read(&section).unwrap().config, config);
    }
}
