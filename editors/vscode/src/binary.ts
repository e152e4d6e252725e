import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";

/** The oldest server that this extension can talk to. */
const OLDEST_VERSION = "0.1.0";
/** Names the server where there is no setting, for example in a container. */
const ENVIRONMENT_VARIABLE = "TRUSTPUB_SERVER_PATH";
const FILE_NAME = process.platform === "win32" ? "trustpub.exe" : "trustpub";

/** A server that was asked for its version, and answered. */
export interface Binary {
  readonly path: string;
  readonly version: string;
  /** In words, where the path is from. */
  readonly origin: string;
}

interface Candidate {
  readonly path: string;
  readonly origin: string;
  /** The user asked for this one, and would not notice another. */
  readonly isChosen: boolean;
}

/** No server can be started. The message says so to the user. */
export class NoBinary extends Error {}

/** The server to start: of the setting, else of the environment, else the one that came along, else of the path. */
export async function findBinary(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<Binary> {
  const failures: string[] = [];
  for (const candidate of await candidates(context)) {
    try {
      const version = await versionOf(candidate.path);
      log.info(`${candidate.path} (${candidate.origin}) is trustpub ${version}`);
      return { path: candidate.path, origin: candidate.origin, version };
    } catch (error) {
      const failure = `${candidate.path} (${candidate.origin}) cannot be used: ${messageOf(error)}`;
      log.error(failure);
      if (candidate.isChosen) throw new NoBinary(failure);
      failures.push(failure);
    }
  }
  const nothing = `This build of the extension has no server for ${process.platform}-${process.arch}, and there is no \`trustpub\` on the path`;
  throw new NoBinary(failures[0] ?? nothing);
}

async function candidates(context: vscode.ExtensionContext): Promise<Candidate[]> {
  const setting = vscode.workspace.getConfiguration("trustpub").get<string | null>("serverPath")?.trim();
  if (setting) return [{ path: expand(setting), origin: "from the setting trustpub.serverPath", isChosen: true }];
  const variable = process.env[ENVIRONMENT_VARIABLE];
  if (variable) return [{ path: variable, origin: `from ${ENVIRONMENT_VARIABLE}`, isChosen: true }];

  const found: Candidate[] = [];
  const bundled = context.asAbsolutePath(path.join("server", FILE_NAME));
  if (await isExecutable(bundled)) found.push({ path: bundled, origin: "came with the extension", isChosen: false });
  // Resolved here, and only in absolute folders: a file in the opened folder must not be started for its name.
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter).filter(path.isAbsolute)) {
    const file = path.join(folder, FILE_NAME);
    if (await isExecutable(file)) {
      found.push({ path: file, origin: "from the path", isChosen: false });
      break;
    }
  }
  return found;
}

/** Replaces what a path in a setting may begin with. */
function expand(setting: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const inFolder = folder === undefined ? setting : setting.replaceAll("${workspaceFolder}", folder);
  return inFolder.replace(/^~(?=$|[\\/])/, () => homedir());
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function versionOf(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(file, ["--version"], { timeout: 10_000, cwd: path.dirname(file) });
  const version = /^trustpub (\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`it is not trustpub: \`--version\` prints \`${stdout.trim().slice(0, 80)}\``);
  if (isOlder(version, OLDEST_VERSION)) {
    throw new Error(`it is trustpub ${version}, and this extension needs ${OLDEST_VERSION} or newer`);
  }
  return version;
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}

/** What went wrong, in one line. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? message;
}
