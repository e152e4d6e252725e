//! The tests of the jobs in `jobs/*.txt`: what the model says of them, and what they really do.

use std::collections::HashSet;

use trustpub_analysis::test_support::{TestFile, TestRepository, broken_promises, run_of_fix};
use trustpub_analysis::{Diagnostic, FilePath, RepositorySlug};
use trustpub_tests::needed::path_in;

use crate::job::{Job, jobs};
use crate::predicted::predict_job;
use crate::real::{Runner, obstacle};
use crate::record::{self, Kept, Record};
use crate::repository::SLUG;
use crate::verdict::{Verdict, compare, table};

#[test]
fn the_model_says_what_the_jobs_did() {
    let jobs = jobs();
    let record = record::read_of(Kept::Jobs);
    let open = record::open_jobs();
    let mut verdicts = Vec::new();
    let mut wrong = Vec::new();
    for job in &jobs {
        let name = &job.name;
        let Some(recorded) = record.get(name) else {
            let (predicted, summary) = predict_job(job);
            wrong.push(format!(
                "{name}: not recorded; run tests/oracle/run --real \"{name}\"\n    \
                 predicted {predicted} ({summary})"
            ));
            continue;
        };
        let (predicted, summary) = predict_job(job);
        let verdict = compare(&predicted, recorded);
        verdicts.push((job.tool(), verdict));
        let is_open = open.contains_key(name);
        if is_open && verdict == Verdict::Agrees {
            wrong.push(format!("{name}: agrees now; take it out of jobs/open.tsv"));
        }
        // Only what the model leaves open may be listed.
        if verdict != Verdict::Agrees && !(is_open && verdict == Verdict::Vague) {
            wrong.push(format!(
                "{name}: predicted {predicted} ({summary})\n    real: {recorded} {}",
                recorded.text
            ));
        }
    }
    println!("{}", table(&verdicts));
    assert!(wrong.is_empty(), "{} jobs\n{}", wrong.len(), wrong.join("\n"));
}

/// Jobs as people write them are what fixes have to cope with.
#[test]
fn the_fixes_of_the_jobs_keep_their_promises() {
    let mut broken = Vec::new();
    let mut fixes = 0;
    for job in jobs() {
        let repository = repository(&job);
        let workspace = repository.workspace();
        let found: Vec<Diagnostic> = workspace.all_diagnostics().cloned().collect();
        fixes += found.iter().map(|found| found.fixes.len()).sum::<usize>();
        let of_each = broken_promises(&repository, &found).into_iter();
        let of_all = [false, true]
            .into_iter()
            .flat_map(|allow_unsafe| run_of_fix(&repository, allow_unsafe));
        let all = of_each.chain(of_all);
        broken.extend(all.map(|what| format!("{}: {what}", job.name)));
    }
    println!("{fixes} fixes");
    assert!(fixes > 100, "{fixes} fixes");
    assert!(
        broken.is_empty(),
        "{} promises\n{}",
        broken.len(),
        broken.join("\n")
    );
}

fn repository(job: &Job) -> TestRepository {
    let file = |(path, text): &(String, String)| TestFile {
        path: FilePath::new(path).expect("the path is sound"),
        text: Some(text.clone()),
    };
    TestRepository {
        slug: RepositorySlug::parse(SLUG),
        files: job.files.iter().map(file).collect(),
    }
}

#[test]
fn every_job_has_a_name_of_its_own() {
    let jobs = jobs();
    let names: HashSet<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names.len(), jobs.len());
    let record = record::read_of(Kept::Jobs);
    let stale: Vec<_> = record
        .keys()
        .filter(|name| !names.contains(name.as_str()))
        .collect();
    assert!(stale.is_empty(), "recorded, and not in jobs/*.txt: {stale:#?}");
}

#[test]
#[ignore = "needs TRUSTPUB_ORACLE_TOOLS; the step `oracle_tools`"]
fn real_jobs_do_what_was_recorded() {
    if std::env::var_os("TRUSTPUB_ORACLE_LOGS").is_some() {
        return;
    }
    let folder = path_in("TRUSTPUB_ORACLE_TOOLS");
    assert_eq!(obstacle(), None);
    let only = std::env::var("TRUSTPUB_ORACLE_ONLY").ok();
    let is_recording = std::env::var("TRUSTPUB_ORACLE_RECORD").ok();
    let runner = Runner::new(&folder, "jobs");
    let mut record = record::read_of(Kept::Jobs);
    let wanted: Vec<Job> = match (&only, &is_recording) {
        (Some(only), _) if only == "new" => jobs()
            .into_iter()
            .filter(|job| !record.contains_key(&job.name))
            .collect(),
        (Some(only), _) => jobs()
            .into_iter()
            .filter(|job| format!("{}.", job.name).contains(only))
            .collect(),
        (None, Some(_)) => jobs(),
        (None, None) => sample(),
    };
    let mut changed = Vec::new();
    for (number, job) in wanted.iter().enumerate() {
        let run = runner.run_job(job, &format!("job-{number}"));
        if only.is_some() {
            println!(
                "=== {}\n{}\n--- {}\n{}",
                job.name, run.output, run.recorded, run.log
            );
        }
        let before = record.get(&job.name).map(ToString::to_string);
        let now = run.recorded.to_string();
        if before.as_ref() != Some(&now) {
            let before = before.unwrap_or_default();
            changed.push(format!("{}\n    before: {before}\n    now:    {now}", job.name));
        }
        record.insert(job.name.clone(), run.recorded);
        if let Some(date) = &is_recording {
            keep(&mut record, date);
        }
    }
    println!(
        "oracle of tools: {} jobs ran, {} differ from the record",
        wanted.len(),
        changed.len()
    );
    match is_recording {
        Some(_) => println!("{}", changed.join("\n")),
        None => assert!(changed.is_empty(), "{}", changed.join("\n")),
    }
}

/// Writes the record of the jobs that there are.
fn keep(record: &mut Record, date: &str) {
    let names: HashSet<String> = jobs().into_iter().map(|job| job.name).collect();
    record.retain(|name, _| names.contains(name));
    record::write(Kept::Jobs, record, date);
}

/// A job of each tool, as far as the tools of the matrix are enough for it.
fn sample() -> Vec<Job> {
    let mut seen = HashSet::new();
    let jobs = jobs().into_iter().filter(Job::runs_with_tools_of_matrix);
    jobs.filter(|job| seen.insert(job.tool().to_owned())).collect()
}
