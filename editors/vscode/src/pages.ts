import * as vscode from "vscode";

import { absoluteLinks, prefixOf } from "./links";

/** The scheme of the pages. `onFileSystem:trustpub` starts the extension when a window is restored with one of them. */
const SCHEME = "trustpub";

/** A page, by what its tab shows. */
interface Page {
  /** The command that makes it. */
  readonly command: string;
}

const PAGES = {
  "Explanation of the log": { command: "Explain the Log in the Clipboard" },
  "What to enter on npm": { command: "Show What to Enter on npm" },
  "Published packages": { command: "Verify the Published Packages" },
  "Move to trusted publishing": { command: "Move All Publishing to Trusted Publishing" },
} satisfies Record<string, Page>;

export type PageName = keyof typeof PAGES;

/**
 * What the commands have to say: Markdown files that can only be read, so that no editor asks to save them. They are held in
 * memory. After a window was reloaded, a page says how to get it again.
 */
export class Pages implements vscode.FileSystemProvider {
  private readonly texts = new Map<string, { text: string; time: number }>();
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changes.event;

  register(): vscode.Disposable {
    return vscode.workspace.registerFileSystemProvider(SCHEME, this, { isReadonly: true, isCaseSensitive: true });
  }

  /** Shows a page beside the editor. Links in it are relative to `folder`. */
  async show(name: PageName, markdown: string, folder?: vscode.Uri): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md` });
    const isNew = !this.texts.has(uri.path);
    this.texts.set(uri.path, { text: folder === undefined ? markdown : absoluteLinks(markdown, wayTo(folder)), time: Date.now() });
    this.changes.fire([{ type: isNew ? vscode.FileChangeType.Created : vscode.FileChangeType.Changed, uri }]);
    const isBeside = vscode.window.activeTextEditor !== undefined;
    try {
      await vscode.commands.executeCommand(isBeside ? "markdown.showPreviewToSide" : "markdown.showPreview", uri);
    } catch {
      // The preview is an extension too, and may be disabled.
      await vscode.window.showTextDocument(uri, { preview: false });
    }
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { text, time } = this.page(uri);
    return { type: vscode.FileType.File, ctime: time, mtime: time, size: Buffer.byteLength(text), permissions: vscode.FilePermission.Readonly };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return Buffer.from(this.page(uri).text);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  private page(uri: vscode.Uri): { text: string; time: number } {
    const known = this.texts.get(uri.path);
    if (known !== undefined) return known;
    const name = uri.path.replace(/^\//, "").replace(/\.md$/, "");
    const page: Page | undefined = Object.hasOwn(PAGES, name) ? PAGES[name as PageName] : undefined;
    if (page === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    const text = `# ${name}\n\nThis page is from before the window was reloaded. To see it again, run the command **npm Trusted Publishing: ${page.command}**.\n`;
    return { text, time: 0 };
  }
}

/** The way from the first folder of the workspace, in which absolute links of a page begin, to another folder. */
function wayTo(folder: vscode.Uri): string {
  const first = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (first === undefined || first.path === folder.path) return "";
  return `${"/..".repeat(first.path.split("/").filter(Boolean).length)}${prefixOf(folder.path)}`;
}
