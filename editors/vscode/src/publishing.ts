import * as vscode from "vscode";

import { ENTER_ON_NPM, MIGRATE } from "./checklists";
import { chooseFolder, showWhatToEnter, type Parts } from "./documents";
import { EXCLUDED_FILES } from "./files";

/** Makes a workflow that publishes the package of the manifest in front, or of the folder, and says what to enter on npm. */
export async function setUp(parts: Parts): Promise<void> {
  const manifest = await manifestToSetUp();
  if (manifest === undefined) {
    await vscode.window.showInformationMessage("Set up trusted publishing in a folder with a package.json.");
    return;
  }
  if (!(await parts.server.isReady())) return;
  const document = await vscode.workspace.openTextDocument(manifest);
  const actions = await parts.server.codeActions(document, "refactor");
  const action = actions.find(({ command }) => command?.command === ENTER_ON_NPM);
  if (action?.command === undefined || !(await parts.server.apply(action))) {
    // Something publishes already, or nothing can be published: what to enter, or why not, is all there is to say.
    await showWhatToEnter(parts);
    return;
  }
  await parts.server.execute(action.command.command, action.command.arguments ?? []);
}

/** Moves all publishing of the repository of the file in front, or of the folder, from access tokens to trusted publishing. */
export async function move(parts: Parts): Promise<void> {
  const workflow = await fileOfRepository();
  if (workflow === undefined) {
    await vscode.window.showInformationMessage("This folder has no workflow, so nothing is published from it.");
    return;
  }
  if (!(await parts.server.isReady())) return;
  const document = await vscode.workspace.openTextDocument(workflow);
  await parts.server.execute(MIGRATE, [parts.server.protocolUri(document.uri)]);
}

async function manifestToSetUp(): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active?.scheme === "file" && active.path.endsWith("/package.json")) return active;
  const folder = await chooseFolder();
  if (folder === undefined) return undefined;
  const [manifest] = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, "package.json"), EXCLUDED_FILES, 1);
  return manifest;
}

async function fileOfRepository(): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active?.scheme === "file" && /\/\.github\/workflows\/[^/]+\.ya?ml$/.test(active.path)) return active;
  const folder = await chooseFolder();
  if (folder === undefined) return undefined;
  const pattern = new vscode.RelativePattern(folder, "**/.github/workflows/*.{yml,yaml}");
  const workflows = await vscode.workspace.findFiles(pattern, EXCLUDED_FILES);
  return workflows.sort((a, b) => a.path.split("/").length - b.path.split("/").length || a.path.localeCompare(b.path))[0];
}
