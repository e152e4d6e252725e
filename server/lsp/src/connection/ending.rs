use std::process::ExitCode;

/// How a session ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The client had asked the server to shut down.
    AfterShutdown,
    /// The client ended the session, or died, without a word.
    WithoutShutdown,
}

impl Ending {
    /// The exit code that the protocol asks for.
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::AfterShutdown => ExitCode::SUCCESS,
            Self::WithoutShutdown => ExitCode::FAILURE,
        }
    }
}
