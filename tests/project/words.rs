//! Words that make a text read like a translation: neither users' texts nor comments have them.

use trustpub_tests::project::{files_below, rust_files_below};
use trustpub_tests::rust_texts::literals;

/// A word, and the expressions in which it is good English.
struct Word {
    word: &'static str,
    allowed: &'static [&'static str],
}

const WORDS: [Word; 11] = [
    // For "after".
    Word {
        word: "behind",
        allowed: &[
            "is behind",
            "left behind",
            "leaves behind",
            "behind a firewall",
            "behind a translator",
        ],
    },
    // For "is" and "is written".
    Word {
        word: "stands",
        allowed: &["stands for", "stands in for", "stands in the way"],
    },
    Word {
        word: "stand",
        allowed: &["stand for", "stand in for", "stand-in"],
    },
    // For "is not a".
    Word {
        word: "is no",
        allowed: &["there is no"],
    },
    Word {
        word: "are no",
        allowed: &["there are no"],
    },
    // For "none if".
    Word {
        word: "none where",
        allowed: &[],
    },
    Word {
        word: "nobody",
        allowed: &[],
    },
    // For "ships" and "installs".
    Word {
        word: "brings",
        allowed: &[],
    },
    Word {
        word: "bring",
        allowed: &[],
    },
    // For "a caller that", "the tool that".
    Word {
        word: "Who",
        allowed: &[],
    },
    // For "ID token".
    Word {
        word: "id token",
        allowed: &[],
    },
];

impl Word {
    /// How often a text has the word outside the allowed expressions. "is no longer" and words in code do not count.
    fn count(&self, text: &str) -> usize {
        let text = without_code(text);
        let capital =
            self.word.get(..1).unwrap_or_default().to_uppercase() + self.word.get(1..).unwrap_or_default();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\'');
        let small = text.match_indices(self.word).filter(|_| capital != self.word);
        let starts = small.chain(text.match_indices(&capital)).map(|(start, _)| start);
        let found = starts.filter(|&start| {
            let (before, rest) = text.split_at(start);
            let after = rest.get(self.word.len()..).unwrap_or_default();
            let is_word = !before.ends_with(is_part) && !after.starts_with(is_part);
            let is_idiom = [" longer", " more", " other"]
                .iter()
                .any(|end| self.word.ends_with(" no") && after.starts_with(end));
            is_word
                && !is_idiom
                && !self
                    .allowed
                    .iter()
                    .any(|phrase| is_inside(phrase, self.word, &text, start))
        });
        found.count()
    }
}

/// Whether the word at `start` is the one of a phrase.
fn is_inside(phrase: &str, word: &str, text: &str, start: usize) -> bool {
    let from = phrase.find(word).and_then(|offset| start.checked_sub(offset));
    let found = from.and_then(|from| text.get(from..from + phrase.len()));
    found.is_some_and(|found| found.eq_ignore_ascii_case(phrase))
}

/// The text without what is in backquotes.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join("``")
}

#[test]
fn texts_for_users_have_no_such_word() {
    let mut texts: Vec<(String, String)> = Vec::new();
    for folder in [
        "",
        "docs",
        "editors",
        "tests/cli/help",
        "tests/cli/explain/answers",
    ] {
        let files = files_below(folder).into_iter().filter(|file| {
            let is_here = !folder.is_empty() || !file.path.contains('/');
            let is_text = [".md", ".txt", "schema.json"]
                .iter()
                .any(|end| file.path.ends_with(end));
            is_here && (is_text || file.path == "editors/vscode/package.json")
        });
        texts.extend(files.map(|file| (file.path, file.text)));
    }
    for file in rust_files_below("server")
        .into_iter()
        .filter(|file| !file.is_test())
    {
        let said = literals(&file.text)
            .into_iter()
            .filter(|literal| literal.text.contains(' '));
        texts.extend(said.map(|literal| (file.path.clone(), literal.text)));
    }
    assert!(texts.len() > 2_000, "{} texts", texts.len());
    let mut found = Vec::new();
    for (path, text) in &texts {
        for line in text.lines().filter(|line| line.len() < 5_000) {
            let words = WORDS.iter().filter(|word| word.count(line) > 0);
            found.extend(words.map(|word| format!("{path}: \"{}\" in: {}", word.word, line.trim())));
        }
    }
    println!("{} texts looked at", texts.len());
    assert!(
        found.is_empty(),
        "write this in plainer words:\n{}",
        found.join("\n")
    );
}

#[test]
fn comments_have_no_such_word() {
    let mut files = rust_files_below("server");
    files.extend(rust_files_below("tests"));
    let comments: Vec<(&str, &str)> = files
        .iter()
        .flat_map(|file| {
            file.text
                .lines()
                .filter_map(comment)
                .map(|text| (file.path.as_str(), text))
        })
        .collect();
    assert!(comments.len() > 10_000, "{} comments", comments.len());
    println!("{} lines of comments looked at", comments.len());
    let found: Vec<String> = comments
        .iter()
        .filter(|(_, text)| WORDS.iter().any(|word| word.count(text) > 0))
        .map(|(path, text)| format!("{path}: {text}"))
        .collect();
    assert!(
        found.is_empty(),
        "write this in plainer words:\n{}",
        found.join("\n")
    );
}

/// The comment of a line.
fn comment(line: &str) -> Option<&str> {
    let line = line.trim();
    match line.starts_with("//") {
        true => Some(line),
        false => line.split_once(" // ").map(|(_, comment)| comment),
    }
}

#[test]
fn words_are_counted_outside_idioms_and_code() {
    let count = |word: &str, text: &str| {
        let word = WORDS.iter().find(|listed| listed.word == word);
        word.map(|word| word.count(text))
    };
    assert_eq!(
        count("behind", "Behind it, and a branch that is behind."),
        Some(1)
    );
    assert_eq!(
        count(
            "is no",
            "It is no token, there is no token, and it is no longer read."
        ),
        Some(1)
    );
    assert_eq!(count("Who", "Who publishes, whoever it is; `Who`"), Some(1));
    assert_eq!(
        count("stands", "`*` stands for a name that stands there"),
        Some(1)
    );
}
