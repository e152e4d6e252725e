use std::future;
use std::time::Duration;

const INTERVAL: Duration = Duration::from_millis(300);

/// Waits until the client's process is gone.
///
/// A client that dies closes the server's input, which ends the server at once. This is for the case where another
/// process holds the other end of the pipe open. It waits for ever where the process cannot be watched, or was not
/// there at the start: then the number belongs to another machine or container.
pub(crate) async fn wait_until_gone(process_id: u32) {
    let Some(is_alive) = watch(process_id) else {
        return future::pending().await;
    };
    while is_alive() {
        tokio::time::sleep(INTERVAL).await;
    }
    tracing::info!("the client's process {process_id} is gone");
}

#[cfg(unix)]
fn watch(process_id: u32) -> Option<Box<dyn Fn() -> bool + Send>> {
    // A process whose parent dies gets another parent, even while the dead one still is a zombie.
    if std::os::unix::process::parent_id() == process_id {
        return Some(Box::new(move || {
            std::os::unix::process::parent_id() == process_id
        }));
    }
    let entry = std::path::PathBuf::from(format!("/proc/{process_id}"));
    if entry.exists() {
        return Some(Box::new(move || entry.exists()));
    }
    None
}

#[cfg(not(unix))]
fn watch(_process_id: u32) -> Option<Box<dyn Fn() -> bool + Send>> {
    None
}
