import { execFile } from "node:child_process";

import * as vscode from "vscode";

import type { PageName, Pages } from "./pages";
import type { Server } from "./server";

/** The binary ends with this where it could not do its work; everything below is an answer. */
const FAILURE = 2;
/** A log may be long. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** What the commands work with. */
export interface Parts {
  readonly server: Server;
  readonly pages: Pages;
}

/** Says why a publish failed, from the log that was copied. */
export async function explainClipboard(parts: Parts): Promise<void> {
  const log = await vscode.env.clipboard.readText();
  if (log.trim() === "") {
    await vscode.window.showInformationMessage("Copy the log of the failed publish first, or a part of it.");
    return;
  }
  await show(parts, "Explanation of the log", ["explain", "-"], log);
}

/** Says why a publish failed, from a log that was downloaded. */
export async function explainFile(parts: Parts, log?: vscode.Uri): Promise<void> {
  const chosen = log ? [log] : await vscode.window.showOpenDialog({ title: "The log of the failed publish", filters: { Logs: ["txt", "log"], "All files": ["*"] } });
  const file = chosen?.[0];
  if (file !== undefined) await show(parts, "Explanation of the log", ["explain", file.fsPath]);
}

/** Says what to enter on npm for each package. */
export async function showWhatToEnter(parts: Parts): Promise<void> {
  await show(parts, "What to enter on npm", ["setup"]);
}

/** Asks the registry how the packages were published. Which registry that is, the folder's `.npmrc` may say. */
export async function verify(parts: Parts): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    const manage = "Manage Workspace Trust";
    const message = "In a folder that you do not trust, no registry is asked.";
    if ((await vscode.window.showInformationMessage(message, manage)) === manage) {
      await vscode.commands.executeCommand("workbench.trust.manage");
    }
    return;
  }
  await show(parts, "Published packages", ["verify"]);
}

/** Shows what a subcommand has to say as a page. Its links lead into the workspace. */
async function show({ server, pages }: Parts, name: PageName, args: string[], input?: string): Promise<void> {
  const folder = await chooseFolder();
  if (folder === undefined) return;
  const binary = await server.binaryPath();
  if (binary === undefined) {
    await vscode.window.showErrorMessage("npm Trusted Publishing: no trustpub binary was found. The log says why.");
    return;
  }
  const options = { location: vscode.ProgressLocation.Window, title: `trustpub ${args[0]}` };
  const result = await vscode.window.withProgress(options, () => run(binary, [...args, "--format", "markdown"], folder.fsPath, input));
  const isFailure = result.code >= FAILURE && result.output === "";
  await server.tell(result.errors.trim(), isFailure);
  if (!isFailure) await pages.show(name, result.output, folder);
}

/** The folder of the file in front, else the only folder, else one that the user chooses. */
export async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const ofActive = active && vscode.workspace.getWorkspaceFolder(active);
  if (ofActive !== undefined) return ofActive.uri;
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length <= 1) return folders[0]?.uri;
  return (await vscode.window.showWorkspaceFolderPick())?.uri;
}

interface Result {
  code: number;
  output: string;
  errors: string;
}

function run(binary: string, args: string[], folder: string, input?: string): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(binary, args, { cwd: folder, maxBuffer: MOST_OUTPUT }, (error, output, errors) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : FAILURE;
      resolve({ code, output, errors: errors === "" && error !== null ? error.message : errors });
    });
    // A process that ends early does not read all of it.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}
