/// A package manager.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProjectManager {
    /// npm
    Npm,
    /// pnpm
    Pnpm,
    /// Yarn 1
    YarnClassic,
    /// Yarn 2 and newer; whether it is new enough to exchange the ID token.
    Yarn {
        /// Yarn 4.10.3 and newer; before, not for packages with a scope.
        can_exchange: bool,
    },
    /// Bun
    Bun,
}

impl ProjectManager {
    pub(super) fn lock_files(self) -> &'static [&'static str] {
        match self {
            Self::Npm => &["package-lock.json", "npm-shrinkwrap.json"],
            Self::Pnpm => &["pnpm-lock.yaml"],
            Self::YarnClassic | Self::Yarn { .. } => &["yarn.lock"],
            Self::Bun => &["bun.lock", "bun.lockb"],
        }
    }
}
