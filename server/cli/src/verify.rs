//! `trustpub verify`

use std::time::Duration;

use trustpub_analysis::FilePath;
use trustpub_analysis::setup::Project;
use trustpub_registry::{
    Answer, Client, Local, PackageRequest, RegistrySettings, SignatureVerifier, Wishes, ask_all,
};

use crate::args::{PathScope, VerifyArgs};
use crate::check::tell;
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::output::{printable, verify, verify_json};
use crate::repository::{self, Checkout};

const WORKFLOWS: &str = ".github/workflows/";

pub(crate) fn run(console: Console, args: &VerifyArgs) -> Result<Exit, OutputError> {
    let (repositories, problems) = repository::open(&PathScope::here());
    let repository = repositories.into_iter().next();
    // A call that names packages may run anywhere.
    let is_complete = !args.packages.is_empty() || tell(console, &problems);
    let Some(requests) = requests(args, repository.as_ref()) else {
        console.error(
            "found no package to check: name one, or run in a repository with a package.json that has a name and a version and is not private.",
        );
        return Ok(Exit::Failure);
    };
    let root = args.trusted_root.as_deref();
    let verifier = args.signatures.then(|| SignatureVerifier::new(root)).transpose();
    let verifier = match verifier {
        Ok(verifier) => verifier,
        Err(problem) => {
            console.error(problem);
            return Ok(Exit::Failure);
        }
    };
    let project_npmrc = repository
        .as_ref()
        .and_then(|repository| text_of(repository, ".npmrc"));
    let settings = RegistrySettings::of_process(args.registry.as_deref(), project_npmrc);
    if let Some(warning) = ignored_settings(&settings) {
        console.warning(warning);
    }
    let client = match Client::new(settings, Duration::from_secs(args.timeout)) {
        Ok(client) => client,
        Err(problem) => {
            console.error(problem);
            return Ok(Exit::Failure);
        }
    };
    let local = repository.as_ref().map(local).unwrap_or_default();
    let wishes = Wishes {
        last: args.last,
        local: &local,
        verifier: verifier.as_ref(),
    };
    let answers = ask_all(&client, &requests, &wishes);
    console.answer(
        args.format,
        || verify::document(&answers),
        || verify_json::json(&answers),
    )?;
    Ok(exit(is_complete, &answers))
}

/// What the user named, or else the packages of the repository. None if there is nothing to ask.
fn requests(args: &VerifyArgs, repository: Option<&Checkout>) -> Option<Vec<PackageRequest>> {
    let packages =
        repository.map(|repository| Project::with_files(&repository.workspace, &|_| false).packages);
    let packages = packages.unwrap_or_default();
    let mut requests: Vec<PackageRequest> = Vec::new();
    for request in &args.packages {
        if !requests.contains(request) {
            requests.push(request.clone());
        }
    }
    if requests.is_empty() {
        let names = packages.iter().map(|package| package.name.as_str());
        requests = names.filter_map(PackageRequest::parse).collect();
    }
    for request in &mut requests {
        request.is_of_repository = packages.iter().any(|package| package.name == request.name);
    }
    (!requests.is_empty()).then_some(requests)
}

/// What in the repository's `.npmrc` has no effect, and why.
fn ignored_settings(settings: &RegistrySettings) -> Option<String> {
    let ignored = settings.ignored().iter();
    let ignored: Vec<String> = ignored
        .map(|setting| format!("`{}` ({})", printable(&setting.key), setting.reason()))
        .collect();
    (!ignored.is_empty()).then(|| {
        format!(
            "ignored in the `.npmrc` of the repository: {}. A repository can only choose registries: put settings that you trust into `~/.npmrc`.",
            ignored.join(", ")
        )
    })
}

fn text_of<'r>(repository: &'r Checkout, path: &str) -> Option<&'r str> {
    let file = repository.workspace.file(&FilePath::new(path)?)?;
    Some(&file.text)
}

fn local(repository: &Checkout) -> Local {
    let paths = repository.workspace.files().map(|(path, _)| path.as_str());
    Local {
        repository: repository.workspace.slug().cloned(),
        workflows: paths
            .filter(|path| path.starts_with(WORKFLOWS))
            .map(str::to_owned)
            .collect(),
    }
}

fn exit(is_complete: bool, answers: &[Answer]) -> Exit {
    let is_answered = |answer: &Answer| {
        let report = answer.result.as_ref();
        report.is_ok_and(|report| report.problem.is_none())
    };
    let is_trusted = |answer: &Answer| {
        let report = answer.result.as_ref();
        report.is_ok_and(|report| report.is_trusted() && report.signatures_are_as_wished())
    };
    if !is_complete || !answers.iter().all(is_answered) {
        Exit::Failure
    } else if answers.iter().all(is_trusted) {
        Exit::Clean
    } else {
        Exit::Findings
    }
}
