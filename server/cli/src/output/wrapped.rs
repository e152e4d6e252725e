/// The text in lines of at most `width` characters, broken between words. A longer word has a line of its own.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_broken_between_words() {
        let lines = |width| wrapped("one two  three", width);
        assert_eq!(lines(80), ["one two three"]);
        assert_eq!(lines(7), ["one two", "three"]);
        assert_eq!(lines(4), ["one", "two", "three"]);
        assert_eq!(lines(0), ["one", "two", "three"]);
    }
}
