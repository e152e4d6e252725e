use crate::text::FilePath;

/// Where the configuration is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) enum ConfigSource {
    /// In `trustpub.toml` at the root, if there is one.
    #[default]
    Root,
    /// In another file.
    At(FilePath),
    /// Nowhere: a `trustpub.toml` is not looked at.
    Off,
}
