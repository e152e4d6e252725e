use std::collections::BTreeSet;

use super::Workspace;
use super::config_layers::ConfigSource;
use crate::config::UsedIgnore;
use crate::config::{Config, EffectiveConfig};
use crate::diagnostic::Diagnostic;
use crate::model::repository::RepositorySlug;
use crate::rules::{unused_comments, unused_entries};
use crate::text::{FileKind, FilePath};

impl Workspace {
    /// Lays a configuration over that of the file: the settings of an editor, or flags.
    pub fn set_overlay(&mut self, overlay: Config) {
        if self.config.overlay != overlay {
            self.config.overlay = overlay;
            self.renew_settings();
        }
    }

    /// Takes the configuration from this file, which is still to be set, instead of `trustpub.toml`. With none, no
    /// configuration file is read.
    pub fn use_config(&mut self, path: Option<FilePath>) {
        self.change_config_source(path.map_or(ConfigSource::Off, ConfigSource::At));
    }

    /// Which repository on GitHub this is, as far as that is known.
    pub fn slug(&self) -> Option<&RepositorySlug> {
        self.config
            .settings
            .repository()
            .or(self.repository.slug.as_ref())
    }

    /// The configuration file, whether it exists or not.
    pub(crate) fn config_path(&self) -> Option<FilePath> {
        self.config.path()
    }

    /// What a file is: of the files that may hold a configuration only one does.
    pub(crate) fn kind_of(&self, path: &FilePath) -> Option<FileKind> {
        match (&self.config.source, FileKind::of(path.as_str())) {
            (ConfigSource::At(config), _) if config == path => Some(FileKind::Config),
            (ConfigSource::At(_) | ConfigSource::Off, Some(FileKind::Config)) => None,
            (_, Some(kind)) => Some(kind),
            (_, None) if self.offered.contains(path) => Some(FileKind::on_demand(path.as_str())),
            (_, None) => None,
        }
    }

    /// Updates the settings if the file that changed is the configuration.
    pub(crate) fn renew_settings_after(&mut self, changed: &FilePath) {
        if self.config_path().as_ref() == Some(changed) {
            self.renew_settings();
        }
    }

    /// The ignores in a file that hide nothing.
    pub(crate) fn unused_ignores(&self, path: &FilePath) -> Vec<Diagnostic> {
        let Some(file) = self.files.get(path) else {
            return Vec::new();
        };
        let mut unused = Vec::new();
        if !file.ignores.is_empty() {
            let reporters = self.reported_by.get(path).into_iter().flatten();
            let analyses = reporters.filter_map(|reporter| self.analyses.get(reporter));
            let used: BTreeSet<&UsedIgnore> = analyses
                .flat_map(|analysis| &analysis.findings.used_ignores)
                .collect();
            unused.extend(unused_comments(path, file, &self.config.settings, &used));
        }
        if let Some(config) = file.config()
            && !config.ignores.is_empty()
        {
            let analyses = self.analyses.values();
            let used: BTreeSet<&UsedIgnore> = analyses
                .flat_map(|analysis| &analysis.findings.used_ignores)
                .collect();
            unused.extend(unused_entries(path, config, &self.config.settings, &used));
        }
        unused
    }

    fn change_config_source(&mut self, source: ConfigSource) {
        if let Some(before) = self.config_path() {
            self.remove_file(&before);
        }
        self.config.source = source;
        self.renew_settings();
    }

    pub(super) fn renew_settings(&mut self) {
        let path = self.config_path();
        let file = path.as_ref().and_then(|path| {
            let config = self.files.get(path)?.config()?;
            Some((path, &**config))
        });
        let settings = EffectiveConfig::new(file, &self.config.overlay);
        if !settings.decides_as(&self.config.settings) {
            self.forget_all();
        }
        self.config.settings = settings;
    }
}
