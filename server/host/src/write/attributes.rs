use std::fs::File;
use std::path::Path;

/// Gives a new file the extended attributes of another one: labels, access rights, marks of the user. What the system or
/// the file system does not allow is left out, as by any editor.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn copy_attributes(from: &Path, to: &File) {
    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fsetxattr};

    let Ok(from) = File::open(from) else {
        return;
    };
    let Some(names) = bytes(|buffer| flistxattr(&from, buffer)) else {
        return;
    };
    for name in names.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        if let Some(value) = bytes(|buffer| fgetxattr(&from, name, buffer)) {
            let _ = fsetxattr(to, name, &value, XattrFlags::empty());
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn copy_attributes(_from: &Path, _to: &File) {}

/// What the system writes into a buffer that is large enough. None if it refuses.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn bytes(read: impl Fn(&mut [u8]) -> rustix::io::Result<usize>) -> Option<Vec<u8>> {
    // Linux limits both the list of names and a value to this size (`XATTR_LIST_MAX`, `XATTR_SIZE_MAX` in linux/limits.h).
    let mut buffer = vec![0; 64 << 10];
    let length = read(&mut buffer).ok()?;
    buffer.truncate(length);
    Some(buffer)
}
