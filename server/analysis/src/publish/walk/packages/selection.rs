//! Which packages a publish command chooses, and whether its tool publishes to npm at all.

use crate::knowledge::npm_releases::version;
use crate::publish::find::packages::{GlobOrder, MemberChoice, MemberSelection, Selection};
use crate::publish::find::publishing_tool::ToolSearch;
use crate::publish::machine::Machine;
use crate::publish::read::command::{PackageScope, PublishCommand};
use crate::publish::read::rush_config::RushConfig;
use crate::publish::read::semantic_release_config::{PackageRoot, ReleaseConfig};
use crate::publish::read::{release_it_config, tool_config};
use crate::publish::tools::{PackageChoice, Tool};
use crate::publish::walk::Walker;
use crate::publish::walk::commands::parameters::{put_defaults, put_each_variable};
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::{Command, Loop, Word, variable_name};
use crate::text::FolderPath;
use std::sync::Arc;

impl<'a> Walker<'_, 'a> {
    pub(crate) fn selection(
        &self,
        context: &ScriptContext<'_, 'a>,
        loops: &[Arc<Loop>],
        publish: &PublishCommand,
        folder: Option<&FolderPath>,
        is_monorepo: bool,
    ) -> Selection {
        let selection = self.selection_in(context, loops, publish, folder, is_monorepo);
        let selection = match selection {
            Selection::Folder(named) if !publish.folders.is_empty() => self
                .in_repository(named)
                .map_or(Selection::Unknown, Selection::Folder),
            selection => selection,
        };
        match (&context.one_of, selection) {
            (Some(one_of), Selection::Folder(folder)) if Some(&folder) == context.folder.as_ref() => {
                Selection::OneOf((**one_of).clone())
            }
            (Some(_), Selection::Folder(_)) => Selection::Unknown,
            (_, selection) => selection,
        }
    }

    /// What a command publishes in a folder.
    fn selection_in(
        &self,
        context: &ScriptContext<'_, 'a>,
        loops: &[Arc<Loop>],
        publish: &PublishCommand,
        folder: Option<&FolderPath>,
        is_monorepo: bool,
    ) -> Selection {
        let Some(folder) = folder else {
            return Selection::Unknown;
        };
        match publish.packages {
            _ if publish.options.publishes_build => return Selection::Unknown,
            _ if publish.is_configured && is_monorepo => return Selection::Unknown,
            _ if publish.is_configured => {}
            PackageChoice::Lerna | PackageChoice::All => return self.all_members(folder, publish.packages),
            PackageChoice::Changesets => {
                return self.changeset_members(folder, &self.machine(&context.frame.conditions));
            }
            PackageChoice::Nx => return self.nx_release(folder, &publish.scope).selection,
            PackageChoice::Rush => return self.rush_members(context, publish, folder),
            PackageChoice::Unknown => return Selection::Unknown,
            PackageChoice::OfFolder if publish.tool == Tool::ReleaseIt && !publish.options.has_own_config => {
                let path = release_it_config::release_it_publish_path(self.sources, folder);
                return match path {
                    Some((path, _)) => folder.join(&path).map_or(Selection::Unknown, Selection::Folder),
                    None => Selection::Folder(folder.clone()),
                };
            }
            PackageChoice::OfFolder => return Selection::Folder(folder.clone()),
            PackageChoice::Named | PackageChoice::NamedOutsideMonorepo => {}
        }
        let named = publish.folders.as_slice();
        let scope = &publish.scope;
        // npm leaves its workspaces alone where a package is named.
        let takes_members = named.is_empty() || publish.tool != Tool::Npm;
        if takes_members && scope.chooses_workspaces() {
            return match self.members(context, loops, scope, publish.tool, folder) {
                None => Selection::Unknown,
                Some(members) if scope.is_partial => Selection::OneOf(members),
                Some(members) => Selection::Members(members),
            };
        }
        let root = FolderPath::root();
        let folder = match scope.is_at_root {
            true => &root,
            false => folder,
        };
        match named {
            [] if is_monorepo && publish.packages == PackageChoice::NamedOutsideMonorepo => {
                Selection::Unknown
            }
            [] if publish.tool == Tool::SemanticRelease => self.released_folder(folder),
            [] => Selection::Folder(folder.clone()),
            [only] => {
                let packed = folder_of_packed(only);
                let is_archive = [".tgz", ".tar.gz", ".tar"]
                    .iter()
                    .any(|end| only.text.ends_with(end));
                if packed.is_none() && is_archive {
                    return tarball_selection(only);
                }
                let name = self.folder_of_word(context, loops, packed.as_ref().unwrap_or(only));
                name.map_or(Selection::Unknown, |name| folder_selection(folder, &name))
            }
            _ => Selection::Unknown,
        }
    }

    /// What `npm publish` publishes in a folder, or for an argument, that a list of the script names: `while read`, or a `for`
    /// over what a command prints.
    pub(crate) fn listed_packages(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
    ) -> Option<Selection> {
        let changes_folder = |other: &&Command| {
            let is_cd = matches!(other.word(0), Some("cd" | "pushd" | "Set-Location"));
            is_cd
                && other.range.end() <= command.range.start()
                && command.subshells.starts_with(&other.subshells)
        };
        let entered = context.commands.iter().rfind(changes_folder);
        let folder = match (publish.folders.as_slice(), entered) {
            ([], Some(entered)) => entered.words.get(1)?,
            ([only], None) => only,
            _ => return None,
        };
        let name = variable_name(&folder.text)?;
        let reads = |other: &Command| {
            let mut words = other.words.iter().skip(1);
            other.word(0) == Some("read") && words.any(|word| word.text == name)
        };
        let is_iterated = |iteration: &Arc<Loop>| {
            iteration.name == name
                && iteration
                    .values
                    .iter()
                    .any(|value| value.text.contains(['$', '`']))
        };
        let is_list = context.commands.iter().any(reads) || command.loops.iter().any(is_iterated);
        if publish.tool != Tool::Npm || publish.is_configured || !is_list {
            return None;
        }
        let root = FolderPath::root();
        let members = match RushConfig::find(self.sources, &root).map(|config| config.projects(None)) {
            Some(projects) if projects.has_build_folders || projects.names.is_empty() => return None,
            Some(projects) => MemberSelection {
                choice: MemberChoice::named(projects.names, Vec::new()),
                globs: GlobOrder::Rush,
                ..MemberSelection::default()
            },
            None => MemberSelection::default(),
        };
        Some(Selection::OneOf(members))
    }

    /// What semantic-release publishes.
    pub(crate) fn released_folder(&self, folder: &FolderPath) -> Selection {
        match ReleaseConfig::read(self.sources, folder).package_root() {
            PackageRoot::Own => Selection::Folder(folder.clone()),
            PackageRoot::Folder(root) => folder_selection(folder, root),
            PackageRoot::Unknown => Selection::Unknown,
        }
    }

    /// The members of a monorepo that a command's flags choose; none if only the run knows them.
    pub(crate) fn members(
        &self,
        context: &ScriptContext<'_, 'a>,
        loops: &[Arc<Loop>],
        scope: &PackageScope,
        tool: Tool,
        root: &FolderPath,
    ) -> Option<MemberSelection> {
        let known = |names: &[String]| -> Vec<Option<Vec<String>>> {
            let texts = names.iter().map(|name| self.texts_of(context, loops, name));
            texts.collect()
        };
        let all = |names: &[String]| -> Option<Vec<String>> {
            let texts: Option<Vec<Vec<String>>> = known(names).into_iter().collect();
            Some(texts?.concat())
        };
        let (filters, excluded) = (all(&scope.filters)?, all(&scope.excluded)?);
        let included = known(&scope.workspaces);
        let is_partial = included.iter().any(Option::is_none);
        let included: Vec<String> = included.into_iter().flatten().flatten().collect();
        if is_partial && included.is_empty() {
            return None;
        }
        let choice = match filters.is_empty() {
            true => MemberChoice::named(included, excluded),
            false => MemberChoice::PnpmFilters(filters),
        };
        Some(MemberSelection {
            root: root.clone(),
            choice,
            // pnpm takes the root for a package like the others when it publishes.
            includes_root: scope.includes_root || tool == Tool::Pnpm,
            globs: GlobOrder::default(),
            skips_unnamed: tool == Tool::Pnpm,
            is_partial: is_partial || scope.is_partial,
        })
    }

    /// Every package of a monorepo.
    pub(crate) fn all_members(&self, root: &FolderPath, choice: PackageChoice) -> Selection {
        let is_lerna = choice == PackageChoice::Lerna;
        if is_lerna && tool_config::lerna_publishes_build(self.sources, root) {
            return Selection::Unknown;
        }
        Selection::Members(MemberSelection {
            root: root.clone(),
            globs: match is_lerna {
                true => GlobOrder::Lerna,
                false => GlobOrder::default(),
            },
            ..MemberSelection::default()
        })
    }

    /// What changesets publishes: every package but those that its configuration ignores.
    ///
    /// Up to 2, `workspaces` of the manifest counts before `pnpm-workspace.yaml`.
    /// Source: `getPackages` of @manypkg/get-packages 1.1.3 and 3.1.0; measured with @changesets/cli 2.31.1 and 3.0.3.
    pub(crate) fn changeset_members(&self, root: &FolderPath, machine: &Machine) -> Selection {
        let ignored = tool_config::changesets_ignored(self.sources, root);
        let search = ToolSearch {
            sources: self.sources,
            machine,
            folder: Some(root),
        };
        let versions = search.versions_between(None, "@changesets/cli", &[version(3, 0, 0)]);
        Selection::Members(MemberSelection {
            root: root.clone(),
            choice: MemberChoice::named(Vec::new(), ignored),
            globs: match versions.major() {
                Some(..=2) => GlobOrder::Manifest,
                _ => GlobOrder::default(),
            },
            ..MemberSelection::default()
        })
    }

    /// The projects that `rush.json` has published. Without `--include-all`, change files choose among them.
    fn rush_members(
        &self,
        context: &ScriptContext<'_, 'a>,
        publish: &PublishCommand,
        folder: &FolderPath,
    ) -> Selection {
        let options = &publish.options.rush;
        let policy = options
            .policy
            .as_ref()
            .map(|word| self.texts_of_argument(context, &[], word));
        let Some(config) = RushConfig::find(self.sources, folder) else {
            return Selection::Unknown;
        };
        let policy = match &policy {
            None => None,
            Some(Some(texts)) if texts.len() == 1 => texts.first().map(String::as_str),
            Some(_) => return Selection::Unknown,
        };
        let projects = config.projects(policy);
        if projects.names.is_empty() {
            return Selection::Unknown;
        }
        Selection::Members(MemberSelection {
            root: config.folder,
            choice: MemberChoice::named(projects.names, Vec::new()),
            globs: GlobOrder::Rush,
            is_partial: projects.has_build_folders || !options.includes_all,
            ..MemberSelection::default()
        })
    }

    /// The folder that a word names, where the values of loops, inputs and the matrix are known: several become a
    /// glob.
    pub(crate) fn folder_of_word(
        &self,
        context: &ScriptContext<'_, 'a>,
        loops: &[Arc<Loop>],
        word: &Word,
    ) -> Option<String> {
        match word.is_dynamic {
            true => one_of(&self.texts_of(context, loops, &word.text)?),
            false => Some(word.text.clone()),
        }
    }

    /// What a text may be; none if only the run knows it.
    fn texts_of(
        &self,
        context: &ScriptContext<'_, 'a>,
        loops: &[Arc<Loop>],
        text: &str,
    ) -> Option<Vec<String>> {
        let evaluated = self.evaluate(context.frame, text);
        let mut texts: Vec<String> = evaluated.texts()?.into_iter().map(str::to_owned).collect();
        for iteration in loops.iter().rev() {
            let is_folder = |value: &str| value.trim_end_matches('/').to_owned();
            texts = texts
                .iter()
                .flat_map(|text| each_value(text, iteration, is_folder))
                .collect();
        }
        let is_known = |text: &String| !text.contains(['$', '`']);
        texts.iter().all(is_known).then_some(texts)
    }

    /// What an argument may be when the command runs: as [`Self::texts_of`], with the variables of `env:` and with slashes
    /// at the end.
    pub(crate) fn texts_of_argument(
        &self,
        context: &ScriptContext<'_, 'a>,
        loops: &[Arc<Loop>],
        word: &Word,
    ) -> Option<Vec<String>> {
        if !word.is_dynamic {
            return Some(vec![word.text.clone()]);
        }
        let evaluated = self.evaluate(context.frame, &word.text);
        let mut texts: Vec<String> = evaluated.texts()?.into_iter().map(str::to_owned).collect();
        for iteration in loops.iter().rev() {
            let values = texts
                .iter()
                .flat_map(|text| each_value(text, iteration, str::to_owned));
            texts = values.collect();
        }
        if texts.iter().any(|text| text.contains('$')) {
            let scope = self.scope(context.frame);
            let values = |name: &str| {
                let value = scope.env_value(name)?;
                let texts: Vec<String> = value.texts()?.into_iter().map(str::to_owned).collect();
                Some(texts)
            };
            if texts.iter().any(|text| text.contains('-') && text.contains("${")) {
                let is_unset = |name: &str| self.is_unset_by_all(context, name);
                texts = texts
                    .iter()
                    .map(|text| put_defaults(text, &values, &is_unset))
                    .collect();
            }
            texts = texts
                .iter()
                .flat_map(|text| put_each_variable(text, &values))
                .collect();
        }
        let is_known = |text: &String| !text.contains(['$', '`']);
        texts.iter().all(is_known).then_some(texts)
    }

    /// Whether the configuration of the tool says that it does not publish to npm.
    pub(crate) fn leaves_npm_out(
        &self,
        publish: &PublishCommand,
        selection: &Selection,
        cwd: Option<&FolderPath>,
    ) -> bool {
        let root = FolderPath::root();
        let folder = match selection {
            // It may publish another folder than that of its configuration.
            Selection::Folder(_) if publish.tool == Tool::ReleaseIt => cwd.unwrap_or(&root),
            Selection::Folder(folder) => folder,
            _ => &root,
        };
        match publish.tool {
            _ if publish.is_configured => false,
            Tool::ReleaseIt => release_it_config::release_it_settings(self.sources, folder).leaves_npm_out,
            // It leaves a private package out. Source: measured with 12.1.1.
            Tool::Np => {
                let is_known = matches!(selection, Selection::Folder(_));
                let manifest = self.sources.manifest_in(folder).filter(|_| is_known);
                manifest.is_some_and(|(_, manifest)| manifest.is_private())
                    || tool_config::np_publishes_nothing(self.sources, folder)
            }
            Tool::Beachball => tool_config::beachball_publishes_nothing(self.sources, folder),
            _ => false,
        }
    }
}

/// The text with each value of a loop's variable in its place.
fn each_value(text: &str, iteration: &Loop, read: impl Fn(&str) -> String) -> Vec<String> {
    let name = &iteration.name;
    let forms = [format!("${{{name}}}"), format!("${name}")];
    let Some(form) = forms.iter().find(|form| is_variable(text, form)) else {
        return vec![text.to_owned()];
    };
    let values = iteration.values.iter();
    values
        .map(|value| text.replace(form, &read(&value.text)))
        .collect()
}

/// Whether `$name` is in the text, and not `$names`.
fn is_variable(text: &str, form: &str) -> bool {
    text.split_once(form).is_some_and(|(_, behind)| {
        let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_';
        form.ends_with('}') || !behind.starts_with(goes_on)
    })
}

/// One glob for one or several folders.
pub(crate) fn one_of(texts: &[String]) -> Option<String> {
    match texts {
        [] => None,
        [only] => Some(only.clone()),
        several if several.iter().any(|text| text.contains(['{', '}', ','])) => None,
        [first, ..] => {
            // The folders that they share stay in front of the braces: `./packages/{a,b}`.
            let shared = first
                .rmatch_indices('/')
                .map(|(at, _)| first.get(..=at).unwrap_or_default())
                .find(|shared| texts.iter().all(|text| text.starts_with(shared)))
                .unwrap_or_default();
            let rests = texts.iter().filter_map(|text| text.get(shared.len()..));
            Some(format!("{shared}{{{}}}", rests.collect::<Vec<_>>().join(",")))
        }
    }
}

/// The package in a folder that is named relative to another, or by its manifest.
pub(crate) fn folder_selection(base: &FolderPath, folder: &str) -> Selection {
    let folder = folder.strip_suffix("package.json").unwrap_or(folder);
    base.join(folder).map_or(Selection::Unknown, Selection::Folder)
}

/// The folder of the tarball that Yarn packs, which has no name of its own.
/// Source: https://yarnpkg.com/cli/pack, `--out`.
fn folder_of_packed(word: &Word) -> Option<Word> {
    let folder = word.text.strip_suffix("package.tgz")?;
    let text = match folder {
        "" => ".",
        folder => folder.strip_suffix('/')?,
    };
    Some(Word {
        text: text.to_owned(),
        ..word.clone()
    })
}

fn tarball_selection(word: &Word) -> Selection {
    let name = word.text.rsplit('/').next().unwrap_or_default();
    Selection::Tarball(name.to_owned())
}
