// Runs extension-host/index.js in VS Code's extension host, as @vscode/test-electron would, and shows what it says.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";

import { check, eventually, finish, open } from "./code-server.mjs";

const here = import.meta.dirname;
const report = path.join(process.env.RESULTS, "extension-host-report.txt");
process.env.REPORT = report;

// A registry that knows the demo's package and nothing else.
const packument = fs.readFileSync(path.join(process.env.SCENARIO, "packument.json"));
const registry = http.createServer(({ url }, answer) => answer.writeHead(url === "/@acme%2fwidget" ? 200 : 404).end(packument));
await new Promise((listens) => registry.listen(0, "127.0.0.1", listens));
process.env.NPM_CONFIG_REGISTRY = `http://127.0.0.1:${registry.address().port}/`;

const { page, close } = await open("extension-host", {
  tests: {
    // The extension under test is the installed one; this one stands for GitHub's, which gives workflows their own language.
    extensionDevelopmentPath: path.join(here, "workflow-language"),
    extensionTestsPath: path.join(here, "extension-host", "index.js"),
  },
});
await eventually(() => fs.existsSync(report), "the tests in the extension host end", 200);
await page.screenshot({ path: path.join(process.env.RESULTS, "extension-host.png") });
const said = [report, `${report}.part`].find((file) => fs.existsSync(file));
const lines = said === undefined ? [] : fs.readFileSync(said, "utf8").trimEnd().split("\n");
for (const line of lines) console.log(line);
check(lines.length > 0 && lines.every((line) => line.startsWith("ok ")), "all of them passed");
await close();
finish();
