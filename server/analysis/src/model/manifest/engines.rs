use super::{Manifest, text_of};
use crate::syntax::json::{JsonKind, JsonValue};
use crate::text::{Ranged, TextRange};

/// The versions of Node and npm in `engines`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct EnginePin {
    /// Of Node.
    pub node: Option<Ranged<String>>,
    /// Of npm.
    pub npm: Option<Ranged<String>>,
}

/// `volta`: the versions that Volta runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct VoltaPin {
    /// Of Node.
    pub node: Option<Ranged<String>>,
    /// Of npm.
    pub npm: Option<Ranged<String>>,
    /// The file that it inherits from.
    pub extends: Option<Ranged<String>>,
}

/// `devEngines`: one or several of each kind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct DevEngines {
    /// `devEngines.runtime`
    pub runtimes: Vec<DevEngine>,
    /// `devEngines.packageManager`
    pub package_managers: Vec<DevEngine>,
    /// Whether something in it has a form that is not read.
    pub has_unread: bool,
}

/// An entry of `devEngines`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct DevEngine {
    /// What it is: `node`, `npm`, `pnpm`, …
    pub name: Ranged<String>,
    /// Its version or range.
    pub version: Option<Ranged<String>>,
    /// What happens if something else is used: `warn`, `ignore`, `error` or `download`.
    pub on_fail: Option<Ranged<String>>,
}

/// `packageManager`: `npm@11.5.1+sha512.…`
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PinnedPackageManager {
    /// `npm`, `pnpm`, `yarn`, …
    pub name: Ranged<String>,
    /// The version without its checksum.
    pub version: Ranged<String>,
    /// Whether a checksum follows.
    pub has_checksum: bool,
}

/// Where setup-node finds a version of Node in a `package.json`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum NodeVersionSource {
    /// `volta.node`
    Volta,
    /// `devEngines.runtime`; not every major version of setup-node reads it.
    DevEngines,
    /// `engines.node`
    Engines,
    /// `volta.extends`: the value is the path of the file to go on with, relative to this one.
    VoltaExtends,
}

/// A version of Node that setup-node would take if nothing took precedence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NodeVersionCandidate {
    /// Where it is.
    pub source: NodeVersionSource,
    /// The version, or the path of [`NodeVersionSource::VoltaExtends`].
    pub value: Ranged<String>,
}

impl Manifest {
    /// Every place from which setup-node's `node-version-file` can take a version, in its order. The first one
    /// counts, [`NodeVersionSource::DevEngines`] only where that release of setup-node reads it.
    pub(crate) fn node_versions(&self) -> Vec<NodeVersionCandidate> {
        let runtime = self.dev_engines.runtimes.iter().find_map(|runtime| {
            let version = runtime.version.as_ref()?;
            let is_node = runtime.name.value.eq_ignore_ascii_case("node") && !version.value.is_empty();
            is_node.then_some(version)
        });
        let places = [
            (NodeVersionSource::Volta, self.volta.node.as_ref()),
            (NodeVersionSource::DevEngines, runtime),
            (NodeVersionSource::Engines, self.engines.node.as_ref()),
            (NodeVersionSource::VoltaExtends, self.volta.extends.as_ref()),
        ];
        let candidates = places.into_iter().filter_map(|(source, value)| {
            let value = value.filter(|value| !value.value.is_empty())?.clone();
            Some(NodeVersionCandidate { source, value })
        });
        candidates.collect()
    }
}

impl EnginePin {
    pub(crate) fn read(value: Option<&JsonValue>) -> Self {
        let read = |key| value.and_then(|value| text_of(value, key));
        Self {
            node: read("node"),
            npm: read("npm"),
        }
    }
}

impl VoltaPin {
    pub(crate) fn read(value: Option<&JsonValue>) -> Self {
        let read = |key| value.and_then(|value| text_of(value, key));
        Self {
            node: read("node"),
            npm: read("npm"),
            extends: read("extends"),
        }
    }
}

impl DevEngines {
    pub(crate) fn read(value: Option<&JsonValue>) -> Self {
        let mut has_unread = false;
        let mut read = |key| {
            let (engines, is_whole) = DevEngine::read_all(value.and_then(|value| value.get(key)));
            has_unread |= !is_whole;
            engines
        };
        Self {
            runtimes: read("runtime"),
            package_managers: read("packageManager"),
            has_unread,
        }
    }
}

impl DevEngine {
    /// The entries, and whether these are all.
    fn read_all(value: Option<&JsonValue>) -> (Vec<Self>, bool) {
        let Some(value) = value else {
            return (Vec::new(), true);
        };
        let entries = match &value.kind {
            JsonKind::Array(entries) => entries.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let read = |entry: &JsonValue| {
            Some(Self {
                name: text_of(entry, "name")?,
                version: text_of(entry, "version"),
                on_fail: text_of(entry, "onFail"),
            })
        };
        let found: Vec<Self> = entries.iter().filter_map(read).collect();
        let is_whole = found.len() == entries.len();
        (found, is_whole)
    }
}

impl PinnedPackageManager {
    pub(crate) fn read(text: &Ranged<String>) -> Option<Self> {
        let (name, version) = text.value.split_once('@')?;
        let version = version.split_once('+').map_or(version, |(version, _)| version);
        // Inside a string without escapes a part of the value is at the same place of the text.
        let has_escapes = text.range.len() != text.value.len() + 2;
        let part = |at: usize, value: &str| {
            let range = if has_escapes {
                text.range
            } else {
                let start = text.range.start() + 1 + at;
                TextRange::new(start, start + value.len())
            };
            Ranged::new(value.to_owned(), range)
        };
        (!name.is_empty() && !version.is_empty()).then(|| Self {
            name: part(0, name),
            version: part(name.len() + 1, version),
            has_checksum: text.value.contains('+'),
        })
    }
}
