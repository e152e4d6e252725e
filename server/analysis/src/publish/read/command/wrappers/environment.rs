//! What the wrappers of a command do to its environment.

/// How the environment of a command differs from the step's.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct CommandEnvironment {
    /// Whether the command runs in a container that `docker run` starts.
    pub(crate) through_docker: bool,
    /// Whether the command runs as another user, without the step's environment.
    pub(crate) through_sudo: bool,
    /// Whether a wrapper starts the command with none of the step's variables: `env -i`.
    pub(crate) is_cleared: bool,
    /// The shell of Nix that is that wrapper: `nix --ignore-environment`.
    pub(crate) pure_shell: Option<&'static str>,
    /// Whether a wrapper takes the variables of the ID token away, and nothing else: `env -u`.
    pub(crate) is_unset: bool,
    /// Whether a wrapper hands the variables of the ID token on, or may.
    pub(crate) hands_variables_on: bool,
    /// Whether a wrapper adds variables that the step does not show: `op run`.
    pub(crate) has_own_variables: bool,
    /// Whether a tool manager chooses the Node of this command: `mise exec`, `fnm exec`.
    pub(crate) has_own_node: bool,
}

/// A wrapper that keeps the step's variables from a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ClearingWrapper {
    /// `sudo` without `-E`
    Sudo,
    /// `env -i`
    Env,
    /// `nix develop --ignore-environment`, `nix-shell --pure`
    Nix(&'static str),
    /// `env -u ACTIONS_ID_TOKEN_REQUEST_TOKEN`
    EnvUnset,
    /// `docker run` without `-e`
    Docker,
}

impl ClearingWrapper {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sudo => "sudo",
            Self::Env => "env -i",
            Self::Nix(shell) => shell,
            Self::EnvUnset => "env -u",
            Self::Docker => "docker run",
        }
    }

    /// Whether an access token arrives nevertheless.
    pub(crate) fn leaves_tokens(self) -> bool {
        self == Self::EnvUnset
    }

    /// Whether an image decides what else is there.
    pub(crate) fn is_container(self) -> bool {
        self == Self::Docker
    }
}

impl CommandEnvironment {
    /// What keeps the step's variables from the command.
    pub(crate) fn clears(self) -> Option<ClearingWrapper> {
        match self {
            _ if self.hands_variables_on => None,
            _ if self.through_docker => Some(ClearingWrapper::Docker),
            _ if self.is_cleared => Some(ClearingWrapper::Env),
            _ if self.pure_shell.is_some() => self.pure_shell.map(ClearingWrapper::Nix),
            _ if self.through_sudo => Some(ClearingWrapper::Sudo),
            _ if self.is_unset => Some(ClearingWrapper::EnvUnset),
            _ => None,
        }
    }

    /// Whether the command may have credentials that the step does not show.
    pub(crate) fn has_own_credentials(self) -> bool {
        self.through_docker || self.through_sudo || self.has_own_variables
    }
}

/// Without this variable npm does not know that it runs in GitHub Actions, and requests no ID token.
/// Source: lib/utils/oidc.js of npm 11.19.1 and ci-info 4; measured with npm 12.2.2.
pub(super) const IN_ACTIONS: &str = "GITHUB_ACTIONS";

/// Whether a flag lets sudo hand the variables of the ID token on: `-E`, also among other letters, and `--preserve-env`.
/// Source: sudo(8), `-E` and `--preserve-env=list`.
pub(super) fn is_kept_by_sudo(flag: &str) -> bool {
    if let Some(list) = flag.strip_prefix("--preserve-env") {
        let has = |name: &str| list.contains(name);
        let needed = [
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            IN_ACTIONS,
        ];
        return list.is_empty() || needed.iter().all(|name| has(name)) || list.contains('$');
    }
    let letters = flag.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
    // After `-u` and `-g` a name may follow at once.
    letters.is_some_and(|letters| {
        letters
            .split(['u', 'g'])
            .next()
            .is_some_and(|flags| flags.contains('E'))
    })
}
