use super::{bool_of, text_of};
use crate::syntax::json::{JsonMember, JsonValue};
use crate::text::Ranged;

/// `publishConfig`: settings that `npm publish` takes over those of `.npmrc`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PublishConfig {
    /// `registry`
    pub registry: Option<Ranged<String>>,
    /// `@scope:registry`: the scopes with their `@`, and their registries.
    pub scope_registries: Vec<(String, Ranged<String>)>,
    /// `access`
    pub access: Option<Ranged<String>>,
    /// `tag`
    pub tag: Option<Ranged<String>>,
    /// `provenance`
    pub provenance: Option<Ranged<bool>>,
    /// `directory`: the folder that pnpm and lerna publish instead of the package's own.
    pub directory: Option<Ranged<String>>,
}

impl PublishConfig {
    pub(crate) fn read(value: &JsonValue) -> Option<Self> {
        if !value.is_object() {
            return None;
        }
        Some(Self {
            registry: text_of(value, "registry"),
            scope_registries: scope_registries(value),
            access: text_of(value, "access"),
            tag: text_of(value, "tag"),
            provenance: bool_of(value, "provenance"),
            directory: text_of(value, "directory"),
        })
    }

    /// The registry that npm publishes a package with this scope to, as far as this section decides.
    pub(crate) fn registry_for(&self, scope: Option<&str>) -> Option<&Ranged<String>> {
        let of_scope = scope.and_then(|scope| {
            let known = self.scope_registries.iter().rev();
            known.into_iter().find(|(name, _)| name == scope)
        });
        of_scope.map(|(_, registry)| registry).or(self.registry.as_ref())
    }
}

fn scope_registries(value: &JsonValue) -> Vec<(String, Ranged<String>)> {
    let read = |member: &JsonMember| {
        let scope = member.key.value.strip_suffix(":registry")?;
        let registry = member.value.to_ranged()?;
        scope.starts_with('@').then(|| (scope.to_owned(), registry))
    };
    value.members().iter().filter_map(read).collect()
}
