//! Counting: packages of one publish step that have the same trouble are counted in one finding at the step. Their own findings
//! stay in the editor, each at its place, and [`PackageFinding`] marks them as counted.

use std::collections::HashSet;

use crate::checker::published_packages::list_of;
use crate::diagnostic::{
    Applicability, Diagnostic, FileEdits, Fix, FixKind, PackageFinding, Related, Severity,
};
use crate::text::{FilePath, Grouped, Place};

/// How many packages a count points to.
const MOST_RELATED: usize = 5;

/// Adds a finding for each publish step of which several packages have the same trouble. If it is hidden at the step, the findings
/// of all packages are hidden.
pub(super) fn count_packages(
    found: Vec<Diagnostic>,
    mut is_hidden: impl FnMut(&Diagnostic) -> bool,
) -> Vec<Diagnostic> {
    let mut result = Vec::with_capacity(found.len());
    let mut steps: Grouped<(&'static str, Place), Vec<Diagnostic>> = Grouped::default();
    for diagnostic in found {
        let Some(package) = &diagnostic.package else {
            result.push(diagnostic);
            continue;
        };
        let step = (diagnostic.rule, package.step.clone());
        match steps.get_mut(&step) {
            Some(of_step) => of_step.push(diagnostic),
            None => steps.push(step, vec![diagnostic]),
        }
    }
    for mut of_step in steps.into_values() {
        match count(&of_step) {
            Some(counted) if is_hidden(&counted) => {}
            Some(counted) => {
                result.extend(of_step);
                result.push(counted);
            }
            None => {
                of_step.iter_mut().for_each(|only| only.package = None);
                result.extend(of_step);
            }
        }
    }
    result
}

/// The finding that counts several.
fn count(of_step: &[Diagnostic]) -> Option<Diagnostic> {
    let [first, _, ..] = of_step else {
        return None;
    };
    let PackageFinding {
        step,
        command,
        trouble,
        ..
    } = first.package.as_ref()?;
    let packages = of_step
        .iter()
        .filter_map(|diagnostic| diagnostic.package.as_ref());
    // A step that runs twice, in a matrix for example, may count only its own packages each time.
    let total = packages
        .clone()
        .map(|package| package.total)
        .max()?
        .max(of_step.len());
    let names: Vec<String> = packages.map(|package| package.name.clone()).collect();
    let severity = of_step.iter().map(|diagnostic| diagnostic.severity).max()?;
    let what = match severity {
        Severity::Error => trouble.as_error,
        _ => trouble.otherwise,
    };
    let related = of_step.iter().take(MOST_RELATED).map(|diagnostic| Related {
        path: diagnostic.path.clone(),
        range: diagnostic.range,
        message: "its `repository`".to_owned(),
    });
    Some(Diagnostic {
        rule: first.rule,
        severity,
        path: step.path.clone(),
        range: step.range,
        message: format!("{} packages of `{command}` {what}", share(names.len(), total)),
        help: Some(format!("These packages: {}.", list_of(&names))),
        related: related.collect(),
        fixes: fix_of_all(of_step, trouble.fix).into_iter().collect(),
        advice: None,
        package: None,
    })
}

/// `Both`, `All 3`, `2 of 3`
fn share(number: usize, total: usize) -> String {
    match total {
        2 if number == total => "Both".to_owned(),
        _ if number == total => format!("All {total}"),
        _ => format!("{number} of {total}"),
    }
}

/// The first fixes of all, as one. None if one of them has none.
fn fix_of_all(of_step: &[Diagnostic], what: &str) -> Option<Fix> {
    let fixes: Option<Vec<&Fix>> = of_step.iter().map(|found| found.fixes.first()).collect();
    let fixes = fixes?;
    let mut edits: Vec<FileEdits> = Vec::new();
    let mut edited: HashSet<&FilePath> = HashSet::new();
    for of_file in fixes.iter().flat_map(|fix| &fix.edits) {
        // Two findings in one manifest have two edits; one fix would have to know whether they touch.
        if !edited.insert(&of_file.path) {
            return None;
        }
        edits.push(of_file.clone());
    }
    Some(Fix {
        title: format!("{what} of all {} packages", fixes.len()),
        applicability: fixes
            .iter()
            .map(|fix| fix.applicability)
            .max()
            .unwrap_or(Applicability::Unsafe),
        kind: FixKind::QuickFix,
        edits,
    })
}
