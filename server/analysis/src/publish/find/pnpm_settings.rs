//! The settings of pnpm's own client, that of 11 and later: variables that begin with `pnpm_config_`, and `pnpm-workspace.yaml`. It
//! takes none from npm's variables or an `.npmrc`, but for registries and their credentials.
//!
//! Measured with `dry-run`, `git-checks`, `provenance`, `access` and `registry` in 11.0.4, 11.28.11 and 12.21.0. `registry` in
//! `pnpm-workspace.yaml` was not read by 11.0.4, `registries` was. 12.21.0 takes `dry-run` and `access` only as flags.

use super::StepEnvironment;
use crate::publish::eval::Evaluated;
use crate::publish::tools::{Release, Releases};
use crate::sources::Sources;
use crate::syntax::yaml::YamlNode;
use crate::text::{FilePath, FolderPath, Place};
use crate::versions::version::{Truth, Version};

/// The search for such settings.
#[derive(Clone, Copy)]
pub(crate) struct PnpmSettings<'s, 'a> {
    /// The files of the repository.
    pub(crate) sources: &'s Sources<'a>,
    /// The manifest that is published.
    pub(crate) manifest: Option<&'s FilePath>,
    /// What the step's environment holds.
    pub(crate) at: StepEnvironment<'s, 'a>,
    /// The release of pnpm, if it is known.
    pub(crate) version: Option<&'s Version>,
}

/// The first release that reads `registry` in `pnpm-workspace.yaml`: measured with 11.5.3, 11.10.0, 11.27.1, 11.28.11, 12.0.0 and
/// 12.21.0, and read in 11.9.0.
const FIRST_WITH_REGISTRY: Release = (11, 10, 0);

/// The releases that read the registry from `pnpm_config_registry`: measured with 11.0.4, 11.28.11 and 12.21.0, and read in 11.5.3.
const REGISTRY_OF_VARIABLE: Releases = Releases::Between((11, 0, 4), (11, 5, 3));

impl PnpmSettings<'_, '_> {
    /// A setting by its name on the command line, such as `dry-run`: a variable, else the workspace file.
    pub(crate) fn find(&self, name: &str) -> Option<(Evaluated, Place)> {
        let only_by_flag = self.is_at_least((12, 0, 0)) != Truth::No && name != "provenance";
        match only_by_flag {
            true => None,
            false => self
                .of_variable(name)
                .or_else(|| self.in_file(&[&camel_case(name)])),
        }
    }

    /// The registry of a scope with its `@`, or the general one. It outranks every `.npmrc` (measured with 11.28.11).
    pub(crate) fn registry(&self, scope: Option<&str>) -> Option<(Evaluated, Place)> {
        if let Some(scope) = scope {
            return self.in_file(&["registries", scope]);
        }
        let if_read = |found: Option<(Evaluated, Place)>, is_read: Truth| match (found?, is_read) {
            (_, Truth::No) => None,
            ((_, place), Truth::Maybe) => Some((Evaluated::unknown(), place)),
            (found, Truth::Yes) => Some(found),
        };
        let candidates: Vec<Version> = self.version.cloned().into_iter().collect();
        if_read(
            self.of_variable("registry"),
            REGISTRY_OF_VARIABLE.include(&candidates),
        )
        .or_else(|| if_read(self.in_file(&["registry"]), self.is_at_least(FIRST_WITH_REGISTRY)))
        .or_else(|| self.in_file(&["registries", "default"]))
    }

    /// The setting that a variable holds.
    fn of_variable(&self, name: &str) -> Option<(Evaluated, Place)> {
        self.at.setting_with_prefix("pnpm_config_", name)
    }

    fn is_at_least(&self, release: Release) -> Truth {
        let release = Version::from(release);
        self.version
            .map_or(Truth::Maybe, |version| Truth::from(*version >= release))
    }

    /// A setting in the `pnpm-workspace.yaml` of the package's folder or of one above it.
    fn in_file(&self, keys: &[&str]) -> Option<(Evaluated, Place)> {
        let folder = self.manifest.map(FilePath::folder).unwrap_or_default();
        std::iter::successors(Some(folder), FolderPath::parent).find_map(|folder| {
            let path = folder.file("pnpm-workspace.yaml")?;
            let root = YamlNode::root(self.sources.file(&path)?.yaml()?)?;
            let (last, parents) = keys.split_last()?;
            let mapping = parents.iter().try_fold(root, |node, key| node.get(key))?;
            let entry = mapping.entry(last)?;
            let value = match entry.value.as_str()? {
                text if text.contains('$') => Evaluated::unknown(),
                text => Evaluated::text(text),
            };
            Some((value, Place::new(&path, entry.range())))
        })
    }
}

/// `dryRun` of `dry-run`.
fn camel_case(name: &str) -> String {
    let mut parts = name.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (head, rest) = part.split_at_checked(1).unwrap_or((part, ""));
        text + &head.to_ascii_uppercase() + rest
    })
}
