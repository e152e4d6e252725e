//! `include.path` and `includeIf`.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;

use super::config::{ConfigEntry, parse};
use super::read_small_file;

/// How deep git lets files include each other.
const DEEPEST: usize = 10;

/// How many files are read at most, so that files which include each other more than once come to an end too.
const MOST_FILES: usize = 64;

/// The variables of the files, those of included files where the include is. A file that is missing or
/// cannot be read has none.
pub(super) fn read_with_includes(
    files: &[PathBuf],
    git_folder: &Path,
    home: Option<&Path>,
) -> Vec<ConfigEntry> {
    let mut reader = IncludeReader {
        git_folder,
        home,
        files_left: MOST_FILES,
        entries: Vec::new(),
    };
    for file in files {
        reader.read(file, DEEPEST);
    }
    reader.entries
}

struct IncludeReader<'a> {
    git_folder: &'a Path,
    home: Option<&'a Path>,
    files_left: usize,
    entries: Vec<ConfigEntry>,
}

impl IncludeReader<'_> {
    fn read(&mut self, file: &Path, depth_left: usize) {
        if self.files_left == 0 {
            return;
        }
        self.files_left -= 1;
        let Some(text) = read_small_file(file) else {
            return;
        };
        for entry in parse(&text) {
            let included = self.included_file(&entry, file);
            self.entries.push(entry);
            if let Some(included) = included.filter(|_| depth_left > 0) {
                self.read(&included, depth_left - 1);
            }
        }
    }

    /// The file that the entry includes here.
    fn included_file(&self, entry: &ConfigEntry, file: &Path) -> Option<PathBuf> {
        let is_included = match (entry.section.as_str(), &entry.subsection) {
            ("include", None) => true,
            ("includeif", Some(condition)) => self.holds(condition, file),
            _ => false,
        };
        let path = entry.value.as_deref()?;
        if !is_included || entry.key != "path" || path.is_empty() {
            return None;
        }
        match path.strip_prefix("~/") {
            Some(below_home) => Some(self.home?.join(below_home)),
            None => Some(folder_of(file).join(path)),
        }
    }

    /// Whether a condition holds. Conditions other than those on the git folder count as not met: they ask for the
    /// branch or for remotes, on which an address does not sensibly depend.
    fn holds(&self, condition: &str, file: &Path) -> bool {
        let Some((kind, pattern)) = condition.split_once(':') else {
            return false;
        };
        let ignores_case = match kind.to_ascii_lowercase().as_str() {
            "gitdir" => false,
            "gitdir/i" => true,
            _ => return false,
        };
        let Some(pattern) = self.full_pattern(pattern, file) else {
            return false;
        };
        // A pattern that is longer than a path, or braces in braces, would make too large a regular expression.
        pattern.len() <= 4096
            && pattern.matches('{').count() <= 16
            && GlobBuilder::new(&pattern)
                .literal_separator(true)
                .case_insensitive(ignores_case)
                .build()
                .is_ok_and(|glob| glob.compile_matcher().is_match(self.git_folder))
    }

    fn full_pattern(&self, pattern: &str, file: &Path) -> Option<String> {
        let escaped = |folder: &Path| Some(globset::escape(folder.to_str()?));
        let mut full = if let Some(below_home) = pattern.strip_prefix("~/") {
            format!("{}/{below_home}", escaped(self.home?)?)
        } else if let Some(below_file) = pattern.strip_prefix("./") {
            format!("{}/{below_file}", escaped(folder_of(file))?)
        } else if Path::new(pattern).is_absolute() {
            pattern.to_owned()
        } else {
            format!("**/{pattern}")
        };
        if full.ends_with('/') {
            full.push_str("**");
        }
        Some(full)
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}
