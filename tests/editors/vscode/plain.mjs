// What notifications and pages show of foreign texts, and what a setting may name, without VS Code.
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

const { lastLine, plain } = await load("plain");
const { isChecklist, markdownOf } = await load("markdown");
const { absoluteLinks, prefixOf } = await load("links");
const { isShowable } = await load("showable");
const { isInside, named, placesOf } = await load("paths");

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
check(!isChecklist({ checklist: [{ title: "T", items: [{ text: 1 }] }] }) && !isChecklist(null) && isChecklist({ checklist: [] }), "and no other answer does");
check(markdownOf("T", { checklist: [{ id: "after", title: "A", items: [{ ...item, text: "t", urls: ["command:x"] }] }] }).includes("- command:x\n"), "an address that is not on the web is no link");

for (const [text, expected] of [
  ["[a:7](.github/a.yml#L7) [b](https://b.example/c) [c](#d) [d](/e) [e]()", "[a:7](/x/.github/a.yml#L7) [b](https://b.example/c) [c](#d) [d](/e) [e]()"],
  ["```sh\n[a](b)\n```\n[a](b)", "```sh\n[a](b)\n```\n[a](/x/b)"],
  ["````\n```\n[a](b)\n````\n~~~ `\n[a](b)\n````\n~~~\n[a](b)", "````\n```\n[a](b)\n````\n~~~ `\n[a](b)\n````\n~~~\n[a](/x/b)"],
  ["- ```\n  [a](b)\n  ```\n- [a](b)", "- ```\n  [a](b)\n  ```\n- [a](/x/b)"],
  ["`[a](b)` ``x`[a](b)`` `[a](b)", "`[a](b)` ``x`[a](b)`` `[a](/x/b)"],
  ["`open\n\n[a](b)` [a](b)", "`open\n\n[a](/x/b)` [a](/x/b)"],
  ["[`a](b)`](c) [a [b] c](d)", "[`a](b)`](/x/c) [a [b] c](/x/d)"],
  ["[a [b](c) d](e) [a](b 'c) [d](e)", "[a [b](/x/c) d](e) [a](b 'c) [d](/x/e)"],
  ["\\[a](b) a](b) [a\\](b) [a] (b)", "\\[a](b) a](b) [a\\](b) [a] (b)"],
  ["[a](b%20c \"t\") [a]( b ) [a](<b (c d> 't')", "[a](/x/b%20c \"t\") [a]( /x/b ) [a](</x/b (c d> 't')"],
  ["[a](b(c)d) [a](b\\)c) [a](\\(b) [a](b", "[a](/x/b(c)d) [a](/x/b\\)c) [a](/x/\\(b) [a](b"],
  ["[a](<>) [a](</b c>) [a](<mailto:b>) <https://x.example/](b>", "[a](<>) [a](</b c>) [a](<mailto:b>) <https://x.example/](b>"],
  ["![i](b.png) [![i](b.png)](c)", "![i](/x/b.png) [![i](/x/b.png)](/x/c)"],
]) {
  const absolute = absoluteLinks(text, "/x");
  check(absolute === expected, `the links of a page lead into the workspace: ${JSON.stringify(text.slice(0, 40))}`);
  if (absolute !== expected) console.log(`      but: ${JSON.stringify(absolute)}`);
}
check(prefixOf("/a b/(c) #1%/d&amp;") === "/a%20b/%28c%29%20%231%25/d%26amp%3B" && prefixOf("/") === "", "also from a folder with spaces and brackets in its name");

// The same parser as that of VS Code's preview finds the same links, wherever they are.
const { default: MarkdownIt } = await import(pathToFileURL(path.join(CONFIGURATION, "node_modules/markdown-it/index.mjs")).href);
const parser = new MarkdownIt();
const links = (markdown) => parser.parse(markdown, {}).flatMap(({ children }) => (children ?? []).filter(({ type }) => type === "link_open").map((link) => link.attrGet("href")));
const isAbsolute = (href) => href === "" || /^([a-z][a-z0-9+.-]*:|[#/])/i.test(href);
const pieces = ["[", "![", "]", "](", "(", ")", "a", "b", " ", "`", "``", "\\", "<", ">", "https://x.example", "/c", "#d", "\n", "\n\n", "```\n", "~~~\n", "[e](f)", "[g](<h i>)", "\"t\""];
let seed = 1;
const random = (below) => Math.floor(((seed = (seed * 48271) % 2147483647) / 2147483647) * below);
const differing = new Set();
let count = 0;
for (let round = 0; round < 40_000; round += 1) {
  const text = Array.from({ length: 1 + random(12) }, () => pieces[random(pieces.length)]).join("");
  // Our pages have no quotes, and markdown-it 14 misreads code before a run of backquotes that never ends: "[`[e](f)[`[```".
  if (/^\s*>|[^\n`]`{3,}/m.test(text)) continue;
  const before = links(text);
  const expected = before.map((href) => (isAbsolute(href) ? href : `/x/${href}`));
  const after = links(absoluteLinks(text, "/x"));
  count += before.length;
  const shown = (markdown) => parser.render(markdown).replace(/(href|src)="[^"]*"/g, "");
  const isSame = JSON.stringify(after) === JSON.stringify(expected) && shown(text) === shown(absoluteLinks(text, "/x"));
  if (!isSame) differing.add(`${JSON.stringify(text)}: ${JSON.stringify(after)}, not ${JSON.stringify(expected)}`);
}
for (const difference of [...differing].slice(0, 5)) console.log(`      ${difference}`);
check(differing.size === 0 && count > 10_000, `markdown-it finds the same ${count} links in 40000 texts: ${differing.size} differ`);

for (const [shown, isIt] of [
  [{ uri: "https://www.npmjs.com/package/@acme/widget/access", external: true }, true],
  [{ uri: "https://www.npmjs.com.evil.example/", external: true }, false],
  [{ uri: "https://www.npmjs.com@evil.example/", external: true }, false],
  [{ uri: "https://www.npmjs.com\\@evil.example/", external: true }, false],
  [{ uri: "http://www.npmjs.com/", external: true }, false],
  [{ uri: "file:///etc/passwd", external: true }, false],
  [{ uri: "command:workbench.action.quit", external: true }, false],
  [{ uri: "file:///repo/.github/workflows/release.yml" }, true],
  [{ uri: "file:///c%3A/repo/release.yml" }, true],
  [{ uri: "file://evil.example/share/a.yml" }, false],
  [{ uri: "file:////evil.example/share/a.yml" }, false],
  [{ uri: "file://server/share/other/a.yml" }, true],
  [{ uri: "vscode://some.extension/run" }, false],
  [{ uri: "https://www.npmjs.com/" }, false],
]) {
  check(isShowable(shown, ["file:///repo", "file://server/share/repo"]) === isIt, `${shown.uri} is ${isIt ? "" : "not "}shown${shown.external ? " in the browser" : ""}`);
}

// What the setting names.
const home = "/home/me";
const unix = { home, folder: "/repo $&", isTrusted: true, system: path.posix };
const windows = { home: "C:\\Users\\me", folder: "C:\\repo", isTrusted: true, system: path.win32 };
const name = (setting, where) => {
  try {
    return JSON.stringify(named(setting, where));
  } catch (error) {
    return error.message;
  }
};
const relative = "it is a relative path; set an absolute path, or the name of a program on the `PATH`";
for (const [setting, where, expected] of [
  ["/opt/trustpub", unix, { file: "/opt/trustpub" }],
  ["~/bin/trustpub", unix, { file: "/home/me/bin/trustpub" }],
  ["${workspaceFolder}/target/trustpub", unix, { file: "/repo $&/target/trustpub" }],
  ["trustpub-nightly", unix, { program: "trustpub-nightly" }],
  ["bin/trustpub", unix, relative],
  ["./trustpub", unix, relative],
  ["..", unix, relative],
  ["${env:HOME}/trustpub", unix, "only `~` and `${workspaceFolder}` are replaced in it"],
  ["${workspaceFolder}/target/trustpub", { ...unix, isTrusted: false }, "it is in the folder, which you do not trust"],
  ["${workspaceFolder}/target/trustpub", { ...unix, folder: undefined }, "only `~` and `${workspaceFolder}` are replaced in it"],
  ["C:\\bin\\trustpub.exe", windows, { file: "C:\\bin\\trustpub.exe" }],
  ["~\\bin\\trustpub.exe", windows, { file: "C:\\Users\\me\\bin\\trustpub.exe" }],
  ["\\\\server\\share\\trustpub.exe", windows, { file: "\\\\server\\share\\trustpub.exe" }],
  ["trustpub", windows, { program: "trustpub" }],
  ["\\bin\\trustpub.exe", windows, relative],
  ["C:trustpub.exe", windows, relative],
  [".\\trustpub.exe", windows, relative],
]) {
  const wanted = typeof expected === "string" ? expected : JSON.stringify(expected);
  const got = name(setting, where);
  check(got === wanted, `the setting \`${setting}\`${where.isTrusted ? "" : " in a folder that is not trusted"}: ${got}`);
}
const places = (...args) => JSON.stringify(placesOf(...args));
check(places("trustpub", "/a::.:bin:/b", path.posix) === '["/a/trustpub","/b/trustpub"]', "a program is looked for in the absolute folders of the path");
check(places("trustpub", 'C:\\a;;.;\\b;"C:\\c d"', path.win32) === '["C:\\\\a\\\\trustpub.exe","C:\\\\c d\\\\trustpub.exe"]', "and not in the current folder of Windows");
check(isInside("/repo/bin/x", "/repo", path.posix) && !isInside("/repository/x", "/repo", path.posix) && !isInside("/repo/../x", "/repo", path.posix), "a file in the folder is known");
check(isInside("c:\\Repo\\x", "C:\\repo", path.win32) && !isInside("D:\\repo\\x", "C:\\repo", path.win32), "also on Windows");
check(lastLine("error: a\r\n  error: b\n\n") === "error: b" && lastLine(" \n") === undefined, "the last line of a program's errors is its reason");
finish();
