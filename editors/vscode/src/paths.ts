import * as path from "node:path";

/** Where a setting is read. Tests read it as on another system. */
export interface Surroundings {
  readonly home: string;
  /** The first folder of the workspace. */
  readonly folder: string | undefined;
  readonly isTrusted: boolean;
  readonly system?: path.PlatformPath;
}

/** What a setting names: a file, or a program to look for on the path. */
export type Named = { readonly file: string } | { readonly program: string };

/** A setting that names nothing that may be started. The message says why. */
export class Refused extends Error {}

/**
 * What a setting names. A relative path would be looked for in the current folder, which may be a repository of somebody else, and
 * Windows looks for a bare name there first: https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw
 */
export function named(setting: string, { home, folder, isTrusted, system = path }: Surroundings): Named {
  if (setting.includes("${workspaceFolder}") && !isTrusted) throw new Refused("it is in the folder, which you do not trust");
  // Functions, because a replacement that is a string has patterns of its own, such as `$&`.
  const inFolder = folder === undefined ? setting : setting.replaceAll("${workspaceFolder}", () => folder);
  const file = inFolder.replace(/^~(?=$|[\\/])/, () => home);
  if (isAbsolute(file, system)) return { file: system.normalize(file) };
  if (setting.includes("${")) throw new Refused("only `~` and `${workspaceFolder}` are replaced in it");
  const isName = system.basename(file) === file && !/^\.{0,2}$/.test(file) && !(system.sep === "\\" && file.includes(":"));
  if (!isName) throw new Refused("it is a relative path; set an absolute path, or the name of a program on the `PATH`");
  return { program: file };
}

/** Where a program may be, in the order of the path. Folders that depend on the current folder are left out. */
export function placesOf(program: string, variable: string, system: path.PlatformPath = path): string[] {
  const isWindows = system.sep === "\\";
  const file = isWindows && !/\.exe$/i.test(program) ? `${program}.exe` : program;
  // Windows allows quotes around a folder.
  const folders = variable.split(system.delimiter).map((folder) => (isWindows ? folder.replace(/^"(.*)"$/, (_, inside: string) => inside) : folder));
  return folders.filter((folder) => isAbsolute(folder, system)).map((folder) => system.join(folder, file));
}

/** Whether a file is in a folder. Both have no symbolic links. */
export function isInside(file: string, folder: string, system: path.PlatformPath = path): boolean {
  const way = system.relative(folder, file);
  return way !== "" && way !== ".." && !way.startsWith(`..${system.sep}`) && !system.isAbsolute(way);
}

/** Whether a path means the same in every current folder. On Windows `\x` is on the drive of the current folder. */
function isAbsolute(file: string, system: path.PlatformPath): boolean {
  return system.isAbsolute(file) && (system.sep === "/" || system.parse(file).root.length > 1);
}
