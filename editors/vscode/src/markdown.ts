/** What the server answers to the commands that leave something to do. */
export interface Checklist {
  readonly checklist: readonly Section[];
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly items: readonly Item[];
}

interface Item {
  /** Code is in single backquotes. Everything else is text. */
  readonly text: string;
  readonly urls: readonly string[];
  readonly commands: readonly string[];
}

/** Sections that only say something. */
const TOLD = new Set(["moved"]);

export function isChecklist(answer: unknown): answer is Checklist {
  return typeof answer === "object" && answer !== null && Array.isArray((answer as Partial<Checklist>).checklist);
}

/** A checklist as a page. */
export function markdownOf(title: string, { checklist }: Checklist): string {
  const lines = [`# ${title}`, ""];
  for (const section of checklist) {
    lines.push(`## ${escaped(section.title)}`, "");
    for (const item of section.items) {
      // The preview of VS Code draws no boxes for `- [ ]`.
      lines.push(`${TOLD.has(section.id) ? "" : "☐ "}${escaped(item.text)}`, "");
      if (item.urls.length > 0) lines.push(...item.urls.map((url) => `- <${url.replace(/[<>\s]/g, encodeURIComponent)}>`), "");
      if (item.commands.length > 0) lines.push("```sh", ...item.commands.map((command) => command.replace(/[\r\n]+/g, " ")), "```", "");
    }
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

/** A text as Markdown: only its code spans mean anything. */
function escaped(text: string): string {
  const parts = text.replace(/\s+/gu, " ").split("`");
  const isBalanced = parts.length % 2 === 1;
  const plain = (part: string): string => part.replace(/[\\`*_[\]<>&!#~|]/g, "\\$&");
  if (!isBalanced) return plain(text);
  return parts.map((part, number) => (number % 2 === 1 ? `\`${part}\`` : plain(part))).join("");
}

/**
 * Makes links to files absolute, from the folder of the workspace at `prefix`: a page has no place from which a relative link
 * could lead. Links to the web, and code, stay as they are.
 */
export function absoluteLinks(markdown: string, prefix: string): string {
  let fence: string | undefined;
  const lines = markdown.split("\n").map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) fence = fence === undefined ? mark : undefined;
    else if (fence === undefined) return line.replace(/\]\((?![a-z][a-z0-9+.-]*:|[#/])(?=[^)\s])/gi, `](${prefix}/`);
    return line;
  });
  return lines.join("\n");
}
