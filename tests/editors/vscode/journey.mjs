// The way of a new user, on the demo as it is: what is wrong, also in files that are not open, why a publish failed, the move from a
// token, and a new workflow. UPDATE_PICTURES=1 makes what it looks like the pictures of the walkthrough and of the README.
import fs from "node:fs";
import path from "node:path";

import { check, eventually, finish, open, quickOpen } from "./code-server.mjs";

const { CONFIGURATION, RESULTS, UPDATE_PICTURES, WORKSPACE } = process.env;
const release = ".github/workflows/release.yml";
const demo = path.join(import.meta.dirname, "../../fixtures/demo");
const inWorkspace = (file) => path.join(WORKSPACE, file);
const ofDemo = (file) => fs.readFileSync(path.join(demo, file), "utf8");
fs.writeFileSync(inWorkspace(release), ofDemo(release));
fs.writeFileSync(inWorkspace("package.json"), ofDemo("package.json"));

const { page, close } = await open("journey", {
  viewport: { width: 1280, height: 720 },
  settings: {
    "breadcrumbs.enabled": false,
    "editor.fontFamily": "JetBrains Mono",
    "editor.fontSize": 14,
    "editor.minimap.enabled": false,
    "editor.stickyScroll.enabled": false,
    "json.validate.enable": false,
    "window.commandCenter": false,
    "workbench.activityBar.location": "hidden",
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.layoutControl.enabled": false,
  },
});
const opened = () => page.waitForSelector(".monaco-workbench .part.statusbar", { timeout: 240_000 });
await opened();

/** Those that the extension shows are copied to it. */
const SHOWN = new Set(["migration", "setup", "problems"]);

async function picture(name) {
  await page.mouse.move(640, 700);
  await page.waitForTimeout(700);
  const file = path.join(RESULTS, `${name}.png`);
  await page.screenshot({ path: file, scale: "css" });
  if (UPDATE_PICTURES === "1" && SHOWN.has(name)) fs.copyFileSync(file, path.join(CONFIGURATION, "images", `${name}.png`));
}

async function choose(text) {
  await quickOpen(page, text);
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

const command = (title) => choose(`>${title}`);
const visible = (locator, what) => locator.first().waitFor({ state: "attached" }).then(() => check(true, what), () => check(false, what));
const problem = (text) => page.locator(".markers-panel .monaco-list-row").filter({ hasText: text });
const toast = (text) => page.locator(".notification-toast").filter({ hasText: text });
const hint = (text) => page.locator(".view-line").filter({ hasText: text });
const lens = (text) => page.locator(".codelens-decoration").filter({ hasText: text });
const tab = (text) => page.locator(".tabs-container .tab").filter({ hasText: text });

/** Something in a Markdown preview: previews are documents in documents. */
async function inPreview(selector, text) {
  for (const frame of page.frames().filter((frame) => frame !== page.mainFrame())) {
    const found = frame.locator(selector, { hasText: text });
    if ((await found.count().catch(() => 0)) > 0) return found.first();
  }
  return undefined;
}

const previewShows = async (text) => (await inPreview("body", text)) !== undefined;

async function bulb() {
  const boxes = await Promise.all((await page.locator(".monaco-editor .lightBulbWidget").all()).map((widget) => widget.isVisible().then((isVisible) => isVisible && widget.boundingBox())));
  return boxes.some((box) => box && box.y > 0);
}

// First open.
await choose(release);
await page.locator(".editor-instance .view-lines").first().waitFor();
await visible(hint("✗ fails: E404"), "a failing step has a hint with a cross");
await visible(hint("✗ npm 10.9"), "and so has the Node with an npm that is too old");
await visible(lens("Trusted publisher to enter on npm: acme/widget · release.yml"), "a lens says what to enter on npm");
check((await lens("Trusted publisher to enter on npm").locator("a").count()) === 1, "and can be clicked");
await picture("first-open");

// Problems of files that are not open.
await command("View: Focus Problems");
await visible(problem("Node 22 ships npm"), "the panel of problems lists those of the workflow");
await visible(problem("package.json"), "and those of a package that is not open");
check((await tab("package.json").count()) === 0, "which stays closed");
await picture("problems");
await command("View: Hide Panel");

// The log of a failed publish.
await page.evaluate((log) => navigator.clipboard.writeText(log), "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found\n");
await command("npm Trusted Publishing: Explain the Log in the Clipboard");
await visible(tab("Explanation of the log"), "the explanation is a page beside the workflow");
await eventually(() => previewShows("Why the publish failed"), "which is shown");
await picture("explain");
await (await inPreview("a", "release.yml:17")).click();
await eventually(async () => (await page.locator("#status\\.editor\\.selection").innerText()).startsWith("Ln 17"), "its links open the workflow at the line");
// VS Code's own command saves what is open.
await Promise.all([page.waitForEvent("load"), command("Developer: Reload Window").catch(() => undefined)]);
await opened();
await eventually(() => previewShows("Explain the Log in the Clipboard"), "after the window was reloaded it says how to get it again");
await picture("reloaded");
await tab("Explanation of the log").first().click();
await page.keyboard.press("Control+w");
await eventually(async () => (await tab("Explanation of the log").count()) === 0, "and it closes without a question");

// Everything that is safe, beside a file that no editor opens as text, in a folder with a harmful name.
const broken = inWorkspace("bad [Save](command:workbench.action.quit)");
fs.mkdirSync(broken);
fs.writeFileSync(path.join(broken, "package.json"), Buffer.alloc(600));
await command("npm Trusted Publishing: Fix All Problems in the Workspace");
await visible(toast(/Fixed \d+ problems in \d files/), "the command that fixes the workspace counts problems");
const problems = Number(/Fixed (\d+) problems/.exec(await toast("Fixed").first().innerText())?.[1]);
check(problems === 4, `one for each that it fixed, not for each file: ${problems}`);
await visible(toast("1 file left out: bad (Save)(command:workbench.action.quit)/package.json."), "and names the file that it left out, as text");
check((await toast("Fixed").locator(".notification-list-item-message a").count()) === 0, "without links");
await picture("left-out");
await toast("Fixed").getByText("Save", { exact: true }).click();
await eventually(() => fs.readFileSync(inWorkspace("package.json"), "utf8").includes("git+https://github.com/acme/widget.git"), "and saves what it changed");
await command("Notifications: Clear All Notifications");
fs.rmSync(broken, { recursive: true });

// The move from a token.
const secret = "${{ secrets.NPM_TOKEN }}";
const withToken = `${ofDemo(release).replace("# The token is gone: npm trusts this workflow now. 🚀\n", "").replace("22 # the same", "22 # the same").replace("      - run: npm ci\n", "          registry-url: https://registry.npmjs.org\n      - run: npm ci\n")}        env:\n          NODE_AUTH_TOKEN: ${secret}\n`;
await command("View: Close All Editors");
fs.writeFileSync(inWorkspace(release), withToken);
fs.writeFileSync(inWorkspace("package.json"), ofDemo("package.json"));
await choose(release);
await visible(hint("→ publishes with a token"), "a step with a token is neither good nor bad");
check((await lens("Trusted publisher to enter on npm").count()) === 0, "and no lens asks for a trusted publisher");
await command("npm Trusted Publishing: Move All Publishing to Trusted Publishing");
await visible(hint("✓ publishes by OIDC"), "after the move it publishes by OIDC");
await eventually(() => previewShows("After the first release"), "and a page says what is left to do");
await command("Notifications: Clear All Notifications");
// The page has the focus, and VS Code asks for lenses again once the workflow has it.
await command("View: Focus First Editor Group");
await visible(lens("Trusted publisher to enter on npm"), "and the lens says what to enter on npm");
await picture("migration");
await command("File: Save All Files");
await command("View: Close All Editors");

// A new workflow.
fs.rmSync(inWorkspace(release));
fs.writeFileSync(inWorkspace("package.json"), ofDemo("package.json"));
await choose("package.json");
for (const [column, part] of [[5, "key"], [15, "value"]]) {
  await page.keyboard.press("Escape");
  await choose(`:2:${column}`);
  await eventually(bulb, `there is a light bulb at the ${part} of the package's name`);
}
await command("npm Trusted Publishing: Set Up Trusted Publishing");
await visible(tab("release.yml"), "the new workflow is open");
await visible(toast("Register the trusted publisher of"), "a message says what to enter on npm");
await visible(toast("Register the trusted publisher of").getByText("Open npm"), "and leads there");
await eventually(() => previewShows("workflow release.yml"), "and so does a page");
await command("View: Focus First Editor Group");
await visible(lens("Trusted publisher to enter on npm"), "and so does the lens in the workflow");
await picture("setup");
await close();
finish();
