// Which server the extension starts: the one of the environment goes before its own, and one on the path comes last. A program of a
// folder that is not trusted is none.
import fs from "node:fs";
import path from "node:path";

import { check, eventually, finish, open, serverPids } from "./code-server.mjs";

const own = path.dirname(process.env.WORKSPACE);
const bundled = (extension) => path.join(extension, "server", "trustpub");

async function startsOnly(server, what) {
  const isIt = () => serverPids().map((pid) => fs.readlinkSync(`/proc/${pid}/exe`));
  await eventually(() => isIt().length === 1 && isIt()[0] === server, what);
}

const named = path.join(own, "named", "trustpub");
process.env.TRUSTPUB_SERVER_PATH = named;
const byVariable = await open("by-variable", {
  prepare: (extension) => {
    fs.mkdirSync(path.dirname(named));
    fs.copyFileSync(bundled(extension), named);
  },
});
await startsOnly(named, "the server that the environment names");
await byVariable.close();
await eventually(() => serverPids().length === 0, "which ends with VS Code");
delete process.env.TRUSTPUB_SERVER_PATH;

// VS Code takes the path of a login shell. It leads to programs of the opened folder first.
const { WORKSPACE } = process.env;
const linked = path.join(own, "linked");
fs.symlinkSync(path.join(WORKSPACE, "bin"), linked);
fs.writeFileSync(path.join(process.env.HOME, ".profile"), `PATH=:.:bin:${linked}:${WORKSPACE}/bin:${own}/bin:$PATH\n`);
const hasRun = path.join(own, "has-run");
fs.mkdirSync(path.join(WORKSPACE, "bin"));
for (const folder of ["", "bin"]) fs.writeFileSync(path.join(WORKSPACE, folder, "trustpub"), `#!/bin/sh\ntouch ${hasRun}\n`, { mode: 0o755 });
const onPath = path.join(own, "bin", "trustpub");
const byPath = await open("by-path", { isTrusting: false, prepare: (extension) => fs.renameSync(bundled(extension), onPath) });
await startsOnly(onPath, "the server on the path, where none came with the extension");
check(!fs.existsSync(hasRun), "and no program of a folder that is not trusted, wherever the path leads");
await byPath.close();
finish();
