// VS Code as code-server serves it, with a clean profile and the extension installed from its file, in a headless browser.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";

const { TRUSTPUB_EDITORS, RESULTS, EXTENSION, WORKSPACE, SERVER_PIDS } = process.env;
const { chromium } = createRequire(`${TRUSTPUB_EDITORS}/vscode/`)("playwright-core");

/**
 * Starts all of it. `settings` are the user's; `tests` is what runs in the extension host: its folders, by VS Code's
 * names. `prepare` gets the folder of the extension before VS Code starts. Without `isTrusting` the folder is not trusted.
 */
export async function open(name, { settings = {}, tests, prepare, isTrusting = true, viewport = { width: 1280, height: 800 } } = {}) {
  const profile = path.join(path.dirname(WORKSPACE), name);
  const user = path.join(profile, "user");
  fs.mkdirSync(path.join(user, "User"), { recursive: true });
  fs.writeFileSync(path.join(user, "User", "settings.json"), JSON.stringify({ ...QUIET, ...(isTrusting ? TRUST : ASK_NOTHING), ...settings }));
  const options = ["--user-data-dir", user, "--extensions-dir", path.join(profile, "extensions"), "--disable-telemetry", "--disable-update-check"];
  execFileSync("code-server", [...options, "--install-extension", EXTENSION], { stdio: ["ignore", "ignore", "pipe"] });

  const extensions = path.join(profile, "extensions");
  prepare?.(path.join(extensions, fs.readdirSync(extensions).find((folder) => folder.startsWith("trustpub.trustpub-"))));

  const port = await freePort();
  const output = fs.openSync(path.join(RESULTS, `${name}.txt`), "w");
  const server = spawn(
    "code-server",
    [
      ...[...options, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`, ...(isTrusting ? ["--disable-workspace-trust"] : []), "--ignore-last-opened"],
      // Without it, VS Code runs no tests; with it, it shows no notifications.
      ...(tests === undefined ? [] : ["--vscode-option", "enable-smoke-test-driver"]),
      WORKSPACE,
    ],
    { stdio: ["ignore", output, output], detached: true },
  );
  // The group: code-server starts an extension host, which starts the language server.
  const end = (signal) => { try { process.kill(-server.pid, signal); } catch { /* It has ended. */ } };
  process.on("exit", () => end("SIGKILL"));
  await eventually(() => fetch(`http://127.0.0.1:${port}/healthz`).then((answer) => answer.ok, () => false), "code-server starts");

  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const context = await browser.newContext({ viewport, deviceScaleFactor: 1.5, permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  // The first start compiles all of the editor, which takes minutes beside other work.
  page.setDefaultNavigationTimeout(240_000);
  process.once("uncaughtException", async (error) => {
    console.error(error);
    await keep(name, page, user);
    process.exit(1);
  });
  const remote = (file) => `vscode-remote://127.0.0.1:${port}${file}`;
  const goTo = (folder) => {
    const query = new URLSearchParams({ folder });
    if (tests !== undefined) query.set("payload", JSON.stringify(Object.entries(tests).map(([key, file]) => [key, remote(file)])));
    return page.goto(`http://127.0.0.1:${port}/?${query}`);
  };
  await goTo(WORKSPACE);
  const close = async () => {
    await browser.close();
    end("SIGTERM");
  };
  return { page, goTo, close };
}

/** Keeps what was to be seen when a test was ended: the page, and the extension's log. */
async function keep(name, page, user) {
  await page.screenshot({ path: path.join(RESULTS, `${name}-at-its-end.png`) }).catch(() => undefined);
  const logs = fs.readdirSync(user, { recursive: true }).filter((file) => file.endsWith("npm Trusted Publishing.log"));
  logs.forEach((file, at) => fs.copyFileSync(path.join(user, file), path.join(RESULTS, `${name}-at-its-end-${at}.log`)));
}

/** Chooses the first that quick open finds for a text: a file, `:line`, or `>command`. */
export async function quickOpen(page, text) {
  // That of the last time may be on its way out.
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  const input = page.locator(".quick-input-widget input").first();
  // A key is lost while the focus is in a page that was just closed, and so is the input when the focus moves. A message that is closed
  // leaves the focus nowhere.
  const found = async () => {
    if (await page.evaluate(() => document.activeElement === document.body)) await page.locator(".part.editor").first().click();
    await page.keyboard.press("F1");
    await input.fill(text, { timeout: 3000 });
    await page.locator(".quick-input-list .monaco-list-row").first().waitFor({ timeout: 3000 });
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await found();
      break;
    } catch (error) {
      if (attempt < 10) continue;
      await page.screenshot({ path: path.join(RESULTS, "not-found.png") });
      throw error;
    }
  }
  await page.keyboard.press("Enter");
}

/** The processes of the language server. */
export function serverPids() {
  const [command, ...args] = SERVER_PIDS.split(" ");
  return execFileSync(command, args).toString().split("\n").filter(Boolean).map(Number);
}

let failures = 0;

export function check(isTrue, what) {
  console.log(`${isTrue ? "ok   " : "FAIL "} ${what}`);
  if (!isTrue) failures += 1;
}

/** Waits for a condition, and fails the check where it does not come. */
export async function eventually(condition, what, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await condition()) return check(true, what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return check(false, what);
}

/** Ends the run. */
export function finish() {
  process.exit(failures === 0 ? 0 : 1);
}

function freePort() {
  return new Promise((resolve) => {
    const listener = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });
}

/** Folders are trusted, or not, without a question. */
const TRUST = { "security.workspace.trust.enabled": false };
const ASK_NOTHING = { "security.workspace.trust.startupPrompt": "never", "security.workspace.trust.banner": "never" };

/** Nothing that asks, moves or looks for updates. */
const QUIET = {
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
};
