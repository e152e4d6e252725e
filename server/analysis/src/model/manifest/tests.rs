use super::*;
use crate::syntax::json::parse_json;

fn manifest(text: &str) -> Manifest {
    Manifest::new(parse_json(text).tree.expect("a tree"))
}

/// The value of a field with the text at its range.
fn shown<'t>(text: &'t str, field: Option<&Ranged<String>>) -> Option<(String, &'t str)> {
    field.map(|field| (field.value.clone(), field.range.slice(text)))
}

fn pair<'t>(value: &str, raw: &'t str) -> Option<(String, &'t str)> {
    Some((value.to_owned(), raw))
}

const FULL: &str = r#"{
  "name": "@acme/tool",
  "version": "1.2.3-é.1",
  "scripts": { "release": "npm publish", "odd": 1, "release": "changeset publish" },
  "repository": "acme/tool",
  "publishConfig": {
    "registry": "https://registry.npmjs.org/",
    "@acme:registry": "https://npm.pkg.github.com",
    "access": "public",
    "tag": "next",
    "provenance": false,
    "directory": "dist"
  },
  "workspaces": ["packages/*", "!packages/private"],
  "packageManager": "npm@11.5.1+sha512.abc",
  "engines": { "node": ">=22", "npm": ">=11" },
  "volta": { "node": "24.7.0", "npm": "11.6.0", "extends": "../package.json" },
  "devEngines": {
    "runtime": [{ "name": "bun", "version": "1" }, { "name": "Node", "version": "^24.5.0" }],
    "packageManager": { "name": "npm" }
  },
  "devDependencies": { "lerna": "^8.0.0" },
  "dependencies": { "lerna": "^9.0.0", "np": "10" },
  "release": { "branches": ["main"] }
}"#;

#[test]
fn every_field_has_its_value_and_its_range() {
    let m = manifest(FULL);
    let text = FULL;
    assert_eq!(shown(text, m.name.as_ref()), pair("@acme/tool", "\"@acme/tool\""));
    assert_eq!(
        shown(text, m.version.as_ref()),
        pair("1.2.3-é.1", "\"1.2.3-é.1\"")
    );
    assert_eq!(m.scope(), Some("@acme"));
    assert_eq!(m.scripts.len(), 2);
    let script = m.script("release").unwrap();
    assert_eq!(
        shown(text, Some(&script.command)),
        pair("changeset publish", "\"changeset publish\"")
    );
    assert_eq!(m.repository.slug().unwrap().to_string(), "acme/tool");

    let config = m.publish_config.as_ref().unwrap();
    let registry = |scope| config.registry_for(scope).map(|r| r.value.as_str());
    assert_eq!(registry(None), Some("https://registry.npmjs.org/"));
    assert_eq!(registry(Some("@acme")), Some("https://npm.pkg.github.com"));
    assert_eq!(registry(Some("@other")), Some("https://registry.npmjs.org/"));
    assert_eq!(shown(text, config.access.as_ref()), pair("public", "\"public\""));
    assert_eq!(shown(text, config.tag.as_ref()), pair("next", "\"next\""));
    assert_eq!(shown(text, config.directory.as_ref()), pair("dist", "\"dist\""));
    let provenance = config.provenance.unwrap();
    assert_eq!((provenance.value, provenance.range.slice(text)), (false, "false"));

    let globs = m.workspaces.as_ref().unwrap();
    assert_eq!(shown(text, globs.first()), pair("packages/*", "\"packages/*\""));
    let manager = m.package_manager.as_ref().unwrap();
    assert_eq!(shown(text, Some(&manager.name)), pair("npm", "npm"));
    assert_eq!(shown(text, Some(&manager.version)), pair("11.5.1", "11.5.1"));
    assert_eq!(shown(text, m.engines.npm.as_ref()), pair(">=11", "\">=11\""));
    assert_eq!(shown(text, m.volta.npm.as_ref()), pair("11.6.0", "\"11.6.0\""));
    assert_eq!(m.dev_engines.package_managers[0].name.value, "npm");
    assert_eq!(m.dependency("lerna").unwrap().value, "^8.0.0");
    assert_eq!(m.dependency("np").unwrap().value, "10");
    assert_eq!(m.dependency("semantic-release"), None);
    assert!(m.semantic_release().is_some());
    assert!(m.is_publishable());
}

#[test]
fn node_versions_come_in_the_order_of_setup_node() {
    let versions = |text: &str| -> Vec<(NodeVersionSource, String)> {
        let candidates = manifest(text).node_versions().into_iter();
        candidates.map(|c| (c.source, c.value.value)).collect()
    };
    let expected = [
        (NodeVersionSource::Volta, "24.7.0"),
        (NodeVersionSource::DevEngines, "^24.5.0"),
        (NodeVersionSource::Engines, ">=22"),
        (NodeVersionSource::VoltaExtends, "../package.json"),
    ];
    assert_eq!(versions(FULL), expected.map(|(s, v)| (s, v.to_owned())));
    let runtime =
        r#"{"devEngines": {"runtime": {"name": "node", "version": "24"}}, "engines": {"node": ""}}"#;
    assert_eq!(
        versions(runtime),
        [(NodeVersionSource::DevEngines, "24".to_owned())]
    );
    assert_eq!(versions(r#"{"devEngines": {"runtime": [{"name": "node"}]}}"#), []);
}

#[test]
fn workspaces_of_yarn() {
    let globs = |text| manifest(text).workspaces.map(|globs| globs.len());
    assert_eq!(
        globs(r#"{"workspaces": {"packages": ["a", "b"], "nohoist": []}}"#),
        Some(2)
    );
    assert_eq!(globs(r#"{"workspaces": []}"#), Some(0));
    assert_eq!(globs(r#"{"workspaces": {}}"#), None);
    assert_eq!(globs("{}"), None);
}

#[test]
fn private_is_what_javascript_calls_true() {
    for (value, is_private) in [
        ("true", true),
        ("false", false),
        ("null", false),
        ("\"\"", false),
        ("\"false\"", true),
        ("0", false),
        ("1", true),
        ("{}", true),
    ] {
        let text = format!(r#"{{"name": "a", "version": "1.0.0", "private": {value}}}"#);
        let m = manifest(&text);
        assert_eq!(
            (m.is_private(), m.is_publishable()),
            (is_private, !is_private),
            "{value}"
        );
    }
    assert!(!manifest(r#"{"name": "a"}"#).is_publishable());
    assert!(!manifest(r#"{"name": "", "version": "1.0.0"}"#).is_publishable());
}

#[test]
fn wrong_types_are_harmless() {
    let keys = [
        "name",
        "version",
        "private",
        "scripts",
        "repository",
        "publishConfig",
        "workspaces",
        "packageManager",
        "engines",
        "volta",
        "devEngines",
        "dependencies",
        "devDependencies",
        "release",
        "release-it",
    ];
    for value in [
        "null",
        "5",
        "\"x\"",
        "true",
        "[]",
        "[null]",
        "{}",
        "{\"a\": null}",
    ] {
        let members: Vec<String> = keys.iter().map(|key| format!("\"{key}\": {value}")).collect();
        let m = manifest(&format!("{{{}}}", members.join(",")));
        assert!(m.scripts.is_empty(), "{value}");
        assert!(m.node_versions().is_empty(), "{value}");
        assert_eq!(m.dependency("lerna"), None, "{value}");
        assert_eq!(m.package_manager, None, "{value}");
    }
    for root in ["[]", "null", "\"text\"", "5"] {
        assert!(!manifest(root).is_publishable(), "{root}");
    }
}

#[test]
fn a_package_manager_with_escapes_keeps_a_true_range() {
    let text = r#"{"packageManager": "npm\u0040 11.5.1"}"#;
    let manager = manifest(text).package_manager.unwrap();
    assert_eq!(manager.name.value, "npm");
    assert_eq!(manager.name.range.slice(text), "\"npm\\u0040 11.5.1\"");
}
