// The scenario, inside VS Code's extension host. Its entry point is that of @vscode/test-electron: `exports.run`.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const { REPORT, SCENARIO, SERVER_PIDS } = process.env;
const workflow = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, ".github/workflows/release.yml");

/** Written line by line, so that a run which never ends shows how far it came. */
function say(line) {
  fs.appendFileSync(`${REPORT}.part`, `${line}\n`);
}

function check(isTrue, what) {
  say(`${isTrue ? "ok   " : "FAIL "} ${what}`);
}

async function eventually(condition, what) {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (await condition()) return check(true, what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return check(false, what);
}

/** What is wrong, as `line:column-column rule`, counted from 1 and in UTF-16, as VS Code does. */
function problems(file = workflow) {
  return vscode.languages
    .getDiagnostics(file)
    // VS Code itself complains that it cannot fetch the schema of a package.json.
    .filter(({ severity, source }) => source === "trustpub" && severity <= vscode.DiagnosticSeverity.Warning)
    .map(({ range, code }) => `${range.start.line + 1}:${range.start.character + 1}-${range.end.character + 1} ${code.value}`)
    .sort()
    .join(", ");
}

async function eventuallyProblems(expected, when) {
  await eventually(() => problems() === expected, `${when}: ${expected || "nothing"}`);
  if (problems() !== expected) say(`FAIL  but: ${problems()}`);
}

async function savedAs(document, name) {
  await document.save();
  check(fs.readFileSync(workflow.fsPath).equals(fs.readFileSync(path.join(SCENARIO, name))), `on disk: ${name}`);
}

function serverPids() {
  const [command, ...args] = SERVER_PIDS.split(" ");
  return execFileSync(command, args).toString().split("\n").filter(Boolean).map(Number);
}

async function scenario() {
  const extension = vscode.extensions.getExtension("trustpub.trustpub");
  check(extension !== undefined && !extension.extensionPath.includes("editors/vscode"), `installed: ${extension?.packageJSON.version}`);
  await eventually(() => extension.isActive, "active where a folder holds a workflow, before a file is opened");

  const document = await vscode.workspace.openTextDocument(workflow);
  const editor = await vscode.window.showTextDocument(document);
  check(document.languageId === "github-actions-workflow", `language: ${document.languageId}`);
  await eventuallyProblems("15:77-79 npm-too-old-node, 7:1-12 id-token-missing", "opened");
  await vscode.languages.setTextDocumentLanguage(document, "yaml");
  await eventuallyProblems("15:77-79 npm-too-old-node, 7:1-12 id-token-missing", "as the language yaml");

  const at = new vscode.Range(14, 76, 14, 78);
  const actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", workflow, at, "quickfix");
  const fix = actions.find(({ title }) => title === "Use Node 24");
  check(fix !== undefined && (await vscode.workspace.applyEdit(fix.edit)), "the quick fix was applied");
  await savedAs(document, "fixed.yml");
  await eventuallyProblems("7:1-12 id-token-missing", "fixed");

  await editor.edit((edit) => edit.insert(new vscode.Position(8, 0), "  id-token: write\n"));
  await eventuallyProblems("", "edited until it is clean");
  await savedAs(document, "clean.yml");

  await editor.edit((edit) => edit.delete(new vscode.Range(8, 0, 9, 0)));
  await eventuallyProblems("7:1-12 id-token-missing", "the line deleted");
  await vscode.commands.executeCommand("trustpub.fixFile");
  await eventuallyProblems("", "the command that fixes the file");
  await savedAs(document, "clean.yml");

  const opened = fs.readFileSync(path.join(SCENARIO, "opened.yml"), "utf8");
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), opened));
  // Not awaited: at its end it waits for an answer to its message.
  void vscode.commands.executeCommand("trustpub.fixWorkspace");
  const npmrc = path.join(path.dirname(workflow.fsPath), "../../.npmrc");
  const isFixed = ({ uri, isDirty }) => uri.fsPath === npmrc && isDirty;
  await eventually(() => vscode.workspace.textDocuments.some(isFixed), "the command that fixes the workspace changes a file that was not open");
  await eventuallyProblems("", "and the workflow");
  await savedAs(document, "clean.yml");

  const [killed] = serverPids();
  process.kill(killed, "SIGKILL");
  await eventually(() => serverPids().some((pid) => pid !== killed), "a server that was killed is started again");
  const restarted = serverPids();
  await vscode.commands.executeCommand("trustpub.restartServer");
  const now = serverPids();
  check(now.length === 1 && now[0] !== restarted[0], "the command that restarts the server leaves one, and another");
  await shortAnswer(document);
  const front = await vscode.window.showTextDocument(document);
  await front.edit((edit) => edit.delete(new vscode.Range(8, 0, 9, 0)));
  await eventuallyProblems("7:1-12 id-token-missing", "found by the new server");

  const settings = vscode.workspace.getConfiguration("trustpub");
  await settings.update("serverPath", "/nowhere/trustpub", vscode.ConfigurationTarget.Workspace);
  await eventually(() => serverPids().length === 0, "a path without a server in the settings: none is started");
  await settings.update("serverPath", undefined, vscode.ConfigurationTarget.Workspace);
  await eventually(() => serverPids().length === 1, "without that setting: it is started again");

  await settings.update("rules", { "id-token-missing": "off" }, vscode.ConfigurationTarget.Workspace);
  await eventuallyProblems("", "a rule that the settings switch off");
  await settings.update("rules", undefined, vscode.ConfigurationTarget.Workspace);
  await eventuallyProblems("7:1-12 id-token-missing", "and on again");
  await switches();
  await nodeVersions(front);

  await document.save();
  await documents(document);
  await publishedLens();
  await deletedFolder(document);
  await ignoredFinding(document);
  await movedFromToken(document);
  await newWorkflow(document);

  const commands = await vscode.commands.getCommands(true);
  for (const { command } of extension.packageJSON.contributes.commands) {
    check(commands.includes(command), `there is a command ${command}`);
  }
}

/** The hints in the text and the lenses above publish commands can be switched off. */
async function switches() {
  const everything = new vscode.Range(0, 0, 99, 0);
  const hints = async () => (await vscode.commands.executeCommand("vscode.executeInlayHintProvider", workflow, everything)).length;
  const lenses = async () => (await vscode.commands.executeCommand("vscode.executeCodeLensProvider", workflow)).length;
  const settings = vscode.workspace.getConfiguration("trustpub");
  for (const [name, count] of [["inlayHints", hints], ["codeLens", lenses]]) {
    await eventually(async () => (await count()) > 0, `with ${name} there are some`);
    await settings.update(name, false, vscode.ConfigurationTarget.Global);
    await eventually(async () => (await count()) === 0, `with ${name} switched off there are none`);
    await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
  }
}

/** The list of versions of Node shows the npm of each. */
async function nodeVersions(editor) {
  const { document } = editor;
  const step = "      - uses: actions/setup-node@v6\n        with:\n          node-version: ";
  await editor.edit((edit) => edit.insert(new vscode.Position(document.lineCount, 0), step));
  const at = document.lineAt(document.lineCount - 1).range.end;
  const { items } = await vscode.commands.executeCommand("vscode.executeCompletionItemProvider", workflow, at);
  const nodes = items.filter(({ label }) => typeof label === "object" && label.description?.startsWith("npm "));
  const shown = nodes.map(({ label }) => `${label.label}: ${label.description}`);
  await vscode.commands.executeCommand("undo");
  check(nodes.length === 6, `each version of Node is shown with its npm: ${shown.join("; ")}`);
}

/** The text of a page, as the extension serves it. */
async function page(name) {
  const uri = vscode.Uri.from({ scheme: "trustpub", path: `/${name}.md` });
  return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
}

const pageIsOpen = (name) => vscode.workspace.textDocuments.some(({ uri, languageId }) => uri.scheme === "trustpub" && uri.path === `/${name}.md` && languageId === "markdown");

/** A refused publish, of which npm says nothing: the answer fits into a window, and what to compare is in it once. */
async function shortAnswer(document) {
  const name = "Explanation of the log";
  const heading = /^## .*The trusted publisher on npm does not match this run/gm;
  await vscode.env.clipboard.writeText("npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found\n");
  await vscode.window.showTextDocument(document);
  // Not awaited: it ends when the preview is drawn, which a browser without a screen may put off.
  void vscode.commands.executeCommand("trustpub.explainClipboard");
  await eventually(async () => heading.test(await page(name)), "explainClipboard answers about the trusted publisher");
  await eventually(() => pageIsOpen(name), "on a page that is open as Markdown");
  const shown = await page(name);
  const lines = shown.trimEnd().split("\n");
  check(shown.match(heading).length === 1 && lines.length <= 30, `once, in at most 30 lines: ${lines.length}`);
  for (const line of ["- owner: acme", "- repository: widget", "- workflow: release.yml", "- environment: leave it empty"]) {
    check(lines.some((found) => found.trim() === line), `and the value to compare: ${line}`);
  }
}

/** The commands that show a page. */
async function documents(document) {
  const log = path.join(path.dirname(REPORT), "log.txt");
  fs.writeFileSync(log, "npm error code ENEEDAUTH\nnpm error need auth You need to authorize this machine using `npm login`\n");
  for (const [command, name, text, again] of [
    ["explainFile", "Explanation of the log", "[.github/workflows/release.yml:7:1](/.github/workflows/release.yml#L7)"],
    ["showWhatToEnter", "What to enter on npm", "- workflow: release.yml", "Show What to Enter on npm"],
    ["verify", "Published packages", "by trusted publishing from github", "Verify the Published Packages"],
  ]) {
    // As after the window was reloaded with a page that is open.
    if (again !== undefined) check((await page(name)).includes(`npm Trusted Publishing: ${again}`), `before ${command} its page says how to get it`);
    await vscode.window.showTextDocument(document);
    // Not awaited: it ends when the preview is drawn, which a browser without a screen may put off.
    void vscode.commands.executeCommand(`trustpub.${command}`, vscode.Uri.file(log));
    await eventually(async () => (await page(name)).includes(text), `${command} shows a page with ${text}`);
    await eventually(() => pageIsOpen(name), "which is open as Markdown");
  }
  check(vscode.workspace.fs.isWritableFileSystem("trustpub") === false, "pages can only be read");
  const unsaved = vscode.workspace.textDocuments.filter(({ uri, isDirty, isUntitled }) => isUntitled || (isDirty && uri.scheme === "trustpub"));
  check(unsaved.length === 0, "and nothing asks to be saved");
  const unknown = vscode.Uri.from({ scheme: "trustpub", path: "/other.md" });
  const error = await vscode.workspace.fs.readFile(unknown).then(() => undefined, ({ code }) => code);
  check(error === "FileNotFound", "there are no other pages");
}

/** A finding is ignored by a comment, whose reason is selected to be filled in. */
async function ignoredFinding(document) {
  const editor = await vscode.window.showTextDocument(document);
  const opened = fs.readFileSync(path.join(SCENARIO, "opened.yml"), "utf8");
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), opened));
  await eventuallyProblems("15:77-79 npm-too-old-node, 7:1-12 id-token-missing", "as it was opened");
  const at = new vscode.Range(14, 76, 14, 78);
  const actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", workflow, at, "quickfix");
  const action = actions.find(({ title }) => title === "Ignore `npm-too-old-node` here");
  check(action !== undefined && (await vscode.workspace.applyEdit(action.edit)), "the finding can be ignored");
  await vscode.commands.executeCommand(action.command.command, ...action.command.arguments);
  const line = document.lineAt(14).text;
  check(line.endsWith(" # the same as in our tests # trustpub: ignore[npm-too-old-node] TODO: explain why"), `by a comment after the one that is there: ${line}`);
  check(document.getText(vscode.window.activeTextEditor.selection) === "TODO: explain why", "whose reason is selected");
  await eventuallyProblems("7:1-12 id-token-missing", "the other finding stays");
}

/** A workflow that publishes with a token moves, and a page says what is left to do. */
async function movedFromToken(document) {
  const editor = await vscode.window.showTextDocument(document);
  const opened = fs.readFileSync(path.join(SCENARIO, "opened.yml"), "utf8");
  const secret = "${{ secrets.NPM_TOKEN }}";
  const withToken = opened.replace("node-version: 22", "node-version: 22, registry-url: 'https://registry.npmjs.org'") + `        env: { NODE_AUTH_TOKEN: "${secret}" }\n`;
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), withToken));
  const name = "Move to trusted publishing";
  check((await page(name)).includes("Move All Publishing"), "the page of the move says how to get it");
  // Not awaited: it ends when the preview is drawn.
  void vscode.commands.executeCommand("trustpub.move");
  await eventually(() => !document.getText().includes("NPM_TOKEN") && document.getText().includes("id-token: write"), "the move removes the token and grants id-token");
  await eventually(async () => (await page(name)).includes("## After the first release"), "its page has the checklist");
  const shown = await page(name);
  for (const text of ["npm trust github @acme/widget --file release.yml", "https://www.npmjs.com/package/@acme/widget/access", "Delete the secret `NPM_TOKEN`", "disallow tokens"]) {
    check(shown.includes(text), `with ${text}`);
  }
  await eventuallyProblems("", "and nothing fails any more");
}

/** The lens that asks the registry is off, until it is switched on. */
async function publishedLens() {
  const manifest = vscode.Uri.joinPath(workflow, "../../../package.json");
  await vscode.window.showTextDocument(manifest);
  const lenses = () => vscode.commands.executeCommand("vscode.executeCodeLensProvider", manifest);
  check((await lenses()).length === 0, "no lens above the name of the package");
  const settings = vscode.workspace.getConfiguration("trustpub");
  await settings.update("publishedLens", true, vscode.ConfigurationTarget.Global);
  await eventually(
    async () => (await lenses()).some(({ command }) => command?.title === "npm: 1.4.0 by trusted publishing, for the first time"),
    "with the setting, a lens says how it was published",
  );
  await settings.update("publishedLens", undefined, vscode.ConfigurationTarget.Global);
  await eventually(async () => (await lenses()).length === 0, "and without it, it is gone");
}

/** VS Code tells of a folder that was deleted, and not of its files. */
async function deletedFolder(document) {
  const folder = path.join(path.dirname(workflow.fsPath), "../../tools");
  fs.mkdirSync(path.join(folder, "publish"), { recursive: true });
  const step = "    - run: npm publish\n      shell: bash\n";
  fs.writeFileSync(path.join(folder, "publish/action.yml"), `runs:\n  using: composite\n  steps:\n${step}`);
  const editor = await vscode.window.showTextDocument(document);
  const text = "on: push\npermissions: {}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./tools/publish\n";
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), text));
  await eventually(() => problems().includes("id-token-missing"), "an action in a folder publishes");
  fs.rmSync(folder, { recursive: true });
  await eventually(() => !problems().includes("id-token-missing"), "the folder deleted: nothing publishes any more");
}

/** Where nothing publishes, any part of the name of the package offers a workflow that does, and so does a command. */
async function newWorkflow(document) {
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), "on: push\njobs: {}\n"));
  await document.save();
  const manifest = vscode.Uri.joinPath(workflow, "../../../package.json");
  await vscode.window.showTextDocument(manifest);
  const title = "Create `.github/workflows/publish.yml`, which publishes to npm without a token";
  for (const [column, part] of [[4, "key"], [14, "value"]]) {
    const at = new vscode.Range(1, column, 1, column);
    await eventually(async () => {
      const actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", manifest, at, "refactor");
      return actions.some((offered) => offered.title === title && offered.command?.command === "trustpub.enterOnNpm");
    }, `the ${part} of the name of the package offers a workflow`);
  }
  // Not awaited: it ends when the preview is drawn.
  void vscode.commands.executeCommand("trustpub.setUp");
  const made = vscode.Uri.joinPath(workflow, "../publish.yml");
  const isMade = () => vscode.window.visibleTextEditors.some((shown) => shown.document.uri.path === made.path && shown.document.getText().includes("id-token: write"));
  await eventually(isMade, "the command makes it and opens it");
  const name = "What to enter on npm";
  await eventually(async () => (await page(name)).includes("workflow `publish.yml`"), "and a page says what to enter on npm");
  check((await page(name)).includes("https://www.npmjs.com/package/@acme/widget/access"), "and where");
  check(await vscode.workspace.saveAll(), "which is saved");
  const text = fs.readFileSync(made.fsPath, "utf8");
  check(text.includes("id-token: write") && text.includes("npm publish"), "on disk: a workflow that publishes");
  await eventually(() => problems(manifest) === "" && problems(made) === "", "nothing is wrong in it, nor in the package");
}

exports.run = async () => {
  try {
    await scenario();
  } catch (error) {
    say(`FAIL  ${error.stack.replaceAll("\n", " ")}`);
  }
  fs.renameSync(`${REPORT}.part`, REPORT);
};
