//! Programs that run before a publish and leave the versions in manifests alone.

use super::wrappers::Invocation;
use super::{edits_in_place, is_inline_code, runs_javascript, writes};
use crate::knowledge::programs::is_plain_program;
use crate::syntax::shell::Command;

/// Other programs of the shell and of the system, and those that build, test and check packages.
const PROGRAMS: &[&str] = &[
    "api-extractor",
    "astro",
    "aws",
    "az",
    "base64",
    "bc",
    "bob",
    "bunchee",
    "chown",
    "clang",
    "cmake",
    "cmp",
    "commitlint",
    "copyfiles",
    "cosign",
    "cpx",
    "curl",
    "cypress",
    "declare",
    "del",
    "del-cli",
    "df",
    "docusaurus",
    "du",
    "emcc",
    "father",
    "file",
    "find",
    "g++",
    "gatsby",
    "gawk",
    "gcc",
    "gcloud",
    "gpg",
    "graphql-codegen",
    "hostname",
    "husky",
    "id",
    "is-ci",
    "jsdoc",
    "karma",
    "kill",
    "lefthook",
    "let",
    "lint-staged",
    "ln",
    "local",
    "make-dir",
    "mapfile",
    "md5sum",
    "mkdirp",
    "ncc",
    "next",
    "ng",
    "ng-packagr",
    "node-gyp",
    "node-gyp-build",
    "nuxi",
    "nuxt",
    "nuxt-module-build",
    "only-allow",
    "openssl",
    "patch-package",
    "pegjs",
    "peggy",
    "pkgroll",
    "playwright",
    "postcss",
    "prebuildify",
    "preconstruct",
    "prisma",
    "protoc",
    "readarray",
    "readlink",
    "react-scripts",
    "realpath",
    "rescript",
    "rolldown",
    "rustc",
    "sass",
    "sccache",
    "set",
    "shasum",
    "shopt",
    "simple-git-hooks",
    "sort-package-json",
    "stat",
    "stencil",
    "storybook",
    "svelte-check",
    "svelte-kit",
    "svelte-package",
    "tailwindcss",
    "tap",
    "tape",
    "terser",
    "trap",
    "tree-sitter",
    "tsc-alias",
    "tsdx",
    "tshy",
    "tslint",
    "turbo",
    "type",
    "typedoc",
    "typeset",
    "uglifyjs",
    "ulimit",
    "umask",
    "uname",
    "unset",
    "vitepress",
    "vsce",
    "vue-cli-service",
    "wait",
    "wait-on",
    "wasm-opt",
    "wasm-pack",
    "wget",
    "which",
    "whoami",
    "wp-scripts",
    "xo",
    "zshy",
];

/// What package managers do without changing a version.
const VERBS_OF_MANAGERS: &[&str] = &[
    "approve-builds",
    "audit",
    "bin",
    "cache",
    "ci",
    "clean-install",
    "config",
    "dedupe",
    "doctor",
    "explain",
    "fetch",
    "fund",
    "get",
    "help",
    "i",
    "info",
    "install",
    "licenses",
    "link",
    "list",
    "ls",
    "outdated",
    "pack",
    "ping",
    "prefix",
    "prune",
    "query",
    "rebuild",
    "remove",
    "rm",
    "root",
    "sbom",
    "search",
    "set",
    "show",
    "store",
    "un",
    "uninstall",
    "unlink",
    "up",
    "update",
    "upgrade",
    "view",
    "whoami",
    "why",
];

/// Words in the name of a program that builds or checks.
const BUILD_WORDS: [&str; 20] = [
    "build",
    "builder",
    "bundle",
    "bundler",
    "check",
    "checker",
    "codegen",
    "compile",
    "compiler",
    "coverage",
    "docs",
    "format",
    "lint",
    "linter",
    "test",
    "tests",
    "typecheck",
    "validate",
    "verifier",
    "verify",
];

/// Whether a program leaves the versions in manifests alone.
pub(super) fn is_harmless(command: &Command, invocation: &Invocation) -> bool {
    let arguments = invocation.arguments();
    let verb = arguments.texts().first().copied();
    let starts = |verbs: &[&str]| verb.is_none_or(|verb| verbs.contains(&verb));
    match invocation.name() {
        "npm" | "pnpm" | "pn" | "yarn" | "bun" => starts(VERBS_OF_MANAGERS),
        // A commit or a tag may check out another version.
        "git" => !matches!(
            verb,
            Some(
                "checkout"
                    | "switch"
                    | "pull"
                    | "merge"
                    | "reset"
                    | "rebase"
                    | "apply"
                    | "am"
                    | "restore"
                    | "stash"
            )
        ),
        "gh" => !command
            .words
            .iter()
            .any(|word| matches!(word.text.as_str(), "checkout" | "download")),
        "corepack" => starts(&["enable"]),
        "docker" | "podman" => starts(&["build", "buildx", "login", "logout", "pull", "push", "tag"]),
        "cargo" => starts(&[
            "build", "check", "clippy", "doc", "fetch", "fmt", "install", "test",
        ]),
        "go" => starts(&["build", "fmt", "install", "mod", "test", "vet"]),
        "nx" => starts(&["build", "lint", "test", "reset", "report", "affected", "run-many"]),
        "napi" => starts(&[
            "build",
            "artifacts",
            "universal",
            "universalize",
            "create-npm-dirs",
            "create-npm-dir",
        ]),
        "sed" | "awk" | "gawk" if edits_in_place(&invocation.words) => false,
        program if is_inline_code(program, &invocation.words) || prints_code(invocation) => {
            is_harmless_code(invocation)
        }
        program if is_plain_program(program) || PROGRAMS.contains(&program) => {
            !matches!(program, "curl" | "wget" | "find") || !names_manifest(command)
        }
        _ => false,
    }
}

/// `node -p CODE`
fn prints_code(invocation: &Invocation) -> bool {
    let is_flag = |text: &str| matches!(text, "-p" | "--print");
    runs_javascript(invocation.name()) && invocation.words.iter().any(|word| is_flag(&word.text))
}

/// Whether code in a command only reads.
fn is_harmless_code(invocation: &Invocation) -> bool {
    let acts = |text: &str| {
        writes(text)
            || ["exec", "spawn", "system", "import("]
                .iter()
                .any(|word| text.contains(word))
    };
    let words = invocation.words.get(1..).unwrap_or_default();
    words.iter().all(|word| word.text != "-" && !acts(&word.text))
}

/// Whether a word of a command, also in front of it, names a manifest.
pub(super) fn names_manifest(command: &Command) -> bool {
    command
        .words
        .iter()
        .any(|word| word.text.contains("package.json"))
}

/// Whether the name of a program says that it builds or checks.
pub(super) fn is_build_name(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| BUILD_WORDS.contains(&word))
}
