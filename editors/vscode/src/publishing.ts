import * as vscode from "vscode";

import { chooseFolder, showWhatToEnter, type Parts } from "./documents";
import { EXCLUDED_FILES } from "./files";
import { isChecklist, markdownOf } from "./markdown";
import type { Pages, PageName } from "./pages";

/** The server's commands that answer with a checklist, and the pages that show it. */
const MIGRATE = "trustpub.migrate";
const ENTER_ON_NPM = "trustpub.enterOnNpm";
const PAGE_OF = new Map<string, PageName>([
  [MIGRATE, "Move to trusted publishing"],
  [ENTER_ON_NPM, "What to enter on npm"],
]);

/** The server has its edit applied by itself, before or after it answers. */
const MOST_PATIENCE = 3000;

/**
 * Has the server run a command, and shows what it leaves to do. Whoever runs it: a menu of code actions, or a command below.
 */
export async function runAndShow(pages: Pages, command: string, run: () => vscode.ProviderResult<unknown>): Promise<unknown> {
  const edit = nextEdit();
  const answer: unknown = await run();
  const page = PAGE_OF.get(command);
  if (page === undefined || !isChecklist(answer) || answer.checklist.length === 0) return answer;
  // The files that the edit opens come first, and the page beside them.
  if (answer.checklist.some(({ id }) => id === "moved")) await edit;
  await pages.show(page, markdownOf(page, answer));
  return answer;
}

/** The next edit of a file, unless that takes too long. */
function nextEdit(): Promise<void> {
  return new Promise((resolve) => {
    const listener = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme === "file") end();
    });
    const timer = setTimeout(() => end(), MOST_PATIENCE);
    const end = (): void => {
      listener.dispose();
      clearTimeout(timer);
      resolve();
    };
  });
}

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
