//! The configuration: `trustpub.toml`, the same keys as settings of an editor, and comments that ignore a finding.
//!
//! What the file says ([`Config`]) keeps its ranges, so that mistakes are shown at their place. What follows from it
//! together with the settings of an editor (`EffectiveConfig`) is what the analysis works with.

mod closest;
mod comment;
mod effective;
mod file;
mod keys;
mod known_names;
mod pattern;
mod read;
#[cfg(test)]
mod tests;
mod toml;
mod used_ignore;

pub(crate) use closest::closest;
pub(crate) use comment::{IgnoreComment, ignore_comments};
pub(crate) use effective::{ConfiguredPublisher, EffectiveConfig};
pub use file::Config;
pub(crate) use file::{AllowedAction, PublishCommandEntry};
pub use keys::{ConfigKey, KeyKind, keys};
pub(crate) use known_names::KnownNames;
pub(crate) use toml::parse_toml;
pub(crate) use used_ignore::UsedIgnore;
