/** What the server asks to be shown, as the protocol has it. */
export interface Shown {
  readonly uri: string;
  readonly external?: boolean | undefined;
}

/**
 * Whether something may be shown: in the browser a page of npm, in the editor a file of this machine, or of the one that the workspace
 * is on. Another machine, which `file://host/…` names, would learn who the user is.
 */
export function isShowable({ uri, external }: Shown, folders: readonly string[]): boolean {
  // With the slash after the host, and without a backslash, everything that reads addresses finds the same host.
  if (external === true) return /^https:\/\/www\.npmjs\.com\/[^\s\\]*$/.test(uri);
  const host = hostOf(uri);
  return host === "" || (host !== undefined && folders.some((folder) => hostOf(folder) === host));
}

/** The host of the address of a file. */
function hostOf(uri: string): string | undefined {
  return /^file:\/\/([^/\\]*)\/(?![/\\])/.exec(uri)?.[1]?.toLowerCase();
}
