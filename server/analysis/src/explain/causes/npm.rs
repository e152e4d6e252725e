//! Causes in npm itself: its version, and what it refuses before it asks the registry.

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[
    EvidenceTopic::Failure,
    EvidenceTopic::Version,
    EvidenceTopic::Wording,
];

pub(super) const NPM_TOO_OLD: CauseText = CauseText {
    id: "npm-too-old",
    stage: Stage::BeforeExchange,
    title: "npm is too old for trusted publishing",
    why: "npm exchanges the job's ID token only from 11.5.1 on. An older npm does not try: it sends whatever token it finds, or none, and fails.",
    fix: "Use Node 24 (`node-version: 24`). Or run `npm install -g npm@^11.5.1` before publishing.",
    rules: &[
        "npm-too-old-node",
        "node-24-early",
        "node-version-float",
        "no-setup-node",
        "setup-node-no-version",
        "version-file-old",
        "npm-upgrade-insufficient",
        "container-old-npm",
        "corepack-npm-pin",
        "matrix-publish",
        "stage-needs-npm",
    ],
};

pub(super) const NPM_SHADOWED_ON_PATH: CauseText = CauseText {
    id: "npm-shadowed-on-path",
    stage: Stage::BeforeExchange,
    title: "An older npm comes first on the PATH",
    why: "The job has a new npm, but an older one published: a tool manager, a container, a second setup-node or `node_modules/.bin` put its own npm first.",
    fix: "Print `which -a npm` and `npm --version` just before the publish step. Install npm after the step that adds the old one, or use Node 24 and do not install npm.",
    rules: &["npm-upgrade-insufficient", "corepack-npm-pin"],
};

pub(super) const NPM_LATEST_NEEDS_NEWER_NODE: CauseText = CauseText {
    id: "npm-latest-needs-newer-node",
    stage: Stage::BeforeExchange,
    title: "The newest npm does not run on this Node",
    why: "`npm@latest` is npm 12, which needs Node 22.22.2, 24.15 or 26. On an older Node its installation fails with EBADENGINE.",
    fix: "Install `npm@^11.5.1`, or use Node 24 and remove the step.",
    rules: &["npm-latest-ebadengine"],
};

pub(super) const BROKEN_NPM_SELF_UPGRADE: CauseText = CauseText {
    id: "broken-npm-self-upgrade",
    stage: Stage::BeforeExchange,
    title: "This npm cannot replace itself",
    why: "The npm 10.9.7 of Node 22.22.2 loses the module `promise-retry` while it installs another npm.",
    fix: "Use Node 24 and remove the step, or use Node 22.22.3 or later.",
    rules: &["npm-upgrade-node-22.22.2"],
};

pub(super) const NPM_UNKNOWN_CONFIG: CauseText = CauseText {
    id: "npm-unknown-config",
    stage: Stage::BeforeExchange,
    title: "npm 12 rejects an unknown flag or setting",
    // Measured with npm 12.2.2 and pnpm 10.15.0 and 10.34.9.
    why: "npm 12 stops with EUNKNOWNCONFIG where older releases only warned. pnpm before 10.18.3 passes its own flags, such as `--git-checks`, to npm.",
    fix: "Remove the flag or setting that the log names. If it is `--git-checks`, update pnpm to 10.18.3 or later.",
    rules: &["npm-unknown-flag"],
};

pub(super) const DEV_ENGINES: CauseText = CauseText {
    id: "dev-engines",
    stage: Stage::Registry,
    title: "`devEngines` requires another package manager or runtime",
    why: "npm 10.9 and later checks `devEngines` in package.json, and stops every command if it requires something else.",
    fix: "Set `onFail` to `warn`, or run the package manager that `devEngines` names.",
    rules: &["dev-engines-refuse-npm"],
};

// lib/trust-cmd.js of npm 11.15.0 to 12.2.
pub(super) const NPM_TRUST_FLAG: CauseText = CauseText {
    id: "npm-trust-flag",
    stage: Stage::Job,
    title: "`npm trust` rejected its flags",
    why: "From npm 11.15.0 on, `npm trust github` requires `--allow-publish` or `--allow-stage-publish`. Older releases do not accept them. `--file` takes the name of the workflow file without its folder.",
    fix: "Use npm 11.15.0 or later, with `--file release.yml --allow-publish`.",
    rules: &[],
};

// lib/trust-cmd.js of npm 11.10.0 to 12.2 asks for the second factor of the person who runs it.
pub(super) const NPM_TRUST_OTP: CauseText = CauseText {
    id: "npm-trust-otp",
    stage: Stage::Job,
    title: "`npm trust` requires a logged-in person with a second factor",
    why: "npm lets only a logged-in person with two-factor authentication change a trusted publisher. A job, or a token, cannot.",
    fix: "Run `npm trust` on your own machine after `npm login`, and not in the workflow.",
    rules: &[],
};

pub(super) const TOOL_NEEDS_NEWER_NODE: CauseText = CauseText {
    id: "tool-needs-newer-node",
    stage: Stage::Job,
    title: "The tool does not run on this Node",
    why: "The tool checked the version of Node and stopped before it published.",
    fix: "Raise `node-version` to the version that the message names. Node 24 also ships an npm that exchanges ID tokens.",
    rules: &[],
};

pub(super) const VERSION_UNCHANGED: CauseText = CauseText {
    id: "version-unchanged",
    stage: Stage::Job,
    title: "package.json already has this version",
    why: "`npm version` stops if the new version equals the old one.",
    fix: "Pass `--allow-same-version`, or do not set the version in the workflow.",
    rules: &[],
};

pub(super) const MANIFEST_INVALID: CauseText = CauseText {
    id: "manifest-invalid",
    stage: Stage::BeforeExchange,
    title: "package.json is not valid for publishing",
    why: "The name or version is missing or malformed, or the file is not valid JSON.",
    fix: "Correct what the line reports. `npm pkg fix` and `npm pack --dry-run` show the same error locally.",
    rules: &[],
};

pub(super) const FOLDER_READ_AS_PACKAGE: CauseText = CauseText {
    id: "folder-read-as-package",
    stage: Stage::BeforeExchange,
    title: "npm reads the path as a package or a repository",
    why: "npm reads `out/widget.tgz` in `npm publish out/widget.tgz` as a repository on GitHub, and looks for it with git. It reads `dist` in `npm publish dist` as a package, and asks the registry for it. Only a path that begins with `./` is a file or a folder.",
    fix: "Write `./` before the path: `npm publish ./out/widget.tgz`.",
    rules: &["folder-read-as-package"],
};

pub(super) const FILES_MISSING: CauseText = CauseText {
    id: "files-missing",
    stage: Stage::BeforeExchange,
    title: "The package would lack files that package.json names",
    why: "`main`, `exports` or `bin` name files that the build did not write or `files` leaves out.",
    fix: "Build before the publish, and look at `npm pack --dry-run`.",
    rules: &[],
};

pub(super) const WORKSPACE_FLAG: CauseText = CauseText {
    id: "workspace-flag",
    stage: Stage::Job,
    title: "This npm command does not support workspaces",
    why: "The command was run with `--workspace` or in a workspace.",
    fix: "Run it in the folder of the package, without the flag.",
    rules: &[],
};

pub(super) const NPM_CRASH: CauseText = CauseText {
    id: "npm-crash",
    stage: Stage::BeforeExchange,
    title: "npm crashed",
    why: "npm ended without an error message, or with one of JavaScript. This is a bug in this release of npm, often triggered by too little memory or a broken cache.",
    fix: "Run the job again. If npm still crashes, use another release.",
    rules: &[],
};
