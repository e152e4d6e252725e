/**
 * The files that the server knows, as patterns. They are chosen by their path, whatever language the editor takes them
 * for: a workflow is `yaml`, or `github-actions-workflow` where GitHub's own extension is installed.
 */
export const FILE_PATTERNS = [
  "**/.github/workflows/*.{yml,yaml}",
  "**/action.{yml,yaml}",
  "**/{package,lerna,nx,rush,turbo}.json",
  "**/turbo.jsonc",
  "**/{pnpm-workspace.yaml,.yarnrc.yml}",
  "**/{.npmrc,.npmrc-publish,.nvmrc,.node-version,.tool-versions}",
  "**/{mise,.mise,trustpub}.toml",
  "**/.changeset/config.json",
  "**/{.releaserc,.releaserc.*,.release-it.*,release.config.*}",
];

export const DOCUMENT_SELECTOR = FILE_PATTERNS.map((pattern) => ({ scheme: "file", pattern }));

/** Where other people's files are. */
export const EXCLUDED_FILES = "**/node_modules/**";
