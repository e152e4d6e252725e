//! Whether `trustpub explain` names the true cause of each saved log first.

use std::collections::BTreeMap;

use trustpub_analysis::explain::{Confidence, Origin, explain};

use crate::cell::Cell;
use crate::logs::{Log, read};
use crate::record;
use crate::repository::step_variables;
use crate::step::{Action, step};
use crate::truth::true_causes;

/// How many of a hundred logs of a job must have a true cause first.
const LEAST_OF_JOB: usize = 95;
/// How many must have it first, or ranked like the first, if only what the tool prints is there, without the permissions and
/// variables of the job.
const LEAST_OF_OUTPUT: usize = 90;

#[test]
fn the_true_cause_of_each_log_is_first() {
    let logs = read();
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for log in &logs {
        let whole = of_job(log);
        for (number, text) in [whole.as_str(), log.text.as_str()].into_iter().enumerate() {
            let ranked = Ranked::of(text);
            for name in [log.cell.tool.kind.name(), "~ all"] {
                let counts = counts.entry(name).or_default();
                counts[2 * number] += usize::from(ranked.is_first(&log.causes));
                counts[2 * number + 1] += usize::from(ranked.is_among_first(&log.causes));
            }
            if !ranked.is_among_first(&log.causes) {
                let form = ["job", "output"][number];
                wrong.push(format!(
                    "{}, {form}: true {:?}, named {ranked:?}",
                    log.cell, log.causes
                ));
            }
            assert!(
                ranked.confidence != Some(Confidence::Certain) || ranked.is_among_first(&log.causes),
                "{}: {ranked:?} is certain, and true is {:?}\n{text}",
                log.cell,
                log.causes
            );
        }
    }
    println!(
        "tool               logs  of the job: first, among the first  of the output: first, among the first"
    );
    for (name, counts) in &counts {
        let is_of_tool = |log: &&Log| *name == "~ all" || log.cell.tool.kind.name() == *name;
        let count = logs.iter().filter(is_of_tool).count();
        println!("{:18} {count:4}  {counts:?}", name.trim_start_matches("~ "));
    }
    println!("{}", wrong.join("\n"));
    let [of_job, _, _, of_output] = counts["~ all"];
    assert!(
        of_job * 100 >= LEAST_OF_JOB * logs.len(),
        "{of_job} of {}",
        logs.len()
    );
    assert!(
        of_output * 100 >= LEAST_OF_OUTPUT * logs.len(),
        "{of_output} of {}",
        logs.len()
    );
}

#[test]
fn the_table_of_causes_is_that_of_the_record() {
    let record = record::read();
    for Log { cell, causes, text } in read() {
        let recorded = &record[&cell.to_string()];
        assert_eq!(causes, true_causes(&cell, recorded), "{cell}");
        assert!(text.len() <= 3_000, "{cell}: {} bytes", text.len());
    }
}

/// The causes that are named.
#[derive(Debug)]
struct Ranked {
    confidence: Option<Confidence>,
    /// Those of the highest confidence.
    first: Vec<&'static str>,
}

impl Ranked {
    fn of(log: &str) -> Self {
        let causes = explain(log, &Origin::default()).causes;
        let confidence = causes.first().map(|cause| cause.confidence);
        let first = causes
            .iter()
            .take_while(|cause| Some(cause.confidence) == confidence);
        Self {
            confidence,
            first: first.map(|cause| cause.id.name()).collect(),
        }
    }

    fn is_first(&self, causes: &[String]) -> bool {
        self.first
            .first()
            .is_some_and(|first| causes.iter().any(|cause| cause == first))
    }

    fn is_among_first(&self, causes: &[String]) -> bool {
        causes.iter().any(|cause| self.first.contains(&cause.as_str()))
    }
}

/// The log as the page of the job has it: with the permissions, the command and the variables.
fn of_job(log: &Log) -> String {
    let cell = &log.cell;
    let mut lines = vec![
        "##[group]GITHUB_TOKEN Permissions".to_owned(),
        "Contents: write".to_owned(),
    ];
    if cell.has_id_token() {
        lines.push("Id-token: write".to_owned());
    }
    for line in [
        "##[endgroup]",
        "##[group]Environment details",
        "node: v24.11.1",
        "##[endgroup]",
    ] {
        lines.push(line.to_owned());
    }
    lines.push(format!("##[group]Run npm install -g npm@{}", cell.tool.npm()));
    lines.push("##[endgroup]".to_owned());
    let step = step(cell);
    lines.push(match &step.action {
        Action::Run(command) => format!("##[group]Run {command}"),
        Action::Uses { name, .. } => format!("##[group]Run {name}"),
    });
    if let Action::Uses { inputs, .. } = &step.action {
        lines.push("with:".to_owned());
        lines.extend(
            inputs
                .iter()
                .map(|(name, _)| format!("  {name}: {}", secret(cell))),
        );
    }
    lines.push("env:".to_owned());
    for (name, value) in step_variables(cell) {
        let is_input = name.starts_with("INPUT_");
        let is_secret = name.contains("TOKEN") && !value.starts_with("XXXXX");
        let shown = if is_secret { secret(cell) } else { &value };
        if !is_input {
            lines.push(format!("  {name}: {shown}"));
        }
    }
    lines.push("##[endgroup]".to_owned());
    lines.extend(log.text.lines().map(str::to_owned));
    lines.push("##[error]Process completed with exit code 1.".to_owned());
    let time = "publish\tPublish\t2026-11-01T10:00:00.0000000Z";
    lines.iter().map(|line| format!("{time} {line}\n")).collect()
}

/// What GitHub shows of a secret.
fn secret(cell: &Cell) -> &'static str {
    match cell.token.is_empty_secret() {
        true => "",
        false => "***",
    }
}
