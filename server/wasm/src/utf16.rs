use trustpub_analysis::TextRange;

/// A range in UTF-16 code units from the start of the text, as JavaScript counts.
pub(crate) fn utf16_range(text: &str, range: TextRange) -> [usize; 2] {
    [range.start(), range.end()].map(|offset| {
        let before = text.get(..offset).unwrap_or(text);
        before.chars().map(char::len_utf16).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_as_javascript_does() {
        assert_eq!(utf16_range("é🚀x", TextRange::new(2, 6)), [1, 3]);
        assert_eq!(utf16_range("é🚀x", TextRange::new(6, 7)), [3, 4]);
    }
}
