/// The name of the configuration file at the root of a repository.
pub(crate) const CONFIG_FILE: &str = "trustpub.toml";

/// What a file is to the analysis. The path decides, never an editor's language id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileKind {
    /// `.github/workflows/*.yml`, `*.yaml`
    Workflow,
    /// `action.yml`, `action.yaml`
    Action,
    /// `package.json`
    Manifest,
    /// `.npmrc`, and the one with which Rush publishes
    Npmrc,
    /// `.nvmrc`, `.node-version`
    NodeVersion,
    /// `.tool-versions`
    ToolVersions,
    /// `mise.toml`, `.mise.toml`
    Mise,
    /// `pnpm-workspace.yaml`
    PnpmWorkspace,
    /// `lerna.json`
    LernaJson,
    /// `.yarnrc.yml`
    YarnConfig,
    /// `.release-it.json`, `.releaserc`, `nx.json`, `rush.json`, `.changeset/config.json` and the like, which decide what a publishing tool does.
    ToolConfig,
    /// A script that a step runs; read on demand.
    Script,
    /// `Makefile`; read on demand.
    Makefile,
    /// `package-lock.json`, `pnpm-lock.yaml`, `yarn.lock`, `bun.lock`; read on demand.
    LockFile,
    /// `trustpub.toml` at the root.
    Config,
}

impl FileKind {
    /// All kinds. Where a file matches the patterns of several kinds, it is of the first.
    pub const ALL: [Self; 15] = [
        Self::Workflow,
        Self::Action,
        Self::Manifest,
        Self::Npmrc,
        Self::NodeVersion,
        Self::ToolVersions,
        Self::Mise,
        Self::PnpmWorkspace,
        Self::LernaJson,
        Self::YarnConfig,
        Self::ToolConfig,
        Self::Config,
        Self::Makefile,
        Self::LockFile,
        Self::Script,
    ];

    /// The files of this kind as globs, from the root of the repository. `*` stands for characters of a name, and `**/` for
    /// any folders. Editors and the language server take their patterns from here.
    pub fn patterns(self) -> &'static [&'static str] {
        match self {
            Self::Workflow => &[".github/workflows/*.yml", ".github/workflows/*.yaml"],
            Self::Action => &["**/action.yml", "**/action.yaml"],
            Self::Manifest => &["**/package.json"],
            Self::Npmrc => &["**/.npmrc", "**/.npmrc-publish"],
            Self::NodeVersion => &["**/.nvmrc", "**/.node-version"],
            Self::ToolVersions => &["**/.tool-versions"],
            Self::Mise => &["**/mise.toml", "**/.mise.toml"],
            Self::PnpmWorkspace => &["**/pnpm-workspace.yaml"],
            Self::LernaJson => &["**/lerna.json"],
            Self::YarnConfig => &["**/.yarnrc.yml"],
            Self::ToolConfig => &[
                "**/nx.json",
                "**/rush.json",
                "**/turbo.json",
                "**/turbo.jsonc",
                "**/.changeset/config.json",
                "**/.releaserc",
                "**/.releaserc.*",
                "**/.release-it.*",
                "**/release.config.*",
            ],
            Self::Config => &[CONFIG_FILE],
            Self::Makefile => &["**/Makefile", "**/makefile", "**/GNUmakefile"],
            Self::LockFile => &[
                "**/package-lock.json",
                "**/npm-shrinkwrap.json",
                "**/pnpm-lock.yaml",
                "**/yarn.lock",
                "**/bun.lock",
            ],
            // A step can run a file of any name. These are the usual ones.
            Self::Script => &[
                "**/*.sh",
                "**/*.bash",
                "**/*.mjs",
                "**/*.cjs",
                "**/*.mts",
                "**/*.cts",
                "**/*.tsx",
                "**/*.js",
                "**/*.ts",
            ],
        }
    }

    /// Whether files of this kind are read only if something leads to them, and not with the rest of the repository.
    pub fn is_on_demand(self) -> bool {
        matches!(self, Self::Makefile | Self::LockFile | Self::Script)
    }

    /// The kind of a file that is read on demand.
    pub fn on_demand(path: &str) -> Self {
        let mut kinds = [Self::Makefile, Self::LockFile].into_iter();
        kinds.find(|kind| kind.has(path)).unwrap_or(Self::Script)
    }

    /// The kind of the file at `path`. None if the analysis has no use for it by itself.
    pub fn of(path: &str) -> Option<Self> {
        let mut kinds = Self::ALL.into_iter().filter(|kind| !kind.is_on_demand());
        kinds.find(|kind| kind.has(path))
    }

    fn has(self, path: &str) -> bool {
        let (folder, name) = split(path);
        self.patterns()
            .iter()
            .any(|pattern| matches(pattern, folder, name))
    }
}

/// The folder and the name of a path. This is asked about each file of a repository, and a search of the standard library costs more
/// than these few bytes.
fn split(path: &str) -> (&str, &str) {
    let slash = path.bytes().rposition(|byte| byte == b'/');
    let parts = slash.and_then(|slash| Some((path.get(..slash)?, path.get(slash + 1..)?)));
    parts.unwrap_or(("", path))
}

fn matches(pattern: &str, folder: &str, name: &str) -> bool {
    let (wanted_folder, wanted_name) = split(pattern);
    let is_name = match wanted_name.split_once('*') {
        None => name == wanted_name,
        Some((start, end)) => name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)),
    };
    is_name
        && match wanted_folder.strip_prefix("**") {
            None => folder == wanted_folder,
            Some("") => true,
            // The folder itself is below any folders, and begins with `/` here.
            Some(wanted) => format!("/{folder}").ends_with(wanted),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_is_decided_by_path() {
        assert_eq!(FileKind::of(".github/workflows/a.yaml"), Some(FileKind::Workflow));
        assert_eq!(
            FileKind::of(".github/workflows/install/action.yml"),
            Some(FileKind::Action)
        );
        assert_eq!(FileKind::of("x/.github/workflows/a.yaml"), None);
        assert_eq!(FileKind::of("packages/a/package.json"), Some(FileKind::Manifest));
        assert_eq!(FileKind::of("trustpub.toml"), Some(FileKind::Config));
        assert_eq!(FileKind::of("packages/a/trustpub.toml"), None);
        let config = Some(FileKind::ToolConfig);
        assert_eq!(FileKind::of(".changeset/config.json"), config);
        assert_eq!(FileKind::of("a/.changeset/config.json"), config);
        assert_eq!(FileKind::of("a.changeset/config.json"), None);
        assert_eq!(FileKind::of("packages/a/release.config.mjs"), config);
        assert_eq!(FileKind::of("rush.json"), config);
        assert_eq!(
            FileKind::of("common/config/rush/.npmrc-publish"),
            Some(FileKind::Npmrc)
        );
        assert_eq!(FileKind::of("scripts/release.mjs"), None);
        assert_eq!(FileKind::on_demand("a/yarn.lock"), FileKind::LockFile);
        assert_eq!(FileKind::on_demand("publish"), FileKind::Script);
    }
}
