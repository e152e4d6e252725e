use std::sync::Arc;

use trustpub_analysis::FilePath;
use trustpub_analysis::test_support::{Random, TestFile, TestRepository};

/// What is tried: one input, and the files around it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) around: Arc<TestRepository>,
    pub(crate) place: Place,
    pub(crate) input: Vec<u8>,
}

/// Where the input goes.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// It is the text of this file.
    File(FilePath),
    /// It is put into the text of this file, as the lines of a block scalar.
    Block(FilePath),
    /// It is put into the text of this file, as a JSON string.
    JsonString(FilePath),
    /// It is not a file.
    Outside,
}

/// Stands for the input in the text of a file.
pub(crate) const HERE: &str = "@INPUT@";

/// A change that knows how the input, the first one, is built. The second one is to take pieces from. None if it does not apply.
pub(crate) type Change = fn(&[u8], &[u8], &mut Random) -> Option<Vec<u8>>;

/// Something that reads inputs.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    /// How many inputs are tried, unless a time is given.
    pub(crate) inputs: usize,
    pub(crate) seeds: fn() -> Vec<Case>,
    /// Words of its own, beside those that every target gets.
    pub(crate) words: &'static [&'static str],
    pub(crate) change: Change,
    /// What is wrong, or a summary of what the product says, one line each.
    pub(crate) check: fn(&Case) -> Result<Vec<String>, String>,
    /// What takes longer, and is asked of inputs that are answered in a new way and of some others.
    pub(crate) check_thoroughly: fn(&Case) -> Result<(), String>,
}

/// For targets that know no change of their own.
pub(crate) fn no_change(_: &[u8], _: &[u8], _: &mut Random) -> Option<Vec<u8>> {
    None
}

/// For targets that are checked at once.
pub(crate) fn nothing_more(_: &Case) -> Result<(), String> {
    Ok(())
}

impl Case {
    pub(crate) fn file(around: &Arc<TestRepository>, path: &FilePath) -> Option<Self> {
        let input = around.text(path)?.as_bytes().to_vec();
        Some(Self {
            around: Arc::clone(around),
            place: Place::File(path.clone()),
            input,
        })
    }

    pub(crate) fn with_input(&self, input: Vec<u8>) -> Self {
        Self {
            input,
            ..self.clone()
        }
    }

    /// The input as a file is read.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.input).into_owned()
    }

    /// The repository with the input in its place.
    pub(crate) fn repository(&self) -> TestRepository {
        let mut repository = (*self.around).clone();
        let (path, written) = match &self.place {
            Place::Outside => return repository,
            Place::File(path) => (path, self.text()),
            Place::Block(path) => (path, self.text().replace('\n', "\n          ")),
            Place::JsonString(path) => (path, serde_json::Value::from(self.text()).to_string()),
        };
        for file in repository.files.iter_mut().filter(|file| file.path == *path) {
            file.text = match (&self.place, &file.text) {
                (Place::File(_), _) | (_, None) => Some(written.clone()),
                (_, Some(text)) => Some(text.replace(HERE, &written)),
            };
        }
        repository
    }
}

/// A repository of these files.
pub(crate) fn repository(files: &[(&str, &str)]) -> Arc<TestRepository> {
    let files = files.iter().map(|(path, text)| TestFile {
        path: path_of(path),
        text: Some((*text).to_owned()),
    });
    Arc::new(TestRepository {
        slug: trustpub_analysis::RepositorySlug::parse("acme/widget"),
        files: files.collect(),
    })
}

pub(crate) fn path_of(path: &str) -> FilePath {
    FilePath::new(path).unwrap()
}
