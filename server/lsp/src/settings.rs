//! Settings that the client sends: the keys of `trustpub.toml`.

use serde_json::{Map, Value};
use trustpub_analysis::{Config, config_keys};

/// The name under which clients keep them.
pub(crate) const SECTION: &str = "trustpub";

/// Reads settings: the section itself, or an object that holds it by its name, as clients differ in that.
///
/// Keys of the client's own, for example where the server is, and keys that are null say nothing here. None where
/// there is no object at all, so that an empty notification does not take back what was said before.
pub(crate) fn read(settings: &Value) -> Option<Config> {
    let settings = settings.get(SECTION).unwrap_or(settings).as_object()?;
    let known: Map<String, Value> = config_keys()
        .iter()
        .filter_map(|key| Some((key.name.to_owned(), settings.get(key.name)?.clone())))
        .filter(|(_, value)| !value.is_null())
        .collect();
    let config = Config::from_json(&Value::Object(known).to_string());
    for problem in &config.problems {
        tracing::warn!("the editor's settings: {}", problem.message);
    }
    Some(config)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_shapes_are_read_and_other_keys_left_aside() {
        let section = json!({"rules": {"private-true": "off"}, "serverPath": "/x", "ignore": null});
        let config = read(&section).unwrap();
        assert_eq!(config.levels.len(), 1);
        assert_eq!(config.problems, []);
        assert_eq!(read(&json!({"trustpub": section})), Some(config));
        assert_eq!(read(&json!({})), Some(Config::default()));
        assert_eq!(read(&Value::Null), None);
        assert_eq!(read(&json!({"trustpub": null})), None);
    }

    #[test]
    fn what_is_not_understood_has_no_effect() {
        let config = read(&json!({"rules": {"private-true": 1, "id-token-missing": "hint"}})).unwrap();
        assert_eq!(config.levels.len(), 1);
        assert_eq!(config.problems.len(), 1);
    }
}
