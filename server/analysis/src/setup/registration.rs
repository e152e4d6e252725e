use super::project::Project;
use crate::config::AllowedAction;
use crate::model::package_name::is_package_name;
use crate::model::repository::RepositorySlug;
use crate::publish::{IdToken, Outcome, SiteReport};
use crate::workspace::Workspace;

/// What is to be entered on npm for a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registration {
    /// The package.
    pub package: String,
    /// The repository, where it is known.
    pub repository: Option<RepositorySlug>,
    /// The file name of the workflow in which the run starts.
    pub workflow: String,
    /// The environment of the publish job: its name, or the expression that gives it.
    pub environment: Option<String>,
    /// What the workflow does.
    pub(crate) action: AllowedAction,
}

/// What the publish steps of a repository need on npm, by package: one for each workflow and environment that publishes it.
///
/// A step that publishes what another job has packed names no package; it is taken to publish all of the project's.
pub fn registrations(workspace: &Workspace, project: &Project) -> Vec<Registration> {
    let sites = workspace.sites().filter(|site| is_meant_for_oidc(site));
    registrations_of(workspace, project, sites)
}

/// What these publish steps need on npm, as [`registrations`].
pub(crate) fn registrations_of<'s>(
    workspace: &Workspace,
    project: &Project,
    sites: impl IntoIterator<Item = &'s SiteReport>,
) -> Vec<Registration> {
    let all: Vec<String> = project
        .packages
        .iter()
        .map(|package| package.name.clone())
        .collect();
    let mut found: Vec<Registration> = Vec::new();
    for site in sites {
        let action = if site.is_staged {
            AllowedAction::StagePublish
        } else {
            AllowedAction::Publish
        };
        let packages = if site.packages.is_empty() {
            &all
        } else {
            &site.packages
        };
        for package in packages {
            for publisher in &site.trusted_publishers {
                let Some(workflow) = &publisher.workflow else {
                    continue;
                };
                let registration = Registration {
                    package: package.clone(),
                    repository: workspace.slug().cloned(),
                    workflow: workflow.clone(),
                    environment: publisher.environment.clone(),
                    action,
                };
                match found.iter_mut().find(|known| known.key() == registration.key()) {
                    // What may publish may always stage, too: <https://github.com/npm/documentation/pull/2034>.
                    Some(known) if action == AllowedAction::Publish => known.action = action,
                    Some(_) => {}
                    None => found.push(registration),
                }
            }
        }
    }
    found.sort_by(|a, b| a.key().cmp(&b.key()));
    found
}

/// Whether a package needs more than one trusted publisher. The registrations of a package follow each other.
pub fn has_several(registrations: &[Registration]) -> bool {
    let mut pairs = registrations.windows(2);
    pairs.any(|pair| matches!(pair, [a, b] if a.package == b.package))
}

/// A step that publishes with a token alone needs no trusted publisher.
fn is_meant_for_oidc(site: &SiteReport) -> bool {
    site.may_publish_to_npm() && (site.outcome != Outcome::Token || site.id_token == IdToken::Write)
}

impl Registration {
    /// What npm compares, and for which package.
    fn key(&self) -> (&str, &str, Option<&str>) {
        (&self.package, &self.workflow, self.environment.as_deref())
    }

    /// The environment of the publish job; none if an expression gives it, too.
    pub fn known_environment(&self) -> Option<&str> {
        self.environment.as_deref().filter(|name| !name.contains("${{"))
    }

    /// The action that npm must allow, as `trustpub.toml` calls it: `publish` or `stage-publish`.
    pub fn action(&self) -> &'static str {
        self.action.name()
    }

    /// The command that npm must allow: `npm publish` or `npm stage publish`.
    pub fn allowed_command(&self) -> &'static str {
        self.action.command()
    }

    /// The page on which it is entered.
    pub fn address(&self) -> String {
        address_of(&self.package)
    }

    /// The command that enters it, for npm 11.15 and newer.
    pub fn command(&self) -> String {
        let mut command = format!(
            "npm trust github {} --file {}",
            quoted(&self.package),
            quoted(&self.workflow)
        );
        if let Some(repository) = &self.repository {
            command.push_str(&format!(" --repository {repository}"));
        }
        if let Some(environment) = self.known_environment() {
            command.push_str(&format!(" --environment {}", quoted(environment)));
        } else if self.environment.is_some() {
            // An expression gives it: without the option, npm would register none.
            command.push_str(" --environment '<name>'");
        }
        command.push_str(match self.action {
            AllowedAction::Publish => " --allow-publish",
            AllowedAction::StagePublish => " --allow-stage-publish",
        });
        command
    }
}

/// The page on npm where the trusted publisher of a package is entered. None if the name is not that of a package, so that it
/// could lead elsewhere.
pub fn access_page(package: &str) -> Option<String> {
    is_package_name(package).then(|| address_of(package))
}

fn address_of(package: &str) -> String {
    format!("https://www.npmjs.com/package/{package}/access")
}

/// A word for a shell.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./@".contains(c);
    if word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
