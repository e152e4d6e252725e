//! What a script printed: its errors are its own, and no publish that failed.

use super::causes::CauseId;
use super::scan::Hit;
use super::signals::{Signal, script_name};
use crate::publish::{Meaning, meaning};
use crate::syntax::shell::split_script;

/// The lines without the errors that a script printed before it failed, or a test.
pub(crate) fn without_output_of_scripts(hits: Vec<Hit>) -> Vec<Hit> {
    let mut is_output = vec![false; hits.len()];
    for (at, hit) in hits.iter().enumerate() {
        let start = match ends_script(&hits, at) {
            true => start_of_script(&hits, at),
            false => None,
        };
        for inner in start.unwrap_or(at)..at {
            mark(&hits, inner, &mut is_output);
        }
        if start.is_some() {
            for inner in printed_after(&hits, at) {
                mark(&hits, inner, &mut is_output);
            }
        }
        if hit.is_of_test {
            mark(&hits, at, &mut is_output);
        }
        if let Some(end) = end_of_tests(&hits, at) {
            for inner in at..end {
                mark(&hits, inner, &mut is_output);
            }
        }
    }
    let is_failed_test = |at: usize, hit: &Hit| {
        let mut others = hits.iter().zip(&is_output).take(at);
        hit.signal == Signal::StepFailed
            && hit.is_of_test
            && others.any(|(other, is_output)| *is_output && is_of_same_step(other, hit))
    };
    let mut left = Vec::with_capacity(hits.len());
    for (at, hit) in hits
        .iter()
        .enumerate()
        .filter(|(at, _)| !is_output.get(*at).copied().unwrap_or(false))
    {
        left.push(hit.clone());
        if is_failed_test(at, hit) {
            left.push(Hit {
                signal: Signal::ScriptFailed,
                ..hit.clone()
            });
        }
    }
    left
}

/// Takes a line for output, unless it tells of the script itself, or of the machine.
fn mark(hits: &[Hit], at: usize, is_output: &mut [bool]) {
    let Some((hit, mark)) = hits.get(at).zip(is_output.get_mut(at)) else {
        return;
    };
    let is_of_machine = hit.signal.cause().is_some_and(is_of_machine);
    let tells_of_script = matches!(
        hit.signal,
        Signal::ScriptFailed
            | Signal::TestsFailed
            | Signal::CompileFailed
            | Signal::Names(CauseId::ScriptMissing | CauseId::ProgramMissing)
    );
    *mark |= hit.signal.is_failure() && !is_of_machine && !tells_of_script;
}

/// Where a runner of tests sums up that the script began which starts here; none if no script of tests does.
fn end_of_tests(hits: &[Hit], start: usize) -> Option<usize> {
    let header = hits.get(start)?;
    let is_of_tests = script_name(&header.text).is_some_and(|name| name.starts_with("test"));
    if header.signal != Signal::RunScript || !is_of_tests {
        return None;
    }
    let is_other = |hit: &Hit| {
        let is_script = matches!(
            hit.signal,
            Signal::PublishScript | Signal::PrepareScript | Signal::RunScript
        );
        let is_publish = matches!(
            hit.signal,
            Signal::Packed | Signal::PublishingTo | Signal::Published
        );
        is_script || is_publish || hit.signal == Signal::StepFailed
    };
    let rest = hits.iter().enumerate().skip(start + 1);
    let of_script = rest.take_while(|(_, hit)| is_of_same_step(hit, header) && !is_other(hit));
    let is_summary = |hit: &Hit| matches!(hit.signal, Signal::TestsFailed | Signal::TestsPassed);
    // Several runners may follow each other, and one may sum up in several lines.
    let summaries = of_script.filter(|(_, hit)| is_summary(hit));
    summaries.last().map(|(at, _)| at)
}

/// Whether a script began, and its step failed after it without a word of npm.
pub(crate) fn fails_silently(hits: &[Hit]) -> bool {
    silent_script(hits).is_some()
}

/// The header of the script after which the step failed.
fn silent_script(hits: &[Hit]) -> Option<&Hit> {
    let is_end = |hit: &Hit| matches!(hit.signal, Signal::StepFailed | Signal::CommandFailed);
    let end = hits.iter().rposition(is_end)?;
    let failed = hits.get(end)?;
    let before = hits.get(..end)?.iter().rev();
    let mut of_step = before.take_while(|hit| is_of_same_step(hit, failed));
    let last = of_step.find(|hit| {
        matches!(
            hit.signal,
            Signal::RunScript
                | Signal::PublishScript
                | Signal::PrepareScript
                | Signal::Packed
                | Signal::PublishingTo
                | Signal::Published
        )
    })?;
    // In a log without steps, nothing says that there was more than this script: no publish failed.
    (last.signal == Signal::RunScript && last.step.is_some()).then_some(last)
}

/// Whether a cause stops a script from outside, so that the script cannot have expected it.
pub(crate) fn is_of_machine(cause: CauseId) -> bool {
    matches!(
        cause,
        CauseId::OutOfMemory | CauseId::DiskFull | CauseId::RunnerLost | CauseId::JobCancelled
    )
}

/// Whether a package manager says in a line that a script failed which it runs before a publish, or in an installation.
fn ends_script(hits: &[Hit], at: usize) -> bool {
    let Some(hit) = hits.get(at) else {
        return false;
    };
    match hit.signal {
        Signal::ScriptFailed => {
            let is_end = hit.text.contains(" command ") && hit.text.starts_with("npm ");
            // napi publishes the packages of each platform in `prepublishOnly`.
            let is_publish = command_of_error(hits, at).is_some_and(publishes);
            // npm names the script that it was asked to run: that may be the one which publishes.
            is_end && !is_publish && named_script(hits, at).is_none_or(is_of_no_publish)
        }
        // pnpm says the same of the script that it was asked to run.
        Signal::CommandFailed => hit.step.as_deref().is_some_and(|step| {
            let mut words = step.split_whitespace();
            words.any(|word| word == "publish") && !step.contains(" run ")
        }),
        _ => false,
    }
}

/// The lines of one error follow each other that closely.
const NEAR: usize = 8;

/// The lines with what the script of an installation printed: npm shows it after the command, in lines of its own error.
fn printed_after(hits: &[Hit], end: usize) -> impl Iterator<Item = usize> {
    let is_of_error = |hit: &Hit| {
        let text = hit
            .text
            .strip_prefix("npm error ")
            .or_else(|| hit.text.strip_prefix("npm ERR! "));
        text.is_some_and(|text| !text.starts_with("code "))
    };
    let first = hits.get(end).map_or(0, |hit| hit.line);
    let mut last = first;
    (end + 1..hits.len()).take_while(move |at| {
        let Some(hit) = hits.get(*at) else {
            return false;
        };
        let is_next = hit.line.saturating_sub(last) <= NEAR && is_of_error(hit);
        last = hit.line;
        is_next
    })
}

/// The script in `npm error Lifecycle script `build` failed with error:` right above.
fn named_script(hits: &[Hit], at: usize) -> Option<&str> {
    let line = hits.get(at)?.line;
    let before = hits.get(..at)?.iter().rev();
    let mut near = before.take_while(|hit| line.saturating_sub(hit.line) <= NEAR);
    near.find_map(|hit| hit.text.split_once("Lifecycle script `")?.1.split('`').next())
}

/// Whether a script is none that publishes, by its name.
fn is_of_no_publish(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let starts = [
        "test", "pretest", "build", "prebuild", "lint", "prepare", "prepack", "check", "e2e",
    ];
    name == "prepublishonly" || starts.iter().any(|start| name.starts_with(start))
}

/// From where on the lines before the end of a script are its own; none if it may be the publish itself.
fn start_of_script(hits: &[Hit], end: usize) -> Option<usize> {
    let ended = hits.get(end)?;
    let mut start = end;
    for (at, hit) in hits.iter().enumerate().take(end).rev() {
        if !is_of_same_step(hit, ended) {
            break;
        }
        match hit.signal {
            Signal::PublishScript | Signal::PrepareScript => return Some(at + 1),
            Signal::Published | Signal::PublishingTo | Signal::Packed => return Some(at + 1),
            Signal::ScriptFailed if ended.line.saturating_sub(hit.line) > NEAR => return Some(at + 1),
            _ => start = at,
        }
    }
    // Nothing tells where it began: only npm's own words are clear enough.
    (ended.signal == Signal::ScriptFailed).then_some(start)
}

fn is_of_same_step(hit: &Hit, other: &Hit) -> bool {
    (&hit.job, &hit.step) == (&other.job, &other.step)
}

/// The script that failed, and its command: `npm ran the script `prepack`: `node build.js`.`
pub(crate) fn script_that_failed(hits: &[Hit]) -> (Option<String>, Option<String>) {
    let failed = hits.iter().rposition(|hit| hit.signal == Signal::ScriptFailed);
    let before = hits.get(..failed.unwrap_or(0)).unwrap_or_default();
    let step = failed.and_then(|at| hits.get(at));
    let is_header = |hit: &&Hit| matches!(hit.signal, Signal::PublishScript | Signal::PrepareScript);
    let header = before.iter().rev().find(is_header);
    let header = header.filter(|hit| step.is_some_and(|failed| is_of_same_step(hit, failed)));
    let header = header.or_else(|| silent_script(hits).filter(|_| failed.is_none()));
    let name = header.and_then(|hit| script_name(&hit.text));
    let mut failed = hits.iter().rev().filter(|hit| hit.signal == Signal::ScriptFailed);
    let command = failed.find_map(command_that_failed);
    (name.map(str::to_owned), command.map(str::to_owned))
}

/// The script that failed, in this line of npm's error or in one right after it.
fn command_of_error(hits: &[Hit], at: usize) -> Option<&str> {
    let line = hits.get(at)?.line;
    let mut near = hits
        .iter()
        .skip(at)
        .take_while(|hit| hit.line.saturating_sub(line) <= NEAR);
    near.find_map(command_that_failed)
}

/// The script in `npm error command sh -c node build.js`.
fn command_that_failed(hit: &Hit) -> Option<&str> {
    let starts = [" command sh -c ", "cmd.exe /d /s /c "];
    let (_, command) = starts.iter().find_map(|start| hit.text.split_once(start))?;
    (!command.is_empty()).then_some(command)
}

/// Whether a command of a script publishes.
fn publishes(script: &str) -> bool {
    let commands = split_script(script).commands;
    commands
        .iter()
        .any(|command| matches!(meaning(command), Meaning::Publish(_)))
}
