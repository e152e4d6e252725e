use crate::config::{Config, EffectiveConfig};
use crate::text::{CONFIG_FILE, FilePath};

/// The configuration of a workspace: its layers, and what follows from them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConfigLayers {
    /// Where the configuration file is.
    pub(crate) source: ConfigSource,
    /// What is laid over it: the settings of an editor, or flags.
    pub(crate) overlay: Config,
    /// What follows from both.
    pub(crate) settings: EffectiveConfig,
}

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

impl ConfigLayers {
    /// The configuration file, whether it exists or not.
    pub(crate) fn path(&self) -> Option<FilePath> {
        match &self.source {
            ConfigSource::Root => FilePath::new(CONFIG_FILE),
            ConfigSource::At(path) => Some(path.clone()),
            ConfigSource::Off => None,
        }
    }
}
