import * as vscode from "vscode";

/** What the server writes as the reason of a new ignore. */
const REASON = "TODO: explain why";

/** Selects the reason of a new ignore, so that the next thing that is typed replaces it. */
export const FILL_IN_REASON = "trustpub.fillInReason";

/** Has an action that ignores a finding end with the selection of its reason. */
export function withReason(action: vscode.CodeAction | vscode.Command): vscode.CodeAction | vscode.Command {
  if (!("edit" in action) || action.edit === undefined || action.command !== undefined) return action;
  for (const [uri, edits] of action.edit.entries()) {
    const edit = edits.find(({ newText }) => newText.includes(REASON));
    if (edit === undefined) continue;
    action.command = { title: "Fill in the reason", command: FILL_IN_REASON, arguments: [uri, edit.range.start] };
    break;
  }
  return action;
}

/**
 * Selects the reason that was written at a place, so that the user types over it. The server reports an ignore without a reason, and a
 * file that the typing breaks.
 */
export async function fillInReason(uri: unknown, from: unknown): Promise<void> {
  // Anything can run a command, with any arguments.
  if (!(uri instanceof vscode.Uri) || !(from instanceof vscode.Position)) return;
  const editor = await vscode.window.showTextDocument(uri);
  const { document } = editor;
  const start = document.getText().indexOf(REASON, document.offsetAt(from));
  if (start < 0) return;
  editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(start + REASON.length));
  editor.revealRange(editor.selection);
}
