//! The cells that are run: what can matter together, and little else.
//!
//! Every tool meets every credential with every end of the exchange. What is next to that (a project's `.npmrc`,
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
            cells.extend(match exchange {
                Exchange::NoIdToken => provenance_without_id_token(plain),
                Exchange::Refused => provenance_with_token(plain),
                Exchange::Granted => [provenance_of_exchange(plain), registries(plain)].concat(),
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
    let mut cells = vec![
        with(Npmrc::TokenVariable, Token::Absent),
        with(Npmrc::TokenVariable, Token::Empty),
        with(Npmrc::TokenVariable, Token::Stale),
        with(Npmrc::TokenVariable, Token::Valid),
        with(Npmrc::TokenText, Token::Stale),
        with(Npmrc::TokenText, Token::Valid),
    ];
    // These differ with the exchange alone, not with why there is none.
    if plain.exchange != Exchange::Refused {
        cells.extend([
            with(Npmrc::OldAuth, Token::Stale),
            with(Npmrc::OldAuth, Token::Valid),
            with(Npmrc::UnscopedToken, Token::Valid),
        ]);
    }
    cells
}

/// Packages that the tool or the registry may refuse.
fn packages(plain: Cell) -> Vec<Cell> {
    let private = |cell| Cell {
        package: Package::Private,
        ..cell
    };
    // With nothing to publish with, a private package shows which error comes first.
    let mut cells = vec![private(plain), private(with_token(plain))];
    match plain.exchange {
        Exchange::NoIdToken => cells.push(private(with_placeholder(plain))),
        Exchange::Refused => {}
        Exchange::Granted => {
            for package in [Package::NoRepository, Package::InPrivateRepository] {
                cells.push(Cell { package, ..plain });
                cells.push(Cell {
                    package,
                    ..with_token(plain)
                });
            }
        }
    }
    cells
}

/// The registry, said in the manifest and in the project's `.npmrc`.
fn registries(plain: Cell) -> Vec<Cell> {
    let publish_config = |publish_config| Cell {
        publish_config,
        ..plain
    };
    let npmrc = |npmrc| Cell { npmrc, ..plain };
    vec![
        publish_config(PublishConfig::PublicRegistry),
        publish_config(PublishConfig::OtherRegistry),
        npmrc(Npmrc::PublicRegistry),
        npmrc(Npmrc::OtherRegistry),
    ]
}

/// Provenance asked for and refused in every way, where the exchange gives a token.
fn provenance_of_exchange(plain: Cell) -> Vec<Cell> {
    use Provenance::{FlagOff, FlagOn, PublishConfigOff, PublishConfigOn, VariableOff, VariableOn};
    let mut cells = Vec::new();
    for provenance in [FlagOn, VariableOn, PublishConfigOn] {
        cells.push(Cell { provenance, ..plain });
        // From a private repository it is made where it is asked for, and then refused.
        cells.push(Cell {
            provenance,
            package: Package::InPrivateRepository,
            ..plain
        });
    }
    for provenance in [FlagOff, VariableOff, PublishConfigOff] {
        cells.push(Cell { provenance, ..plain });
        // If nothing is signed, the manifest's repository is not checked.
        cells.push(Cell {
            provenance,
            package: Package::NoRepository,
            ..plain
        });
    }
    for (npmrc, package) in [
        (Npmrc::ProvenanceOn, Package::InPrivateRepository),
        (Npmrc::ProvenanceOff, Package::NoRepository),
    ] {
        cells.push(Cell { npmrc, ..plain });
        cells.push(Cell {
            npmrc,
            package,
            ..plain
        });
    }
    cells
}

/// Provenance asked for in every way, where nothing can be signed.
fn provenance_without_id_token(plain: Cell) -> Vec<Cell> {
    use Provenance::{FlagOn, PublishConfigOn, VariableOn};
    let mut cells = Vec::new();
    for provenance in [FlagOn, VariableOn, PublishConfigOn] {
        cells.push(Cell {
            provenance,
            ..with_token(plain)
        });
    }
    cells.push(Cell {
        npmrc: Npmrc::ProvenanceOn,
        ..with_token(plain)
    });
    // Which comes first, that there is no token or that there is no ID token?
    for cell in [plain, with_placeholder(plain)] {
        cells.push(Cell {
            provenance: FlagOn,
            ..cell
        });
    }
    cells
}

/// Provenance asked for, where it can be signed and the token publishes.
fn provenance_with_token(plain: Cell) -> Vec<Cell> {
    let packages = [
        Package::Sound,
        Package::NoRepository,
        Package::InPrivateRepository,
    ];
    let cell = |package| Cell {
        package,
        provenance: Provenance::FlagOn,
        ..with_token(plain)
    };
    packages.into_iter().map(cell).collect()
}

/// The same cell with a good token.
fn with_token(cell: Cell) -> Cell {
    Cell {
        setup: Setup::V7,
        token: Token::Valid,
        ..cell
    }
}

/// The same cell with a line in an `.npmrc` and no token to fill it.
fn with_placeholder(cell: Cell) -> Cell {
    Cell {
        setup: Setup::V7,
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
