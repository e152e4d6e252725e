import * as vscode from "vscode";

import { explainClipboard, explainFile, showWhatToEnter, verify } from "./documents";
import { fixActiveFile, fixWorkspace } from "./fixes";
import { FILL_IN_REASON, fillInReason } from "./ignores";
import { Pages } from "./pages";
import { move, setUp } from "./publishing";
import { Server } from "./server";
import { Status } from "./status";

let server: Server | undefined;

/** Is called once, when a folder holds a workflow or a package. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("npm Trusted Publishing", { log: true });
  const status = new Status();
  const pages = new Pages();
  const started = new Server(context, log, status, pages);
  server = started;
  const parts = { server: started, pages };

  // VS Code would show the error itself, and make links of what it quotes.
  const command = (name: string, run: (argument?: vscode.Uri) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`trustpub.${name}`, async (argument?: vscode.Uri) => {
      try {
        await run(argument);
      } catch (error) {
        void started.fail(error);
      }
    });
  context.subscriptions.push(
    log,
    status,
    pages.register(),
    // They are there also when no server starts: they help to find out why.
    command("restartServer", () => started.restart()),
    command("showLog", () => log.show()),
    command("showVersion", () => started.showVersion()),
    command("fixFile", () => fixActiveFile(started)),
    command("fixWorkspace", () => fixWorkspace(started)),
    command("explainClipboard", () => explainClipboard(parts)),
    command("explainFile", (log) => explainFile(parts, log)),
    command("setUp", () => setUp(parts)),
    command("move", () => move(parts)),
    command("showWhatToEnter", () => showWhatToEnter(parts)),
    command("verify", () => verify(parts)),
    vscode.commands.registerCommand(FILL_IN_REASON, fillInReason),
    // What the server may ask depends on it. A path of the server that the folder sets changes the configuration besides.
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.trust()),
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
