//! Standard output for data, standard error for everything else.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use annotate_snippets::renderer::{AnsiColor, Style};
use anstream::{AutoStream, ColorChoice};
use trustpub_analysis::document::{Document, markdown};
use trustpub_host::{SaveError, save_file};

use crate::args::{Color, DocumentFormat};
use crate::output::terminal::Terminal;
use crate::output::{printable, terminal_text};

/// The two streams, and whether each takes colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    has_color: bool,
    has_color_on_error: bool,
}

/// Standard output, or the file in its place, cannot be written.
#[derive(Debug)]
pub(crate) enum OutputError {
    /// A part of the answer may have been printed.
    Stdout(io::Error),
    /// The file holds what it held before.
    File(SaveError),
}

impl Console {
    pub(crate) fn new(color: Color) -> Self {
        let choose = |detected: ColorChoice| match color {
            Color::Auto => detected != ColorChoice::Never,
            Color::Always => true,
            Color::Never => false,
        };
        Self {
            has_color: choose(AutoStream::choice(&io::stdout())),
            has_color_on_error: choose(AutoStream::choice(&io::stderr())),
        }
    }

    /// Whether what goes to standard output may hold colours.
    pub(crate) fn has_color(self) -> bool {
        self.has_color
    }

    /// How documents are printed on standard output.
    pub(crate) fn terminal(self) -> Terminal {
        Terminal {
            has_color: self.has_color,
            columns: columns_of_stdout(),
        }
    }

    /// Whether standard output is a terminal, which obeys control characters, and not a file or a program.
    pub(crate) fn is_terminal(self) -> bool {
        io::stdout().is_terminal()
    }

    /// Writes an answer to standard output: a document for people, or JSON for programs.
    pub(crate) fn answer(
        self,
        format: DocumentFormat,
        document: impl FnOnce() -> Document,
        json: impl FnOnce() -> String,
    ) -> Result<(), OutputError> {
        self.write(&match format {
            DocumentFormat::Text => self.terminal().print(&document()),
            DocumentFormat::Markdown => markdown(&document()),
            DocumentFormat::Json => json(),
        })
    }

    /// Writes to standard output what holds no secret and nothing that a terminal or a runner obeys, apart from colors.
    pub(crate) fn write(self, text: &str) -> Result<(), OutputError> {
        self.write_exactly(&terminal_text(text, self.has_color, false))
    }

    /// The same for lines of which some are commands for the runner of GitHub Actions.
    pub(crate) fn write_commands(self, text: &str) -> Result<(), OutputError> {
        self.write_exactly(&terminal_text(text, self.has_color, true))
    }

    /// Writes the same to a file, without colors. It holds all of it afterwards, or what it held before.
    pub(crate) fn save(self, file: &Path, text: &str, has_commands: bool) -> Result<(), OutputError> {
        let text = terminal_text(text, false, has_commands);
        save_file(file, &text).map_err(OutputError::File)
    }

    /// Writes trustpub's own text to standard output: an example of a token in it is not a secret.
    pub(crate) fn write_own(self, text: &str) -> Result<(), OutputError> {
        self.write_exactly(text)
    }

    /// Writes a diff to standard output, to a program exactly as it is: it applies the diff.
    pub(crate) fn write_diff(self, text: &str) -> Result<(), OutputError> {
        if self.is_terminal() {
            self.write(text)
        } else {
            self.write_exactly(text)
        }
    }

    /// Empties the screen, if standard output is a terminal that can.
    pub(crate) fn clear(self) {
        let is_dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
        if self.is_terminal() && !is_dumb {
            // The screen and what was scrolled away (xterm's control sequences, ED 2 and 3), then the first place (CUP).
            let mut stdout = AutoStream::new(io::stdout(), ColorChoice::Always).lock();
            let _ = stdout.write_all(b"\x1b[2J\x1b[3J\x1b[H");
        }
    }

    /// Whether standard output is a pipe whose reader has gone.
    pub(crate) fn has_no_reader(self) -> bool {
        has_no_reader(&io::stdout())
    }

    /// A reader that has gone (`trustpub check | head`) is not an error.
    fn write_exactly(self, text: &str) -> Result<(), OutputError> {
        // Without colours nothing may be taken out of the text: what looks like a colour is the user's then.
        let choice = if self.has_color {
            ColorChoice::Always
        } else {
            ColorChoice::AlwaysAnsi
        };
        let mut stdout = AutoStream::new(io::stdout(), choice).lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(OutputError::Stdout(error)),
            _ => Ok(()),
        }
    }

    /// Says on standard error what kept the command from its work.
    pub(crate) fn error(self, message: impl Display) {
        self.say(
            "error",
            AnsiColor::BrightRed.on_default().bold(),
            &message.to_string(),
        );
    }

    /// Says on standard error what the user should know.
    pub(crate) fn warning(self, message: impl Display) {
        self.say(
            "warning",
            AnsiColor::Yellow.on_default().bold(),
            &message.to_string(),
        );
    }

    /// Says on standard error how it went, where standard output holds data.
    pub(crate) fn note(self, message: impl Display) {
        self.say(
            "note",
            AnsiColor::BrightGreen.on_default().bold(),
            &message.to_string(),
        );
    }

    /// The same with lines below it, in which names have to be printable already.
    pub(crate) fn note_with_lines(self, text: &str) {
        self.write_message(
            "note",
            AnsiColor::BrightGreen.on_default().bold(),
            text.trim_end(),
        );
    }

    fn say(self, level: &str, style: Style, message: &str) {
        // One line: a name with a line break in it must not begin another.
        self.write_message(level, style, &printable(message));
    }

    fn write_message(self, level: &str, style: Style, message: &str) {
        let message = terminal_text(message, false, false);
        let line = if self.has_color_on_error {
            format!("{style}{level}{style:#}: {message}\n")
        } else {
            format!("{level}: {message}\n")
        };
        let mut stderr = AutoStream::new(io::stderr(), ColorChoice::Always).lock();
        // If standard error is gone, the error cannot be shown.
        let _ = stderr.write_all(line.as_bytes());
    }
}

#[cfg(unix)]
fn has_no_reader(stdout: &io::Stdout) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut polled = [PollFd::new(stdout, PollFlags::empty())];
    let result = poll(&mut polled, Some(&Timespec::default()));
    result.is_ok() && polled[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
}

/// Elsewhere it is not asked.
#[cfg(not(unix))]
fn has_no_reader(_stdout: &io::Stdout) -> bool {
    false
}

/// The columns of the terminal that standard output is. None if it is a file or a pipe.
#[cfg(unix)]
fn columns_of_stdout() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// Elsewhere the terminal wraps what is wider.
#[cfg(not(unix))]
fn columns_of_stdout() -> Option<usize> {
    None
}

impl Display for OutputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stdout(error) => write!(
                f,
                "standard output cannot be written: {error}. What was printed is incomplete; run again."
            ),
            Self::File(error) => error.fmt(f),
        }
    }
}
