// The scenario as a user sees it, on the demo's own workflow. UPDATE_PICTURES=1 makes what it looks like at some points
// the pictures of the extension's page and of its walkthrough.
import fs from "node:fs";
import path from "node:path";

import { check, eventually, finish, open, quickOpen, serverPids } from "./code-server.mjs";

const { CONFIGURATION, RESULTS, UPDATE_PICTURES, WORKSPACE } = process.env;
const file = ".github/workflows/release.yml";
const workflow = path.join(WORKSPACE, file);
const demo = fs.readFileSync(path.join(import.meta.dirname, "../../fixtures/demo", file), "utf8");
fs.writeFileSync(workflow, demo);

const { page, close } = await open("workbench", {
  viewport: { width: 1080, height: 660 },
  settings: {
    "breadcrumbs.enabled": false,
    "editor.fontFamily": "JetBrains Mono",
    "editor.fontSize": 16,
    "editor.hover.delay": 100,
    "editor.lineHeight": 26,
    "editor.minimap.enabled": false,
    "editor.occurrencesHighlight": "off",
    "editor.scrollBeyondLastLine": false,
    "editor.scrollbar.vertical": "hidden",
    "editor.stickyScroll.enabled": false,
    // It would complain that it cannot fetch the schema of a package.json.
    "json.validate.enable": false,
    "window.commandCenter": false,
    "workbench.activityBar.location": "hidden",
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.layoutControl.enabled": false,
  },
});
await page.waitForSelector(".monaco-workbench", { timeout: 240_000 });

/** Takes a picture, without what only the mouse shows and what is about to vanish. */
async function picture(name) {
  await page.mouse.move(600, 645);
  await page.waitForTimeout(700);
  const file = path.join(RESULTS, `${name}.png`);
  await page.screenshot({ path: file });
  if (UPDATE_PICTURES === "1" && name !== "crashed") fs.copyFileSync(file, path.join(CONFIGURATION, "images", `${name}.png`));
}

const onDisk = () => fs.readFileSync(workflow, "utf8");
const squiggles = page.locator(".view-overlays .squiggly-error");
const problem = (text) => page.locator(".markers-panel .monaco-list-row").filter({ hasText: text });
const lens = (text) => page.locator(".codelens-decoration").filter({ hasText: text });
const hint = (text) => page.locator(".view-line").filter({ hasText: text });
const toast = (text) => page.locator(".notification-toast").filter({ hasText: text });

async function choose(text) {
  await quickOpen(page, text);
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

const command = (title) => choose(`>${title}`);
const visible = (locator, what) => locator.first().waitFor({ state: "attached" }).then(() => check(true, what), () => check(false, what));
const gone = (locator, what) => eventually(async () => (await locator.count()) === 0, what);

/** Whether there is a light bulb: the editor keeps one outside of what is seen. */
async function bulb() {
  const boxes = await Promise.all((await page.locator(".monaco-editor .lightBulbWidget").all()).map((widget) => widget.isVisible().then((isVisible) => isVisible && widget.boundingBox())));
  return boxes.some((box) => box && box.y > 0);
}

async function save(expected, what) {
  await page.keyboard.press("Control+s");
  await eventually(() => onDisk() === expected, `on disk: ${what}`);
}

// A problem is seen, and read.
await choose(file);
await page.locator(".editor-instance .view-lines").first().waitFor();
await command("View: Close Primary Side Bar");
await visible(squiggles, "errors are underlined");
await command("View: Focus Problems");
await visible(problem("Node 22 ships npm"), "the panel of problems lists them");
await command("View: Hide Panel");
await visible(lens("Trusted publisher to enter on npm: acme/widget · release.yml"), "a lens says what the trusted publisher must carry");
await visible(hint("✗ fails: E404"), "a hint says that the command fails");
await choose(":17:25");
await eventually(bulb, "there is a light bulb");
await command("Show or Focus Hover");
await visible(page.locator(".monaco-hover").filter({ hasText: "Node 22 ships npm" }), "the hover says what is wrong");
check(await bulb(), "the light bulb is still there");
await picture("diagnostic");
await page.keyboard.press("Escape");
await page.keyboard.press("Escape");

// It is repaired.
await page.keyboard.press("Control+.");
const fix = page.locator(".action-widget .monaco-list-row").filter({ hasText: "Use Node 24" }).first();
await visible(fix, "the menu offers the quick fix");
await picture("quick-fix");
await fix.click();
await gone(hint("npm 10.9"), "the hint of the old npm is gone after it");
const withNode = demo.replace("node-version: 22", "node-version: 24");
await save(withNode, "the demo with Node 24");
await command("npm Trusted Publishing: Fix All Problems in This File");
await gone(squiggles, "nothing is underlined after the command that fixes the file");
const repaired = withNode.replace("  contents: read\n", "  contents: read\n  id-token: write\n");
await save(repaired, "the demo, repaired");
await visible(hint("✓ publishes by OIDC"), "a hint says that it is published");
const manifest = path.join(WORKSPACE, "package.json");
await eventually(() => fs.readFileSync(manifest, "utf8").includes('"url": "git+https://github.com/acme/widget.git"'), "on disk: the package with its repository");
check(onDisk() === repaired, "and the workflow as it was");
await picture("fixed");

// The server's state.
const state = page.locator("#status\\.languageStatus");
await state.hover();
await visible(page.locator(".hover-language-status").filter({ hasText: /trustpub \d/ }).filter({ hasText: "ready" }), "its state is ready, with the version");
await page.keyboard.press("Escape");
await command("npm Trusted Publishing: Show Version");
await visible(toast(/trustpub \d+\.\d+\.\d+ \(came with the extension/), "the server is the one in the extension");
await command("Notifications: Clear All Notifications");

// The server crashes until it is given up.
for (let crash = 1; crash <= 5; crash += 1) {
  await eventually(() => serverPids().length === 1, `a server runs before crash ${crash}`);
  const [pid] = serverPids();
  process.kill(pid, "SIGKILL");
  await eventually(() => !serverPids().includes(pid), `crash ${crash}`);
}
await visible(toast("crashed 5 times"), "after the fifth crash a message says so");
check(serverPids().length === 0, "and no server is started");
await picture("crashed");
await command("npm Trusted Publishing: Fix All Problems in This File");
await visible(toast("The trustpub server is not running: The server crashed 5 times"), "a command that needs it says that it does not run");
check(await toast("The trustpub server is not running").getByText("Show Log").isVisible(), "and offers the log");
await toast("is not running").getByText("Restart Server").click();
await eventually(() => serverPids().length === 1, "its button starts one");

// How long the extension takes to become active.
// High enough for all of them: rows that are not seen do not exist.
await page.setViewportSize({ width: 1080, height: 3000 });
await command("Developer: Show Running Extensions");
const row = page.locator(".runtime-extensions-editor .monaco-list-row").filter({ hasText: "npm Trusted Publishing" }).first();
await row.waitFor();
console.log(`      active after ${/\d+ms/.exec(await row.innerText())?.[0]}`);
await close();
finish();
