// What the extension does in a folder that is not trusted, with settings that name no server, and where
// nothing is its business.
import fs from "node:fs";
import path from "node:path";

import { check, eventually, finish, open, quickOpen, serverPids } from "./code-server.mjs";

const { RESULTS, WORKSPACE } = process.env;
const own = path.dirname(WORKSPACE);
const settings = path.join(WORKSPACE, ".vscode/settings.json");

// The folder brings a program that must not run.
const chosen = path.join(own, "chosen");
const hasRun = path.join(own, "chosen-has-run");
const choose = (...commands) => fs.writeFileSync(chosen, ["#!/bin/sh", `echo "$1" >> ${hasRun}`, ...commands, ""].join("\n"), { mode: 0o755 });
choose("echo trustpub 9.9.9", "[ $1 = --version ] || { echo starting; echo 'no such table [x](command:y)'; exit 3; } >&2");
fs.mkdirSync(path.dirname(settings), { recursive: true });
fs.writeFileSync(settings, JSON.stringify({ "trustpub.serverPath": chosen }));

const { page, goTo, close } = await open("folders", { isTrusting: false, viewport: { width: 1600, height: 900 } });
const toast = (text) => page.locator(".notification-toast").filter({ hasText: text });

const command = (title) => quickOpen(page, `>${title}`);

const opened = () => page.waitForSelector(".monaco-workbench .part.statusbar", { timeout: 240_000 });

await opened();
await page.getByText("Restricted Mode").first().waitFor({ timeout: 240_000 });
await eventually(() => serverPids().length === 1, "in a folder that is not trusted the extension's own server runs");
check(!fs.existsSync(hasRun), "and not the one that the folder's settings name");

await command("Workspaces: Manage Workspace Trust");
await page.getByRole("button", { name: "Trust", exact: true }).first().click();
await eventually(() => fs.existsSync(hasRun), "once it is trusted, the settings choose the server");

let complaint = "The server does not start: no such table (x)(command:y).";
for (const [answer, next] of [
  ["echo something else", "it is not trustpub"],
  ["echo trustpub 0.0.9", "it is trustpub 0.0.9, and this extension needs"],
  ["{ echo first; echo 'lib missing'; exit 127; } >&2", "`--version` ends with code 127: lib missing"],
]) {
  await toast(complaint).waitFor();
  choose(answer);
  await toast(complaint).getByText("Restart Server").click();
  complaint = next;
  await toast(complaint).waitFor();
  check(await toast(complaint).getByText("Open Setting").isVisible(), `a program of \`${answer}\`: a message with buttons says what is wrong`);
}
check(serverPids().length === 0, "and none is started");
const asked = fs.readFileSync(hasRun, "utf8").split("\n").filter((argument) => argument === "--version");
check(asked.length === 4, `trust starts the program once, and each button once: ${asked.length} starts`);

fs.rmSync(settings);
await goTo(WORKSPACE);
await opened();
await eventually(() => serverPids().length === 1, "without the setting the extension's own server runs");
await command("Welcome: Open Walkthrough");
await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: "Publish to npm without a token" }).first().click();
for (const step of ["See what a publish will do", "Repair it", "Move from a token to trusted publishing", "Enter the trusted publisher on npm", "Publish a release", "Remove the token"]) {
  await page.getByText(step, { exact: true }).first().waitFor();
}
const image = page.locator(".getting-started-media img").first();
await image.waitFor();
await eventually(() => image.evaluate((element) => element.naturalWidth > 0), "the walkthrough opens, with a picture");
await page.screenshot({ path: path.join(RESULTS, "walkthrough.png") });

const other = path.join(own, "other");
fs.mkdirSync(other);
fs.writeFileSync(path.join(other, "docker-compose.yml"), "services: {}\n");
await goTo(other);
await opened();
await eventually(() => serverPids().length === 0, "the server ends with its window");
await page.getByText("docker-compose.yml").first().dblclick();
await page.locator(".editor-instance .view-lines").first().waitFor();
await page.waitForTimeout(2000);
check(serverPids().length === 0, "nothing is started where there is neither a workflow nor a package");
await close();
finish();
