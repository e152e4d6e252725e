/** A longer text is cut off. */
const MOST_CHARACTERS = 400;

/**
 * A text of somebody else, such as the name of a file, as a notification shows it: VS Code makes a link of `[text](command:…)`, also one
 * that runs a command, and an icon of `$(name)`. Control characters and those that reorder text are replaced too.
 */
export function plain(text: string): string {
  const visible = text
    .replaceAll("[", "(")
    .replaceAll("]", ")")
    .replaceAll("$(", "$ (")
    .replace(/\s+/gu, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{FFFD}")
    .trim();
  return visible.length > MOST_CHARACTERS ? `${visible.slice(0, MOST_CHARACTERS)}…` : visible;
}

/** The last line that says something: programs that fail say why at the end. */
export function lastLine(text: string): string | undefined {
  return text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean).at(-1);
}
