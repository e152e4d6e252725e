use globset::{GlobBuilder, GlobMatcher};

/// More bytes than any path has. A glob of very many stars would make a regular expression that is too large to compile.
const LONGEST: usize = 4096;

/// Braces in braces that nobody writes: each is a group within a group of a regular expression.
const DEEPEST: usize = 16;

/// The matcher of a glob in which `*` does not stand for `/`. An error says what is wrong with the glob.
pub(crate) fn glob_matcher(glob: &str) -> Result<GlobMatcher, String> {
    if glob.len() > LONGEST {
        return Err(format!("it has more than {LONGEST} bytes"));
    }
    if depth(glob) > DEEPEST {
        return Err(format!("it has more than {DEEPEST} braces in each other"));
    }
    let glob = GlobBuilder::new(glob).literal_separator(true).build();
    let glob = glob.map_err(|error| error.kind().to_string())?;
    Ok(glob.compile_matcher())
}

/// How many braces are open at most.
fn depth(glob: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in glob.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_matches_within_a_folder() {
        let matcher = glob_matcher("packages/*").unwrap();
        assert!(matcher.is_match("packages/a"));
        assert!(!matcher.is_match("packages/a/b"));
        assert!(glob_matcher("a[").is_err());
    }

    #[test]
    fn any_number_of_stars_is_an_answer() {
        for glob in [
            "*".repeat(LONGEST),
            "?".repeat(LONGEST),
            "{a,b}".repeat(LONGEST / 5),
            "[a-z]".repeat(LONGEST / 5),
        ] {
            assert!(glob_matcher(&glob).is_ok(), "{:?}", glob.get(..8));
        }
        let nested = format!("{}a{}", "{a,".repeat(200), "}".repeat(200));
        for glob in ["*".repeat(100_000), "**/".repeat(50_000), nested, "{".repeat(300)] {
            assert!(glob_matcher(&glob).is_err());
        }
    }
}
