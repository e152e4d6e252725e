//! The failures in a log, one for each package that could not be published: each may have a cause of its own.

use super::facts::published;
use super::registry_text::sent_to;
use super::scan::Hit;
use super::signals::{Signal, Tells};
use crate::knowledge::npm_errors::NpmError;

/// The publish of a package that failed, or of packages that the log does not tell apart.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Failure {
    /// The package; none if the log does not name it, or all failures are told together.
    pub(crate) package: Option<String>,
    /// Whether nothing failed but to read what is published.
    pub(crate) is_read: bool,
    /// What the log tells about it, with all that is not a failure.
    pub(crate) hits: Vec<Hit>,
}

impl Failure {
    /// The step in which it happened: that of the first line that says so.
    pub(crate) fn step(&self) -> Option<String> {
        let failed = self
            .hits
            .iter()
            .filter(|hit| hit.signal.tells() == Tells::Failure);
        failed
            .filter_map(|hit| hit.step.as_deref())
            .next()
            .map(str::to_owned)
    }
}

/// The failures, in the order in which the log names their packages; none if all were made good.
pub(crate) fn failures(hits: &[Hit]) -> Vec<Failure> {
    let owners = owners(hits);
    let pairs = || hits.iter().zip(&owners);
    let mut packages: Vec<&str> = Vec::new();
    for (hit, owner) in pairs() {
        if let Owner::Package(package) = owner
            && is_owned(hit)
            && !packages.contains(&package.as_str())
        {
            packages.push(package);
        }
    }
    let is_good = |package: &&str| is_made_good(hits, &owners, package);
    let (made_good, packages): (Vec<&str>, Vec<&str>) = packages.into_iter().partition(is_good);
    let has_nameless = pairs().any(|(hit, owner)| *owner == Owner::Unknown && is_own_failure(hit));
    if packages.is_empty() && !has_nameless && !made_good.is_empty() {
        return Vec::new();
    }
    // What npm could not read explains a publish that failed only where nothing else does.
    let is_read_only = packages.is_empty() && !has_nameless;
    let is_of = |hit: &Hit, owner: &Owner, package: Option<&str>| match owner {
        Owner::Read => is_read_only,
        Owner::Package(owner) if package == Some(owner) => true,
        Owner::Package(owner) => !is_owned(hit) && !packages.contains(&owner.as_str()),
        Owner::Unknown => package.is_none() || packages.len() < 2 && !has_nameless || !is_own_failure(hit),
    };
    let is_read = is_read_only && owners.contains(&Owner::Read);
    if is_read && is_published_after_read(hits, &owners) {
        return Vec::new();
    }
    let of = |package: Option<&str>| Failure {
        package: package.map(str::to_owned),
        is_read,
        hits: pairs()
            .filter(|(hit, owner)| is_of(hit, owner, package))
            .map(|(hit, _)| hit.clone())
            .collect(),
    };
    let named = packages.iter().map(|package| of(Some(package)));
    let nameless = has_nameless || packages.is_empty();
    named.chain(nameless.then(|| of(None))).collect()
}

/// The lines of one error follow each other that closely.
const NEAR: usize = 8;

/// What a line of a failure is about.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Owner {
    /// The publish of this package.
    Package(String),
    /// Something that npm reads: a dependency, or what is published already.
    Read,
    /// The log does not say.
    Unknown,
}

/// What each line is about.
fn owners(hits: &[Hit]) -> Vec<Owner> {
    let named = |hit: &Hit| match named_package(hit) {
        Some(package) => Owner::Package(package),
        None if matches!(hit.signal, Signal::ReadRefused | Signal::ReadCommand) => Owner::Read,
        None => Owner::Unknown,
    };
    let mut owners: Vec<Owner> = hits.iter().map(named).collect();
    read_after_publish(hits, &mut owners);
    let mut start = 0;
    // The lines of one error are about what one of them names.
    while start < hits.len() {
        let end = (start + 1..hits.len())
            .find(|at| begins_error(hits, *at))
            .unwrap_or(hits.len());
        let block = owners.get(start..end).unwrap_or_default();
        // An error that reads a package names it again in its next line, or is told by the tool that ran npm.
        let is_named = block.iter().any(|owner| matches!(owner, Owner::Package(_)));
        // npm up to 6 names a package without its version also where it published it.
        let sends = hits
            .iter()
            .take(end)
            .skip(start)
            .any(|hit| hit.text.contains("publish Failed PUT "));
        let reads =
            !sends && (block.contains(&Owner::Read) || (!is_named && follows_read(hits, &owners, start)));
        let mut known = block.iter().filter(|owner| **owner != Owner::Unknown);
        let owner = if reads {
            Some(Owner::Read)
        } else {
            known.next().cloned()
        };
        if let Some(owner) = owner
            && (reads || known.all(|other| *other == owner))
        {
            for (of_line, hit) in owners.iter_mut().zip(hits).take(end).skip(start) {
                if is_owned(hit) {
                    *of_line = owner.clone();
                }
            }
        }
        start = end;
    }
    owners
}

/// A package that was published is read afterwards, and its tag set: that the registry does not have it yet is not a failed publish.
fn read_after_publish(hits: &[Hit], owners: &mut [Owner]) {
    let mut done: Vec<String> = Vec::new();
    for (hit, owner) in hits.iter().zip(owners) {
        if hit.signal == Signal::Published {
            let name = published(&hit.text).and_then(|package| Some(without_version(&package)?.to_owned()));
            done.extend(name);
        }
        let is_sent = || {
            let is_near = |other: &&Hit| other.line.abs_diff(hit.line) <= NEAR;
            hits.iter()
                .filter(is_near)
                .any(|other| other.text.contains(" - PUT "))
        };
        if let Owner::Package(package) = owner
            && done.contains(package)
            && !is_sent()
        {
            *owner = Owner::Read;
        }
    }
}

/// Whether the lines right before these tell of a command that reads what is published.
fn follows_read(hits: &[Hit], owners: &[Owner], start: usize) -> bool {
    const NEAR: usize = 4;
    let before = start
        .checked_sub(1)
        .and_then(|at| hits.get(at).zip(owners.get(at)));
    let line = hits.get(start).map_or(0, |hit| hit.line);
    before.is_some_and(|(hit, owner)| {
        hit.signal == Signal::ReadCommand && *owner == Owner::Read && line.saturating_sub(hit.line) <= NEAR
    })
}

/// Whether a line begins the report of an error.
fn begins_error(hits: &[Hit], at: usize) -> bool {
    let Some((hit, before)) = hits.get(at).zip(hits.get(at.wrapping_sub(1))) else {
        return true;
    };
    let passed = hit.line.saturating_sub(before.line);
    if hit.signal == Signal::PublishFailed && named_package(hit).is_some() {
        return true;
    }
    // lerna names the package in the line before.
    let is_named_before = before.signal == Signal::PublishFailed && named_package(before).is_some();
    let is_code = matches!(hit.signal, Signal::Code(_) | Signal::OtherCode) && !is_named_before;
    hit.signal == Signal::Published || (is_code && passed > 0) || passed > NEAR
}

/// Whether a line is about one package if the lines around it are.
fn is_owned(hit: &Hit) -> bool {
    hit.signal.tells() == Tells::Failure || hit.signal == Signal::OtherCode
}

/// Whether a line tells of a failure by itself, and not only that there was one.
fn is_own_failure(hit: &Hit) -> bool {
    matches!(hit.signal, Signal::Code(code) if code != NpmError::BadEngine)
        || matches!(
            hit.signal,
            Signal::WordsOf(_) | Signal::Names(_) | Signal::NotInRegistry | Signal::NoPermissionToAccess
        )
}

/// The package that a line of a failed publish names.
fn named_package(hit: &Hit) -> Option<String> {
    if !is_owned(hit) && hit.signal.tells() != Tells::Exchange {
        return None;
    }
    let line = hit.text.as_str();
    let behind = |text: &str| line.split_once(text).map(|(_, rest)| rest);
    let package = of_request(line)
        .or_else(|| Some(behind("/oidc/token/exchange/package/")?.to_owned()))
        .or_else(|| {
            Some(
                behind("an error occurred while publishing ")?
                    .split_once(':')?
                    .0
                    .to_owned(),
            )
        })
        .or_else(|| {
            Some(
                behind("Package failed to publish: ")?
                    .split_whitespace()
                    .next()?
                    .to_owned(),
            )
        })
        .or_else(|| Some(without_version(behind("Failed to publish package ")?)?.to_owned()))
        .or_else(|| Some(without_version(behind("The requested resource '")?)?.to_owned()))
        .or_else(|| {
            let (before, _) = line
                .split_once("' is not in this registry")
                .or_else(|| line.split_once("' is not in the npm registry"))?;
            Some(without_version(before.rsplit_once('\'')?.1)?.to_owned())
        })?;
    plain_name(&package)
}

/// The name of a package at the start of a text, as package.json has it.
fn plain_name(package: &str) -> Option<String> {
    let package = package.replace("%2f", "/").replace("%2F", "/");
    let end = package.find(|c: char| !(c.is_ascii_alphanumeric() || "@/._-~".contains(c)));
    let package = package
        .get(..end.unwrap_or(package.len()))?
        .trim_end_matches(['.', '/']);
    (!package.is_empty()).then(|| package.to_owned())
}

/// The package in `npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found`.
fn of_request(line: &str) -> Option<String> {
    path_of(sent_to(line)?)
}

/// What follows the host in the address at the start of a text.
fn path_of(text: &str) -> Option<String> {
    let path = text
        .split_whitespace()
        .next()?
        .split_once("://")?
        .1
        .split_once('/')?
        .1;
    // What begins like this is not the address of a package.
    (!path.starts_with("-/")).then(|| path.to_owned())
}

/// `@acme/widget` of `@acme/widget@1.0.0`.
fn without_version(text: &str) -> Option<&str> {
    let word = text.split_whitespace().next()?;
    let at = word.get(1..)?.find('@')? + 1;
    word.get(..at)
}

/// Whether a later line says that the package was published: the job tried again.
fn is_made_good(hits: &[Hit], owners: &[Owner], package: &str) -> bool {
    let last = owners
        .iter()
        .rposition(|owner| *owner == Owner::Package(package.to_owned()));
    let later = hits.get(last.map_or(0, |at| at + 1)..).unwrap_or_default();
    let is_of_package = |owner: &Owner| matches!(owner, Owner::Package(owner) if owner == package);
    let of_package = hits.iter().zip(owners).filter(|(_, owner)| is_of_package(owner));
    // npm says of a request to publish that it was one.
    let is_publish = of_package.into_iter().any(|(hit, _)| may_be_of_publish(hit));
    publishes(later, package) && !(is_publish && changes_registry(hits, last))
}

/// Whether a line of an error may be about a request to publish: not what npm says of any package that it did not find.
fn may_be_of_publish(hit: &Hit) -> bool {
    !matches!(
        hit.signal,
        Signal::Code(NpmError::E404) | Signal::NotInRegistry | Signal::NoPermissionToAccess
    )
}

/// Whether each package that could not be read was published after it: a script asks first whether the version is there.
fn is_published_after_read(hits: &[Hit], owners: &[Owner]) -> bool {
    let Some(last) = owners.iter().rposition(|owner| *owner == Owner::Read) else {
        return false;
    };
    let later = hits.get(last + 1..).unwrap_or_default();
    let reads = hits
        .iter()
        .zip(owners)
        .filter(|(_, owner)| **owner == Owner::Read);
    let mut names = reads.filter_map(|(hit, _)| read_package(&hit.text)).peekable();
    names.peek().is_some() && names.all(|name| publishes(later, &name))
}

/// The package in `npm error 404 Not Found - GET https://registry.npmjs.org/@acme%2fwidget - Not found`.
fn read_package(line: &str) -> Option<String> {
    let (_, rest) = line.split_once(" - GET ")?;
    plain_name(&path_of(rest)?)
}

/// Whether one of the lines says that a package was published.
fn publishes(hits: &[Hit], package: &str) -> bool {
    hits.iter()
        .filter(|hit| hit.signal == Signal::Published)
        .filter_map(|hit| published(&hit.text))
        .any(|published| without_version(&published) == Some(package))
}

/// Whether something goes to another registry after a line.
fn changes_registry(hits: &[Hit], last: Option<usize>) -> bool {
    let (before, after) = hits.split_at(last.map_or(0, |at| at + 1).min(hits.len()));
    let registry = |hit: &Hit| match hit.signal {
        Signal::PublishingTo => hit
            .text
            .split("://")
            .nth(1)
            .and_then(|rest| rest.split('/').next())
            .map(str::to_owned),
        _ => None,
    };
    let first = before.iter().rev().find_map(registry);
    let next = after.iter().find_map(registry);
    next.is_some() && next != first
}
