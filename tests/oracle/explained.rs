//! The log that a failed cell leaves on GitHub, and whether `trustpub explain` names the true cause.

use trustpub_analysis::explain::{Origin, explain};

use crate::cell::{Cell, Exchange, Npmrc, Package, Provenance, Setup, Token};
use crate::outcome::{End, Run};
use crate::repository::{command, step_variables};

/// The npm release from which on the ID token is exchanged.
const FIRST_WITH_EXCHANGE: [u32; 3] = [11, 5, 1];

/// What came out for a cell.
pub(crate) struct Explained {
    /// Whether a true cause is the first, or ranked like the first.
    pub(crate) is_right: bool,
    /// For people: the true causes and the named ones.
    pub(crate) row: String,
}

/// Explains the whole log of the cell's job, and the part that people paste. None if nothing failed, or where what
/// is wrong is not a cause that a log could show.
pub(crate) fn explained(cell: &Cell, real: &Run) -> Vec<Explained> {
    let End::Failed(Some(code)) = &real.end else {
        return Vec::new();
    };
    let causes = true_causes(cell, code);
    if causes.is_empty() || cell.goes_elsewhere() {
        return Vec::new();
    }
    [whole_log(cell, &real.output), real.output.clone()]
        .iter()
        .map(|log| {
            let named = explain(log, &Origin::default()).causes;
            let best = named.first().map(|cause| cause.confidence);
            let first: Vec<&str> = named
                .iter()
                .take_while(|cause| Some(cause.confidence) == best)
                .map(|cause| cause.id.name())
                .collect();
            Explained {
                is_right: causes.iter().any(|cause| first.contains(cause)),
                row: format!("{cell}, {code}: true {causes:?}, named {first:?}"),
            }
        })
        .collect()
}

/// What is wrong in the cell. Several things may be; each alone would make the publish fail, or hides the failure.
fn true_causes(cell: &Cell, code: &str) -> Vec<&'static str> {
    let can_exchange = knows_exchange(cell);
    let sends_token = !matches!(cell.token, Token::Absent | Token::Empty | Token::Placeholder);
    let mut causes = Vec::new();
    match code {
        "E404" | "ENEEDAUTH" => {
            if !can_exchange {
                causes.push("npm-too-old");
            }
            match cell.exchange {
                Exchange::NoIdToken => causes.push("id-token-missing"),
                Exchange::Refused if can_exchange => {
                    causes.extend(["tp-not-configured", "tp-mismatch-unspecified"]);
                }
                Exchange::Granted if can_exchange => causes.push("token-empty"),
                _ => {}
            }
            if sends_token {
                causes.push("token-expired");
            }
        }
        "EUSAGE" => causes.push("id-token-missing"),
        "E422" => causes.push(match cell.package {
            Package::NoRepository => "repository-missing",
            _ => "private-repo-provenance",
        }),
        _ => {}
    }
    causes
}

/// Whether the tool exchanges the ID token.
fn knows_exchange(cell: &Cell) -> bool {
    let of_pnpm = cell.tool.pnpm.is_some_and(|version| major(version) >= 11);
    let mut numbers = cell.tool.npm.split('.').map(|number| number.parse().unwrap_or(0));
    let version = [(); 3].map(|()| numbers.next().unwrap_or(0));
    of_pnpm || version >= FIRST_WITH_EXCHANGE
}

fn major(version: &str) -> u32 {
    version
        .split('.')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// The log of the job as GitHub writes it, as far as it tells something.
fn whole_log(cell: &Cell, output: &str) -> String {
    let mut lines = vec![
        "##[group]GITHUB_TOKEN Permissions".to_owned(),
        "Contents: read".to_owned(),
    ];
    if cell.has_id_token() {
        lines.push("Id-token: write".to_owned());
    }
    lines.push("##[endgroup]".to_owned());
    lines.push("##[group]Environment details".to_owned());
    lines.push("node: v24.11.1".to_owned());
    lines.push("##[endgroup]".to_owned());
    lines.push(format!("##[group]Run {}", command(cell).join(" ")));
    lines.push("env:".to_owned());
    for (name, value) in step_variables(cell) {
        // GitHub hides what comes from a secret.
        let is_secret = matches!(cell.token, Token::Stale | Token::Valid) && !value.starts_with("XXXXX");
        lines.push(match is_secret && name.contains("TOKEN") {
            true => format!("  {name}: ***"),
            false => format!("  {name}: {value}"),
        });
    }
    lines.push("##[endgroup]".to_owned());
    lines.extend(output.lines().map(str::to_owned));
    lines.push("##[error]Process completed with exit code 1.".to_owned());
    lines
        .iter()
        .map(|line| format!("publish\tPublish\t2026-11-01T10:00:00.0000000Z {line}\n"))
        .collect()
}

#[test]
fn the_log_of_a_job_is_written_as_github_does() {
    let tool = crate::cell::Tool {
        npm: "11.5.1",
        pnpm: None,
    };
    let cell = Cell {
        setup: Setup::V6,
        token: Token::Stale,
        npmrc: Npmrc::Missing,
        provenance: Provenance::FlagOn,
        ..Cell::plain(tool, Exchange::NoIdToken)
    };
    let log = whole_log(&cell, "npm error code EUSAGE");
    assert!(log.contains("Z ##[group]Run npm publish --provenance\n"), "{log}");
    assert!(log.contains("Z   NODE_AUTH_TOKEN: ***\n"), "{log}");
    assert!(!log.contains("Id-token"), "{log}");
    assert_eq!(true_causes(&cell, "EUSAGE"), ["id-token-missing"]);
}
