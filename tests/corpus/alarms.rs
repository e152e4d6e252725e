//! Do sound jobs stay free of errors and warnings?

use crate::folder::{Folder, is_alarm};
use crate::labels::{Labels, Verdict};
use crate::score::{Figure, Section};

/// Alarms that are right today, at jobs that were sound when they were labelled.
const OVERTAKEN: &str = include_str!("overtaken.tsv");

/// Why an alarm of a rule at a job is right, if time has overtaken the label.
fn overtaken(dir: &str, job: &str, rule: &str) -> Option<&'static str> {
    let rows = OVERTAKEN
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>());
    rows.into_iter().find_map(|row| match row.as_slice() {
        [own_dir, own_job, own_rule, why] if [*own_dir, *own_job, *own_rule] == [dir, job, rule] => {
            Some(*why)
        }
        _ => None,
    })
}

pub(crate) fn measure(labels: &Labels, folders: &[Folder]) -> Section {
    let (mut clean, mut with_alarm) = (0, 0);
    let mut alarms = Vec::new();
    let (mut elsewhere, mut right_today) = (Vec::new(), Vec::new());
    for folder in folders {
        let has_problem = labels.of(&folder.dir).any(|row| row.verdict == Verdict::Problem);
        for row in labels.of(&folder.dir).filter(|row| row.verdict == Verdict::Clean) {
            clean += 1;
            let own = folder.diagnostics_of(row);
            // Whose fault a shared file is cannot be told where another job has a problem.
            let shared = folder.shared_diagnostics().filter(|_| !has_problem);
            let alarms_of_row: Vec<_> = own
                .chain(shared)
                .filter(|diagnostic| is_alarm(diagnostic))
                .filter(|alarm| match overtaken(&folder.dir, &row.job, alarm.rule) {
                    Some(why) => {
                        right_today.push(format!("{}: {why}", folder.describe(alarm)));
                        false
                    }
                    None => true,
                })
                .collect();
            with_alarm += usize::from(!alarms_of_row.is_empty());
            let lines = alarms_of_row
                .into_iter()
                .map(|alarm| format!("{}: {}", row.job, folder.describe(alarm)));
            alarms.extend(lines);
        }
        let is_labelled = |diagnostic| {
            labels.of(&folder.dir).any(|row| {
                folder
                    .diagnostics_of(row)
                    .any(|own| std::ptr::eq(own, diagnostic))
            })
        };
        let others = folder
            .diagnostics
            .iter()
            .filter(|diagnostic| is_alarm(diagnostic) && !is_labelled(*diagnostic));
        elsewhere.extend(others.map(|diagnostic| folder.describe(diagnostic)));
    }
    Section {
        title: "Jobs labelled clean",
        figures: vec![Figure::new("clean-with-alarm", with_alarm, clean)],
        lists: vec![
            ("errors and warnings at clean jobs", alarms),
            ("errors and warnings that time has made right", right_today),
            ("errors and warnings that concern no labelled job", elsewhere),
        ],
    }
}
