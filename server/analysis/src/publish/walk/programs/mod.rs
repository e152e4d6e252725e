//! What commands lead to: package scripts, tasks, script files and programs in other languages.

pub(super) mod code;
pub(super) mod code_arguments;
pub(super) mod code_outcome;
pub(super) mod followed;
pub(super) mod inline_code;
pub(super) mod lifecycle;
pub(super) mod own_folder;
pub(super) mod package_scripts;
pub(super) mod publib;
pub(super) mod release_it;
pub(super) mod script_facts;
pub(super) mod script_places;
pub(super) mod semantic_release;
pub(super) mod tasks;
pub(super) mod version_scripts;
