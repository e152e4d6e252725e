use crate::text::{Place, TextRange};

/// What a publish command says about what it publishes, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CommandFact {
    /// The whole publish command with its arguments; the `uses:` of an action.
    pub range: TextRange,
    /// The folder, tarball or package after the command, if it is the only one and known.
    pub package: Option<NamedPackage>,
    /// `-ws` or `-iwr`, which npm 12 does not know.
    pub short_workspaces_flag: Option<Argument>,
    /// Whether `--force` lets npm leave out checks.
    pub is_forced: bool,
    /// The variables that are set for it alone, in front of it.
    pub variables: Vec<String>,
    /// Whether the script may leave the command out.
    pub is_conditional: bool,
    /// What makes it a dry run, which publishes nothing.
    pub dry_run: Option<DryRun>,
    /// The dist-tag that is asked for, apart from `publishConfig`.
    pub tag: Option<SettingFact>,
    /// Whether the dist-tag is the name of the git tag that the run is for.
    pub takes_git_tag: bool,
    /// The access that is asked for, apart from `publishConfig`.
    pub access: Option<SettingFact>,
}

impl CommandFact {
    /// A command, or the `uses:` of an action, that says nothing more.
    pub(crate) fn bare(range: TextRange) -> Self {
        Self {
            range,
            package: None,
            short_workspaces_flag: None,
            is_forced: false,
            variables: Vec::new(),
            is_conditional: false,
            dry_run: None,
            tag: None,
            takes_git_tag: false,
            access: None,
        }
    }
}

/// What makes a command a dry run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum DryRun {
    /// A flag of the command.
    Flag(Argument),
    /// An input of the action, or a variable.
    Setting,
}

/// A word of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Argument {
    /// The word without its quotes.
    pub text: String,
    /// Where it is written; for a package script, where that is called.
    pub place: Place,
}

/// The folder, tarball or package that a command names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NamedPackage {
    /// The word as it is written.
    pub word: Argument,
    /// What the word may be when the command runs, with variables, loops and the matrix put in. A pattern like
    /// `dist/*.tgz` stays one.
    pub texts: Vec<String>,
}

/// A setting of npm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SettingFact {
    /// Its value, where it is known.
    pub value: Option<String>,
    /// Whether it is a flag of the command, which outranks `publishConfig`; `publishConfig` outranks everything else.
    pub is_flag: bool,
    /// Where.
    pub place: Place,
}
