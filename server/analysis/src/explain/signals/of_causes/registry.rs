//! Texts of the registry and of sigstore. Each has its source after it.

use super::CauseTexts;
use crate::explain::CauseId;

/// A cause, and the texts that say so.
pub(super) static TEXTS: &[CauseTexts] = &[
    (
        CauseId::RateLimited,
        &[
            // https://github.com/npm/cli/issues/9313
            "Could not publish, as user ",
            // pnpm@11.28.10/dist/pnpm.mjs:337427
            " (status 429 Too Many Requests)",
        ],
    ),
    (
        CauseId::SigstoreTlog,
        &[
            // https://github.com/swc-project/plugins/issues/653
            "an equivalent entry already exists in the transparency log",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "no response from the sigstore signing exchange within",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "Fulcio returned HTTP ",
            // https://github.com/dtolnay/install/issues/31
            "request to https://fulcio.sigstore.dev",
            // https://github.com/sigstore/fulcio/issues/1769
            "There was an error processing the identity token",
            // npm@12.2.2/node_modules/@sigstore/tuf/dist/client.js:90
            "TUF_INIT_CACHE_ERROR",
            // npm@12.2.2/node_modules/@sigstore/tuf/dist/target.js:31
            "TUF_READ_TARGET_ERROR",
        ],
    ),
    (
        CauseId::RegistryUnavailable,
        &[
            // npm 3 to 6 (npm-registry-client): the answer is a page of a proxy, https://github.com/npm/npm/issues/19871
            "registry error parsing json",
        ],
    ),
    (
        CauseId::WrongRegistry,
        &[
            // A mirror that only reads: cnpm/cnpmjs.org/middleware/publishable.js
            "Private mode enable, only admin can publish",
        ],
    ),
    (
        CauseId::EmailNotVerified,
        &[
            // https://github.com/npm/npm/issues/18315
            "you must verify your email before publishing",
        ],
    ),
];
