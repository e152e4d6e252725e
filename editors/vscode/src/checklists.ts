import * as vscode from "vscode";

import { isChecklist, markdownOf } from "./markdown";
import type { Pages, PageName } from "./pages";

/** The server's commands that answer with a checklist, and the pages that show it. */
export const MIGRATE = "trustpub.migrate";
export const ENTER_ON_NPM = "trustpub.enterOnNpm";
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
