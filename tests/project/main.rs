//! What holds for the project itself: layers, sizes, documents, dependencies.

mod dependencies;
mod documents;
mod editors;
mod editors_upstream;
mod floors;
mod hygiene;
mod layers;
mod readme;
mod tables;
mod words;
