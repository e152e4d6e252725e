//! `.npmrc`: lines of `key = value`.

use crate::text::{Ranged, TextRange};

/// The settings of an `.npmrc`, in text order.
#[derive(Clone, Debug, Default)]
pub struct Npmrc {
    /// Every line that sets something.
    pub settings: Vec<NpmrcSetting>,
}

/// One line of an `.npmrc`.
#[derive(Clone, Debug)]
pub struct NpmrcSetting {
    /// The key, for example `registry`, `@acme:registry`, `//host/:_authToken`.
    pub key: Ranged<String>,
    /// The value, unquoted; `${NAME}` is left as it stands. A key alone means `true`.
    pub value: Ranged<String>,
    /// The whole line without its break.
    pub line: TextRange,
}
