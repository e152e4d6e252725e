// Starts a language server, lets it answer `initialize`, and closes its input or ends it by a signal.
//
//   node tests/packages/lsp.mjs COMMAND [ARGUMENT…]
//
// Fails if it does not answer, does not end, or leaves a process of its own.
import { spawn } from "node:child_process";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";

const [command, ...args] = process.argv.slice(2);
const PATIENCE = 30_000; // A busy machine starts Node and a package manager slowly.

function start() {
  const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => server.on("exit", (code, signal) => resolve({ code, signal })));
  let output = "";
  const answered = new Promise((resolve) =>
    server.stdout.on("data", (data) => {
      output += data;
      if (output.includes('"id":1')) resolve(output);
    }),
  );
  const request = { jsonrpc: "2.0", id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } };
  const body = JSON.stringify(request);
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return { server, ended, answered };
}

async function within(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} takes more than ${PATIENCE} ms`)), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The processes below one, by Linux's /proc. */
function descendants(pid) {
  const parents = new Map();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const below = (parent) => [...parents].filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

function isRunning(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2)[0] !== "Z";
  } catch {
    return false;
  }
}

{
  const { server, ended, answered } = start();
  const answer = await within("the answer to `initialize`", answered);
  assert.match(answer, /"name":"trustpub"/);
  server.stdin.end();
  const { signal } = await within("the end after standard input is closed", ended);
  assert.equal(signal, null);
}
{
  const { server, ended, answered } = start();
  await within("the answer to `initialize`", answered);
  const children = descendants(server.pid);
  server.kill("SIGTERM");
  const { code, signal } = await within("the end after SIGTERM", ended);
  // 143 is how a package manager in between says so.
  assert.ok(signal === "SIGTERM" || code === 143, `it ended with code ${code} and signal ${signal}`);
  // Its parent ends after it, so that none can be left.
  assert.deepEqual(children.filter(isRunning), []);
}
console.log("the language server answers, and ends with its input and by SIGTERM");
