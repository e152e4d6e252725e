import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";

import { isInside, named, placesOf, Refused } from "./paths";
import { lastLine } from "./plain";

/** The oldest server that this extension can talk to. */
const OLDEST_VERSION = "0.1.0";
/** Names the server where there is no setting, for example in a container. */
const ENVIRONMENT_VARIABLE = "TRUSTPUB_SERVER_PATH";
const PROGRAM = "trustpub";
const FILE_NAME = process.platform === "win32" ? `${PROGRAM}.exe` : PROGRAM;

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
      const version = await versionOf(candidate.path, log);
      log.info(`${candidate.path} (${candidate.origin}) is trustpub ${version}`);
      return { path: candidate.path, origin: candidate.origin, version };
    } catch (error) {
      const failure = unusable(candidate.path, candidate.origin, error);
      log.error(failure);
      if (candidate.isChosen) throw new NoBinary(failure);
      failures.push(failure);
    }
  }
  const nothing = `This build of the extension has no server for ${process.platform}-${process.arch}, and there is no \`${PROGRAM}\` on the path`;
  throw new NoBinary(failures[0] ?? nothing);
}

async function candidates(context: vscode.ExtensionContext): Promise<Candidate[]> {
  const setting = vscode.workspace.getConfiguration("trustpub").get<string | null>("serverPath")?.trim();
  if (setting) return [await chosen(setting, "from the setting trustpub.serverPath")];
  const variable = process.env[ENVIRONMENT_VARIABLE]?.trim();
  if (variable) return [await chosen(variable, `from ${ENVIRONMENT_VARIABLE}`)];

  const bundled = context.asAbsolutePath(path.join("server", FILE_NAME));
  const found: Candidate[] = [];
  if (await isExecutable(bundled)) found.push({ path: bundled, origin: "came with the extension", isChosen: false });
  const onPath = await fileOnPath(PROGRAM);
  if (onPath !== undefined) found.push({ path: onPath, origin: "from the path", isChosen: false });
  return found;
}

/** The file that the user chose. */
async function chosen(setting: string, origin: string): Promise<Candidate> {
  try {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const what = named(setting, { home: homedir(), folder, isTrusted: vscode.workspace.isTrusted });
    const file = "file" in what ? what.file : await fileOnPath(what.program);
    if (file === undefined) throw new Refused("no program of this name is on the `PATH`");
    if (await isDistrusted(file)) throw new Refused("it is in the folder, which you do not trust");
    return { path: file, origin, isChosen: true };
  } catch (error) {
    throw error instanceof Refused ? new NoBinary(unusable(setting, origin, error)) : error;
  }
}

/** The first file with this name on the path that may be started. */
async function fileOnPath(program: string): Promise<string | undefined> {
  for (const file of placesOf(program, process.env["PATH"] ?? "")) {
    if ((await isExecutable(file)) && !(await isDistrusted(file))) return file;
  }
  return undefined;
}

/** Whether a file belongs to a folder that is not trusted, whatever leads to it: the path of a shell may name such a folder. */
async function isDistrusted(file: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) return false;
  const real = await realpath(file).catch(() => file);
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const folder = await realpath(uri.fsPath).catch(() => uri.fsPath);
    if (isInside(file, uri.fsPath) || isInside(real, folder)) return true;
  }
  return false;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function versionOf(file: string, log: vscode.LogOutputChannel): Promise<string> {
  const { stdout } = await promisify(execFile)(file, ["--version"], { timeout: 10_000, cwd: path.dirname(file) }).catch((error: unknown) => {
    throw new Error(failureOf(error, log));
  });
  const version = /^trustpub (\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`it is not trustpub: \`--version\` prints \`${stdout.trim().slice(0, 80)}\``);
  if (isOlder(version, OLDEST_VERSION)) {
    throw new Error(`it is trustpub ${version}, and this extension needs ${OLDEST_VERSION} or newer`);
  }
  return version;
}

/** Why a program ended, by its last words. The log gets all of them. */
function failureOf(error: unknown, log: vscode.LogOutputChannel): string {
  const { stderr, code, signal } = error as { stderr?: unknown; code?: unknown; signal?: unknown };
  const said = typeof stderr === "string" ? stderr.trim() : "";
  if (said !== "") log.error(said);
  const end = typeof code === "number" ? `\`--version\` ends with code ${code}` : typeof signal === "string" ? `\`--version\` is ended by ${signal}` : messageOf(error);
  const last = lastLine(said);
  return last === undefined ? end : `${end}: ${last}`;
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}

function unusable(what: string, origin: string, error: unknown): string {
  return `${what} (${origin}) cannot be used: ${messageOf(error)}`;
}

/** What went wrong, in one line. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? message;
}
