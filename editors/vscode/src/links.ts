const PUNCTUATION = "!-/:-@[-`{-~";
/** Ends what an inline link can be part of: an escape, code, an address in angle brackets, or a bracket. */
const TOKEN = new RegExp(`\\\\[${PUNCTUATION}]|(\`+)|<[a-z][a-z0-9+.-]{1,31}:[^\\s<>]*>|!?\\[|\\]`, "giu");
/** What comes before a target, with a target in angle brackets. */
const BEFORE = /\(\s*(<(?:\\.|[^\\<>\n])*>|)/uy;
/** What comes after a target: a title, or nothing. */
const AFTER = /(?:\s+(?:"(?:\\.|[^\\"])*"|'(?:\\.|[^\\'])*'|\((?:\\.|[^\\()])*\)))?\s*\)/suy;
/** What may come before the fence of a block of code: quotes and items of lists. */
const CONTAINERS = "(?:[\\s>]|[-*+] |\\d+[.)] )*";
const FENCE = new RegExp(`^${CONTAINERS}(?:(\`{3,})[^\`]*|(~{3,}).*)$`, "u");

/**
 * Makes the targets of inline links absolute, from the folder of the workspace at `prefix`: a page has no place from which a relative
 * target could lead. Links to the web, and what is code, stay as they are. Links of other forms are not in our pages.
 */
export function absoluteLinks(markdown: string, prefix: string): string {
  let fence: RegExp | undefined;
  let text: string[] = [];
  const result: string[] = [];
  const endText = (): void => {
    if (text.length > 0) result.push(inText(text.join("\n"), prefix));
    text = [];
  };
  for (const line of markdown.split("\n")) {
    const mark = FENCE.exec(line);
    const sign = mark?.[1] ?? mark?.[2];
    const isCode = fence !== undefined;
    if (fence?.test(line) === true) fence = undefined;
    else if (fence === undefined && sign !== undefined) fence = new RegExp(`^[\\s>]*${sign}${sign[0]}*\\s*$`, "u");
    // Code ends with its paragraph, if it does not end before.
    if (isCode || fence !== undefined || line.trim() === "") {
      endText();
      result.push(line);
    } else {
      text.push(line);
    }
  }
  endText();
  return result.join("\n");
}

/** An open bracket. */
interface Opened {
  readonly isImage: boolean;
  /** A link has no links in it, so what is around one is none. */
  isText: boolean;
}

function inText(text: string, prefix: string): string {
  const token = new RegExp(TOKEN);
  const open: Opened[] = [];
  let done = 0;
  let result = "";
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [mark, quotes] = found;
    if (quotes !== undefined) {
      // Code ends at as many backquotes. Without them, these are text.
      const end = new RegExp(`(?<!\`)${quotes}(?!\`)`, "gu");
      end.lastIndex = token.lastIndex;
      if (end.test(text)) token.lastIndex = end.lastIndex;
    } else if (mark === "[" || mark === "![") {
      open.push({ isImage: mark === "![", isText: false });
    } else if (mark === "]") {
      const opened = open.pop();
      const target = opened?.isText === false ? targetAt(text, token.lastIndex) : undefined;
      if (opened === undefined || target === undefined) continue;
      if (!opened.isImage) for (const around of open) around.isText ||= !around.isImage;
      result += text.slice(done, target.start) + absolute(text.slice(target.start, target.end), prefix);
      done = target.end;
      token.lastIndex = target.after;
    }
  }
  return result + text.slice(done);
}

/** Where a target begins and ends, with its angle brackets, and where its link ends. */
function targetAt(text: string, at: number): { start: number; end: number; after: number } | undefined {
  const before = matchAt(BEFORE, text, at);
  if (before === undefined) return undefined;
  const [all, bracketed = ""] = before;
  const start = at + all.length - bracketed.length;
  const end = bracketed === "" ? endOfTarget(text, start) : start + bracketed.length;
  const after = end === undefined ? undefined : matchAt(AFTER, text, end);
  return end === undefined || after === undefined ? undefined : { start, end, after: end + after[0].length };
}

/** A target without angle brackets ends at a space, or at a bracket that it does not open. */
function endOfTarget(text: string, start: number): number | undefined {
  let depth = 0;
  let end = start;
  for (; end < text.length; end += 1) {
    const sign = text[end] ?? "";
    if (/\s/.test(sign)) break;
    if (sign === "\\" && isPunctuation(text[end + 1])) end += 1;
    else if (sign === "(") depth += 1;
    else if (sign === ")" && depth > 0) depth -= 1;
    else if (sign === ")") break;
  }
  return depth === 0 ? end : undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  const own = new RegExp(pattern);
  own.lastIndex = at;
  return own.exec(text) ?? undefined;
}

function isPunctuation(sign: string | undefined): boolean {
  return sign !== undefined && new RegExp(`[${PUNCTUATION}]`, "u").test(sign);
}

/** Nothing but the prefix is added: the rest of the page stays what it is. */
function absolute(target: string, prefix: string): string {
  const bracket = target.startsWith("<") ? "<" : "";
  const rest = target.slice(bracket.length);
  const isAbsolute = target === "<>" || /^(?:$|[a-z][a-z0-9+.-]*:|\\?[#/])/i.test(rest);
  return isAbsolute ? target : `${bracket}${prefix}/${rest}`;
}

/** The path of a folder, as the start of a target. */
export function prefixOf(path: string): string {
  // Brackets, which may end a target, are no part of what `encodeURIComponent` encodes.
  const encoded = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  const parts = path.split("/").map((part) => encodeURIComponent(part).replace(/[!'()*]/g, encoded));
  return parts.join("/").replace(/\/+$/, "");
}
