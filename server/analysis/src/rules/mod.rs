//! The rules, one file each.

mod rule;

pub use rule::{FixAvailability, Rule};

/// Where the rules' pages are.
pub const DOCS_URL: &str = "https://github.com/trustpub/trustpub/blob/main/docs/rules";

/// Every rule, by id.
pub fn rules() -> &'static [&'static Rule] {
    &[]
}

/// The rule with this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().iter().copied().find(|rule| rule.id == id)
}

/// The address of a rule's page.
pub fn docs_url(id: &str) -> String {
    format!("{DOCS_URL}/{id}.md")
}
