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

  await document.save();
  await documents(document);
  await publishedLens();
  await deletedFolder(document);
  await newWorkflow(document);

  const commands = await vscode.commands.getCommands(true);
  for (const { command } of extension.packageJSON.contributes.commands) {
    check(commands.includes(command), `there is a command ${command}`);
  }
}

/** A refused publish, of which npm says nothing: the answer fits into a window, and what to compare is in it once. */
async function shortAnswer(document) {
  const heading = /^## .*The trusted publisher on npm does not match this run/gm;
  await vscode.env.clipboard.writeText("npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found\n");
  await vscode.window.showTextDocument(document);
  // Not awaited: it ends when the preview is drawn, which a browser without a screen may put off.
  void vscode.commands.executeCommand("trustpub.explainClipboard");
  let shown;
  await eventually(() => {
    const documents = vscode.workspace.textDocuments.filter(({ languageId }) => languageId === "markdown");
    shown = documents.map((found) => found.getText()).find((text) => text.match(heading));
    return shown !== undefined;
  }, "explainClipboard shows an answer about the trusted publisher");
  const lines = (shown ?? "").trimEnd().split("\n");
  check(shown?.match(heading).length === 1 && lines.length <= 30, `once, in at most 30 lines: ${lines.length}`);
  for (const line of ["- owner: acme", "- repository: widget", "- workflow: release.yml", "- environment: leave it empty"]) {
    check(lines.some((found) => found.trim() === line), `and the value to compare: ${line}`);
  }
}

/** The commands that show a document. */
async function documents(document) {
  const shows = (text) => vscode.workspace.textDocuments.some((shown) => shown.languageId === "markdown" && shown.getText().includes(text));
  const log = path.join(path.dirname(REPORT), "log.txt");
  fs.writeFileSync(log, "npm error code ENEEDAUTH\nnpm error need auth You need to authorize this machine using `npm login`\n");
  for (const [command, text] of [
    ["explainFile", "[.github/workflows/release.yml:7](.github/workflows/release.yml#L7)"],
    ["setUp", "- workflow: release.yml"],
    ["verify", "by trusted publishing from github"],
  ]) {
    await vscode.window.showTextDocument(document);
    // Not awaited: it ends when the preview is drawn, which a browser without a screen may put off.
    void vscode.commands.executeCommand(`trustpub.${command}`, vscode.Uri.file(log));
    await eventually(() => shows(text), `${command} shows a document with ${text}`);
  }
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

/** Where nothing publishes, the name of the package offers a workflow that does. */
async function newWorkflow(document) {
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), "on: push\njobs: {}\n"));
  await document.save();
  const manifest = vscode.Uri.joinPath(workflow, "../../../package.json");
  await vscode.window.showTextDocument(manifest);
  const at = new vscode.Range(1, 4, 1, 4);
  const title = "Create `.github/workflows/publish.yml`, which publishes to npm without a token";
  let action;
  await eventually(async () => {
    const actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", manifest, at, "refactor");
    action = actions.find((offered) => offered.title === title);
    return action !== undefined;
  }, "the name of the package offers a workflow");
  check(await vscode.workspace.applyEdit(action.edit), "which is made");
  const made = vscode.Uri.joinPath(workflow, "../publish.yml");
  const opened = (await vscode.window.showTextDocument(made)).document;
  check((await opened.save()) && (await vscode.workspace.saveAll()), "which is saved");
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
