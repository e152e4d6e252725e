//! Causes that a code of npm names which tells nothing about publishing.

use super::super::causes::CauseId;

/// The cause. Sources: lib/utils/error-message.js of npm 11.19.1 and 12.2.2, and its node_modules/@npmcli/config/lib/errors.js.
pub(crate) fn by_npm_code(code: &str) -> Option<CauseId> {
    Some(match code {
        "ENOSPC" => CauseId::DiskFull,
        "EACCES" | "EPERM" | "EROFS" => CauseId::FilePermission,
        "EJSONPARSE" => CauseId::ManifestInvalid,
        "EPUBLISHCONFLICT" => CauseId::VersionExists,
        "ENOWORKSPACES" => CauseId::WorkspaceFlag,
        "EUNSUPPORTEDPROTOCOL" => CauseId::WorkspaceProtocol,
        "ERR_INVALID_AUTH" => CauseId::TokenUnscoped,
        "EEXIST" | "EISGIT" | "ELSPROBLEMS" | "ENOTCACHED" | "ENOTEMPTY" => CauseId::InstallFailed,
        // npm makes one text of the tarball: libnpmpublish/lib/publish.js; https://nodejs.org/api/errors.html
        "ERR_STRING_TOO_LONG" | "ERR_FS_FILE_TOO_LARGE" => CauseId::PayloadTooLarge,
        "EAI_FAIL" | "ERR_SOCKET_TIMEOUT" => CauseId::RegistryUnavailable,
        _ => return None,
    })
}
