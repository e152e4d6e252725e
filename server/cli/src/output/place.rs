use trustpub_analysis::document::ShownPlace;
use trustpub_analysis::{FilePath, TextRange};

use super::sarif::uri;
use crate::report::RepositoryReport;

/// The line in which a range begins, with the path from the current folder.
pub(super) fn line_of(repository: &RepositoryReport, path: &FilePath, range: TextRange) -> ShownPlace {
    let shown = repository.shown_path(path);
    ShownPlace {
        line: repository.position(path, range.start()).line,
        column: None,
        url: Some(uri(&shown)),
        path: shown,
    }
}

/// The same with the column.
pub(super) fn place_of(repository: &RepositoryReport, path: &FilePath, range: TextRange) -> ShownPlace {
    ShownPlace {
        column: Some(repository.position(path, range.start()).column),
        ..line_of(repository, path, range)
    }
}
