//! What scripts may change in manifests. That depends on the scripts alone, so it is kept until one of them changes: a key stroke in
//! a workflow does not read them again.

use super::code::{imported, script_on_demand};
use super::followed::{Program, program_of};
use crate::publish::read::command::{doubt_of_code, writes};
use crate::publish::read::manifest_writes::{ManifestWrite, manifest_write};
use crate::publish::site::ManifestDoubt;
use crate::sources::{File, FileFact, Sources};
use crate::syntax::javascript::Uses;
use crate::text::FilePath;

/// What a file may change in manifests, by its own text.
#[derive(PartialEq, Eq, Debug)]
pub(in crate::publish::walk) struct CodeDoubt(pub(in crate::publish::walk) ManifestDoubt);

impl FileFact for CodeDoubt {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        Self(doubt_of_code(sources.file(path).map_or("", |file| &file.text)))
    }
}

/// The same of code with the modules that it imports. What these import is not looked at.
#[derive(PartialEq, Eq, Debug)]
pub(in crate::publish::walk) struct ImportingDoubt(pub(in crate::publish::walk) ManifestDoubt);

impl FileFact for ImportingDoubt {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        let CodeDoubt(own) = CodeDoubt::find(sources, path);
        let Some(file) = sources.file(path) else {
            return Self(own);
        };
        let reached = file.code().reach(&Uses::nothing());
        let relative = reached
            .modules
            .iter()
            .filter(|module| module.name.starts_with('.'));
        Self(relative.fold(own, |doubt, module| {
            let path = imported(sources, path, module.name);
            let of_module = path.map_or(ManifestDoubt::NONE, |path| CodeDoubt::find(sources, &path).0);
            doubt.and(ManifestDoubt::UNLIKELY).and(of_module)
        }))
    }
}

/// What a file, or a module that it imports itself, may write to a manifest that is published; none if it writes none.
#[derive(PartialEq, Eq, Debug)]
pub(in crate::publish::walk) struct WrittenManifest(pub(in crate::publish::walk) Option<ManifestWrite>);

impl FileFact for WrittenManifest {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        Self(script_on_demand(sources, path).and_then(|file| written_by(sources, path, file)))
    }
}

fn written_by(sources: &Sources<'_>, path: &FilePath, file: &File) -> Option<ManifestWrite> {
    if !matches!(program_of("", path.as_str(), &file.text), Program::Code) {
        let may_write = file.text.contains("package.json") && writes(&file.text);
        return may_write.then_some(ManifestWrite::ANY);
    }
    let holds_packages = |folder: &str| {
        let mut paths = sources.manifest_paths();
        paths.any(|path| path.folder().as_str().split('/').any(|part| part == folder))
    };
    let reached = file.code().reach(&Uses::nothing());
    let modules = reached.modules.iter().filter_map(|module| {
        let path = imported(sources, path, module.name)?;
        script_on_demand(sources, &path)
    });
    let files = std::iter::once(file).chain(modules);
    files
        .filter_map(|file| manifest_write(&file.text, holds_packages))
        .reduce(ManifestWrite::or)
}
