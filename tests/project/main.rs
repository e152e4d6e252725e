//! What holds for the project itself: layers, sizes, documentation.
