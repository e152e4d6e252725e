use crate::diagnostic::{Applicability, Diagnostic, FileEdits, Fix};
use crate::text::TextEdit;

/// The edits of all safe fixes together, and the diagnostics that they repair.
///
/// Each diagnostic gives its first safe fix. One that overlaps with an earlier fix is left for the next time; one whose
/// edits are there already is repaired by them.
pub fn all_safe_fixes(diagnostics: &[Diagnostic]) -> (Vec<FileEdits>, Vec<&Diagnostic>) {
    let mut all = Vec::new();
    let mut repaired = Vec::new();
    for diagnostic in diagnostics {
        let is_safe = |fix: &&Fix| fix.applicability == Applicability::Safe;
        let Some(fix) = diagnostic.fixes.iter().find(is_safe) else {
            continue;
        };
        if is_included(&all, fix) {
            repaired.push(diagnostic);
        } else if !overlaps(&all, fix) {
            add(&mut all, fix);
            repaired.push(diagnostic);
        }
    }
    (all, repaired)
}

fn edits_of<'a>(all: &'a [FileEdits], file: &FileEdits) -> &'a [TextEdit] {
    let same_file = all.iter().find(|other| other.path == file.path);
    same_file.map_or(&[], |other| &other.edits)
}

fn is_included(all: &[FileEdits], fix: &Fix) -> bool {
    fix.edits.iter().all(|file| {
        let there = edits_of(all, file);
        file.edits.iter().all(|edit| there.contains(edit))
    })
}

fn overlaps(all: &[FileEdits], fix: &Fix) -> bool {
    fix.edits.iter().any(|file| {
        let there = edits_of(all, file);
        // Edits that only touch count too: the order of two insertions at one place is anyone's guess.
        file.edits
            .iter()
            .any(|edit| there.iter().any(|other| other.range.intersects(edit.range)))
    })
}

fn add(all: &mut Vec<FileEdits>, fix: &Fix) {
    for file in &fix.edits {
        match all.iter_mut().find(|other| other.path == file.path) {
            Some(other) => other.edits.extend(file.edits.iter().cloned()),
            None => all.push(file.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{FixKind, Severity};
    use crate::text::{FilePath, TextRange};

    use super::*;

    /// A diagnostic with one fix, given as `(applicability, [(file, start, end, new text)])`.
    fn diagnostic(applicability: Applicability, edits: &[(&str, usize, usize, &str)]) -> Diagnostic {
        let path = FilePath::new("a.yml").unwrap();
        let edits = edits.iter().map(|&(path, start, end, new_text)| FileEdits {
            path: FilePath::new(path).unwrap(),
            edits: vec![TextEdit::replace(TextRange::new(start, end), new_text)],
        });
        Diagnostic {
            rule: "a-rule",
            severity: Severity::Error,
            path,
            range: TextRange::default(),
            message: String::new(),
            help: None,
            related: Vec::new(),
            advice: None,
            package: None,
            fixes: vec![Fix {
                title: String::new(),
                applicability,
                kind: FixKind::QuickFix,
                edits: edits.collect(),
            }],
        }
    }

    /// The edits as `file start..end=text`, and how many diagnostics they repair.
    fn fix_all(diagnostics: &[Diagnostic]) -> (Vec<String>, usize) {
        let (edits, repaired) = all_safe_fixes(diagnostics);
        let show = |file: &FileEdits| -> Vec<String> {
            let edits = file.edits.iter();
            edits
                .map(|edit| format!("{} {:?}={}", file.path, edit.range, edit.new_text))
                .collect()
        };
        (edits.iter().flat_map(show).collect(), repaired.len())
    }

    #[test]
    fn takes_safe_fixes_only() {
        let found = [
            diagnostic(Applicability::Unsafe, &[("a.yml", 0, 1, "x")]),
            diagnostic(
                Applicability::Safe,
                &[("a.yml", 4, 5, "y"), ("b.json", 0, 0, "z")],
            ),
        ];
        assert_eq!(
            fix_all(&found),
            (vec!["a.yml 4..5=y".into(), "b.json 0..0=z".into()], 1)
        );
    }

    #[test]
    fn leaves_what_overlaps_for_the_next_time() {
        let found = [
            diagnostic(Applicability::Safe, &[("a.yml", 0, 4, "x")]),
            diagnostic(Applicability::Safe, &[("a.yml", 9, 9, "p"), ("a.yml", 3, 5, "y")]),
            diagnostic(Applicability::Safe, &[("b.yml", 3, 5, "z")]),
        ];
        assert_eq!(
            fix_all(&found),
            (vec!["a.yml 0..4=x".into(), "b.yml 3..5=z".into()], 2)
        );
    }

    #[test]
    fn the_same_fix_is_applied_once_and_repairs_both() {
        let found = [
            diagnostic(Applicability::Safe, &[("a.yml", 7, 7, "id-token: write")]),
            diagnostic(Applicability::Safe, &[("a.yml", 7, 7, "id-token: write")]),
            diagnostic(Applicability::Safe, &[("a.yml", 7, 7, "contents: read")]),
        ];
        assert_eq!(fix_all(&found), (vec!["a.yml 7..7=id-token: write".into()], 2));
    }
}
