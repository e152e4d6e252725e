use std::fmt;
use std::io;
use std::path::Path;

use crate::path::shown_path;

/// Something that kept a file or a folder from being read. It never stops the rest of the work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileProblem {
    /// The file or folder below the root, `/` between its parts, `""` for the root itself. It need not be a
    /// valid [`FilePath`](trustpub_analysis::FilePath): what is not UTF-8 in it is replaced.
    pub path: String,
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// What, why, and what to do; without the path.
    pub message: String,
    /// Whether a result without this file is incomplete, so that a command should end with exit code 2.
    pub is_error: bool,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", shown_path(Path::new(&self.path)), self.message)
        }
    }
}

/// The kinds of [`FileProblem`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ProblemKind {
    /// Larger than any file of its kind needs to be.
    TooBig,
    /// Not UTF-8.
    NotUtf8,
    /// Holds a NUL byte, so it is not text.
    Binary,
    /// The operating system does not let this user read it.
    PermissionDenied,
    /// It was there when the folder was listed and is gone now, or was never there.
    Vanished,
    /// A folder, a pipe, a socket or a device with the name of a file.
    NotAFile,
    /// A symbolic link that leads nowhere or in a circle.
    BrokenLink,
    /// A symbolic link to something outside the repository.
    LinkLeadsOutside,
    /// A symbolic link to a folder where git and GitHub expect a folder.
    LinkedFolder,
    /// A name that cannot be written as text with `/` between its parts.
    UnusableName,
    /// Any other refusal of the operating system.
    Io,
}

/// What is wrong with a file, before it is known for whom that matters.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) kind: ProblemKind,
    pub(crate) message: String,
}

impl Trouble {
    pub(crate) fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    pub(crate) fn from_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => {
                Self::new(ProblemKind::Vanished, "no longer exists; run again if it should")
            }
            io::ErrorKind::PermissionDenied => Self::new(
                ProblemKind::PermissionDenied,
                format!("cannot be read: {error}; give yourself read access to it"),
            ),
            _ => Self::new(
                ProblemKind::Io,
                format!("cannot be read: {error}; check the disk and the path"),
            ),
        }
    }

    /// The problem that this trouble is for the file at `path`.
    ///
    /// `matters` says that the file decides what is published (a workflow), or that the user asked for it by
    /// name. A strange `package.json` among some project's test data need not fail a run, an unreadable
    /// workflow is: "no findings" would be a lie.
    pub(crate) fn at(self, path: impl Into<String>, matters: bool) -> FileProblem {
        let is_error = match self.kind {
            ProblemKind::PermissionDenied | ProblemKind::Io => true,
            ProblemKind::TooBig
            | ProblemKind::NotUtf8
            | ProblemKind::Binary
            | ProblemKind::Vanished
            | ProblemKind::NotAFile
            | ProblemKind::BrokenLink
            | ProblemKind::LinkLeadsOutside
            | ProblemKind::LinkedFolder
            | ProblemKind::UnusableName => matters,
        };
        FileProblem {
            path: path.into(),
            kind: self.kind,
            message: self.message,
            is_error,
        }
    }
}
