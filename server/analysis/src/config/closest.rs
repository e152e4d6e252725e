/// The word that was probably meant: one that starts with what was written, or that a slip of the finger or two
/// lead to.
pub(crate) fn closest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    const SHORTEST_BEGINNING: usize = 3;
    let allowed = 1 + word.chars().count() / 5;
    let distance_to = |candidate: &str| {
        let is_beginning = word.len() >= SHORTEST_BEGINNING && candidate.starts_with(word);
        if is_beginning {
            1
        } else {
            distance(word, candidate)
        }
    };
    known
        .into_iter()
        .map(|candidate| (distance_to(candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, removed or replaced to come from one word to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, from) in from.chars().enumerate() {
        let mut next = vec![line + 1];
        for ((to, pair), left) in to.iter().zip(row.windows(2)).zip(0..) {
            let &[diagonal, above] = pair else { continue };
            let replaced = diagonal + usize::from(from != *to);
            let inserted = next.get(left).copied().unwrap_or(usize::MAX - 1) + 1;
            next.push(replaced.min(above + 1).min(inserted));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_beginnings_are_recognised() {
        let words = ["error", "warning", "information", "hint", "off"];
        for (word, expected) in [
            ("warn", Some("warning")),
            ("info", Some("information")),
            ("eror", Some("error")),
            ("Off", Some("off")),
            ("hnit", None),
            ("x", None),
            ("", None),
            ("severe", None),
        ] {
            assert_eq!(closest(word, words), expected, "{word}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
