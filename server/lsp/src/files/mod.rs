//! Files on disk, the URIs that name them, and the places in repositories where they are.

mod disk_files;
mod file_source;
mod place;
pub(crate) mod uri;
pub(crate) mod watched_files;

pub(crate) use disk_files::DiskFiles;
pub use file_source::{FileSource, LoadedFiles};
pub(crate) use place::Place;
pub(crate) use watched_files::{git_files, is_about_every_file};
