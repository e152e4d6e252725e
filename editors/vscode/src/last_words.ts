import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { lastLine } from "./plain";

/** Longer than a program needs that ends. */
const MOST_PATIENCE = 1000;

/** The last thing that a program said on its standard error. */
export class LastWords {
  private line: string | undefined;
  private ended: Promise<void> = Promise.resolve();

  /** Hands each line on. */
  listen(stream: Readable, each: (line: string) => void): void {
    const lines = createInterface({ input: stream, crlfDelay: Infinity });
    this.line = undefined;
    this.ended = new Promise((resolve) => lines.once("close", resolve));
    lines.on("line", (line) => {
      this.line = lastLine(line) ?? this.line;
      each(line);
    });
  }

  /** The last line, once the program has ended. Another process may hold its standard error open. */
  async last(): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.ended, new Promise<void>((resolve) => (timer = setTimeout(resolve, MOST_PATIENCE)))]);
    clearTimeout(timer);
    return this.line;
  }
}
