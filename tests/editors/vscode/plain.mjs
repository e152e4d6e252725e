// What notifications and pages show of foreign texts, without VS Code.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { check, finish } from "./code-server.mjs";

const { CONFIGURATION, RESULTS } = process.env;
const esbuild = path.join(CONFIGURATION, "node_modules/.bin/esbuild");

async function load(name) {
  const bundle = path.join(RESULTS, `${name}.mjs`);
  execFileSync(esbuild, [path.join(CONFIGURATION, `src/${name}.ts`), "--format=esm", `--outfile=${bundle}`], { stdio: "ignore" });
  return import(pathToFileURL(bundle).href);
}

const { plain } = await load("plain");
const { absoluteLinks, markdownOf } = await load("markdown");

for (const [text, expected] of [
  ["a.yml", "a.yml"],
  ["x [repair now](command:workbench.action.terminal.sendSequence?%7B%7D).yml", "x (repair now)(command:workbench.action.terminal.sendSequence?%7B%7D).yml"],
  ["$(zap) a\nb\u001B[31m\u202E", "$ (zap) a b\uFFFD(31m\uFFFD"],
  ["x".repeat(1000), `${"x".repeat(400)}…`],
]) {
  check(plain(text) === expected, `a notification shows ${JSON.stringify(text.slice(0, 40))} as text`);
}

const item = { text: "Register `a_b` of [x](command:y) <b> `odd", urls: ["https://www.npmjs.com/a b"], commands: ["npm trust\nx"] };
const page = markdownOf("T", { checklist: [{ id: "before", title: "Before *it*", items: [item, { text: "Use `npm_x` *now*", urls: [], commands: [] }] }] });
check(
  page ===
    "# T\n\n## Before \\*it\\*\n\n☐ Register \\`a\\_b\\` of \\[x\\](command:y) \\<b\\> \\`odd\n\n- <https://www.npmjs.com/a%20b>\n\n```sh\nnpm trust x\n```\n\n☐ Use `npm_x` \\*now\\*\n",
  "a checklist becomes a page on which foreign text is text",
);
for (const [text, expected] of [
  ["[a:7](.github/a.yml#L7) [b](https://b.example/c) [c](#d) [d](/e)", "[a:7](/x/.github/a.yml#L7) [b](https://b.example/c) [c](#d) [d](/e)"],
  ["```sh\n[a](b)\n```\n[a](b)", "```sh\n[a](b)\n```\n[a](/x/b)"],
]) {
  check(absoluteLinks(text, "/x") === expected, `the links of a page lead into the workspace: ${JSON.stringify(text.slice(0, 24))}`);
}
finish();
