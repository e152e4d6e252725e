//! What people have to do around the change of the files: before it is merged and after the first release.

use super::migration::{Migration, MigrationStep};
use super::secrets::SecretUse;
use crate::knowledge::trusted_publishers::MOST_TRUSTED_PUBLISHERS;
use crate::setup::{Registration, has_several};
use crate::text::{FilePath, shown};

/// The list, in the order in which it is done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Checklist {
    /// The sections that have something in them.
    pub sections: Vec<Section>,
}

/// One part of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// The name in JSON: `moved`, `before`, `after`, `kept`.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// Whether its items are things to do. Otherwise they only say something.
    pub is_to_do: bool,
    /// The items.
    pub items: Vec<Item>,
}

/// One thing to know or to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The sentence. Code is in single backquotes, and there is no other markup in it.
    pub text: String,
    /// The pages on which it is done, or that explain it.
    pub urls: Vec<String>,
    /// The commands that do it as well.
    pub commands: Vec<String>,
}

impl Item {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            urls: Vec::new(),
            commands: Vec::new(),
        }
    }

    fn at(mut self, url: impl Into<String>) -> Self {
        self.urls.push(url.into());
        self
    }
}

impl Migration {
    /// What to do around the change.
    pub fn checklist(&self) -> Checklist {
        let section = |id, title, is_to_do, items| Section {
            id,
            title,
            is_to_do,
            items,
        };
        let mut sections = vec![
            section("moved", "What changes", false, self.what_changes()),
            section("before", "Before you merge", true, self.before()),
            section("after", "After the first release", true, self.after()),
            section("kept", "What keeps its token", true, self.what_stays()),
        ];
        sections.retain(|section| !section.items.is_empty());
        Checklist { sections }
    }

    fn what_changes(&self) -> Vec<Item> {
        let moved = self.moved.iter().map(|step| {
            Item::new(format!(
                "{} publishes {} by trusted publishing instead of with a token.",
                place(step),
                packages(&step.packages)
            ))
        });
        moved.collect()
    }

    fn before(&self) -> Vec<Item> {
        if self.moved.is_empty() {
            return Vec::new();
        }
        let first_version = Item::new(
            "If a package has never been published, publish its first version with the token: npm accepts a trusted publisher only for a \
             package that exists.",
        );
        let mut items = vec![first_version.at("https://docs.npmjs.com/trusted-publishers")];
        items.extend(what_to_enter(&self.registrations));
        let unnamed = self.moved.iter().filter(|step| step.packages.is_empty());
        let unnamed: Vec<String> = unnamed.map(place).collect();
        if !unnamed.is_empty() {
            items.push(Item::new(format!(
                "The files do not show which packages {} {}. Register the trusted publisher for each of them.",
                listed(&unnamed),
                if unnamed.len() == 1 { "publishes" } else { "publish" }
            )));
        }
        if has_several(&self.registrations) {
            items.push(
                Item::new(format!(
                    "A package that is listed more than once above needs each of these trusted publishers. npm accepts up to \
                     {MOST_TRUSTED_PUBLISHERS} for a package."
                ))
                .at("https://docs.npmjs.com/trusted-publishers"),
            );
        }
        let mut expressions = self.registrations.iter().filter(|registration| {
            registration.environment.is_some() && registration.known_environment().is_none()
        });
        if expressions.next().is_some() {
            items.push(Item::new(
                "An expression gives the environment of a job above: register a trusted publisher for each environment that a run that \
                 publishes may have.",
            ));
        }
        items.extend(self.cautions.iter().map(Item::new));
        items
    }

    fn after(&self) -> Vec<Item> {
        if self.moved.is_empty() {
            return Vec::new();
        }
        let mut items = vec![Item {
            commands: vec!["trustpub verify".to_owned()],
            ..Item::new("Check that the new version came by trusted publishing.")
        }];
        items.extend(self.secrets.iter().flat_map(|secret| self.delete(secret)));
        items.extend(self.secrets.iter().filter_map(of_dependabot));
        let is_kept = |secret: &SecretUse| {
            !secret.still_used.is_empty() || !secret.may_be_used.is_empty() || secret.dependabot.is_some()
        };
        let is_used = !self.kept.is_empty() || self.secrets.iter().any(is_kept);
        items.push(
            Item::new(match is_used {
                true => "Revoke the access token on npm once nothing uses it. A read-only token is enough to install packages.",
                false => "Revoke the access token on npm.",
            })
            .at("https://docs.npmjs.com/revoking-access-tokens"),
        );
        let mut pages: Vec<String> = Vec::new();
        for registration in &self.registrations {
            if !pages.contains(&registration.address()) {
                pages.push(registration.address());
            }
        }
        if !pages.is_empty() {
            let when = match is_used {
                true => "Once no step publishes or sets dist-tags with a token, choose",
                false => "Choose",
            };
            items.push(Item {
                urls: pages,
                ..Item::new(format!(
                    "{when} \"Require two-factor authentication and disallow tokens\" under \"Publishing access\"."
                ))
            });
        }
        items
    }

    fn delete(&self, secret: &SecretUse) -> Vec<Item> {
        let name = code(&secret.name);
        if !secret.still_used.is_empty() {
            let places = lines(&secret.still_used);
            return vec![Item::new(format!(
                "Keep the secret {name} for now: {} still {} it.",
                listed(&places),
                if places.len() == 1 { "uses" } else { "use" }
            ))];
        }
        if !secret.may_be_used.is_empty() {
            let places = lines(&secret.may_be_used);
            return vec![Item::new(format!(
                "Check whether the secret {name} is used where all secrets are handed on: {}. Delete it if not.",
                listed(&places)
            ))];
        }
        let mut environments: Vec<String> = Vec::new();
        for environment in self
            .registrations
            .iter()
            .filter_map(Registration::known_environment)
        {
            let environment = code(environment);
            if !environments.contains(&environment) {
                environments.push(environment);
            }
        }
        let page = |item: Item, page: &str| match &self.repository {
            Some(slug) => item.at(format!("https://github.com/{slug}/settings/{page}")),
            None => item,
        };
        let of_repository = Item::new(format!(
            "Delete the secret {name} from the repository. Delete a secret of the organization only if no other repository uses it."
        ));
        let mut items = vec![page(of_repository, "secrets/actions")];
        if !environments.is_empty() {
            let of_environment = Item::new(format!(
                "Delete the secret {name} from the environment {} if it has one.",
                listed(&environments)
            ));
            items.push(page(of_environment, "environments"));
        }
        items
    }

    fn what_stays(&self) -> Vec<Item> {
        let kept = self.kept.iter().map(|kept| {
            Item::new(format!(
                "{} keeps its token: {}.",
                place(&kept.step),
                shown(kept.reason.trim_end_matches('.'))
            ))
        });
        let elsewhere = self.elsewhere.iter().map(|call| {
            Item::new(format!(
                "The job {} of {} hands a token to {}, which is in another repository. Move that workflow there first. Then grant \
                 `id-token: write` to this job, and register {} of this repository on npm.",
                code(&call.job),
                code(call.path.as_str()),
                code(&call.uses),
                code(call.path.file_name())
            ))
        });
        kept.chain(elsewhere).collect()
    }
}

fn of_dependabot(secret: &SecretUse) -> Option<Item> {
    let path = secret.dependabot.as_ref()?;
    Some(
        Item::new(format!(
            "{} reads a secret {} too. It is one of Dependabot's own secrets: put a read-only token there before you revoke this one.",
            code(path.as_str()),
            code(&secret.name)
        ))
        .at("https://docs.github.com/code-security/how-tos/secure-your-supply-chain/manage-your-dependency-security/configuring-access-to-private-registries-for-dependabot"),
    )
}

fn lines(places: &[(FilePath, usize)]) -> Vec<String> {
    let places = places.iter();
    places
        .map(|(path, line)| code(&format!("{path}:{line}")))
        .collect()
}

/// What to enter on npm: one item for all packages that need the same.
pub fn what_to_enter(registrations: &[Registration]) -> Vec<Item> {
    alike(registrations).iter().map(|group| register(group)).collect()
}

/// The registrations that differ only in the package.
fn alike(registrations: &[Registration]) -> Vec<Vec<&Registration>> {
    let mut groups: Vec<Vec<&Registration>> = Vec::new();
    for registration in registrations {
        let is_alike = |group: &&mut Vec<&Registration>| {
            group.first().is_some_and(|first| {
                let same_package = Registration {
                    package: first.package.clone(),
                    ..registration.clone()
                };
                **first == same_package
            })
        };
        match groups.iter_mut().find(is_alike) {
            Some(group) => group.push(registration),
            None => groups.push(vec![registration]),
        }
    }
    groups
}

fn register(alike: &[&Registration]) -> Item {
    let Some(first) = alike.first() else {
        return Item::new(String::new());
    };
    let whose = match alike.len() {
        1 => code(&first.package),
        number => format!("each of these {number} packages"),
    };
    let repository = match &first.repository {
        Some(slug) => format!("owner {}, repository {}", code(&slug.owner), code(&slug.name)),
        None => "owner and repository as on GitHub".to_owned(),
    };
    let environment = match (&first.environment, first.known_environment()) {
        (None, _) => "no environment".to_owned(),
        (Some(_), Some(name)) => format!("environment {}", code(name)),
        (Some(expression), None) => format!("the environment that {} gives", code(expression)),
    };
    Item {
        text: format!(
            "Register the trusted publisher of {whose}: {repository}, workflow {}, {environment}, allowed action {}.",
            code(&first.workflow),
            code(first.allowed_command())
        ),
        urls: alike.iter().map(|registration| registration.address()).collect(),
        commands: alike.iter().map(|registration| registration.command()).collect(),
    }
}

/// `` `npm publish` in `.github/workflows/release.yml:12` ``
fn place(step: &MigrationStep) -> String {
    format!(
        "{} in {}",
        code(&step.command),
        code(&format!("{}:{}", step.path, step.line))
    )
}

fn packages(names: &[String]) -> String {
    const MOST: usize = 3;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| code(name)).collect();
    match (shown.is_empty(), names.len().saturating_sub(MOST)) {
        (true, _) => "its packages".to_owned(),
        (false, 0) => listed(&shown),
        (false, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// A text of the files as code.
fn code(text: &str) -> String {
    format!("`{}`", shown(text).replace(['`', '\n'], " "))
}
