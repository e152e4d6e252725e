// What a notification shows of a foreign text, without VS Code.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { check, finish } from "./code-server.mjs";

const { CONFIGURATION, RESULTS } = process.env;
const bundle = path.join(RESULTS, "plain.mjs");
const esbuild = path.join(CONFIGURATION, "node_modules/.bin/esbuild");
execFileSync(esbuild, [path.join(CONFIGURATION, "src/plain.ts"), "--format=esm", `--outfile=${bundle}`], { stdio: "ignore" });
const { plain } = await import(pathToFileURL(bundle).href);

for (const [text, expected] of [
  ["a.yml", "a.yml"],
  ["x [repair now](command:workbench.action.terminal.sendSequence?%7B%7D).yml", "x (repair now)(command:workbench.action.terminal.sendSequence?%7B%7D).yml"],
  ["$(zap) a\nb\u001B[31m\u202E", "$ (zap) a b\uFFFD(31m\uFFFD"],
  ["x".repeat(1000), `${"x".repeat(400)}…`],
]) {
  check(plain(text) === expected, `a notification shows ${JSON.stringify(text.slice(0, 40))} as text`);
}
finish();
