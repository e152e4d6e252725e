//! In which packages a command runs: workspaces, filters, folders.

use crate::publish::tools::Arguments;
use crate::syntax::shell::Word;

/// In which packages a command of a package manager runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct PackageScope {
    /// Workspaces by name or folder.
    pub(crate) workspaces: Vec<String>,
    /// Workspaces that are left out.
    pub(crate) excluded: Vec<String>,
    /// pnpm's `--filter`.
    pub(crate) filters: Vec<String>,
    /// Every workspace.
    pub(crate) all_workspaces: bool,
    /// Whether the root of the monorepo counts as a workspace.
    pub(crate) includes_root: bool,
    /// Whether only the run knows which of the workspaces are meant: `--since`.
    pub(crate) is_partial: bool,
    /// The folder that a flag names: `--prefix`, `-C`, `--dir`, `--cwd`.
    pub(crate) folder: Option<Word>,
    /// pnpm's `-w`: the root of the monorepo.
    pub(crate) is_at_root: bool,
}

impl PackageScope {
    /// Whether the package of the working directory is meant, and no flag says so.
    pub(crate) fn is_plain(&self) -> bool {
        let chooses = self.chooses_workspaces() || !self.filters.is_empty() || self.all_workspaces;
        !chooses && self.folder.is_none() && !self.is_at_root
    }

    /// What the flags of a package manager say.
    pub(crate) fn of_flags(manager: &str, arguments: &Arguments<'_>) -> Self {
        let texts = |names: &[&str]| -> Vec<String> {
            let words = arguments.values(names).into_iter();
            words
                .map(|word| word.text)
                .filter(|text| !text.is_empty())
                .collect()
        };
        match manager {
            "npm" | "npx" => Self {
                workspaces: texts(&["-w", "--workspace"]),
                all_workspaces: arguments.has(&["-ws", "--ws", "--workspaces"]),
                includes_root: arguments.has(&["-iwr", "--iwr", "--include-workspace-root"]),
                folder: arguments.value(&["--prefix", "-C"]),
                ..Self::default()
            },
            "pnpm" | "pn" => Self {
                filters: texts(&["-F", "--filter", "--filter-prod"]),
                all_workspaces: arguments.has(&["-r", "--recursive"]),
                folder: arguments.value(&["--dir", "-C", "--prefix"]),
                is_at_root: arguments.has(&["-w", "--workspace-root"]),
                ..Self::default()
            },
            "vp" => Self {
                filters: texts(&["--filter"]),
                all_workspaces: arguments.has(&["-r", "--recursive"]),
                ..Self::default()
            },
            "yarn" => Self {
                folder: arguments.value(&["--cwd"]),
                ..Self::default()
            },
            "bun" => Self {
                filters: texts(&["-F", "--filter"]),
                folder: arguments.value(&["--cwd"]),
                ..Self::default()
            },
            "nx" => {
                let projects = texts(&["-p", "--projects"]);
                let names = projects.iter().flat_map(|list| list.split(','));
                Self {
                    workspaces: names.map(|name| name.trim().to_owned()).collect(),
                    is_partial: !texts(&["-g", "--groups"]).is_empty(),
                    ..Self::default()
                }
            }
            _ => Self::default(),
        }
    }

    /// Whether the command is about workspaces rather than about the folder where it runs.
    pub(crate) fn chooses_workspaces(&self) -> bool {
        self.all_workspaces || !self.workspaces.is_empty() || !self.filters.is_empty()
    }

    /// This scope, and what a command inside it adds.
    pub(crate) fn and(mut self, inner: Self) -> Self {
        self.workspaces.extend(inner.workspaces);
        self.excluded.extend(inner.excluded);
        self.filters.extend(inner.filters);
        self.all_workspaces |= inner.all_workspaces;
        self.includes_root |= inner.includes_root;
        self.is_partial |= inner.is_partial;
        self.is_at_root |= inner.is_at_root;
        self.folder = inner.folder.or(self.folder);
        self
    }
}
