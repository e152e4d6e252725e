//! As much of Markdown as the tests of documents need.

/// A fenced block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fence<'m> {
    /// What follows the opening fence: `yaml,bad`.
    pub info: &'m str,
    /// The lines between the fences.
    pub text: String,
    /// The number of the opening fence's line, from 1.
    pub line: usize,
}

impl Fence<'_> {
    /// The language: the first word of the info string.
    pub fn language(&self) -> &str {
        self.words().next().unwrap_or("")
    }

    /// Whether the info string has this word.
    pub fn is(&self, word: &str) -> bool {
        self.words().any(|other| other == word)
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.info.split([',', ' ']).filter(|word| !word.is_empty())
    }
}

/// The fenced blocks of a document.
pub fn fences(markdown: &str) -> Vec<Fence<'_>> {
    let mut fences = Vec::new();
    let mut open: Option<Fence> = None;
    for (number, line) in markdown.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(info), None) => {
                open = Some(Fence {
                    info: info.trim(),
                    text: String::new(),
                    line: number + 1,
                });
            }
            (Some(_), Some(_)) => fences.extend(open.take()),
            (None, Some(fence)) => {
                fence.text.push_str(line);
                fence.text.push('\n');
            }
            (None, None) => {}
        }
    }
    fences
}

/// The headings of a document, without their `#`s, outside fenced blocks.
pub fn headings(markdown: &str) -> Vec<&str> {
    prose_lines(markdown)
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim())
        .collect()
}

/// The inline code and the link targets of a document, outside fenced blocks.
pub fn code_and_links(markdown: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in prose_lines(markdown) {
        found.extend(line.split('`').skip(1).step_by(2));
        found.extend(line.split("](").skip(1).filter_map(|rest| rest.split(')').next()));
    }
    found
}

fn prose_lines(markdown: &str) -> impl Iterator<Item = &str> {
    let mut is_in_fence = false;
    markdown.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_in_fence ^= is_fence;
        !is_fence && !is_in_fence
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str =
        "# One\n\ntext `a/b` and [c](d/e.md)\n\n```yaml,bad\n# no heading `x`\n```\n## Two\n";

    #[test]
    fn blocks_and_prose_are_told_apart() {
        let [fence] = fences(DOCUMENT).try_into().unwrap();
        assert_eq!((fence.language(), fence.line), ("yaml", 5));
        assert!(fence.is("bad") && !fence.is("good"));
        assert_eq!(fence.text, "# no heading `x`\n");
        assert_eq!(headings(DOCUMENT), ["One", "Two"]);
        assert_eq!(code_and_links(DOCUMENT), ["a/b", "d/e.md"]);
    }
}
