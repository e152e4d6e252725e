//! What the runner looks like at a step: the effects of the steps before it, in order.

use std::collections::BTreeMap;

use super::eval::Evaluated;
use super::implication::Known;
use crate::knowledge::node_releases::{is_before_table, oldest_known_npm, possible_npm};
use crate::publish::site::CorepackPin;
use crate::publish::site::ManifestEdit;
use crate::publish::site::NpmInstallation;
use crate::publish::site::RegistryUrl;
use crate::publish::site::Rename;
use crate::publish::site::{Credential, ManifestDoubt, NpmrcFile, NpmrcLine};
use crate::publish::site::{NodeOrigin, NpmOrigin, VersionFact};
use crate::text::{FolderPath, Place};
use crate::versions::version::Version;

/// Something that a step did to the runner.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    /// What must hold for it to happen: the texts of the `if:` around it. Empty where it always happens.
    pub(crate) conditions: Vec<String>,
    /// What it did.
    pub(crate) kind: EffectKind,
}

/// What a step did to the runner.
#[derive(Clone, Debug)]
pub(crate) enum EffectKind {
    /// Another Node is on the PATH, with its npm.
    Node(VersionFact<NodeOrigin>),
    /// npm was replaced, and how the replacing went.
    Npm(NpmInstallation),
    /// Another npm is on the PATH, by a tool manager.
    NpmOnPath(VersionFact<NpmOrigin>),
    /// Corepack put its shim of npm on the PATH.
    NpmOfCorepack(VersionFact<NpmOrigin>),
    /// npm was installed into a folder that is not on the PATH.
    NpmBeside(NpmBeside),
    /// A folder was put in front of the PATH.
    PathFolder(String),
    /// Corepack was set up, and npm was not put on the PATH.
    CorepackWithoutNpm(CorepackPin),
    /// setup-node wrote an `.npmrc` for a registry.
    RegistryUrl(RegistryUrl),
    /// A line was written to an `.npmrc`.
    NpmrcLine(NpmrcLine),
    /// The `.npmrc` of the user was removed.
    NpmrcRemoved,
    /// The lines with this key were removed from the `.npmrc`.
    NpmrcLineRemoved(String),
    /// An `.npmrc` of the repository was removed or rewritten.
    NpmrcReplaced(ReplacedNpmrc),
    /// A variable of the environment was set for the steps that follow.
    Env(String),
    /// A variable of the environment was set for the steps that follow, to a value that is known.
    KnownEnv {
        name: String,
        /// The value.
        value: Evaluated,
        /// What sets it.
        place: Place,
    },
    /// Something that was not read may have left a token.
    UnknownCredentials,
    /// A token was put into the environment of the steps that follow.
    ExportedToken(Credential),
    /// Something that was not read may have written an `.npmrc` that reads a variable, as setup-node does.
    UnknownNpmrc,
    /// pnpm was installed.
    Pnpm(Evaluated),
    /// A publishing tool was installed by its name.
    Tool(ToolBeside),
    /// A manifest was changed by a command, so that the committed text is not what is published.
    ManifestChanged,
    /// What a command did to a manifest.
    ManifestEdited(EditedManifest),
    /// A package was packed into a tarball.
    Packed(PackedFolder),
    /// A manifest was copied into a folder that has none.
    ManifestCopied {
        /// The folder of the manifest.
        from: FolderPath,
        /// The folder of the copy.
        into: FolderPath,
    },
    /// A command gave a package another name.
    Renamed(Rename),
    /// A command changes where a manifest says the package goes: its name or its `publishConfig`.
    TargetChanged,
    /// Something may have changed the manifests of packages.
    Doubt(ManifestDoubt),
}

/// What a variable holds that a step has set.
#[derive(Clone, Debug)]
pub(crate) enum ChangedVariable {
    /// Anything.
    Open,
    /// What it held before, or a value that is known: the step may not have run.
    MayBeKnown,
    /// This value, and what set it.
    Known(Evaluated, Place),
}

/// An `.npmrc` of the repository that is no longer as it was committed.
#[derive(Clone, Debug)]
pub(crate) struct ReplacedNpmrc {
    /// Its folder; none if it may be any.
    pub(crate) folder: Option<FolderPath>,
    /// Whether it is gone, with all its settings. Otherwise they may be any.
    pub(crate) is_removed: bool,
}

/// What is known of a committed `.npmrc` at a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CommittedNpmrc {
    /// It is as it was committed.
    AsWritten,
    /// It is gone.
    Removed,
    /// It may have other settings.
    Open,
}

/// A manifest that a command changed.
#[derive(Clone, Debug)]
pub(crate) struct EditedManifest {
    /// Its folder; none if it may be any.
    pub(crate) folder: Option<FolderPath>,
    /// What was changed; none if it may be anything.
    pub(crate) edit: Option<ManifestEdit>,
    /// Whether it leaves `repository` as it is, where nothing else is known of the change.
    pub(crate) keeps_repository: bool,
    /// Whether the command ran for certain.
    pub(crate) is_certain: bool,
    /// The command.
    pub(crate) place: Place,
}

/// A package that was packed into a tarball.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PackedFolder {
    /// Its folder; none if only the run knows it.
    pub(crate) from: Option<FolderPath>,
    /// The folder of the tarball; none if only the run knows it.
    pub(crate) into: Option<FolderPath>,
}

/// An npm in a folder that is not on the PATH.
#[derive(Clone, Debug)]
pub(crate) struct NpmBeside {
    /// The folder as it is written, or that of the repository.
    pub(crate) folder: String,
    /// Its version.
    pub(crate) version: VersionFact<NpmOrigin>,
}

/// A publishing tool that a step installed by its name.
#[derive(Clone, Debug)]
pub(crate) struct ToolBeside {
    /// The package.
    pub(crate) package: String,
    /// The version or tag that was asked for.
    pub(crate) version: Option<String>,
    /// Whether it was installed for all projects.
    pub(crate) is_global: bool,
    /// The folder in which it was installed, if known.
    pub(crate) folder: Option<FolderPath>,
    /// Whether it was installed in every run.
    pub(crate) is_certain: bool,
}

/// The runner at a step.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// Node.
    pub(crate) node: VersionFact<NodeOrigin>,
    /// npm.
    pub(crate) npm: VersionFact<NpmOrigin>,
    /// Whether it is the shim of Corepack, which looks for a version in the folder where it runs.
    pub(crate) npm_is_of_corepack: bool,
    /// The npm before the first installation.
    pub(crate) start_npm: Vec<Version>,
    /// Every installation of npm before the step.
    pub(crate) npm_installations: Vec<EarlierInstallation>,
    /// Every npm that was installed into a folder of its own.
    pub(crate) npm_beside: Vec<NpmBeside>,
    /// The folders that were put in front of the PATH.
    pub(crate) path_folders: Vec<String>,
    /// An npm that corepack knows of and that is not on the PATH.
    pub(crate) corepack_pin: Option<CorepackPin>,
    /// What setup-node wrote last.
    pub(crate) registry_url: Option<RegistryUrl>,
    /// What setup-node wrote before that. It keeps the lines of other registries, and those of other scopes.
    pub(crate) earlier_registry_urls: Vec<RegistryUrl>,
    /// Lines written to an `.npmrc`.
    pub(crate) npmrc_lines: Vec<NpmrcLine>,
    /// Lines written to a `~/.npmrc` that npm does not read.
    pub(crate) hidden_npmrc_lines: Vec<NpmrcLine>,
    /// The files of the repository that were removed or rewritten, in order.
    pub(crate) replaced_npmrc: Vec<ReplacedNpmrc>,
    /// The variables that were set by a step, by name.
    pub(crate) changed_env: BTreeMap<String, ChangedVariable>,
    /// Whether something that was not read may have left a token.
    pub(crate) has_unknown_credentials: bool,
    /// Tokens in the environment that a step before put there.
    pub(crate) exported_tokens: Vec<Credential>,
    /// Whether something that was not read may have written an `.npmrc` that reads a variable.
    pub(crate) may_have_npmrc: bool,
    /// The version of pnpm that was installed.
    pub(crate) pnpm: Option<Evaluated>,
    /// The publishing tools that were installed by their names.
    pub(crate) installed_tools: Vec<ToolBeside>,
    /// Whether a command changed a manifest.
    pub(crate) manifest_is_changed: bool,
    /// What commands did to manifests, in order.
    pub(crate) manifest_edits: Vec<EditedManifest>,
    /// The packages that were packed into tarballs, in order.
    pub(crate) packed: Vec<PackedFolder>,
    /// The manifests that were copied: the folder of each, and that of its copy.
    pub(crate) copied_manifests: Vec<(FolderPath, FolderPath)>,
    /// The names that commands gave to packages, in order.
    pub(crate) renames: Vec<Rename>,
    /// Whether a command has changed the registry that a manifest names.
    pub(crate) target_is_changed: bool,
    /// How far the manifests may differ from the committed ones.
    pub(crate) doubt: ManifestDoubt,
}

/// An installation of npm before a step.
#[derive(Clone, Debug)]
pub(crate) struct EarlierInstallation {
    pub(crate) installation: NpmInstallation,
    /// The Node that it met.
    pub(crate) node: VersionFact<NodeOrigin>,
    /// Whether it happens for certain when the step runs.
    pub(crate) is_certain: bool,
}

impl Machine {
    /// The last line written to an `.npmrc` for a setting.
    pub(crate) fn written_setting(&self, key: &str) -> Option<&NpmrcLine> {
        self.npmrc_lines.iter().rev().find(|line| line.key == key)
    }

    /// What is known of the committed `.npmrc` in a folder.
    pub(crate) fn committed_npmrc(&self, folder: &FolderPath) -> CommittedNpmrc {
        let is_meant = |replaced: &&ReplacedNpmrc| replaced.folder.as_ref().is_none_or(|own| own == folder);
        match self.replaced_npmrc.iter().rev().find(is_meant) {
            None => CommittedNpmrc::AsWritten,
            Some(last) if last.is_removed && last.folder.is_some() => CommittedNpmrc::Removed,
            Some(_) => CommittedNpmrc::Open,
        }
    }

    /// What setup-node wrote, the last first.
    pub(crate) fn registry_urls(&self) -> impl Iterator<Item = &RegistryUrl> {
        let earlier = self.earlier_registry_urls.iter().rev();
        self.registry_url.iter().chain(earlier)
    }

    /// The lines written to an `.npmrc` for a setting, the last one first.
    pub(crate) fn written_settings<'s>(&'s self, key: &'s str) -> impl Iterator<Item = &'s NpmrcLine> {
        self.npmrc_lines.iter().rev().filter(move |line| line.key == key)
    }

    /// The runner as a job finds it.
    pub(crate) fn new(node: VersionFact<NodeOrigin>) -> Self {
        let npm = bundled_with(&node);
        Self {
            start_npm: npm.candidates.clone(),
            node,
            npm,
            npm_is_of_corepack: false,
            npm_installations: Vec::new(),
            npm_beside: Vec::new(),
            path_folders: Vec::new(),
            corepack_pin: None,
            registry_url: None,
            earlier_registry_urls: Vec::new(),
            npmrc_lines: Vec::new(),
            hidden_npmrc_lines: Vec::new(),
            replaced_npmrc: Vec::new(),
            changed_env: BTreeMap::new(),
            has_unknown_credentials: false,
            exported_tokens: Vec::new(),
            may_have_npmrc: false,
            pnpm: None,
            installed_tools: Vec::new(),
            manifest_is_changed: false,
            manifest_edits: Vec::new(),
            packed: Vec::new(),
            copied_manifests: Vec::new(),
            renames: Vec::new(),
            target_is_changed: false,
            doubt: ManifestDoubt::NONE,
        }
    }

    /// Applies what happened, as a step sees it where `known` holds.
    ///
    /// An effect whose conditions all hold at the step happened for certain; any other may have happened.
    pub(crate) fn apply_all<'e>(&mut self, effects: impl Iterator<Item = &'e Effect>, known: &Known<'_>) {
        for effect in effects {
            let is_certain = effect.conditions.iter().all(|condition| known.implies(condition));
            self.apply(&effect.kind, is_certain);
        }
    }

    fn apply(&mut self, kind: &EffectKind, is_certain: bool) {
        match kind {
            EffectKind::Node(node) => {
                self.npm_is_of_corepack = false;
                let npm = bundled_with(node);
                if is_certain {
                    self.node = node.clone();
                    self.npm = npm;
                } else {
                    self.node = either(&self.node, node, NodeOrigin::Unknown);
                    self.npm = either(&self.npm, &npm, NpmOrigin::Unknown);
                }
            }
            EffectKind::Npm(installation) => {
                self.npm_is_of_corepack = false;
                if self.npm_installations.is_empty() {
                    self.start_npm.clone_from(&self.npm.candidates);
                }
                self.npm_installations.push(EarlierInstallation {
                    installation: installation.clone(),
                    node: self.node.clone(),
                    is_certain,
                });
                self.npm = if is_certain {
                    installation.version.clone()
                } else {
                    either(&self.npm, &installation.version, NpmOrigin::Unknown)
                };
            }
            EffectKind::NpmOnPath(npm) | EffectKind::NpmOfCorepack(npm) => {
                self.npm_is_of_corepack = is_certain && matches!(kind, EffectKind::NpmOfCorepack(_));
                self.corepack_pin = None;
                self.npm = if is_certain {
                    npm.clone()
                } else {
                    either(&self.npm, npm, NpmOrigin::Unknown)
                };
            }
            EffectKind::NpmBeside(beside) => {
                let mut beside = beside.clone();
                if !is_certain {
                    beside.version = VersionFact::unknown_npm();
                }
                self.npm_beside.push(beside);
            }
            EffectKind::PathFolder(folder) => self.path_folders.push(folder.clone()),
            EffectKind::CorepackWithoutNpm(pin) => self.corepack_pin = Some(pin.clone()),
            EffectKind::RegistryUrl(registry_url) => self.set_registry_url(registry_url, is_certain),
            EffectKind::NpmrcLine(line) => self.write_npmrc_line(line, is_certain),
            EffectKind::NpmrcRemoved => {
                if is_certain {
                    self.npmrc_lines.clear();
                    self.hidden_npmrc_lines.clear();
                }
            }
            EffectKind::NpmrcLineRemoved(key) => {
                if is_certain {
                    self.npmrc_lines.retain(|line| line.key != *key);
                }
            }
            EffectKind::NpmrcReplaced(replaced) => self.replaced_npmrc.push(ReplacedNpmrc {
                is_removed: replaced.is_removed && is_certain,
                ..replaced.clone()
            }),
            EffectKind::Env(name) => {
                self.changed_env.insert(name.clone(), ChangedVariable::Open);
            }
            EffectKind::KnownEnv { name, value, place } => self.set_variable(name, value, place, is_certain),
            EffectKind::UnknownCredentials => self.has_unknown_credentials = true,
            EffectKind::ExportedToken(token) => self.exported_tokens.push(token.clone()),
            EffectKind::UnknownNpmrc => self.may_have_npmrc = true,
            EffectKind::Pnpm(version) => self.pnpm = Some(version.clone()),
            EffectKind::Tool(tool) => self.installed_tools.push(ToolBeside {
                is_certain,
                ..tool.clone()
            }),
            EffectKind::ManifestChanged => self.manifest_is_changed = true,
            EffectKind::ManifestEdited(edited) => self.manifest_edits.push(EditedManifest {
                is_certain: is_certain && edited.is_certain,
                ..edited.clone()
            }),
            EffectKind::Packed(packed) => self.packed.push(packed.clone()),
            EffectKind::ManifestCopied { from, into } => {
                self.copied_manifests.push((from.clone(), into.clone()));
            }
            EffectKind::Renamed(rename) => self.renames.push(Rename {
                name: rename.name.clone().filter(|_| is_certain),
                ..rename.clone()
            }),
            EffectKind::TargetChanged => self.target_is_changed = true,
            EffectKind::Doubt(doubt) => self.doubt = self.doubt.and(*doubt),
        }
    }
}

impl Machine {
    /// setup-node with a `registry-url` writes a file of its own and has npm read that one as the user's, by the variable
    /// `NPM_CONFIG_USERCONFIG`: npm reads no `~/.npmrc` from then on.
    /// Source: `src/authutil.ts` of actions/setup-node v4 to v7; measured with npm 11.19.1.
    fn set_registry_url(&mut self, registry_url: &RegistryUrl, is_certain: bool) {
        let is_certain = is_certain && registry_url.is_certain;
        let before = self.registry_url.replace(RegistryUrl {
            is_certain,
            ..registry_url.clone()
        });
        // Used again, it keeps what was written to its file, apart from the registry.
        let keeps_file = before.as_ref().is_some_and(|before| before.is_certain);
        self.earlier_registry_urls.extend(before);
        for mut line in std::mem::take(&mut self.npmrc_lines) {
            match line.file {
                NpmrcFile::Global | NpmrcFile::OfOtherTool | NpmrcFile::Other => {}
                // npm reads another file from now on, and pnpm may still read its own.
                NpmrcFile::OfPnpm if is_certain => line.file = NpmrcFile::OfOtherTool,
                NpmrcFile::OfPnpm => {}
                NpmrcFile::User if keeps_file && line.key == "registry" && is_certain => continue,
                NpmrcFile::User if keeps_file => {}
                NpmrcFile::User | NpmrcFile::Home => {
                    line.file = NpmrcFile::Home;
                    line.is_certain &= is_certain;
                }
            }
            self.keep_npmrc_line(line);
        }
    }

    /// A variable gets a value that is known. What it held before is gone, if the step runs for certain.
    fn set_variable(&mut self, name: &str, value: &Evaluated, place: &Place, is_certain: bool) {
        let variable = match (is_certain, self.changed_env.get(name)) {
            (true, _) => ChangedVariable::Known(value.clone(), place.clone()),
            (false, Some(ChangedVariable::Open)) => return,
            (false, _) => ChangedVariable::MayBeKnown,
        };
        if is_certain {
            self.exported_tokens.retain(|token| token.name != name);
        }
        self.changed_env.insert(name.to_owned(), variable);
    }

    fn write_npmrc_line(&mut self, line: &NpmrcLine, is_certain: bool) {
        self.keep_npmrc_line(NpmrcLine {
            is_certain: is_certain
                && line.is_certain
                && !matches!(line.file, NpmrcFile::OfOtherTool | NpmrcFile::OfPnpm),
            ..line.clone()
        });
    }

    /// Keeps a line, among the hidden ones where npm does not read its file.
    fn keep_npmrc_line(&mut self, mut line: NpmrcLine) {
        match self
            .registry_url
            .as_ref()
            .map(|registry_url| registry_url.is_certain)
        {
            Some(true) if line.file == NpmrcFile::Home => self.hidden_npmrc_lines.push(line),
            Some(false) if line.file == NpmrcFile::Home => {
                line.is_certain = false;
                self.npmrc_lines.push(line);
            }
            _ => self.npmrc_lines.push(line),
        }
    }
}

/// The npm that comes with Node.
pub(crate) fn bundled_with(node: &VersionFact<NodeOrigin>) -> VersionFact<NpmOrigin> {
    let bundled: Vec<Vec<Version>> = node
        .candidates
        .iter()
        .map(|node| match is_before_table(node) {
            true => oldest_known_npm().into_iter().cloned().collect(),
            false => possible_npm(node),
        })
        .collect();
    let is_known = bundled.iter().all(|npm| !npm.is_empty());
    VersionFact {
        candidates: if is_known {
            distinct(bundled.concat())
        } else {
            Vec::new()
        },
        text: node.text.clone(),
        origin: NpmOrigin::BundledWithNode,
        place: node.place.clone(),
    }
}

/// A version that is one of both; unknown where one of them is.
fn either<O: Clone + PartialEq>(a: &VersionFact<O>, b: &VersionFact<O>, mixed: O) -> VersionFact<O> {
    if a == b {
        return a.clone();
    }
    let is_known = !a.candidates.is_empty() && !b.candidates.is_empty();
    let candidates = if is_known {
        a.candidates.iter().chain(&b.candidates).cloned().collect()
    } else {
        vec![]
    };
    VersionFact {
        candidates: distinct(candidates),
        text: b.text.clone(),
        origin: if a.origin == b.origin {
            b.origin.clone()
        } else {
            mixed
        },
        place: b.place.clone(),
    }
}

fn distinct(mut versions: Vec<Version>) -> Vec<Version> {
    versions.sort();
    versions.dedup();
    versions
}
