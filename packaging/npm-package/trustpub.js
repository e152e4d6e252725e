#!/usr/bin/env node
// Starts the binary of this platform, which npm installed as an optional dependency of this package.
// Its syntax is that of Node 12, and module names have no `node:`, so that an old Node runs trustpub or reads why it cannot.
"use strict";
const { spawn } = require("child_process");
const os = require("os");

// The platforms' packages differ only in their names: see `optionalDependencies` in ../package.json.
const PREFIX = "@trustpub/cli-";

function isMusl() {
  // Node's report names glibc where it runs on it. Its network part is slow, and not needed.
  process.report.excludeNetwork = true;
  return !process.report.getReport().header.glibcVersionRuntime;
}

/** The packages whose binary runs here, the best first. */
function candidates() {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform !== "linux") return [platform];
  // A binary for musl is static, and runs on glibc too.
  return isMusl() ? [`${platform}-musl`] : [platform, `${platform}-musl`];
}

function findBinary() {
  const file = process.platform === "win32" ? "bin/trustpub.exe" : "bin/trustpub";
  for (const candidate of candidates()) {
    try {
      return require.resolve(`${PREFIX}${candidate}/${file}`);
    } catch {
      // Not installed; the next one may be.
    }
  }
  return undefined;
}

function explainMissing() {
  const known = Object.keys(require("../package.json").optionalDependencies);
  const wanted = candidates().map((candidate) => PREFIX + candidate);
  const isKnown = wanted.some((name) => known.includes(name));
  if (!isKnown) {
    const platforms = known.map((name) => name.slice(PREFIX.length)).join(", ");
    return (
      `trustpub has no binary for ${wanted[0].slice(PREFIX.length)} on npm, only for ${platforms}.\n` +
      "Build it with Rust: cargo install --locked trustpub"
    );
  }
  return (
    `The package ${wanted.join(" or ")} is not installed, and it contains the binary of trustpub.\n` +
    "It is an optional dependency. Package managers leave it out with --omit=optional, --no-optional or --ignore-optional,\n" +
    "and node_modules from another platform contains that platform's package.\n" +
    "Install trustpub again on this machine, with optional dependencies."
  );
}

function run(binary) {
  const fail = (error) => {
    console.error(`trustpub: ${binary} cannot be started: ${error.message}`);
    process.exitCode = 2;
  };
  let child;
  try {
    child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
  } catch (error) {
    // Node emits few failures as `error` and throws the others, such as a binary for another processor on macOS. Uncaught, they
    // would exit with 1, as `check` does after findings: `ChildProcess.prototype.spawn` in lib/internal/child_process.js of Node 24.
    fail(error);
    return;
  }
  // Whoever ends this process means the binary. A terminal sends Ctrl+C to both; the second one changes nothing.
  const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on("error", fail);
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    // Ends by the same signal, so that a shell sees what happened.
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
    // In case the signal is blocked here.
    process.exitCode = 128 + (os.constants.signals[signal] || 0);
  });
}

const binary = findBinary();
if (binary === undefined) {
  console.error(explainMissing());
  process.exitCode = 2;
} else {
  run(binary);
}
