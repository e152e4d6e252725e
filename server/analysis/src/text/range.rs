use std::fmt;

/// A half-open range of bytes in a file's text.
///
/// The start is never greater than the end. Files are limited to 4 GiB by the 32-bit offsets; the host
/// refuses files that are far smaller than that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TextRange {
    start: u32,
    end: u32,
}

impl TextRange {
    /// The range from `start` to `end`, both in bytes. A reversed pair gives the empty range at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Self {
            start,
            end: end.max(start),
        }
    }

    /// The empty range at `offset`.
    pub(crate) fn empty(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The offset of the first byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The offset after the last byte.
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// The length in bytes.
    pub(crate) fn len(self) -> usize {
        self.end() - self.start()
    }

    /// Whether no byte lies in the range.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `offset` lies in the range or directly after its last byte, where a cursor still touches it.
    pub(crate) fn touches(self, offset: usize) -> bool {
        self.start() <= offset && offset <= self.end()
    }

    /// Whether all of `other` lies inside.
    pub(crate) fn contains_range(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the ranges share a byte, or one is empty and touches the other.
    pub fn intersects(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The smallest range that holds both.
    pub fn cover(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The same range moved by `offset` bytes towards the end.
    pub(crate) fn shift(self, offset: usize) -> Self {
        Self::new(self.start() + offset, self.end() + offset)
    }

    /// The text in the range; empty where the range does not lie in `text` or splits a character.
    pub(crate) fn slice(self, text: &str) -> &str {
        text.get(self.start()..self.end()).unwrap_or("")
    }
}

impl fmt::Debug for TextRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A value and the range of the text that it was read from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Ranged<T> {
    /// The value.
    pub value: T,
    /// Where it is.
    pub range: TextRange,
}

impl<T> Ranged<T> {
    /// A value with its range.
    pub(crate) fn new(value: T, range: TextRange) -> Self {
        Self { value, range }
    }
}

impl Ranged<String> {
    /// The value as a string slice.
    pub(crate) fn as_str(&self) -> &str {
        &self.value
    }
}
