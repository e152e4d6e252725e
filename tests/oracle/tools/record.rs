//! What really happened, as `recorded.tsv` keeps it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// A line of the record, without the cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Recorded {
    pub(crate) end: End,
    /// What the last package was sent with; `-` if nothing was sent.
    pub(crate) credential: String,
    /// Whether an attestation came with it.
    pub(crate) provenance: String,
    /// The exchanges: `granted widget`, or `-`.
    pub(crate) exchange: String,
    /// The registry that the package was sent to.
    pub(crate) registry: String,
    /// The first error code that was printed.
    pub(crate) code: String,
    /// One line of what was printed; it is not compared.
    pub(crate) text: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    Published,
    /// The package arrived, and the step failed all the same.
    PublishedAndFailed,
    Failed,
    /// The step succeeded, and no package arrived.
    Nothing,
}

pub(crate) type Record = BTreeMap<String, Recorded>;

const COLUMNS: &str = "cell\tend\tcredential\tprovenance\texchange\tregistry\tcode\ttext";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("oracle/tools")
        .join(name)
}

/// Which cells a record is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kept {
    Matrix,
    Jobs,
}

impl Kept {
    fn file(self) -> PathBuf {
        file(match self {
            Self::Matrix => "recorded.tsv",
            Self::Jobs => "jobs/recorded.tsv",
        })
    }
}

/// Reads the record of the matrix.
pub(crate) fn read() -> Record {
    read_of(Kept::Matrix)
}

/// Reads a record.
pub(crate) fn read_of(kept: Kept) -> Record {
    let text = std::fs::read_to_string(kept.file()).unwrap_or_default();
    rows(&text).filter_map(|row| parse(&row)).collect()
}

/// Writes a record.
pub(crate) fn write(kept: Kept, record: &Record, date: &str) {
    let what = match kept {
        Kept::Matrix => "cell of tests/oracle/tools",
        Kept::Jobs => "job of tests/oracle/tools/jobs",
    };
    let mut text = format!(
        "# What each {what} really did. Written by `tests/oracle/run --real`, never by hand.\n\
         # Recorded on {date}, with Node 24 on Linux.\n{COLUMNS}\n"
    );
    for (cell, recorded) in record {
        text += &format!("{cell}\t{recorded}\t{}\n", recorded.text);
    }
    let path = kept.file();
    std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// The cells in which the model is known to disagree, with the reason; `open.tsv`.
pub(crate) fn known_disagreements() -> BTreeMap<String, String> {
    disagreements_in("open.tsv")
}

/// The jobs about which the model is known to say less than there is to say; `jobs/open.tsv`.
pub(crate) fn open_jobs() -> BTreeMap<String, String> {
    disagreements_in("jobs/open.tsv")
}

fn disagreements_in(name: &str) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(file(name)).unwrap_or_default();
    rows(&text)
        .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone())))
        .collect()
}

/// Takes the other cells out of `open.tsv`.
pub(crate) fn keep_known_disagreements(is_kept: impl Fn(&str) -> bool) {
    let path = file("open.tsv");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let is_row = |line: &str| !line.starts_with('#') && !line.starts_with("cell\t");
    let cell_of = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
    let lines = text
        .lines()
        .filter(|line| !is_row(line) || is_kept(&cell_of(line)));
    let kept: String = lines.map(|line| format!("{line}\n")).collect();
    std::fs::write(&path, kept).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// The columns of the lines that are neither comments nor the head.
fn rows(text: &str) -> impl Iterator<Item = Vec<String>> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("cell\t"))
        .map(|line| line.split('\t').map(str::to_owned).collect())
}

fn parse(row: &[String]) -> Option<(String, Recorded)> {
    let [cell, end, credential, provenance, exchange, registry, code, text] = row else {
        return None;
    };
    let recorded = Recorded {
        end: End::ALL.into_iter().find(|known| known.name() == end)?,
        credential: credential.clone(),
        provenance: provenance.clone(),
        exchange: exchange.clone(),
        registry: registry.clone(),
        code: code.clone(),
        text: text.clone(),
    };
    Some((cell.clone(), recorded))
}

impl End {
    const ALL: [Self; 4] = [
        Self::Published,
        Self::PublishedAndFailed,
        Self::Failed,
        Self::Nothing,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::PublishedAndFailed => "published, then failed",
            Self::Failed => "failed",
            Self::Nothing => "nothing published",
        }
    }
}

/// All but the text, as in the file.
impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            end,
            credential,
            provenance,
            exchange,
            registry,
            code,
            ..
        } = self;
        write!(
            f,
            "{}\t{credential}\t{provenance}\t{exchange}\t{registry}\t{code}",
            end.name()
        )
    }
}
