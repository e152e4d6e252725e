import * as path from "node:path";

import * as vscode from "vscode";
import {
  CloseAction,
  CodeActionRequest,
  Command,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  TransportKind,
  type CodeAction,
  type ConfigurationRequest,
  type ErrorHandler,
  type LSPAny,
  type ShowDocumentRequest,
} from "vscode-languageclient/node";

import { findBinary, messageOf, NoBinary, type Binary } from "./binary";
import { runAndShow } from "./checklists";
import { DOCUMENT_SELECTOR } from "./files";
import { withReason } from "./ignores";
import { LastWords } from "./last_words";
import type { Pages } from "./pages";
import { plain } from "./plain";
import { isShowable } from "./showable";
import type { Status } from "./status";

/** How often a server that crashes is started again, and within which time a crash counts. */
const MOST_RESTARTS = 4;
const RESTART_WINDOW = 3 * 60 * 1000;

/** In a folder that is not trusted no setting, whoever made it, has the server ask a registry that the folder chooses. */
const withTrust: ConfigurationRequest.MiddlewareSignature = async (params, token, next) => {
  const sections: unknown = await next(params, token);
  if (vscode.workspace.isTrusted || !Array.isArray(sections)) return sections as LSPAny[];
  return sections.map((section: unknown) => (typeof section === "object" ? { ...section, publishedLens: false } : section)) as LSPAny[];
};

/** A document that the server shows comes to the files, even where a page beside them has the focus. */
const inFront: ShowDocumentRequest.MiddlewareSignature = async (params, token, next) => {
  const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => uri) ?? [];
  if (!isShowable(params, folders.map(String))) return { success: false };
  if (params.external === true) return next(params, token);
  const column = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(vscode.Uri.parse(params.uri), { viewColumn: column, preview: false });
  return { success: true };
};

/** The language server's life. */
export class Server {
  private client: LanguageClient | undefined;
  private binary: Binary | undefined;
  /** Why no server runs. */
  private failure: string | undefined;
  /** Whether the last start was in a folder that is trusted. */
  private wasTrusted = false;
  /** What was asked for comes one after the other, so that no server is started twice or left behind. */
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly status: Status,
    private readonly pages: Pages,
  ) {}

  start(): Promise<void> {
    return this.enqueue(() => this.startNow());
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopNow());
  }

  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  async showVersion(): Promise<void> {
    if (!(await this.isReady()) || this.binary === undefined) return;
    const { version, path: file, origin } = this.binary;
    await vscode.window.showInformationMessage(plain(`trustpub ${version} (${origin}: ${file})`));
  }

  /** Whether a server runs. If none does, the user reads why, and what can be done about it. */
  async isReady(): Promise<boolean> {
    await this.queue;
    // The client starts a server that crashed by itself.
    if (this.client?.state === State.Starting) await this.client.start().catch(() => undefined);
    if (this.client?.isRunning()) return true;
    await this.complain(["The trustpub server is not running", this.failure].filter(Boolean).join(": "));
    return false;
  }

  showLog(): void {
    this.log.show();
  }

  /** The binary that serves, or that would. */
  async binaryPath(): Promise<string | undefined> {
    await this.queue;
    if (this.binary !== undefined) return this.binary.path;
    try {
      return (await findBinary(this.context, this.log)).path;
    } catch (error) {
      this.log.error(messageOf(error));
      return undefined;
    }
  }

  /** What the server offers for a whole document, of one kind. */
  async codeActions(document: vscode.TextDocument, kind: string): Promise<CodeAction[]> {
    const client = this.running();
    const everything = new vscode.Range(0, 0, document.lineCount, 0);
    const answer = await client.sendRequest(CodeActionRequest.type, {
      textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document),
      range: client.code2ProtocolConverter.asRange(everything),
      context: { diagnostics: [], only: [kind] },
    });
    return (answer ?? []).filter((action): action is CodeAction => !Command.is(action));
  }

  /** Applies the edit of an action. */
  async apply(action: CodeAction): Promise<boolean> {
    const edit = await this.running().protocol2CodeConverter.asWorkspaceEdit(action.edit);
    return edit !== undefined && (await vscode.workspace.applyEdit(edit));
  }

  /** Has the server run a command, and shows its answer. */
  async execute(command: string, args: LSPAny[]): Promise<void> {
    const client = this.running();
    await runAndShow(this.pages, command, () => client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args }));
  }

  /** A URI as the server knows it. */
  protocolUri(uri: vscode.Uri): string {
    return this.client?.code2ProtocolConverter.asUri(uri) ?? uri.toString();
  }

  /** Has the server ask for its settings again, or starts the one that could not be started before. */
  async trust(): Promise<void> {
    await this.queue;
    if (this.client?.isRunning()) await this.client.sendNotification("workspace/didChangeConfiguration", { settings: null });
    // A setting that counts from now on may have started it already.
    else if (!this.wasTrusted) await this.restart();
  }

  /** Says that a command failed. */
  async fail(error: unknown): Promise<void> {
    this.log.error(error instanceof Error ? error : String(error));
    await this.complain(messageOf(error));
  }

  /** Logs what a command had to say, and shows it if there is nothing else. */
  async tell(errors: string, isFailure: boolean): Promise<void> {
    if (errors !== "") this.log.warn(errors);
    if (isFailure) await this.complain(errors);
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(task).catch((error: unknown) => this.log.error(messageOf(error)));
    return this.queue;
  }

  /** The client of a server that runs. */
  private running(): LanguageClient {
    if (!this.client?.isRunning()) throw new Error("The trustpub server is not running");
    return this.client;
  }

  private async startNow(): Promise<void> {
    this.status.starting();
    this.failure = undefined;
    this.wasTrusted = vscode.workspace.isTrusted;
    const words = new LastWords();
    try {
      this.binary = await findBinary(this.context, this.log);
      this.client = this.newClient(this.binary, words);
      await this.client.start();
    } catch (error) {
      // The server's own last words say why; the client knows only that it does not answer.
      const why = error instanceof NoBinary ? error.message : ((await words.last()) ?? messageOf(error));
      await this.stopNow();
      this.failure = why;
      this.status.failed(why);
      this.log.error(why);
      const what = error instanceof NoBinary ? "" : "The server does not start: ";
      // Not awaited: the message stays until somebody answers it.
      void this.complain(`${what}${why}`);
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.binary = undefined;
    try {
      // While it starts, a client cannot be stopped: its server would be left behind.
      if (client?.state === State.Starting) await client.start();
      await client?.dispose();
    } catch (error) {
      // A server that crashed cannot be told to stop.
      this.log.debug(messageOf(error));
    }
  }

  private newClient(binary: Binary, words: LastWords): LanguageClient {
    let hasRun = false;
    const client = new LanguageClient(
      "trustpub",
      "npm Trusted Publishing",
      // Not in the opened folder, where Windows would look for libraries.
      { command: binary.path, args: ["lsp"], transport: TransportKind.stdio, options: { cwd: path.dirname(binary.path) } },
      {
        documentSelector: DOCUMENT_SELECTOR,
        synchronize: { configurationSection: "trustpub" },
        outputChannel: this.log,
        traceOutputChannel: this.log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        stdioOptions: { stdout: () => undefined, stderr: (stream, log) => words.listen(stream, (line) => log.error(line)) },
        // What a hover says comes from the repository: its links run no commands, and its HTML is text.
        markdown: { isTrusted: false, supportHtml: false },
        middleware: {
          workspace: { configuration: withTrust },
          window: { showDocument: inFront },
          executeCommand: (command, args, next) => runAndShow(this.pages, command, () => next(command, args)),
          provideCodeActions: async (document, range, context, token, next) => (await next(document, range, context, token))?.map(withReason),
        },
        errorHandler: this.errorHandler(() => hasRun),
        // `start` says it too, and what it says is shown once.
        initializationFailedHandler: () => false,
      },
    );
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        hasRun = true;
        this.status.running(binary.version);
      }
      if (newState === State.Starting) this.status.starting();
    });
    return client;
  }

  private errorHandler(hasRun: () => boolean): ErrorHandler {
    let crashes: number[] = [];
    return {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        // It is not a server, so starting it again does not help.
        if (!hasRun()) return { action: CloseAction.DoNotRestart, handled: true };
        const now = Date.now();
        crashes = [...crashes.filter((time) => now - time < RESTART_WINDOW), now];
        if (crashes.length <= MOST_RESTARTS) {
          this.log.warn(`The server ended unexpectedly; starting it again (${crashes.length} of ${MOST_RESTARTS})`);
          return { action: CloseAction.Restart, handled: true };
        }
        const message = `The server crashed ${crashes.length} times in a row and is not started again`;
        this.failure = message;
        this.log.error(message);
        this.status.failed(message);
        this.binary = undefined;
        void this.complain(message);
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  /** Says what is wrong, with what can be done about it. */
  private async complain(message: string): Promise<void> {
    const actions = new Map<string, () => unknown>([
      ["Restart Server", () => this.restart()],
      ["Show Log", () => this.log.show()],
      ["Open Setting", () => vscode.commands.executeCommand("workbench.action.openSettings", "trustpub.serverPath")],
    ]);
    const chosen = await vscode.window.showErrorMessage(`npm Trusted Publishing: ${plain(message.replace(/\.?$/, "."))}`, ...actions.keys());
    if (chosen !== undefined) await actions.get(chosen)?.();
  }
}
