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
  const sections: unknown = typeof answer === "object" && answer !== null ? (answer as Partial<Checklist>).checklist : undefined;
  return Array.isArray(sections) && sections.every(isSection);
}

function isSection(value: unknown): value is Section {
  const { title, items } = (value ?? {}) as Partial<Section>;
  return typeof title === "string" && Array.isArray(items) && items.every(isItem);
}

function isItem(value: unknown): value is Item {
  const { text, urls, commands } = (value ?? {}) as Partial<Item>;
  const areTexts = (list: unknown): boolean => Array.isArray(list) && list.every((each) => typeof each === "string");
  return typeof text === "string" && areTexts(urls) && areTexts(commands);
}

/** A checklist as a page. */
export function markdownOf(title: string, { checklist }: Checklist): string {
  const lines = [`# ${title}`, ""];
  for (const section of checklist) {
    lines.push(`## ${escaped(section.title)}`, "");
    for (const item of section.items) {
      // The preview of VS Code draws no boxes for `- [ ]`.
      lines.push(`${TOLD.has(section.id) ? "" : "☐ "}${escaped(item.text)}`, "");
      if (item.urls.length > 0) lines.push(...item.urls.map((url) => `- ${shownAddress(url)}`), "");
      if (item.commands.length > 0) lines.push("```sh", ...item.commands.map((command) => command.replace(/[\r\n]+/g, " ")), "```", "");
    }
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

/** An address as a link, if it is one on the web. */
function shownAddress(url: string): string {
  return url.startsWith("https://") ? `<${url.replace(/[<>\s]/g, encodeURIComponent)}>` : escaped(url);
}

/** A text as Markdown: only its code spans mean anything. */
function escaped(text: string): string {
  const parts = text.replace(/\s+/gu, " ").split("`");
  const isBalanced = parts.length % 2 === 1;
  const plain = (part: string): string => part.replace(/[\\`*_[\]<>&!#~|]/g, "\\$&");
  if (!isBalanced) return plain(text);
  return parts.map((part, number) => (number % 2 === 1 ? `\`${part}\`` : plain(part))).join("");
}
