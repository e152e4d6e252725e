//! The move of a job from a token to trusted publishing, in one edit.

use crate::checker::prelude::*;
use crate::checker::tool_remedy::tool_remedy;
use crate::diagnostic::{FileEdits, FixKind};
use crate::edit::yaml::{Quoting, set_scalar};
use crate::fixes::builder::{editable, listed};
use crate::fixes::node::{node_version_edits, setup_node_edits, version_file_edits};
use crate::fixes::npm::install_npm_11;
use crate::fixes::permissions::{grant_edits, node_of};
use crate::fixes::repository::repository_edits_of;
use crate::fixes::token::all_token_edits;
use crate::model::repository::SlugComparison;
use crate::publish::{NodeOrigin, NpmOrigin};
use crate::text::FilePath;
use crate::text::{TextEdit, apply_edits};

/// What is said about a job that publishes with a token today.
pub(crate) fn migration_message(site: &Site<'_>) -> String {
    let command = &site.publisher.command;
    let mut steps: Vec<String> = Vec::new();
    if site.identity.id_token.grant == Grant::No {
        steps.push("grant `id-token: write`".to_owned());
    }
    match site.publisher.exchange {
        Exchange::Nobody => steps.push(tool_remedy(site)),
        Exchange::NpmOnPath if site.can_exchange() == Truth::No => {
            steps.push("use Node 24 for npm 11.5.1 or later".to_owned());
        }
        _ => {}
    }
    steps.push("set up the trusted publisher on npm".to_owned());
    let what = match (site.publisher.is_guess, site.outcome.prediction.outcome) {
        (true, _) => format!("if `{command}` publishes with npm, it does so with this token"),
        (false, Outcome::Token) => format!("`{command}` publishes with this token"),
        // Something else may keep it from publishing.
        (false, _) => format!("`{command}` is given this token"),
    };
    format!("{what}; trusted publishing needs no secret: {}", listed(&steps))
}

/// The edit that moves the job of a site to trusted publishing. It grants the permission, installs an npm that is new enough,
/// repairs `repository` and removes the tokens. None if an edit cannot do one of these, or if the job might not publish
/// afterwards.
pub(crate) fn migrate(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Fix> {
    if site.publisher.is_guess {
        return None;
    }
    match something_else_refuses(context, site) {
        Truth::Yes => return None,
        // Beside an ID token the token may be what publishes today.
        Truth::Maybe if site.intent() == Intent::Both => return None,
        _ => {}
    }
    let mut edits = MigrationEdits::default();
    match site.identity.id_token.grant {
        Grant::Yes => {}
        // The permission of a called workflow is its callers' too; that is more than one edit can promise.
        Grant::No if site.job.entry.callers.is_empty() => {
            let (workflow, job) = (site.job.workflow?, site.job.job?);
            let path = &site.job.path;
            edits.add(path, grant_edits(context, path, workflow, job)?);
        }
        Grant::No | Grant::Unknown => return None,
    }
    match site.can_exchange() {
        Truth::Yes => {}
        Truth::No if site.publisher.exchange == Exchange::Nobody => return None,
        Truth::No => {
            let (path, node_edits) = newer_npm(context, site)?;
            edits.add(&path, node_edits);
        }
        Truth::Maybe if site.intent() == Intent::Both => return None,
        Truth::Maybe => {}
    }
    let mismatched = mismatched_manifests(context, site);
    for path in mismatched.into_iter().filter(|_| site.target.repository_mismatch) {
        edits.add(path, repository_edits_of(context, path)?);
    }
    for (path, token_edits) in all_token_edits(context, site)? {
        edits.add(path, token_edits);
    }
    Some(Fix {
        title: "Move this job to trusted publishing".to_owned(),
        applicability: Applicability::Unsafe,
        kind: FixKind::Rewrite,
        edits: edits.finish(context)?,
    })
}

/// Whether the job of a site publishes without its tokens as well, as far as the files show.
pub(crate) fn can_do_without_tokens(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    site.identity.id_token.grant == Grant::Yes
        && site.can_exchange() == Truth::Yes
        && something_else_refuses(context, site) == Truth::No
        && !site.target.repository_mismatch
}

/// Whether npm would refuse the exchange for what is registered there, or not find its token, or the tool asks for a token
/// first.
fn something_else_refuses(context: &CheckContext<'_>, site: &Site<'_>) -> Truth {
    let registration = &site.identity.registration;
    let assumptions = context.sources.assumptions();
    let is_refused = registration.assumed(assumptions).publisher_matches == Some(false)
        || registration.action_is_refused();
    let reasons = [
        Truth::from(is_refused),
        !site.finds_exchanged_token(assumptions),
        site.publisher.asks_for_token,
    ];
    match reasons {
        reasons if reasons.contains(&Truth::Yes) => Truth::Yes,
        reasons if reasons.contains(&Truth::Maybe) => Truth::Maybe,
        _ => Truth::No,
    }
}

/// The manifests whose `repository` the registry would not accept with the provenance of trusted publishing.
pub(crate) fn mismatched_manifests<'c>(context: &CheckContext<'_>, site: &'c Site<'_>) -> Vec<&'c FilePath> {
    let mut found = Vec::new();
    for path in &site.packages.manifests {
        let Some(manifest) = context.sources.manifest(path) else {
            continue;
        };
        let own = context.sources.slug();
        let is_same = manifest
            .repository
            .slug()
            .is_some_and(|named| own.is_none_or(|own| named.compare(own) == SlugComparison::Same));
        if !is_same {
            found.push(path);
        }
    }
    found
}

fn newer_npm(context: &CheckContext<'_>, site: &Site<'_>) -> Option<(FilePath, Vec<TextEdit>)> {
    if matches!(
        site.node_and_npm.npm.origin,
        NpmOrigin::Installed | NpmOrigin::Command
    ) {
        let place = site.node_and_npm.npm.place.as_ref()?;
        let fix = install_npm_11(context, place)?;
        let file = fix.edits.into_iter().next()?;
        return Some((file.path, file.edits));
    }
    let place = site.node_and_npm.node.place.as_ref()?;
    let edits = match &site.node_and_npm.node.origin {
        NodeOrigin::SetupInput => {
            let file = editable(context, &place.path)?;
            let scalar = node_of(file, place)?;
            let is_written_out = scalar.as_str().is_some_and(|text| !text.contains("${{"));
            is_written_out
                .then(|| set_scalar(&file.text, scalar, "24", Quoting::Keep).ok())
                .flatten()?
        }
        NodeOrigin::VersionFile { named_at } => {
            let edits = version_file_edits(editable(context, &named_at.path)?, named_at)?;
            return Some((named_at.path.clone(), edits));
        }
        NodeOrigin::SetupWithoutVersion => node_version_edits(editable(context, &place.path)?, place)?,
        NodeOrigin::RunnerImage => {
            let path = &site.job.path;
            return Some((path.clone(), setup_node_edits(editable(context, path)?, site)?));
        }
        NodeOrigin::Container | NodeOrigin::Command | NodeOrigin::Unknown => return None,
    };
    Some((place.path.clone(), edits))
}

/// Edits of several files, each file once.
#[derive(Default)]
struct MigrationEdits(Vec<FileEdits>);

impl MigrationEdits {
    fn add(&mut self, path: &FilePath, edits: Vec<TextEdit>) {
        let known = self.0.iter_mut().find(|file| file.path == *path);
        match known {
            // Two tokens of one block may both ask for the removal of the block.
            Some(file) => file.edits.extend(edits),
            None => self.0.push(FileEdits {
                path: path.clone(),
                edits,
            }),
        }
        for file in &mut self.0 {
            file.edits.dedup();
        }
    }

    /// None where two of the edits touch, as two entries of one flow mapping do.
    fn finish(self, context: &CheckContext<'_>) -> Option<Vec<FileEdits>> {
        let can_be_applied = |file: &FileEdits| {
            let text = context.sources.file(&file.path).map(|known| &known.text);
            text.is_some_and(|text| apply_edits(text, &file.edits).is_ok())
        };
        self.0.iter().all(can_be_applied).then_some(self.0)
    }
}
