//! Reads the data files: tab-separated rows below comment lines and a line of column names.

/// The rows of a data file, without comments and column names. A row with another number of cells than the
/// line of column names is left out; a test of each table holds that there is none.
pub(crate) fn rows<const COLUMNS: usize>(
    text: &'static str,
) -> impl Iterator<Item = [&'static str; COLUMNS]> {
    lines(text).filter_map(|line| {
        let mut cells = line.split('\t');
        let row = [(); COLUMNS].map(|()| cells.next().unwrap_or(""));
        (cells.next().is_none() && row.iter().all(|cell| !cell.is_empty())).then_some(row)
    })
}

/// The cell's content; none if the cell is `-`.
pub(crate) fn optional(cell: &'static str) -> Option<&'static str> {
    (cell != "-").then_some(cell)
}

/// The comma-separated items of a cell; none if the cell is `-`.
pub(crate) fn list(cell: &'static str) -> impl Iterator<Item = &'static str> {
    optional(cell).into_iter().flat_map(|cell| cell.split(','))
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .skip(1)
}

/// How many rows a data file has, well-formed or not. Tables compare it with what they have read.
#[cfg(test)]
pub(crate) fn row_count(text: &'static str) -> usize {
    lines(text).count()
}
