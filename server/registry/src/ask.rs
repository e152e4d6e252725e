//! All questions about all packages.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::client::{Client, MEGABYTE};
use crate::error::AskError;
use crate::packument::Packument;
use crate::provenance::Attested;
use crate::report::{Local, PackageReport};
use crate::request::PackageRequest;
use crate::settings::{host_of, shown_url};
use crate::signatures::SignatureVerifier;

/// In bytes: those of the largest packages have some ten megabytes.
const LARGEST_PACKUMENT: u64 = 100 * MEGABYTE;
/// In bytes. All that were seen are smaller than a hundredth of it.
const LARGEST_ATTESTATIONS: u64 = 10 * MEGABYTE;

/// What a version in a URL's path does not need.
const VERSION_ESCAPES: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'+');

/// More connections at once would be rude to the registry.
const MOST_THREADS: usize = 8;

/// What came of the question about one package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// What was asked.
    pub request: PackageRequest,
    /// The URL of the registry that was asked.
    pub registry: String,
    /// The report, or why there is none.
    pub result: Result<PackageReport, AskError>,
}

/// What is wanted to know about each package.
pub struct Wishes<'a> {
    /// How many of the newest versions are looked at.
    pub last: usize,
    /// The repository at hand, with which the provenance of its own packages is compared.
    pub local: &'a Local,
    /// What verifies the attestations, if that is wanted.
    pub verifier: Option<&'a SignatureVerifier>,
}

/// Asks about all packages at the same time. The answers are in the order of the questions; one that fails does not
/// keep the others from being answered.
pub fn ask_all(client: &Client, requests: &[PackageRequest], wishes: &Wishes<'_>) -> Vec<Answer> {
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::with_capacity(requests.len()));
    thread::scope(|scope| {
        for _ in 0..requests.len().min(MOST_THREADS) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(request) = requests.get(index) else {
                        return;
                    };
                    let answer = ask(client, request, wishes);
                    if let Ok(mut answers) = answers.lock() {
                        answers.push((index, answer));
                    }
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_default();
    answers.sort_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

fn ask(client: &Client, request: &PackageRequest, wishes: &Wishes<'_>) -> Answer {
    let (registry, refused) = client.settings().registry_of(&request.name);
    Answer {
        result: match refused {
            // To ask another registry instead would answer about another package.
            Some(refusal) => Err(AskError::refused_registry(&registry, refusal)),
            None => report(client, &registry, request, wishes),
        },
        request: request.clone(),
        registry: shown_url(&registry),
    }
}

fn report(
    client: &Client,
    registry: &str,
    request: &PackageRequest,
    wishes: &Wishes<'_>,
) -> Result<PackageReport, AskError> {
    let is_http = registry.starts_with("https://") || registry.starts_with("http://");
    if !is_http || host_of(registry).is_empty() {
        return Err(AskError::address(registry));
    }
    let name = request.encoded_name();
    let url = format!("{registry}{name}");
    let packument = client.get(&url, LARGEST_PACKUMENT, |body| Packument::read(body))?;
    if packument.name != request.name {
        let reason = format!("the package `{}`", packument.name);
        return Err(AskError::garbage(&url, &reason));
    }
    let asked = request.version.as_deref();
    let version = packument
        .resolve(asked)
        .ok_or_else(|| AskError::no_version(&packument, asked))?;
    let published = packument.version(version);
    let has_attestations = published.is_some_and(|published| published.dist.attestations.is_some());
    let attested = has_attestations.then(|| {
        // The registry chose the version, and must not choose another path with it.
        let version = utf8_percent_encode(version, VERSION_ESCAPES);
        let url = format!("{registry}-/npm/v1/attestations/{name}@{version}");
        let attested = client.get(&url, LARGEST_ATTESTATIONS, |body| Attested::read(body));
        attested.map_err(|error| match error.kind {
            "not-found" => AskError::no_attestations(&url),
            _ => error,
        })
    });
    let signatures = wishes.verifier.map(|verifier| {
        let integrity = published.and_then(|published| published.dist.integrity.as_deref());
        let attested = attested.as_ref().and_then(|attested| attested.as_ref().ok());
        let attestations = attested.map_or(&[][..], |attested| &attested.attestations);
        let checked = attestations
            .iter()
            .map(|attestation| verifier.check(attestation, &packument.name, version, integrity));
        checked.collect()
    });
    let local = request.is_of_repository.then_some(wishes.local);
    let report = PackageReport::new(&packument, version, attested, wishes.last, local);
    Ok(PackageReport { signatures, ..report })
}
