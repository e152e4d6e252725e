//! The check of one file: the walk through its jobs, every rule, and what is left when ignores and severities have been applied.

use std::collections::BTreeSet;

use super::packages::count_packages;
use super::suppression::Suppression;
use crate::checker::context::CheckContext;
use crate::checker::rule::Findings;
use crate::config::{EffectiveConfig, UsedIgnore};
use crate::diagnostic::{Advice, Diagnostic, Fix, GROUP_RULE};
use crate::publish::{
    InlayHint, SiteReport, Walked, node_hints, plain_text_may_publish, walk_action, walk_workflow,
};
use crate::rules::rules;
use crate::sources::{Content, File, Sources};
use crate::text::{FilePath, Grouped, Place, TextEdit};

/// What the analysis of one file found, there and in the files that it leads to.
#[derive(Debug, Default)]
pub(crate) struct FileFindings {
    /// What the rules report.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The ignores that have hidden a finding.
    pub(crate) used_ignores: BTreeSet<UsedIgnore>,
    /// The publish sites.
    pub(crate) sites: Vec<SiteReport>,
    /// The hints after the Nodes that ship a site's npm.
    pub(crate) node_hints: Vec<InlayHint>,
}

impl FileFindings {
    /// The files in which it reports something or would, were it not ignored.
    pub(crate) fn places(&self) -> impl Iterator<Item = &FilePath> {
        let ignored = self.used_ignores.iter().filter_map(|used| match used {
            UsedIgnore::Comment { path, .. } => Some(path),
            UsedIgnore::Entry(..) => None,
        });
        let reported = self.diagnostics.iter().map(|diagnostic| &diagnostic.path);
        reported.chain(ignored)
    }
}

/// What rules see of a file, for a question that no rule asks. None if there is no such file.
pub(crate) fn in_context<T>(
    sources: &Sources<'_>,
    path: &FilePath,
    ask: impl FnOnce(&CheckContext<'_>) -> T,
) -> Option<T> {
    let file = sources.file(path)?;
    let Walked {
        sites,
        dry_runs,
        registry_commands,
        cut_steps,
        jobs,
    } = walk(sources, path, file);
    Some(ask(&CheckContext {
        sources,
        path,
        file,
        sites: &sites,
        dry_runs: &dry_runs,
        registry_commands: &registry_commands,
        cut_steps: &cut_steps,
        jobs: &jobs,
    }))
}

/// Runs every rule on one file.
pub(crate) fn check_file(sources: &Sources<'_>, path: &FilePath) -> FileFindings {
    in_context(sources, path, findings_in).unwrap_or_default()
}

fn findings_in(context: &CheckContext<'_>) -> FileFindings {
    let sources = context.sources;
    let mut findings = Findings::default();
    let settings = sources.settings();
    for rule in rules().iter().filter(|rule| !settings.is_off(rule.id)) {
        (rule.check)(context, &mut findings);
    }
    let mut suppression = Suppression::new(sources);
    let mut diagnostics = findings.diagnostics;
    diagnostics.retain(|found| !is_hidden(found, settings, &mut suppression));
    for diagnostic in &mut diagnostics {
        let of_all_advice = || settings.severity(diagnostic.advice.as_ref().map(|_| GROUP_RULE)?);
        let configured = settings.severity(diagnostic.rule).or_else(of_all_advice);
        diagnostic.severity = configured.unwrap_or(diagnostic.severity);
        diagnostic.fixes.retain(|fix| changes_something(sources, fix));
    }
    let diagnostics = count_packages(diagnostics, |counted| {
        is_hidden(counted, settings, &mut suppression)
    });
    let mut views: Grouped<Place, SiteReport> = Grouped::default();
    for view in context.sites.iter().map(|site| site.view(sources)) {
        SiteReport::add_to(&mut views, view);
    }
    FileFindings {
        node_hints: node_hints(context.sites),
        diagnostics,
        used_ignores: suppression.into_used(),
        sites: views.into_values(),
    }
}

/// Walks through a file that can start a publish step.
fn walk<'a>(sources: &Sources<'a>, path: &FilePath, file: &'a File) -> Walked<'a> {
    if file.is_plain && !plain_text_may_publish(sources, path, &file.text) {
        return Walked::default();
    }
    match file.content() {
        Content::Workflow { model, .. } => walk_workflow(sources, path, model),
        Content::Action { model, .. } if model.is_composite && !sources.action_is_used(path) => {
            walk_action(sources, path, model)
        }
        _ => Walked::default(),
    }
}

/// Whether a fix leaves another text than there is.
fn changes_something(sources: &Sources<'_>, fix: &Fix) -> bool {
    fix.edits.iter().any(|file| {
        let text = sources.file(&file.path).map_or("", |file| &file.text);
        let is_change =
            |edit: &TextEdit| text.get(edit.range.start()..edit.range.end()) != Some(&*edit.new_text);
        file.edits.iter().any(is_change)
    })
}

/// Whether the configuration or a comment wants nothing to be said. Of advice, the rule under which several pieces are
/// shown decides too: at the job's id, where it would be shown.
fn is_hidden(found: &Diagnostic, settings: &EffectiveConfig, suppression: &mut Suppression<'_, '_>) -> bool {
    let is_hidden = suppression.hides(found.rule, &found.path, found.range);
    let Some(Advice { job, .. }) = &found.advice else {
        return is_hidden;
    };
    let hides_all = suppression.hides(GROUP_RULE, &job.path, job.range) || settings.is_off(GROUP_RULE);
    is_hidden || hides_all
}
