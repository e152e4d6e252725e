import * as vscode from "vscode";

import { messageOf } from "./binary";
import { EXCLUDED_FILES, FILE_PATTERNS } from "./files";
import { plain } from "./plain";
import type { Server } from "./server";

/** The action with which the server offers every safe fix of a file at once. */
const FIX_ALL = "source.fixAll.trustpub";
/** More names do not fit into a message. The log has all of them. */
const MOST_NAMES = 3;

/** Applies every safe fix to the file in front. */
export async function fixActiveFile(server: Server): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) {
    await vscode.window.showInformationMessage("Open a file to fix it.");
    return;
  }
  if (!(await server.isReady())) return;
  if ((await fix(server, document)) === 0) await vscode.window.showInformationMessage("There is nothing to fix in this file.");
}

/** Applies every safe fix to every file of the workspace, and leaves them open and unsaved, to be looked at. */
export async function fixWorkspace(server: Server): Promise<void> {
  if (!(await server.isReady())) return;
  const searches = FILE_PATTERNS.map((pattern) => vscode.workspace.findFiles(pattern, EXCLUDED_FILES));
  const files = (await Promise.all(searches)).flat();
  const fixed: vscode.Uri[] = [];
  const leftOut: string[] = [];
  let count = 0;
  // One file that cannot be read or saved does not keep the others from it.
  const each = async (uris: vscode.Uri[], what: (uri: vscode.Uri) => Promise<void>, isCancelled = (): boolean => false): Promise<void> => {
    for (const uri of uris) {
      if (isCancelled()) break;
      try {
        await what(uri);
      } catch (error) {
        const name = vscode.workspace.asRelativePath(uri);
        leftOut.push(name);
        await server.tell(`${name}: ${messageOf(error)}`, false);
      }
    }
  };
  const options = { location: vscode.ProgressLocation.Notification, title: "Fixing the workspace", cancellable: true };
  await vscode.window.withProgress(options, (_, cancellation) =>
    each(
      files,
      async (file) => {
        const inFile = await fix(server, await vscode.workspace.openTextDocument(file));
        count += inFile;
        if (inFile > 0) fixed.push(file);
      },
      () => cancellation.isCancellationRequested,
    ),
  );
  const save = "Save";
  // The fixed files are open, so everybody sees which they are.
  const nothing = leftOut.length === 0 ? "There is nothing to fix in the workspace." : "Nothing was fixed.";
  const message = count === 0 ? nothing : `Fixed ${counted(count, "problem")} in ${counted(fixed.length, "file")}.`;
  if ((await tell(server, message, leftOut.splice(0), count === 0 ? [] : [save])) !== save) return;
  await each(fixed, async (file) => {
    if (!(await (await vscode.workspace.openTextDocument(file)).save())) throw new Error("it could not be saved");
  });
  if (leftOut.length > 0) await tell(server, "Some files could not be saved.", leftOut, []);
}

/** Tells what was done, and which files were left out. */
async function tell(server: Server, message: string, leftOut: string[], actions: string[]): Promise<string | undefined> {
  if (leftOut.length === 0) return vscode.window.showInformationMessage(message, ...actions);
  const more = leftOut.length > MOST_NAMES ? ` and ${leftOut.length - MOST_NAMES} more` : "";
  const names = `${leftOut.slice(0, MOST_NAMES).join(", ")}${more}`;
  const showLog = "Show Log";
  const chosen = await vscode.window.showWarningMessage(plain(`${message} ${counted(leftOut.length, "file")} left out: ${names}.`), ...actions, showLog);
  if (chosen === showLog) server.showLog();
  return chosen;
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
  if (action === undefined) return 0;
  if (!(await server.apply(action))) throw new Error("the editor did not apply the fixes");
  return action.diagnostics?.length ?? 0;
}
