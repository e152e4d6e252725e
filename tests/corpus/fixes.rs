//! Every fix in a real repository, alone and together with the others.

use std::sync::Arc;

use trustpub_analysis::test_support::{MOST_ROUNDS, TestRepository, broken_promises, run_of_fix, verify_fix};
use trustpub_analysis::{Applicability, Diagnostic, FileEdits, Fix, FixKind, Workspace};

use crate::folder::Folder;

/// The number of fixes that were tried, and what is wrong with them.
pub(crate) fn check(folder: &Folder) -> (usize, Vec<String>) {
    // This verifies each fix on its own: applicable, no new syntax error, comments and other values still there.
    let mut problems = broken_promises(&folder.repository, &folder.diagnostics);
    let mut count = 0;
    let mut workspace = folder.repository.workspace();
    for diagnostic in &folder.diagnostics {
        for fix in &diagnostic.fixes {
            count += 1;
            problems.extend(check_effect(folder, &mut workspace, diagnostic, fix).err());
        }
    }
    for most in [Applicability::Safe, Applicability::Unsafe] {
        problems.extend(check_all_together(&folder.repository, most).err());
        problems.extend(run_of_fix(&folder.repository, most == Applicability::Unsafe));
    }
    (count, problems)
}

/// Applies one fix, looks whether its diagnostic is gone, and takes the fix back.
fn check_effect(
    folder: &Folder,
    workspace: &mut Workspace,
    diagnostic: &Diagnostic,
    fix: &Fix,
) -> Result<(), String> {
    let Ok(fixed) = folder.repository.with_fix(fix) else {
        return Ok(()); // That is reported as a broken promise.
    };
    put(workspace, &fixed, fix);
    let left = count_same(workspace.all_diagnostics(), diagnostic);
    put(workspace, &folder.repository, fix);
    if left < count_same(folder.diagnostics.iter(), diagnostic) {
        return Ok(());
    }
    Err(format!(
        "{:?} leaves its diagnostic: {}",
        fix.title,
        folder.describe(diagnostic)
    ))
}

/// Puts the files that a fix edits into the workspace, as they are in `repository`.
fn put(workspace: &mut Workspace, repository: &TestRepository, fix: &Fix) {
    for FileEdits { path, .. } in &fix.edits {
        if let Some(text) = repository.text(path) {
            workspace.set_file(path.clone(), Arc::from(text));
        }
    }
    workspace.check();
}

fn count_same<'d>(diagnostics: impl Iterator<Item = &'d Diagnostic>, wanted: &Diagnostic) -> usize {
    let is_same = |diagnostic: &&Diagnostic| {
        diagnostic.rule == wanted.rule
            && diagnostic.path == wanted.path
            && diagnostic.message == wanted.message
    };
    diagnostics.filter(is_same).count()
}

/// Applies all fixes round by round until none is left: a run of `trustpub fix` after which another changes
/// nothing.
fn check_all_together(repository: &TestRepository, most: Applicability) -> Result<(), String> {
    let mut repository = repository.clone();
    let mut last_titles = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let workspace = repository.workspace();
        let offered = workspace
            .all_diagnostics()
            .filter_map(|diagnostic| diagnostic.fixes.iter().find(|fix| fix.applicability <= most));
        let round = together(offered);
        if round.edits.is_empty() {
            return Ok(());
        }
        repository = verify_fix(&repository, &round)
            .map_err(|error| format!("all {most:?} fixes together: {error}"))?;
        last_titles.push(round.title);
    }
    Err(format!(
        "after {MOST_ROUNDS} rounds there is still a fix; the last round: {:?}",
        last_titles.last()
    ))
}

/// As many of the fixes as do not touch each other, as one.
fn together<'f>(fixes: impl Iterator<Item = &'f Fix>) -> Fix {
    let mut all = Fix {
        title: String::new(),
        applicability: Applicability::Unsafe,
        kind: FixKind::QuickFix,
        edits: Vec::new(),
    };
    for fix in fixes {
        if fix.edits.iter().any(|edits| touches(&all, edits)) {
            continue;
        }
        all.title = format!("{}; {}", all.title, fix.title);
        for edits in &fix.edits {
            match all.edits.iter_mut().find(|other| other.path == edits.path) {
                Some(other) => other.edits.extend(edits.edits.iter().cloned()),
                None => all.edits.push(edits.clone()),
            }
        }
    }
    all
}

fn touches(fix: &Fix, edits: &FileEdits) -> bool {
    let others = fix
        .edits
        .iter()
        .filter(|other| other.path == edits.path)
        .flat_map(|other| &other.edits);
    let mut others = others.map(|edit| edit.range);
    others.any(|range| edits.edits.iter().any(|edit| edit.range.intersects(range)))
}

#[cfg(test)]
mod tests {
    use trustpub_analysis::{FilePath, TextEdit, TextRange};

    use super::*;

    #[test]
    fn fixes_that_touch_each_other_wait_for_the_next_round() {
        let fix = |title: &str, start, end| Fix {
            title: title.to_owned(),
            applicability: Applicability::Safe,
            kind: FixKind::QuickFix,
            edits: vec![FileEdits {
                path: FilePath::new(".npmrc").unwrap(),
                edits: vec![TextEdit::replace(TextRange::new(start, end), "x")],
            }],
        };
        let fixes = [fix("a", 0, 2), fix("b", 2, 3), fix("c", 4, 5), fix("d", 4, 5)];
        let all = together(fixes.iter());
        assert_eq!(all.title, "; a; c");
        let ranges: Vec<_> = all
            .edits
            .iter()
            .flat_map(|file| &file.edits)
            .map(|edit| edit.range)
            .collect();
        assert_eq!(ranges, [TextRange::new(0, 2), TextRange::new(4, 5)]);
    }
}
