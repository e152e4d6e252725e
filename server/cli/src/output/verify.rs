//! What the registry says about packages, for people and for editors.

use trustpub_analysis::document::{Block, Document, Field, Phrase, Section, Tone};
use trustpub_registry::{
    Answer, AskError, CheckedAttestation, PackageReport, Publisher, Signer, VersionReport,
};

const NOT_VERIFIED: &str = "This is what the registry says. No signature was verified: `--signatures` does that, and `npm audit signatures` for installed packages.";
const VERIFIED: &str = "The signatures of these attestations were verified. Publisher and time of each version are what the registry says.";
const PARTLY_VERIFIED: &str =
    "Not everything was verified. Anything not marked as verified is only what the registry says.";

/// A section for each package.
pub(crate) fn document(answers: &[Answer]) -> Document {
    let sections = answers.iter().map(section);
    let closing = Block::paragraph(closing(answers));
    Document::titled(
        "How the packages were published",
        sections.chain([closing]).collect(),
    )
}

fn section(answer: &Answer) -> Block {
    let name = &answer.request.name;
    Block::Section(match &answer.result {
        Ok(report) => Section {
            heading: Phrase::from(format!("{name} {}", report.asked.version)),
            aside: Some(judgement(report)),
            blocks: blocks(report),
        },
        Err(problem) => Section {
            heading: name.into(),
            aside: Some(Phrase::default().toned(Tone::Bad, "not known")),
            blocks: vec![Block::labelled("error", Tone::Bad, problem.to_string())],
        },
    })
}

/// What all of this is worth.
fn closing(answers: &[Answer]) -> &'static str {
    let mut reports = answers.iter().map(|answer| answer.result.as_ref());
    if reports
        .clone()
        .flatten()
        .all(|report| report.signatures.is_none())
    {
        NOT_VERIFIED
    } else if reports.all(|report| report.is_ok_and(PackageReport::has_verified_signatures)) {
        VERIFIED
    } else {
        PARTLY_VERIFIED
    }
}

fn judgement(report: &PackageReport) -> Phrase {
    let phrase = Phrase::default();
    match &report.asked.publisher {
        Publisher::Trusted(_) if !report.is_trusted() => phrase.toned(
            Tone::Bad,
            "by trusted publishing, but its provenance does not match",
        ),
        publisher @ Publisher::Trusted(_) => phrase.toned(Tone::Good, words(publisher)),
        publisher => phrase.toned(Tone::Bad, words(publisher)),
    }
}

fn blocks(report: &PackageReport) -> Vec<Block> {
    let mut blocks = vec![
        Block::table(["version", "published", "by", "attestations"], rows_of(report)),
        Block::Fields(fields(report)),
    ];
    blocks.extend(signatures(report));
    blocks.extend(report.findings.iter().map(|finding| {
        let (label, tone) = match finding.kind.is_failure() {
            true => ("error", Tone::Bad),
            false => ("note", Tone::Doubtful),
        };
        Block::labelled(label, tone, &finding.message)
    }));
    let problem = report.problem.as_ref();
    blocks.extend(problem.map(|problem| Block::labelled("error", Tone::Bad, unread_provenance(problem))));
    blocks
}

/// The asked version where it is none of the last, and the last ones.
fn rows_of(report: &PackageReport) -> Vec<[Phrase; 4]> {
    let asked = Some(&report.asked).filter(|asked| !report.recent.contains(asked));
    asked.into_iter().chain(&report.recent).map(row).collect()
}

fn row(report: &VersionReport) -> [Phrase; 4] {
    // The day is enough for people; the JSON output has the time.
    let day = report
        .published
        .as_deref()
        .and_then(|time| time.split('T').next());
    let attestations = if report.has_attestations { "yes" } else { "none" };
    [
        Phrase::from(&report.version),
        day.unwrap_or("?").into(),
        words(&report.publisher).into(),
        attestations.into(),
    ]
}

fn words(publisher: &Publisher) -> String {
    match publisher {
        Publisher::Trusted(provider) => format!("by trusted publishing from {provider}"),
        Publisher::Token(account) => format!("with a token of {account}"),
        Publisher::Unknown => "the registry does not say".to_owned(),
    }
}

fn fields(report: &PackageReport) -> Vec<Field> {
    let since = report.trusted_since.as_ref();
    let since = since.map_or_else(|| "never used".to_owned(), |version| format!("since {version}"));
    let statement = report.statement.clone().unwrap_or_default();
    let attestations = report.predicate_types.join(", ");
    let fields = [
        ("trusted publishing", Some(since)),
        (
            "attestations",
            Some(attestations).filter(|kinds| !kinds.is_empty()),
        ),
        ("built from", statement.repository),
        ("workflow", statement.workflow),
        ("ref", statement.reference),
        ("commit", statement.commit),
        ("run", statement.run),
    ];
    let fields = fields.into_iter();
    fields
        .filter_map(|(label, value)| Some(Field::new(label, value?)))
        .collect()
}

/// What came of the verification, and why.
fn signatures(report: &PackageReport) -> Vec<Block> {
    const NOT: &str = "not verified";
    let Some(signatures) = &report.signatures else {
        return Vec::new();
    };
    // Where they could not be asked for, the error says so.
    if signatures.is_empty() && report.problem.is_none() {
        return vec![Block::labelled(
            NOT,
            Tone::Bad,
            "this version has no attestations",
        )];
    }
    let lines = signatures.iter().map(
        |CheckedAttestation {
             predicate_type,
             result,
         }| match result {
            Err(problem) => Block::labelled(NOT, Tone::Bad, format!("{predicate_type}: {problem}")),
            Ok(signature) => {
                let (time, signer) = (&signature.time, &signature.signer);
                let signed = match signer {
                    Signer::Workflow {
                        identity, repository, ..
                    } => {
                        format!("signed for {repository} at {time} by the workflow {identity}")
                    }
                    Signer::Registry(key) => format!("signed by npm's registry at {time} with its key {key}"),
                };
                Block::labelled("verified", Tone::Good, format!("{predicate_type}: {signed}"))
            }
        },
    );
    lines.collect()
}

fn unread_provenance(problem: &AskError) -> String {
    format!("the provenance could not be read: {problem}")
}
