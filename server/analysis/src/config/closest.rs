use strsim::levenshtein;

/// The known word that was probably meant: one that starts with `word`, or differs from it by a typing error or two.
pub(crate) fn closest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    const SHORTEST_BEGINNING: usize = 3;
    let allowed = 1 + word.chars().count() / 5;
    let distance_to = |candidate: &str| {
        let is_beginning = word.len() >= SHORTEST_BEGINNING && candidate.starts_with(word);
        if is_beginning {
            1
        } else {
            levenshtein(word, candidate)
        }
    };
    known
        .into_iter()
        .map(|candidate| (distance_to(candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
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
    }
}
