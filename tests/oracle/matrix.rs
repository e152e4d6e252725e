//! The cells that are run: what can matter together, and little else.
//!
//! Every tool meets every credential with every end of the exchange. What stands beside that (a project's `.npmrc`,
//! provenance, the package, `publishConfig`) is varied one thing at a time, with no credential and with a good one.

use crate::cell::{Cell, Exchange, Npmrc, Package, Provenance, PublishConfig, Setup, Token, Tool};

const TOOLS: [Tool; 9] = [
    npm("10.9.9"),
    npm("11.4.2"),
    npm("11.5.1"),
    npm("11.14.1"),
    npm("11.19.1"),
    npm("12.2.0"),
    // pnpm 10 leaves publishing to the npm on PATH, pnpm 11 publishes by itself.
    pnpm("10.34.8", "10.9.9"),
    pnpm("10.34.8", "11.19.1"),
    pnpm("11.28.10", "10.9.9"),
];

/// The tools that differ in more than in whether they make the exchange.
const DIFFERENT_TOOLS: [Tool; 6] = [
    npm("10.9.9"),
    npm("11.5.1"),
    npm("11.19.1"),
    npm("12.2.0"),
    pnpm("10.34.8", "11.19.1"),
    pnpm("11.28.10", "10.9.9"),
];

const EXCHANGES: [Exchange; 3] = [Exchange::NoIdToken, Exchange::Refused, Exchange::Granted];

const fn npm(version: &'static str) -> Tool {
    Tool {
        npm: version,
        pnpm: None,
    }
}

const fn pnpm(version: &'static str, npm: &'static str) -> Tool {
    Tool {
        npm,
        pnpm: Some(version),
    }
}

/// All cells, each once.
pub(crate) fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for exchange in EXCHANGES {
        for tool in TOOLS {
            cells.extend(credentials(Cell::plain(tool, exchange)));
        }
        for tool in DIFFERENT_TOOLS {
            let plain = Cell::plain(tool, exchange);
            cells.extend(project_npmrc(plain));
            cells.extend(packages(plain));
            cells.extend(publish_configs(plain));
            cells.extend(match exchange {
                Exchange::Granted => provenance_of_exchange(plain),
                Exchange::NoIdToken | Exchange::Refused => provenance_of_token(plain),
            });
        }
    }
    cells
}

/// Every state of the token in every `.npmrc` that setup-node leaves behind.
fn credentials(plain: Cell) -> Vec<Cell> {
    use Token::{Absent, Empty, Placeholder, Stale, Valid};
    let cases: [(Setup, &[Token]); 3] = [
        // Without an `.npmrc` nothing reads the variable: one value shows it.
        (Setup::NoRegistryUrl, &[Absent, Valid]),
        // Without a token, setup-node 6 exports the placeholder itself.
        (Setup::V6, &[Absent, Empty, Stale, Valid]),
        (Setup::V7, &[Absent, Empty, Placeholder, Stale, Valid]),
    ];
    let mut cells = Vec::new();
    for (setup, tokens) in cases {
        cells.extend(tokens.iter().map(|token| Cell {
            setup,
            token: *token,
            ..plain
        }));
    }
    cells
}

/// Lines of the project's `.npmrc`, without setup-node's.
fn project_npmrc(plain: Cell) -> Vec<Cell> {
    let with = |npmrc, token| Cell {
        npmrc,
        token,
        ..plain
    };
    vec![
        with(Npmrc::TokenVariable, Token::Absent),
        with(Npmrc::TokenVariable, Token::Empty),
        with(Npmrc::TokenVariable, Token::Stale),
        with(Npmrc::TokenVariable, Token::Valid),
        with(Npmrc::TokenText, Token::Stale),
        with(Npmrc::TokenText, Token::Valid),
        with(Npmrc::OldAuth, Token::Stale),
        with(Npmrc::OldAuth, Token::Valid),
        with(Npmrc::UnscopedToken, Token::Valid),
        with(Npmrc::PublicRegistry, Token::Absent),
    ]
}

/// Packages that the tool or the registry may refuse.
fn packages(plain: Cell) -> Vec<Cell> {
    let mut cells = Vec::new();
    for package in [
        Package::Private,
        Package::NoRepository,
        Package::InPrivateRepository,
    ] {
        cells.push(Cell {
            package,
            ..with_token(plain)
        });
        // With nothing to publish with, one of them shows which error comes first.
        if plain.exchange == Exchange::Granted || package == Package::Private {
            cells.push(Cell { package, ..plain });
        }
    }
    cells
}

/// `publishConfig.registry`, and another registry in the project's `.npmrc`.
fn publish_configs(plain: Cell) -> Vec<Cell> {
    let mut cells = vec![Cell {
        publish_config: PublishConfig::PublicRegistry,
        ..plain
    }];
    if plain.exchange == Exchange::Granted {
        cells.push(Cell {
            publish_config: PublishConfig::OtherRegistry,
            ..plain
        });
        cells.push(Cell {
            npmrc: Npmrc::OtherRegistry,
            ..plain
        });
    }
    cells
}

/// Provenance asked for and refused in every way, where the exchange gives a token.
fn provenance_of_exchange(plain: Cell) -> Vec<Cell> {
    use Provenance::{FlagOff, FlagOn, PublishConfigOff, PublishConfigOn, VariableOff, VariableOn};
    let mut cells = Vec::new();
    for provenance in [
        FlagOn,
        FlagOff,
        VariableOn,
        VariableOff,
        PublishConfigOn,
        PublishConfigOff,
    ] {
        cells.push(Cell { provenance, ..plain });
        // Where nothing is signed, nobody looks at the repository.
        for package in [Package::NoRepository, Package::InPrivateRepository] {
            cells.push(Cell {
                provenance,
                package,
                ..plain
            });
        }
    }
    for npmrc in [Npmrc::ProvenanceOn, Npmrc::ProvenanceOff] {
        cells.push(Cell { npmrc, ..plain });
    }
    cells
}

/// Provenance asked for, where only a token is left to publish with, or nothing.
fn provenance_of_token(plain: Cell) -> Vec<Cell> {
    use Provenance::{FlagOn, PublishConfigOff, PublishConfigOn, VariableOn};
    let mut cells = Vec::new();
    for provenance in [FlagOn, VariableOn, PublishConfigOn, PublishConfigOff] {
        cells.push(Cell {
            provenance,
            ..with_token(plain)
        });
    }
    cells.push(Cell {
        npmrc: Npmrc::ProvenanceOn,
        ..with_token(plain)
    });
    for package in [Package::NoRepository, Package::InPrivateRepository] {
        cells.push(Cell {
            package,
            provenance: FlagOn,
            ..with_token(plain)
        });
    }
    let placeholder = Cell {
        setup: Setup::V7,
        ..plain
    };
    for cell in [plain, placeholder] {
        cells.push(Cell {
            provenance: FlagOn,
            ..cell
        });
    }
    cells
}

/// The same cell with a good token.
fn with_token(cell: Cell) -> Cell {
    Cell {
        setup: Setup::V7,
        token: Token::Valid,
        ..cell
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::cells;

    #[test]
    fn every_cell_is_there_once() {
        let cells = cells();
        let different: HashSet<_> = cells.iter().collect();
        assert_eq!(different.len(), cells.len());
    }
}
