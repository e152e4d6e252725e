use serde_json::json;
use tower_lsp::lsp_types::Registration;

/// The files whose changes the client should tell about. The names follow `FileKind::of`, which decides in the end:
/// what the client tells beyond that is ignored.
const PATTERNS: [&str; 10] = [
    "**/.github/workflows/*.{yml,yaml}",
    "**/action.{yml,yaml}",
    "**/{package,lerna,nx}.json",
    "**/.changeset/config.json",
    "**/{.releaserc,.releaserc.*,.release-it.*}",
    "**/{.npmrc,.nvmrc,.node-version,.tool-versions}",
    "**/{mise,.mise,trustpub}.toml",
    "**/{pnpm-workspace.yaml,.yarnrc.yml}",
    "**/{package-lock.json,npm-shrinkwrap.json,pnpm-lock.yaml,yarn.lock,bun.lock,Makefile}",
    "**/*.{sh,bash,mjs,cjs,mts,js,ts}",
];

/// The request to be told about them.
pub(crate) fn registration() -> Registration {
    let watchers: Vec<_> = PATTERNS
        .iter()
        .map(|pattern| json!({"globPattern": pattern}))
        .collect();
    Registration {
        id: "watched-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({ "watchers": watchers })),
    }
}
