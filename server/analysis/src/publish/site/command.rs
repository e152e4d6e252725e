use crate::text::Place;

/// How a publish command says what it publishes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct CommandFact {
    /// The folder, tarball or package behind the command, where there is only one and it is known.
    pub package: Option<Argument>,
    /// `-ws` or `-iwr`, which npm 12 does not know.
    pub short_workspaces_flag: Option<Argument>,
    /// Whether `--force` lets npm leave out checks.
    pub is_forced: bool,
    /// Whether the script may leave the command out.
    pub is_conditional: bool,
}

/// A word of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Argument {
    /// The word without its quotes.
    pub text: String,
    /// Where it stands; in a package script, where that is called.
    pub place: Place,
}

/// A setting of npm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SettingFact {
    /// Its value, where it is known.
    pub value: Option<String>,
    /// Whether it is a flag of the command, which counts before `publishConfig`; anything else counts behind it.
    pub is_flag: bool,
    /// Where.
    pub place: Place,
}
