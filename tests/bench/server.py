"""Latency and memory of language servers: from a change to the diagnostics of the new text."""

import json
import os
import queue
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 20  # seconds, after which a change counts as not answered


@dataclass
class Latency:
    """From a change to its diagnostics."""

    median: float  # milliseconds
    p95: float  # milliseconds
    memory: float  # MiB at the end, of the server and its children
    missed: int  # changes without an answer


class Session:
    """A language server on its standard streams."""

    def __init__(self, command: list[str], folder: Path):
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.messages: queue.Queue = queue.Queue()
        self.number = 0
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {"textDocument": {"publishDiagnostics": {"versionSupport": True}, "synchronization": {}}}
        parameters = {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": capabilities}
        parameters["initializationOptions"] = {}
        parameters["workspaceFolders"] = [{"uri": folder.as_uri(), "name": "bench"}]
        answer = self.request("initialize", parameters)
        sync = answer["capabilities"].get("textDocumentSync", 1)
        self.is_incremental = (sync.get("change") if isinstance(sync, dict) else sync) == 2
        self.notify("initialized", {})

    def _read(self) -> None:
        stream = self.process.stdout
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                header = stream.readline()
            self.messages.put(json.loads(stream.read(length)))

    def send(self, message: dict) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method: str, parameters: dict) -> None:
        self.send({"method": method, "params": parameters})

    def request(self, method: str, parameters: dict | None) -> dict:
        self.number += 1
        number = self.number
        self.send({"id": number, "method": method, "params": parameters})
        answer = self.wait(lambda message: message.get("id") == number and "method" not in message)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer.get("result")

    def wait(self, is_wanted) -> dict:
        """The next message of a kind. Questions of the server are answered meanwhile."""
        end = time.perf_counter() + PATIENCE
        while True:
            message = self.messages.get(timeout=max(0.0, end - time.perf_counter()))
            if "method" in message and "id" in message:
                items = message["params"].get("items", []) if message["method"] == "workspace/configuration" else None
                self.send({"id": message["id"], "result": items and [None] * len(items)})
            elif is_wanted(message):
                return message

    def memory(self) -> float:
        """Resident memory of the process tree in MiB."""
        kilobytes, waiting = 0, [self.process.pid]
        while waiting:
            process = waiting.pop()
            status = Path(f"/proc/{process}/status").read_text().splitlines()
            kilobytes += sum(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
            for thread in Path(f"/proc/{process}/task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
        return kilobytes / 1024

    def close(self) -> None:
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            self.process.wait(timeout=5)
        except (queue.Empty, OSError, subprocess.TimeoutExpired, KeyError):
            self.process.kill()
            self.process.wait()


def latency(command: list[str], folder: Path, file: Path, language: str, changes: int) -> Latency:
    """Changes the value of the last job's `runs-on` back and forth, so that diagnostics may change each time."""
    session = Session(command, folder)
    try:
        text, uri = file.read_text(), file.as_uri()
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        session.notify("textDocument/didOpen", {"textDocument": document})
        is_ours = lambda message: (
            message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri
        )
        try:
            session.wait(is_ours)
        except queue.Empty:
            pass
        line = max(number for number, each in enumerate(text.split("\n")) if "runs-on: ubuntu-latest" in each)
        column = text.split("\n")[line].index("ubuntu-latest")
        times, missed = [], 0
        for change in range(changes):
            new, width = ("x", 0) if change % 2 == 0 else ("", 1)
            lines = text.split("\n")
            if change % 2 == 0:
                lines[line] = lines[line].replace("ubuntu-latest", "xubuntu-latest")
            place = {"start": {"line": line, "character": column}, "end": {"line": line, "character": column + width}}
            content = {"range": place, "text": new} if session.is_incremental else {"text": "\n".join(lines)}
            while not session.messages.empty():
                session.wait(lambda _: True)
            started = time.perf_counter()
            session.notify(
                "textDocument/didChange",
                {"textDocument": {"uri": uri, "version": change + 2}, "contentChanges": [content]},
            )
            try:
                session.wait(lambda m: is_ours(m) and m["params"].get("version", change + 2) >= change + 2)
                times.append((time.perf_counter() - started) * 1000)
            except queue.Empty:
                missed += 1
                if missed > 2:
                    break
            time.sleep(0.005)
        memory = session.memory()
    finally:
        session.close()
    if not times:
        return Latency(float("nan"), float("nan"), memory, missed)
    times.sort()
    return Latency(statistics.median(times), times[int(len(times) * 0.95) - 1], memory, missed)


def idle_memory(command: list[str], folder: Path) -> float:
    """Resident memory in MiB of a server that has read the folder and has nothing to do."""
    session = Session(command, folder)
    try:
        previous = -1.0
        while (now := session.memory()) != previous:
            previous = now
            time.sleep(1)
        return now
    finally:
        session.close()
