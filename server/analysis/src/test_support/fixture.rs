use super::mark::Mark;
use super::repository::{TestFile, TestRepository};
use crate::model::repository::RepositorySlug;
use crate::text::{FileKind, FilePath};

/// A repository written as one text, and what its caret lines expect.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fixture {
    /// The repository, without the caret lines and the cursor.
    pub repository: TestRepository,
    pub(crate) marks: Vec<(FilePath, Mark)>,
    pub(crate) cursor: Option<(FilePath, usize)>,
}

const CURSOR: &str = "$0";
/// Before the path of a file that is read only where the analysis asks for it.
const ON_DEMAND: &str = "on demand: ";

impl Fixture {
    /// Reads a fixture; says what is wrong with it where it cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut fixture = Self::default();
        let mut lines_of_file = 0;
        for line in unindented_lines(text)? {
            match line.strip_prefix("#- ") {
                Some(header) => {
                    fixture.read_header(header.trim_end())?;
                    lines_of_file = 0;
                }
                None => lines_of_file += fixture.read_line(line, lines_of_file)?,
            }
        }
        Ok(fixture)
    }

    /// Reads a fixture in which `$0` stands for the cursor. (A script's `$0` is to be written `${0}` there.)
    pub fn parse_with_cursor(text: &str) -> Result<Self, String> {
        let mut fixture = Self::parse(text)?;
        for file in &mut fixture.repository.files {
            let Some(text) = &mut file.text else { continue };
            while let Some(offset) = text.find(CURSOR) {
                text.replace_range(offset..offset + CURSOR.len(), "");
                if fixture.cursor.replace((file.path.clone(), offset)).is_some() {
                    return Err("the fixture has more than one cursor".to_owned());
                }
            }
        }
        Ok(fixture)
    }

    fn read_header(&mut self, header: &str) -> Result<(), String> {
        if let Some(slug) = header.strip_prefix("repository: ") {
            let slug = RepositorySlug::parse(slug).ok_or_else(|| format!("`{slug}` is not owner/name"))?;
            self.repository.slug = Some(slug);
            return Ok(());
        }
        let is_on_demand = header.starts_with(ON_DEMAND);
        let header = header.strip_prefix(ON_DEMAND).unwrap_or(header);
        let (path, text) = match header.strip_prefix("unreadable: ") {
            Some(path) => (path, None),
            None => (header, Some(String::new())),
        };
        let path = FilePath::new(path).ok_or_else(|| format!("`{path}` leads out of the repository"))?;
        if FileKind::of(path.as_str()).is_none() && !is_on_demand {
            return Err(format!(
                "the analysis has no use for a file {path}: a misspelt path?"
            ));
        }
        if self.repository.files.iter().any(|file| file.path == path) {
            return Err(format!("the fixture has two files {path}"));
        }
        self.repository.files.push(TestFile { path, text });
        Ok(())
    }

    /// Returns how many lines the file grows by: none for a caret line.
    fn read_line(&mut self, line: &str, lines_of_file: usize) -> Result<usize, String> {
        let place = || format!("`{}` is in no file", line.trim_end());
        let file = self.repository.files.last_mut().ok_or_else(place)?;
        match Mark::parse(line, lines_of_file.saturating_sub(1))? {
            Some(mark) => {
                self.marks.push((file.path.clone(), mark));
                Ok(0)
            }
            None => {
                file.text.as_mut().ok_or_else(place)?.push_str(line);
                Ok(1)
            }
        }
    }

    /// The repository as a fixture, with a caret line for each of `marks`.
    pub(crate) fn render(repository: &TestRepository, marks: &[(FilePath, Mark)]) -> String {
        let mut result = String::new();
        if let Some(slug) = &repository.slug {
            result.push_str(&format!("#- repository: {slug}\n"));
        }
        for file in &repository.files {
            let Some(text) = &file.text else {
                result.push_str(&format!("#- unreadable: {}\n", file.path));
                continue;
            };
            let is_on_demand = FileKind::of(file.path.as_str()).is_none();
            let on_demand = if is_on_demand { ON_DEMAND } else { "" };
            result.push_str(&format!("#- {on_demand}{}\n", file.path));
            let comment = if file.path.as_str().ends_with(".json") {
                "//"
            } else {
                "#"
            };
            let lines = text.split_inclusive('\n').collect::<Vec<_>>();
            // An empty file has no line, but its first line can be marked all the same.
            for number in 0..lines.len().max(1) {
                let line = lines.get(number).copied().unwrap_or("");
                result.push_str(line);
                let mut marks_of_line: Vec<&Mark> = marks
                    .iter()
                    .filter(|(path, mark)| *path == file.path && mark.place.line == number)
                    .map(|(_, mark)| mark)
                    .collect();
                marks_of_line.sort_by_key(|mark| mark.place);
                if !result.ends_with('\n') {
                    result.push('\n');
                }
                for mark in marks_of_line {
                    result.push_str(&mark.render(comment));
                    result.push('\n');
                }
            }
        }
        result
    }
}

/// The fixture's lines, each with its line break, without the indentation that the first line has: so that a
/// fixture can be indented like the code around it. The empty first line after `r"` and the blanks in front of
/// the closing quote are not part of it.
fn unindented_lines(text: &str) -> Result<Vec<&str>, String> {
    let text = text
        .strip_prefix("\r\n")
        .or_else(|| text.strip_prefix('\n'))
        .unwrap_or(text);
    let indentation = " ".repeat(text.len() - text.trim_start_matches(' ').len());
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.last().is_some_and(|line| line.chars().all(|c| c == ' ')) {
        lines.pop();
    }
    let unindented = lines
        .into_iter()
        .map(|line| match line.strip_prefix(&indentation) {
            Some(rest) => Ok(rest),
            None if line.trim().is_empty() => Ok(line.trim_start_matches(' ')),
            None => Err(format!("this line is indented less than the first one:\n{line}")),
        });
    unindented.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(fixture: &str) -> Vec<(String, Option<String>)> {
        let files = Fixture::parse(fixture).unwrap().repository.files;
        files
            .into_iter()
            .map(|file| (file.path.to_string(), file.text))
            .collect()
    }

    fn text(fixture: &str) -> String {
        texts(fixture).remove(0).1.unwrap()
    }

    #[test]
    fn files_marks_and_repository_are_told_apart() {
        let fixture = r#"
            #- repository: acme/widget
            #- .github/workflows/release.yml
            on: push

              # an indented comment
            #    ^^^^ error[some-rule]: m
            #- unreadable: .npmrc
            #- package.json
            { "name": "x" }
            //        ^^^ hint[some-rule]
        "#;
        assert_eq!(
            texts(fixture),
            [
                (
                    ".github/workflows/release.yml".to_owned(),
                    Some("on: push\n\n  # an indented comment\n".to_owned())
                ),
                (".npmrc".to_owned(), None),
                (
                    "package.json".to_owned(),
                    Some("{ \"name\": \"x\" }\n".to_owned())
                ),
            ]
        );
        let fixture = Fixture::parse(fixture).unwrap();
        assert_eq!(fixture.repository.slug, RepositorySlug::parse("acme/widget"));
        let lines: Vec<_> = fixture
            .marks
            .iter()
            .map(|(path, mark)| (path.as_str(), mark.place.line))
            .collect();
        assert_eq!(lines, [(".github/workflows/release.yml", 2), ("package.json", 0)]);
    }

    #[test]
    fn line_ends_are_kept_and_the_last_may_be_missing() {
        assert_eq!(text("#- .npmrc\na=1\nb=2"), "a=1\nb=2");
        assert_eq!(
            text("#- .npmrc\r\na=1\r\n# ^ hint[x]\r\nb=2\r\n"),
            "a=1\r\nb=2\r\n"
        );
        assert_eq!(text("  #- .npmrc\n\n  a=1\n \n    b=2\n  "), "\na=1\n\n  b=2\n");
        assert_eq!(text("#- .npmrc\n"), "");
    }

    #[test]
    fn the_cursor_is_taken_out_only_where_it_is_asked_for() {
        let fixture = "#- .npmrc\na=$01\n";
        assert_eq!(text(fixture), "a=$01\n");
        let fixture = Fixture::parse_with_cursor(fixture).unwrap();
        assert_eq!(fixture.repository.files[0].text.as_deref(), Some("a=1\n"));
        assert_eq!(fixture.cursor, FilePath::new(".npmrc").map(|path| (path, 2)));
        assert!(Fixture::parse_with_cursor("#- .npmrc\n$0=$0\n").is_err());
    }

    #[test]
    fn mistakes_are_reported() {
        for (fixture, says) in [
            ("a: 1\n", "in no file"),
            ("#- unreadable: .npmrc\na=1\n", "in no file"),
            ("#- README.md\n", "misspelt"),
            ("#- ../package.json\n", "out of the repository"),
            ("#- .npmrc\n#- .npmrc\n", "two files"),
            ("#- repository: acme\n", "owner/name"),
            ("#- .npmrc\n# ^^ eror[x]: y\n", "cannot be read"),
            ("  #- .npmrc\n a=1\n", "indented less"),
        ] {
            let error = Fixture::parse(fixture).unwrap_err();
            assert!(error.contains(says), "{fixture:?} says {error:?}");
        }
    }

    #[test]
    fn what_is_rendered_reads_the_same() {
        for fixture in [
            "#- repository: acme/widget\n#- .npmrc\na=1\n# ^ error[x]: m\nb=é2\n^^^…+3 hint[x]: n\n",
            "#- package.json\n{}\n ^ hint💡[x]: m\n//  ! warning[y]: n\n#- .nvmrc\n24\n#- unreadable: .npmrc\n",
            "#- .npmrc\n! error[x]: an empty file\n",
        ] {
            let parsed = Fixture::parse(fixture).unwrap();
            assert_eq!(Fixture::render(&parsed.repository, &parsed.marks), fixture);
        }
    }
}
