use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use tracing_subscriber::filter::LevelFilter;

use super::serve::serve;
use crate::files::DiskFiles;
use crate::registry::Registry;
use crate::state::ServerParts;

/// Runs the server on standard input and output until the client ends the session.
///
/// Standard output belongs to the protocol. The log goes to standard error; the environment variable `TRUSTPUB_LOG`
/// sets its level (`off`, `error`, `warn`, `info`, `debug`, `trace`), which is `warn` unless it is set.
pub fn run_stdio(registry: Arc<dyn Registry>) -> ExitCode {
    start_log();
    // One thread is enough: it only reads and writes, the main loop has its own.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!("cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let parts = ServerParts {
        files: Arc::new(DiskFiles),
        registry,
        hook: None,
    };
    let output = match unbuffered_output() {
        Ok(output) => output,
        Err(error) => {
            tracing::error!("cannot write to standard output: {error}");
            return ExitCode::FAILURE;
        }
    };
    let ending = runtime.block_on(serve(tokio::io::stdin(), output, parts));
    // A read from standard input that is under way cannot be interrupted, so it must not be waited for.
    runtime.shutdown_background();
    ending.exit_code()
}

/// Standard output, as a file. `std` writes what ends with a line by itself, and the rest, the whole message, after another
/// change of threads.
fn unbuffered_output() -> io::Result<tokio::fs::File> {
    #[cfg(unix)]
    let own = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(windows)]
    let own = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(tokio::fs::File::from_std(own.into()))
}

fn start_log() {
    let level = std::env::var("TRUSTPUB_LOG")
        .ok()
        .and_then(|level| level.parse().ok());
    let log = tracing_subscriber::fmt()
        .with_max_level(level.unwrap_or(LevelFilter::WARN))
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
    if log.is_err() {
        tracing::debug!("the log was started before");
    }
}
