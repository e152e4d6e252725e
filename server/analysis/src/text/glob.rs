use globset::{GlobBuilder, GlobMatcher};

/// More bytes than any path has. A glob of very many stars would make a regular expression that is too large to compile.
const LONGEST: usize = 4096;

/// The matcher of a glob in which `*` does not stand for `/`. An error says what is wrong with the glob.
pub(crate) fn glob_matcher(glob: &str) -> Result<GlobMatcher, String> {
    if glob.len() > LONGEST {
        return Err(format!("it has more than {LONGEST} bytes"));
    }
    let glob = GlobBuilder::new(glob).literal_separator(true).build();
    let glob = glob.map_err(|error| error.kind().to_string())?;
    Ok(glob.compile_matcher())
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
        for glob in ["*".repeat(100_000), "**/".repeat(50_000)] {
            assert!(glob_matcher(&glob).is_err());
        }
    }
}
