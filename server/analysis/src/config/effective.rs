use std::collections::BTreeMap;

use super::file::{AllowedAction, Config, PublishCommandEntry, ReportLevel, TrustedPublisherEntry};
use super::pattern::Pattern;
use crate::diagnostic::Severity;
use crate::model::repository::RepositorySlug;
use crate::text::FilePath;
use crate::text::Place;
use crate::text::{Ranged, TextRange};

/// What follows from the configuration: the file's, with the editor's laid over it.
///
/// A severity and the repository of the editor replace the file's; its ignores, commands and trusted publishers come
/// in addition.
#[derive(Clone, Debug, Default)]
pub(crate) struct EffectiveConfig {
    repository: Option<RepositorySlug>,
    levels: BTreeMap<&'static str, ReportLevel>,
    ignores: Vec<ConfiguredIgnore>,
    publish_commands: Vec<PublishCommandEntry>,
    trusted_publishers: Vec<ConfiguredPublisher>,
}

/// An `[[ignore]]` without its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ConfiguredIgnore {
    pub(crate) path: Pattern,
    /// Empty for all.
    pub(crate) rules: Vec<&'static str>,
}

/// What is registered on npm for one or several packages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ConfiguredPublisher {
    /// What is registered; the ranges are those of the configuration file.
    pub entry: TrustedPublisherEntry,
    /// The configuration file; none if an editor's settings say it.
    pub path: Option<FilePath>,
}

impl EffectiveConfig {
    /// The settings that follow from a configuration file and from what is laid over it.
    pub(crate) fn new(file: Option<(&FilePath, &Config)>, overlay: &Config) -> Self {
        let mut settings = Self::default();
        let file_config = file.map(|(_, config)| config);
        for config in file_config.into_iter().chain([overlay]) {
            let repository = config.repository.as_ref().map(|slug| slug.value.clone());
            settings.repository = repository.or(settings.repository);
            let levels = config.levels.iter().map(|entry| (entry.rule, entry.level));
            settings.levels.extend(levels);
            let ignores = config.ignores.iter().map(|entry| ConfiguredIgnore {
                path: entry.path.value.clone(),
                rules: entry.rules.iter().map(|rule| rule.value).collect(),
            });
            settings.ignores.extend(ignores);
            settings
                .publish_commands
                .extend(config.publish_commands.iter().cloned());
        }
        let of_file = file.into_iter().flat_map(|(path, config)| {
            let entries = config.trusted_publishers.iter().cloned();
            entries.map(|entry| ConfiguredPublisher {
                entry,
                path: Some(path.clone()),
            })
        });
        let of_overlay = overlay.trusted_publishers.iter().cloned();
        let of_overlay = of_overlay.map(|entry| ConfiguredPublisher { entry, path: None });
        settings.trusted_publishers = of_file.chain(of_overlay).collect();
        settings
    }

    /// Whether every analysis comes to the same result with these settings. Trusted publishers are left out: who
    /// looks at them looks at the file that holds them.
    pub(crate) fn decides_as(&self, other: &Self) -> bool {
        let of_editor = |settings: &Self| -> Vec<ConfiguredPublisher> {
            let publishers = settings.trusted_publishers.iter();
            publishers
                .filter(|publisher| publisher.path.is_none())
                .cloned()
                .collect()
        };
        self.repository == other.repository
            && self.levels == other.levels
            && self.ignores == other.ignores
            && self.publish_commands == other.publish_commands
            && of_editor(self) == of_editor(other)
    }

    /// The repository on GitHub, where the configuration names it.
    pub(crate) fn repository(&self) -> Option<&RepositorySlug> {
        self.repository.as_ref()
    }

    /// Whether a rule is switched off.
    pub(crate) fn is_off(&self, rule: &str) -> bool {
        self.levels.get(rule) == Some(&ReportLevel::Off)
    }

    /// The severity of all findings of a rule, where the configuration names one.
    pub(crate) fn severity(&self, rule: &str) -> Option<Severity> {
        match self.levels.get(rule)? {
            ReportLevel::Off => None,
            ReportLevel::Severity(severity) => Some(*severity),
        }
    }

    /// Commands that publish, beside those that are known.
    pub(crate) fn publish_commands(&self) -> &[PublishCommandEntry] {
        &self.publish_commands
    }

    /// What is registered on npm. Ask the repository for it, which writes down that it was looked at.
    pub(crate) fn trusted_publishers(&self) -> &[ConfiguredPublisher] {
        &self.trusted_publishers
    }

    /// Whether an `[[ignore]]` speaks of a rule at a path.
    pub(crate) fn ignores_path(&self, rule: &str, path: &FilePath) -> bool {
        self.ignores(rule, path).next().is_some()
    }

    /// The numbers of the `[[ignore]]`s that speak of a rule at a path.
    pub(crate) fn ignores(&self, rule: &str, path: &FilePath) -> impl Iterator<Item = usize> {
        let fits = move |ignore: &ConfiguredIgnore| {
            (ignore.rules.is_empty() || ignore.rules.contains(&rule))
                && ignore.path.matches_path(path.as_str())
        };
        let numbered = self.ignores.iter().enumerate();
        numbered
            .filter(move |(_, ignore)| fits(ignore))
            .map(|(number, _)| number)
    }
}

impl ConfiguredPublisher {
    /// A place in the configuration file.
    pub(crate) fn place(&self, range: TextRange) -> Option<Place> {
        self.path.as_ref().map(|path| Place::new(path, range))
    }

    /// The allowed actions, where the configuration says so.
    pub(crate) fn allowed(&self) -> Option<&Ranged<Vec<AllowedAction>>> {
        self.entry.allow.as_ref()
    }
}
