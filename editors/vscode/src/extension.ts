import * as vscode from "vscode";

import { explainClipboard, explainFile, setUp, verify } from "./documents";
import { fixActiveFile, fixWorkspace } from "./fixes";
import { Server } from "./server";
import { Status } from "./status";

let server: Server | undefined;

/** Is called once, when a folder holds a workflow or a package. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("npm Trusted Publishing", { log: true });
  const status = new Status();
  const started = new Server(context, log, status);
  server = started;

  const command = (name: string, run: (argument?: vscode.Uri) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`trustpub.${name}`, run);
  context.subscriptions.push(
    log,
    status,
    // They are there also when no server starts: they help to find out why.
    command("restartServer", () => started.restart()),
    command("showLog", () => log.show()),
    command("showVersion", () => started.showVersion()),
    command("fixFile", () => fixActiveFile()),
    command("fixWorkspace", () => fixWorkspace()),
    command("explainClipboard", () => explainClipboard(started)),
    command("explainFile", (log) => explainFile(started, log)),
    command("setUp", () => setUp(started)),
    command("verify", () => verify(started)),
    // What the server may ask depends on it. A path of the server that the folder sets changes the configuration besides.
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.tellSettings()),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("trustpub.serverPath")) await started.restart();
    }),
  );
  // Not awaited: the editor does not wait for the server.
  void started.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
