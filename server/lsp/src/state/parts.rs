use std::sync::Arc;

use crate::files::FileSource;
use crate::registry::Registry;
use crate::repository::CheckHook;

/// What the server works with.
pub struct ServerParts {
    /// The files that no editor has open.
    pub files: Arc<dyn FileSource>,
    /// Knows how packages were published. It is only asked if the user's settings want it.
    pub registry: Arc<dyn Registry>,
    /// Called around each check, for tests.
    pub hook: Option<Arc<dyn CheckHook>>,
}
