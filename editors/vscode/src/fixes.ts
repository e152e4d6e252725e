import * as vscode from "vscode";

import { EXCLUDED_FILES, FILE_PATTERNS } from "./files";
import type { Server } from "./server";

/** The action with which the server offers every safe fix of a file at once. */
const FIX_ALL = "source.fixAll.trustpub";

/** Applies every safe fix to the file in front. */
export async function fixActiveFile(server: Server): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) {
    await vscode.window.showInformationMessage("Open a file to fix it.");
    return;
  }
  if ((await fix(server, document)) === 0) await vscode.window.showInformationMessage("There is nothing to fix in this file.");
}

/** Applies every safe fix to every file of the workspace, and leaves them open and unsaved, to be looked at. */
export async function fixWorkspace(server: Server): Promise<void> {
  const searches = FILE_PATTERNS.map((pattern) => vscode.workspace.findFiles(pattern, EXCLUDED_FILES));
  const files = (await Promise.all(searches)).flat();
  const fixed: vscode.Uri[] = [];
  let count = 0;
  const options = { location: vscode.ProgressLocation.Notification, title: "Fixing the workspace", cancellable: true };
  await vscode.window.withProgress(options, async (_, cancellation) => {
    for (const file of files) {
      if (cancellation.isCancellationRequested) break;
      const inFile = await fix(server, await vscode.workspace.openTextDocument(file));
      count += inFile;
      if (inFile > 0) fixed.push(file);
    }
  });
  if (count === 0) {
    await vscode.window.showInformationMessage("There is nothing to fix in the workspace.");
    return;
  }
  // Without their names: a notification makes links of them. The files are open, so everybody sees which they are.
  const message = `Fixed ${counted(count, "problem")} in ${counted(fixed.length, "file")}.`;
  const save = "Save";
  if ((await vscode.window.showInformationMessage(message, save)) === save) {
    for (const file of fixed) await (await vscode.workspace.openTextDocument(file)).save();
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/**
 * How many problems were fixed in the document. The server is asked itself: an action that VS Code passes on does not show how
 * many problems it fixes.
 */
async function fix(server: Server, document: vscode.TextDocument): Promise<number> {
  const actions = await server.codeActions(document, FIX_ALL);
  const action = actions.find(({ kind, edit }) => kind === FIX_ALL && edit !== undefined);
  if (action === undefined || !(await server.apply(action))) return 0;
  return action.diagnostics?.length ?? 0;
}
