use crate::text::{PathGlob, glob_matcher};

/// A glob: `*` stands for anything but `/`, `**` for folders, `{a,b}` for one of several.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    text: String,
    matcher: PathGlob,
}

impl Pattern {
    /// Reads a glob; says what is wrong with it where it is none.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        Ok(Self {
            text: text.to_owned(),
            matcher: glob_matcher(text)?,
        })
    }

    /// Whether it names exactly one thing.
    pub(crate) fn is_literal(&self) -> bool {
        !self.text.contains(['*', '?', '[', '{', '\\'])
    }

    /// Whether the name of a package fits.
    pub(crate) fn matches_name(&self, name: &str) -> bool {
        self.matcher.is_match(name)
    }

    /// Whether a file, or a folder that it lies in, fits.
    pub(crate) fn matches_path(&self, path: &str) -> bool {
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        self.matcher.is_match(path) || folders.into_iter().any(|folder| self.matcher.is_match(folder))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_the_folders_around_them_fit() {
        for (glob, path, fits) in [
            ("legacy", "legacy/a/package.json", true),
            ("legacy/**", "legacy/a/package.json", true),
            ("legacy/*", "legacy/a/package.json", true),
            ("legacy", "packages/legacy/package.json", false),
            ("**/package.json", "a/b/package.json", true),
            (".github/workflows/*.yml", ".github/workflows/release.yml", true),
            (".github/workflows/{a,b}.yml", ".github/workflows/c.yml", false),
            ("package.json", "package.json", true),
        ] {
            assert_eq!(
                Pattern::new(glob).unwrap().matches_path(path),
                fits,
                "{glob} {path}"
            );
        }
    }

    #[test]
    fn a_star_stays_inside_a_scope() {
        let fits = |glob: &str, name| Pattern::new(glob).unwrap().matches_name(name);
        assert!(fits("@acme/*", "@acme/widget"));
        assert!(fits("widget", "widget"));
        assert!(!fits("*", "@acme/widget"));
        assert!(Pattern::new("a[").is_err());
    }
}
