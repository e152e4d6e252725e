//! Typing inside a word: the one edit for which a text need not be parsed again.
//!
//! Where letters, digits and a few harmless signs of a plain scalar are replaced by others of the same kind, no YAML
//! reader can see anything else in the text than before: the scalar has another value, and what follows it has
//! moved. That is what most key strokes in a workflow do, and parsing is most of what a key stroke costs.

use super::{NodeKind, ScalarStyle, YamlTree, node_at};
use crate::text::TextRange;

/// Changes the tree of `old` into that of `new`, if only a word was typed in, and returns what has moved. Otherwise the
/// tree stays as it is.
pub(crate) fn retype(tree: &mut YamlTree, old: &str, new: &str) -> Option<Moved> {
    let word = retyped_word(tree, old, new)?;
    let moved = Moved {
        word: word.old.start(),
        from: word.old.end(),
        to: word.old.start() + word.value.len(),
    };
    for node in &mut tree.nodes {
        node.range = moved.range(node.range);
    }
    if let Some(node) = tree.nodes.get_mut(word.node)
        && let NodeKind::Scalar { value, .. } = &mut node.kind
    {
        *value = word.value;
    }
    Some(moved)
}

struct RetypedWord {
    node: usize,
    old: TextRange,
    value: String,
}

fn retyped_word(tree: &YamlTree, old: &str, new: &str) -> Option<RetypedWord> {
    let start = common_prefix(old, new);
    let behind = common_suffix(old.get(start..)?, new.get(start..)?);
    let scalar = node_at(tree, start)?;
    let range = scalar.range();
    let is_inside = range.start() <= start && old.len() - behind <= range.end();
    // A key decides more than its own text: whether it occurs twice.
    let is_key = scalar
        .parent()?
        .entries()
        .any(|entry| entry.key.id() == scalar.id());
    let value = scalar.as_str()?;
    let is_plain = !scalar.is_alias() && scalar.scalar_style() == Some(ScalarStyle::Plain);
    let is_as_written = range.slice(old) == value;
    if !is_inside || is_key || !is_plain || !is_as_written || !is_word(value) {
        return None;
    }
    let new_end = (range.end() + new.len()).checked_sub(old.len())?;
    let value = new.get(range.start()..new_end)?;
    is_word(value).then(|| RetypedWord {
        node: scalar.id().0 as usize,
        old: range,
        value: value.to_owned(),
    })
}

/// Text that YAML reads as one plain scalar wherever one may be.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'/' | b'-' | b'@' | b'^'))
}

/// Texts are compared in blocks of this many bytes as long as they are equal, and only then byte by byte.
const BLOCK: usize = 64;

fn common_prefix(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let blocks = a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK));
    let same = blocks.take_while(|(a, b)| a == b).count() * BLOCK;
    let rest = a.iter().zip(b).skip(same);
    same + rest.take_while(|(a, b)| a == b).count()
}

fn common_suffix(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let blocks = a.rchunks_exact(BLOCK).zip(b.rchunks_exact(BLOCK));
    let same = blocks.take_while(|(a, b)| a == b).count() * BLOCK;
    let rest = a.iter().rev().zip(b.iter().rev()).skip(same);
    same + rest.take_while(|(a, b)| a == b).count()
}

/// Everything from one offset on is at another one.
pub(crate) struct Moved {
    word: usize,
    from: usize,
    to: usize,
}

impl Moved {
    /// Whether a range ends before the word that was typed in.
    pub(crate) fn is_after(&self, range: TextRange) -> bool {
        range.end() <= self.word
    }

    /// Where something is now that was at this offset.
    pub(crate) fn offset(&self, offset: usize) -> usize {
        if offset >= self.from {
            offset - self.from + self.to
        } else {
            offset
        }
    }

    fn range(&self, range: TextRange) -> TextRange {
        TextRange::new(self.offset(range.start()), self.offset(range.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_yaml;
    use super::*;
    use crate::text::LineIndex;

    const TEXT: &str = "on: push\njobs:\n  a: # é😀\n    runs-on: ubuntu-latest # here\n    needs: [x, yy]\n    steps:\n      \
                        - uses: a/b@v1\n      - run: |\n          npm publish\n        env: {A: b}\n      - name: a b\n";

    fn same(a: &YamlTree, b: &YamlTree) -> bool {
        format!("{a:?}") == format!("{b:?}")
    }

    #[test]
    fn every_single_edit_gives_the_tree_that_parsing_gives() {
        let mut taken = 0;
        for at in 0..=TEXT.len() {
            for typed in ["x", "7", "-", ".", ":", " ", "#", "\n", "é", "'", "*", ""] {
                for cut in 0..3 {
                    let (Some(before), Some(behind)) = (TEXT.get(..at), TEXT.get(at + cut..)) else {
                        continue;
                    };
                    let new = format!("{before}{typed}{behind}");
                    let mut tree = parse_yaml(TEXT).tree;
                    if let Some(moved) = retype(&mut tree, TEXT, &new) {
                        let parsed = parse_yaml(&new);
                        let mut lines = LineIndex::new(TEXT);
                        lines.move_starts(|start| moved.offset(start));
                        assert_eq!(lines, LineIndex::new(&new), "{new}");
                        assert!(parsed.errors.is_empty() && same(&tree, &parsed.tree), "{new}");
                        taken += 1;
                    } else {
                        assert!(same(&tree, &parse_yaml(TEXT).tree), "{new}");
                    }
                }
            }
        }
        assert!(taken > 300, "only {taken} edits were taken");
    }
}
