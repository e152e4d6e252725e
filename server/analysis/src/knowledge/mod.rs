//! Facts about Node, npm, runner images and actions: tables with their sources, so that a new release is a
//! change of data.
