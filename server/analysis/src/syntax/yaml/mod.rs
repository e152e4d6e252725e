//! YAML: a tree with byte ranges, built on yaml-rust2's events.
//!
//! Only the modules that make the tree know yaml-rust2. A scalar keeps its text as it is written (`22.10` is not the
//! number 22.1); what type YAML gives it is a question to [`YamlNode::plain_kind`].

mod blame;
mod builder;
mod content;
mod cursor;
#[cfg(test)]
mod damage_tests;
mod parse;
mod plain;
mod ranges;
mod reason;
mod recover;
mod retype;
mod tree;
mod view;

#[cfg(test)]
mod plain_tests;
#[cfg(test)]
mod recover_tests;
#[cfg(test)]
mod tests;

pub(crate) use content::ContentMap;
pub(crate) use cursor::{YamlEntry, YamlNode, node_at};
pub(crate) use parse::parse_yaml;
pub(crate) use plain::is_plain_yaml;
pub(crate) use retype::retype;
pub(crate) use tree::{CollectionStyle, EntryIds, Node, NodeId, NodeKind, ScalarStyle, YamlTree};
