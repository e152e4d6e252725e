//! Programs that do their own work and nothing else: they publish nothing, change no version in a manifest unless an option has them edit
//! a file, need no login at a registry and print no environment. What is harmless to one question only is listed where that is asked.

/// Programs of the shell and of the system, and those that build, test and check packages.
const PLAIN: [&str; 79] = [
    ":",
    "[",
    "[[",
    "apt",
    "apt-get",
    "attw",
    "ava",
    "awk",
    "babel",
    "basename",
    "biome",
    "break",
    "brew",
    "c8",
    "cat",
    "cd",
    "chmod",
    "continue",
    "cp",
    "cut",
    "date",
    "diff",
    "dirname",
    "echo",
    "esbuild",
    "eslint",
    "exit",
    "expr",
    "false",
    "grep",
    "gzip",
    "head",
    "jest",
    "jq",
    "knip",
    "ls",
    "microbundle",
    "mkdir",
    "mocha",
    "mv",
    "nyc",
    "oxlint",
    "parcel",
    "prettier",
    "printf",
    "publint",
    "pwd",
    "read",
    "return",
    "rimraf",
    "rm",
    "rmdir",
    "rollup",
    "rustup",
    "sed",
    "seq",
    "sha256sum",
    "shift",
    "size-limit",
    "sleep",
    "sort",
    "stylelint",
    "swc",
    "tail",
    "test",
    "touch",
    "tr",
    "true",
    "tsc",
    "tsdown",
    "tsup",
    "unbuild",
    "uniq",
    "vite",
    "vitest",
    "vue-tsc",
    "wc",
    "webpack",
    "zip",
];

/// Whether a program does its own work and nothing else.
pub(crate) fn is_plain_program(name: &str) -> bool {
    PLAIN.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(PLAIN.is_sorted());
        assert!(PLAIN.iter().all(|name| is_plain_program(name)));
        for name in ["git", "npm", "env", "set", ""] {
            assert!(!is_plain_program(name), "{name}");
        }
    }
}
