//! Applying fixes until none is left.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{Applicability, Diagnostic, FileEdits, Fix};
use crate::sources::File;
use crate::syntax::json::parse_json;
use crate::syntax::yaml::parse_yaml;
use crate::text::{FileKind, FilePath};
use crate::text::{TextEdit, apply_edits};
use crate::workspace::Workspace;

/// Which fixes are wanted.
#[derive(Clone, Copy, Debug)]
pub struct FixChoice<'c> {
    /// Whether fixes that involve a choice are.
    pub allow_unsafe: bool,
    /// Only those of these rules, unless there are none.
    pub rules: &'c [String],
    /// Only those of findings in these files and folders, unless there are none.
    pub only: &'c [FilePath],
}

/// What became of a workspace.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The fixes, in the order in which they were applied.
    pub applied: Vec<AppliedFix>,
    /// The changed files, with the text that they had before.
    pub originals: BTreeMap<FilePath, Arc<str>>,
    /// The files that were left alone although there was a fix for them, and why.
    pub refused: BTreeMap<FilePath, String>,
    /// The files that were left alone because their fixes undo each other: there is an error in a rule.
    pub unsettled: BTreeSet<FilePath>,
}

/// A fix that was applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppliedFix {
    /// The rule whose diagnostic it repairs.
    pub rule: &'static str,
    /// What it does.
    pub title: String,
    /// The files that it changed.
    pub paths: Vec<FilePath>,
}

/// A fix can make another one possible, but real repositories are done after two or three rounds.
const MOST_ROUNDS: usize = 10;

/// Applies fixes until none is left. In a round all fixes refer to the same texts, so those that overlap wait for the
/// next round, which `analyse` begins. A file whose fixes come to no end is left alone; those of others are applied.
pub fn apply_fixes(
    workspace: &mut Workspace,
    choice: FixChoice<'_>,
    mut analyse: impl FnMut(&mut Workspace) -> Vec<Diagnostic>,
) -> Fixed {
    let mut unsettled = BTreeSet::new();
    loop {
        match apply_rounds(workspace, choice, &unsettled, &mut analyse) {
            Ok(fixed) => return Fixed { unsettled, ..fixed },
            // They are left out of the next attempt, so that there is an end.
            Err(paths) => unsettled.extend(paths),
        }
    }
}

/// As [`apply_fixes`], without the files in `left_out`. If no end is reached, everything is put back, and the files are
/// returned that still changed.
fn apply_rounds(
    workspace: &mut Workspace,
    choice: FixChoice<'_>,
    left_out: &BTreeSet<FilePath>,
    analyse: &mut impl FnMut(&mut Workspace) -> Vec<Diagnostic>,
) -> Result<Fixed, Vec<FilePath>> {
    let mut fixed = Fixed::default();
    let mut last = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let diagnostics = analyse(workspace);
        let diagnostics = diagnostics.iter().flat_map(Diagnostic::pieces);
        let wanted = diagnostics.filter(|diagnostic| choice.includes(diagnostic));
        let is_left_out = |file: &FileEdits| left_out.contains(&file.path);
        let wanted: Vec<(&Diagnostic, &Fix)> = wanted
            .filter_map(|diagnostic| Some((diagnostic, choice.fix(diagnostic)?)))
            .filter(|(_, fix)| !fix.edits.iter().any(is_left_out))
            .collect();
        let round = Round::together(workspace, &wanted)
            .unwrap_or_else(|| Round::one_by_one(workspace, &wanted, &mut fixed.refused));
        if round.applied.is_empty() {
            if keep_ends(workspace, &fixed) {
                analyse(workspace);
            }
            return Ok(fixed);
        }
        last = round.edits.keys().cloned().collect();
        round.apply(workspace, &mut fixed);
    }
    for (path, original) in fixed.originals {
        workspace.set_file(path, original);
    }
    Err(last)
}

/// Takes off the line break at the end of files that had none: removing their last line left that of the line above. Returns
/// whether there are such files.
fn keep_ends(workspace: &mut Workspace, fixed: &Fixed) -> bool {
    let mut is_changed = false;
    for (path, original) in &fixed.originals {
        let Some(file) = workspace.file(path) else {
            continue;
        };
        let ends = ["\r\n", "\n", "\r"];
        let without_break = ends.iter().find_map(|end| file.text.strip_suffix(end));
        let had_none = !original.is_empty() && !original.ends_with(['\n', '\r']);
        if let Some(text) = without_break.filter(|_| had_none) {
            let text = Arc::from(text);
            workspace.set_file(path.clone(), text);
            is_changed = true;
        }
    }
    is_changed
}

impl FixChoice<'_> {
    fn includes(&self, diagnostic: &Diagnostic) -> bool {
        let is_rule = self.rules.is_empty() || self.rules.iter().any(|rule| diagnostic.is_of(rule));
        let is_place = self.only.is_empty() || self.only.iter().any(|only| diagnostic.path.is_in(only));
        is_rule && is_place
    }

    /// The preferred one of the fixes that may be applied. A run that fixes all that is wrong does not ask for advice to be
    /// followed that may break a build; who names the rule does.
    fn fix<'d>(&self, diagnostic: &'d Diagnostic) -> Option<&'d Fix> {
        let is_asked_for = diagnostic.advice.is_none() || !self.rules.is_empty();
        let allow_unsafe = self.allow_unsafe && is_asked_for;
        let mut fixes = diagnostic.fixes.iter();
        fixes.find(|fix| allow_unsafe || fix.applicability == Applicability::Safe)
    }
}

/// The fixes of a round.
#[derive(Default)]
struct Round {
    applied: Vec<AppliedFix>,
    edits: BTreeMap<FilePath, Vec<TextEdit>>,
}

impl Round {
    /// All fixes that do not overlap, where each file is sound with all of them. Tried one by one, each would have the whole file
    /// read. None if one of them has to be tried.
    fn together(workspace: &Workspace, wanted: &[(&Diagnostic, &Fix)]) -> Option<Self> {
        let mut round = Self::default();
        for (diagnostic, fix) in wanted {
            if !fix.edits.is_empty() && !fix.edits.iter().any(|file| round.overlaps(file)) {
                round.push(diagnostic, fix);
            }
        }
        let is_sound = |(path, edits): (&FilePath, &Vec<TextEdit>)| {
            let Some(file) = workspace.file(path) else {
                return false;
            };
            let leaves_all = |new: &str| {
                let missing = |text: &str| parse_yaml(text).tree.count_missing();
                !is_workflow_or_action(file.kind) || missing(new) <= missing(&file.text)
            };
            first_unread(file.kind, &file.text).is_none()
                && apply_edits(&file.text, edits)
                    .is_ok_and(|new| first_unread(file.kind, &new).is_none() && leaves_all(&new))
        };
        round.edits.iter().all(is_sound).then_some(round)
    }

    fn one_by_one(
        workspace: &Workspace,
        wanted: &[(&Diagnostic, &Fix)],
        refused: &mut BTreeMap<FilePath, String>,
    ) -> Self {
        let mut round = Self::default();
        for (diagnostic, fix) in wanted {
            round.add(workspace, diagnostic, fix, refused);
        }
        round
    }

    /// Adds a fix, if it can be applied beside those that were added before.
    fn add(
        &mut self,
        workspace: &Workspace,
        diagnostic: &Diagnostic,
        fix: &Fix,
        refused: &mut BTreeMap<FilePath, String>,
    ) {
        if fix.edits.is_empty() || fix.edits.iter().any(|file| self.overlaps(file)) {
            return;
        }
        for file in &fix.edits {
            if let Err(why) = check_edits(workspace, file) {
                refused.insert(file.path.clone(), why);
                return;
            }
            if self.leaves_nothing_together(workspace, file) {
                return;
            }
        }
        self.push(diagnostic, fix);
    }

    fn push(&mut self, diagnostic: &Diagnostic, fix: &Fix) {
        for file in &fix.edits {
            self.edits
                .entry(file.path.clone())
                .or_default()
                .extend(file.edits.iter().cloned());
        }
        self.applied.push(AppliedFix {
            rule: diagnostic.rule,
            title: fix.title.clone(),
            paths: fix.edits.iter().map(|file| file.path.clone()).collect(),
        });
    }

    fn overlaps(&self, file: &FileEdits) -> bool {
        let earlier = self.edits.get(&file.path).map_or(&[][..], Vec::as_slice);
        file.edits
            .iter()
            .any(|edit| earlier.iter().any(|earlier| earlier.range.intersects(edit.range)))
    }

    /// Whether the fix and an earlier one each leave something of a mapping, and together nothing: then the key would be left
    /// alone. In the next round the rest is removed with the key.
    fn leaves_nothing_together(&self, workspace: &Workspace, file: &FileEdits) -> bool {
        let Some(earlier) = self.edits.get(&file.path) else {
            return false;
        };
        let Some(known) = workspace
            .file(&file.path)
            .filter(|known| is_workflow_or_action(known.kind))
        else {
            return false;
        };
        let missing = |edits: &[TextEdit]| {
            let text = apply_edits(&known.text, edits).unwrap_or_default();
            parse_yaml(&text).tree.count_missing()
        };
        let both: Vec<TextEdit> = earlier.iter().chain(&file.edits).cloned().collect();
        missing(&both) > missing(earlier).max(missing(&file.edits))
    }

    fn apply(self, workspace: &mut Workspace, fixed: &mut Fixed) {
        for (path, edits) in self.edits {
            let Some(old) = workspace.file(&path).map(|file| Arc::clone(&file.text)) else {
                continue;
            };
            // Each fix was tried before, and what does not overlap can be applied together.
            let Ok(new) = apply_edits(&old, &edits) else {
                continue;
            };
            fixed.originals.entry(path.clone()).or_insert(old);
            workspace.set_file(path, new.into());
        }
        fixed.applied.extend(self.applied);
    }
}

/// Whether a file can be edited so. All of the file must have been read, because the rest of it is unknown, and it
/// must be readable afterwards.
fn check_edits(workspace: &Workspace, edits: &FileEdits) -> Result<(), String> {
    let Some(file) = workspace.file(&edits.path) else {
        return Err("it could not be read.".to_owned());
    };
    if let Some(line) = unread_from_line(file.kind, &file.text, file) {
        return Err(format!(
            "it cannot be read in full, because of an error in its syntax in line {line}. Repair that and run again."
        ));
    }
    let is_sound =
        apply_edits(&file.text, &edits.edits).is_ok_and(|new| first_unread(file.kind, &new).is_none());
    if is_sound {
        Ok(())
    } else {
        Err("the fix would break it. This is an error in trustpub; please report it.".to_owned())
    }
}

fn is_workflow_or_action(kind: FileKind) -> bool {
    matches!(kind, FileKind::Workflow | FileKind::Action)
}

/// The number of the first line that could not be read.
fn unread_from_line(kind: FileKind, text: &str, file: &File) -> Option<usize> {
    first_unread(kind, text).map(|offset| file.line_index.line_of(offset) + 1)
}

/// Where the first part is that could not be read.
fn first_unread(kind: FileKind, text: &str) -> Option<usize> {
    let error = match kind {
        // What is wrong in YAML is left out, even where the rest can be read.
        FileKind::Workflow | FileKind::Action | FileKind::PnpmWorkspace | FileKind::YarnConfig => {
            parse_yaml(text).errors.into_iter().next()
        }
        FileKind::Manifest | FileKind::LernaJson | FileKind::ToolConfig => {
            parse_json(text).errors.into_iter().find(|error| error.is_fatal)
        }
        FileKind::Npmrc
        | FileKind::NodeVersion
        | FileKind::ToolVersions
        | FileKind::Mise
        | FileKind::Config
        | FileKind::Script
        | FileKind::Makefile
        | FileKind::LockFile => None,
    };
    error.map(|error| error.range.start())
}

#[cfg(test)]
mod tests;
