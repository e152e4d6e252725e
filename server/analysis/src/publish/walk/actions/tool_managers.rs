//! What tool managers beside setup-node do to npm: corepack, Volta.

use crate::knowledge::npm_spec::resolve_npm;
use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::machine::EffectKind;
use crate::publish::read::command::Corepack;
use crate::publish::site::CorepackPin;
use crate::publish::site::{NpmOrigin, VersionFact};
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::publish::walk::{WalkFrame, Walker};
use crate::text::{FolderPath, Place};

impl<'a> Walker<'_, 'a> {
    /// `corepack enable npm` puts the npm on the PATH that the manifest names, or that corepack has fetched. Without it
    /// the npm of Node stays there, whatever corepack was told.
    pub(crate) fn corepack(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        conditions: &[String],
        (corepack, folder): (&Corepack, Option<&FolderPath>),
    ) {
        let command = context.source.place(self.sources, corepack.range);
        let before = self.machine(conditions);
        let fetched = corepack.spec.as_ref().map(|spec| {
            let value = self.evaluate(context.frame, &spec.text);
            let known = value.known().filter(|text| !text.contains(['$', '`']));
            VersionFact {
                candidates: known
                    .map(|text| resolve_npm(text, &before.node.candidates, &before.npm.candidates))
                    .unwrap_or_default(),
                text: Some(spec.text.clone()),
                origin: NpmOrigin::Unknown,
                place: Some(command.clone()),
            }
        });
        let npm = self
            .npm_of_manifest(folder)
            .or(fetched)
            .or_else(|| before.corepack_pin.clone().map(|pin| pin.npm));
        if corepack.enables_npm {
            let npm = npm.unwrap_or_else(VersionFact::unknown_npm);
            return self.add(conditions, EffectKind::NpmOfCorepack(npm));
        }
        if let Some(npm) = npm {
            let pin = CorepackPin {
                npm,
                command,
                is_enable: corepack.spec.is_none(),
            };
            self.add(conditions, EffectKind::CorepackWithoutNpm(pin));
        }
    }

    /// The npm that Corepack runs in a folder: that of the nearest manifest with a `packageManager`, in the folder or above it.
    /// None if that manifest names another package manager, or none does.
    /// Source: `loadSpec` in dist/lib/corepack.cjs of corepack 0.35.0; measured with npm@12.0.1 in a folder below npm@10.9.0.
    pub(crate) fn npm_of_manifest(&self, folder: Option<&FolderPath>) -> Option<VersionFact<NpmOrigin>> {
        let pinned_in = |folder: FolderPath| {
            let (path, manifest) = self.sources.manifest_in(&folder)?;
            Some((path, manifest.package_manager.as_ref()?))
        };
        let (path, manager) = match folder {
            Some(folder) => folder.and_above().find_map(pinned_in)?,
            // It is the root's, unless some folder has its own.
            None => {
                let mut paths = self.sources.manifest_paths();
                let has_own = paths.any(|path| {
                    let manifest = self.sources.manifest(path);
                    !path.folder().is_root()
                        && manifest.is_some_and(|manifest| manifest.package_manager.is_some())
                });
                pinned_in(FolderPath::root()).filter(|_| !has_own)?
            }
        };
        let version = &manager.version;
        (manager.name.value == "npm").then(|| VersionFact {
            candidates: resolve_npm(&version.value, &[], &[]),
            text: Some(version.value.clone()),
            origin: NpmOrigin::Unknown,
            place: Some(Place::new(&path, version.range)),
        })
    }

    /// volta-cli/action: the npm of its input, or the one that the manifest pins for Volta. Without either, the npm of
    /// Node counts.
    pub(crate) fn npm_of_volta(&mut self, frame: &WalkFrame<'a>, step: &'a Step) {
        let input = find_input(&step.with, "npm-version");
        let pinned = || {
            let (path, manifest) = self.sources.manifest_in(&FolderPath::root())?;
            let version = manifest.volta.npm.as_ref()?;
            Some((version.value.clone(), Place::new(&path, version.range)))
        };
        let found = match input {
            Some(input) => {
                let value = self.evaluate(frame, &input.value.value);
                let text = value.known().map(str::to_owned);
                Some((
                    text.unwrap_or_default(),
                    Place::new(&frame.path, input.value.range),
                ))
            }
            None => pinned(),
        };
        if let Some((text, place)) = found {
            let npm = VersionFact {
                candidates: match text.as_str() {
                    "" => Vec::new(),
                    text => resolve_npm(text, &[], &[]),
                },
                text: Some(text),
                origin: NpmOrigin::Unknown,
                place: Some(place),
            };
            self.add(&frame.conditions, EffectKind::NpmOnPath(npm));
        }
    }
}
