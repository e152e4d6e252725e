//! Shared helpers of the black-box tests. Marked text for rules is in `trustpub_analysis::test_support`.

pub mod binary;
pub mod disk;
pub mod markdown;
pub mod module_graph;
pub mod needed;
pub mod project;
pub mod repository;
pub mod rule_pages;
pub mod rust_code;
pub mod rust_paths;
pub mod rust_texts;
pub mod spelled_out;
