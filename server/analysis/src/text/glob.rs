use globset::{GlobBuilder, GlobMatcher};

/// More bytes than any path has. A glob of very many stars would make a regular expression that is too large to compile.
const LONGEST: usize = 4096;

/// Deeper braces than this do not occur: each is a group within a group of a regular expression.
const DEEPEST: usize = 16;

/// What matches paths with a glob.
#[derive(Clone, Debug)]
pub(crate) enum PathGlob {
    /// `packages/core`
    Path(String),
    /// `packages/*`, by the part in front of `/*`. Most globs are one of these two, and to compile a regular expression takes as
    /// long as a walk through a job.
    Children(String),
    /// Any other.
    Compiled(GlobMatcher),
}

impl PathGlob {
    /// Whether the glob matches all of the path.
    pub(crate) fn is_match(&self, path: &str) -> bool {
        match self {
            Self::Path(known) => known == path,
            Self::Children(folder) => {
                let rest = path.strip_prefix(folder.as_str());
                let name = rest.and_then(|rest| rest.strip_prefix('/'));
                name.is_some_and(|name| !name.contains('/'))
            }
            Self::Compiled(matcher) => matcher.is_match(path),
        }
    }
}

/// The matcher of a glob in which `*` does not stand for `/`. An error says what is wrong with the glob.
pub(crate) fn glob_matcher(glob: &str) -> Result<PathGlob, String> {
    if glob.len() > LONGEST {
        return Err(format!("it has more than {LONGEST} bytes"));
    }
    let is_literal = |part: &str| !part.contains(['*', '?', '[', ']', '{', '}', '\\', '!']);
    if is_literal(glob) {
        return Ok(PathGlob::Path(glob.to_owned()));
    }
    if let Some(folder) = glob.strip_suffix("/*").filter(|folder| is_literal(folder)) {
        return Ok(PathGlob::Children(folder.to_owned()));
    }
    if depth(glob) > DEEPEST {
        return Err(format!("it has more than {DEEPEST} braces in each other"));
    }
    let glob = GlobBuilder::new(glob).literal_separator(true).build();
    let glob = glob.map_err(|error| error.kind().to_string())?;
    Ok(PathGlob::Compiled(glob.compile_matcher()))
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
    fn common_globs_match_without_a_regular_expression_what_they_match_with_one() {
        for glob in ["packages/*", "packages/core", "a/b/*", "/*", "a/", "", "é/*"] {
            let compiled = GlobBuilder::new(glob).literal_separator(true).build().unwrap();
            let (ours, compiled) = (glob_matcher(glob).unwrap(), compiled.compile_matcher());
            assert!(!matches!(ours, PathGlob::Compiled(_)), "{glob}");
            for path in [
                "",
                "a",
                "a/",
                "a/b",
                "a/b/c",
                "packages",
                "packages/",
                "packages/core",
                "packages/core/x",
                "packagesx/y",
                "/x",
                "é/ü",
                "packages/.x",
            ] {
                assert_eq!(ours.is_match(path), compiled.is_match(path), "{glob} {path}");
            }
        }
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
