//! The cells: what can matter together, and little else.
//!
//! Every tool meets the credentials with each end of the exchange. What else may matter (a scope, provenance, the
//! manifest's repository) is varied one thing at a time, without a token and with one that the tool reads.

use std::collections::HashSet;

use crate::cell::{Cell, Exchange, Provenance, Token};
use crate::tool::{Coverage, Kind, Manager, TOOLS, Tool};

const EXCHANGES: [Exchange; 3] = [Exchange::NoIdToken, Exchange::Refused, Exchange::Granted];

/// All cells, each once.
pub(crate) fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for tool in TOOLS {
        for exchange in EXCHANGES {
            let plain = plain(tool, exchange);
            let of_tokens = tokens(tool, exchange)
                .into_iter()
                .map(|token| Cell { token, ..plain });
            cells.extend(of_tokens.chain(variations(plain)).filter(can_be_run));
        }
    }
    let mut seen = HashSet::new();
    cells.retain(|cell| seen.insert(*cell));
    cells
}

/// The cell from which the others of a tool differ in one thing.
fn plain(tool: Tool, exchange: Exchange) -> Cell {
    Cell {
        is_public: !asks_for_the_true_sigstore(tool),
        ..Cell::plain(tool, exchange)
    }
}

/// pnpm 12 fetches sigstore's keys (TUF), and believes only the signatures that it was built with.
fn asks_for_the_true_sigstore(tool: Tool) -> bool {
    matches!(tool.kind, Kind::Pnpm | Kind::PnpmStage) && tool.version.starts_with("12.")
}

/// Whether nothing has to be signed by the true sigstore.
fn can_be_run(cell: &Cell) -> bool {
    !asks_for_the_true_sigstore(cell.tool)
        || !cell.has_id_token()
        || !matches!(cell.provenance, Provenance::On | Provenance::PublishConfigOn)
}

/// A cell of each tool for the sample that `./tests/run` runs: by OIDC, and one that fails.
pub(crate) fn sample() -> Vec<Cell> {
    let mut sample = Vec::new();
    for (number, tool) in TOOLS.iter().enumerate() {
        let is_first = TOOLS[..number].iter().all(|other| other.kind != tool.kind);
        let is_last = TOOLS[number + 1..].iter().all(|other| other.kind != tool.kind);
        if is_last {
            sample.push(plain(*tool, Exchange::Granted));
        }
        if is_first {
            sample.push(plain(*tool, Exchange::Refused));
        }
    }
    sample
}

fn tokens(tool: Tool, exchange: Exchange) -> Vec<Token> {
    use Token::{
        Input, InputEmpty, NodeAuthOnly, None, NpmVariable, NpmVariableEmpty, NpmrcLine, Placeholder,
        ProjectLine, ProjectLineEmpty, RegistryUrl, RegistryUrlEmpty, Unset, YarnVariable, YarnVariableEmpty,
    };
    let is_full = tool.coverage == Coverage::Full;
    let mut tokens = match tool.coverage {
        Coverage::Few => return vec![None, good_token(tool)],
        Coverage::Short => vec![None, Placeholder, RegistryUrl, NpmVariable],
        Coverage::Full => vec![
            None,
            Placeholder,
            RegistryUrl,
            NpmVariable,
            NodeAuthOnly,
            ProjectLine,
        ],
    };
    // A refused exchange differs from none at all only where something else could publish.
    if is_full && exchange != Exchange::Refused {
        tokens.extend([Unset, RegistryUrlEmpty, NpmVariableEmpty, ProjectLineEmpty]);
    }
    if is_of_yarn(tool) {
        tokens.push(YarnVariable);
        if is_full && exchange != Exchange::Refused {
            tokens.push(YarnVariableEmpty);
        }
    }
    if is_of_yarn(tool) && tool.kind != Kind::YarnClassic {
        tokens.push(NpmrcLine);
    }
    if tool.kind == Kind::NpmPublish {
        tokens.extend([Input, InputEmpty]);
    }
    tokens
}

fn is_of_yarn(tool: Tool) -> bool {
    matches!(tool.kind, Kind::YarnClassic | Kind::YarnBerry) || tool.manager() == Some(Manager::Yarn)
}

/// A way to hand over a token that the tool reads.
fn good_token(tool: Tool) -> Token {
    match tool.kind {
        Kind::YarnBerry => Token::YarnVariable,
        Kind::Changesets if is_of_yarn(tool) && tool.version.starts_with('3') => Token::YarnVariable,
        Kind::NpmPublish => Token::Input,
        Kind::SemanticRelease | Kind::Beachball => Token::NpmVariable,
        Kind::Bun => Token::ProjectLine,
        _ => Token::RegistryUrl,
    }
}

fn variations(plain: Cell) -> Vec<Cell> {
    use Provenance::{Off, On, PublishConfigOff, PublishConfigOn};
    let with_token = Cell {
        token: good_token(plain.tool),
        ..plain
    };
    let scoped = |cell| Cell {
        is_scoped: true,
        ..cell
    };
    let without_repository = |cell| Cell {
        has_repository: false,
        ..cell
    };
    let provenance = |cell, provenance| Cell { provenance, ..cell };
    let is_full = plain.tool.coverage == Coverage::Full;
    match (plain.exchange, is_full) {
        (Exchange::NoIdToken, true) => vec![provenance(with_token, On), scoped(with_token)],
        (Exchange::Refused, true) => {
            let signed = provenance(with_token, On);
            vec![signed, without_repository(signed)]
        }
        (Exchange::NoIdToken | Exchange::Refused, false) => Vec::new(),
        (Exchange::Granted, false) => vec![scoped(plain), without_repository(plain)],
        (Exchange::Granted, true) => vec![
            scoped(plain),
            without_repository(plain),
            without_repository(with_token),
            provenance(plain, On),
            provenance(plain, Off),
            without_repository(provenance(plain, Off)),
            provenance(plain, PublishConfigOn),
            provenance(plain, PublishConfigOff),
            Cell {
                names_registry_of_yarn: true,
                ..plain
            },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::{HashSet, cells, sample};

    #[test]
    fn every_cell_has_a_name_of_its_own() {
        let cells = cells();
        let names: HashSet<String> = cells.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), cells.len());
        assert!(cells.len() >= 600, "{} cells", cells.len());
    }

    #[test]
    fn the_sample_is_of_the_matrix() {
        let cells = cells();
        assert!(sample().iter().all(|cell| cells.contains(cell)));
    }
}
