use crate::diagnostic::{Diagnostic, Fix, Related};
use crate::publish::PublishJob;
use crate::publish::{CutStep, RegistryCommand, Site};
use crate::sources::{File, Sources};
use crate::text::FilePath;
use crate::text::Place;

/// What a rule sees: one file, the repository around it, and the publish sites that the file leads to.
#[derive(Debug)]
pub(crate) struct CheckContext<'a> {
    /// The repository.
    pub(crate) sources: &'a Sources<'a>,
    /// The file's path.
    pub(crate) path: &'a FilePath,
    /// The file.
    pub(crate) file: &'a File,
    /// The publish sites of the file's jobs, those in called actions and scripts included.
    pub(crate) sites: &'a [Site<'a>],
    /// The steps that would publish if they were not dry runs.
    pub(crate) dry_runs: &'a [Site<'a>],
    /// The commands of the file's jobs that need a login at the registry.
    pub(crate) registry_commands: &'a [RegistryCommand<'a>],
    /// The file's jobs with a publish site.
    pub(crate) jobs: &'a [PublishJob<'a>],
    /// The steps that lead to more than is followed.
    pub(crate) cut_steps: &'a [CutStep],
}

impl<'a> CheckContext<'a> {
    /// The first publish site of each job, for what holds for all of them.
    pub(crate) fn first_sites(&self) -> impl Iterator<Item = &'a Site<'a>> {
        let sites = self.sites;
        self.jobs.iter().filter_map(|job| sites.get(job.sites.start))
    }
}

impl Diagnostic {
    /// Adds a place that explains it.
    pub(crate) fn related(mut self, place: &Place, message: impl Into<String>) -> Self {
        self.related.push(Related {
            path: place.path.clone(),
            range: place.range,
            message: message.into(),
        });
        self
    }

    /// Explains the message.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a fix, if there is one.
    pub(crate) fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fixes.extend(fix);
        self
    }

    /// Adds a sentence to the help that says what to do, unless the title of a fix does.
    pub(crate) fn remedy(mut self, remedy: &str) -> Self {
        if self.fixes.is_empty() {
            self.help = Some(match self.help {
                Some(help) => format!("{help} {remedy}"),
                None => remedy.to_owned(),
            });
        }
        self
    }
}
