"""What is measured: repositories of generated workflows, the same in every run.

Of ten workflows seven test and lint, two deploy or scan, and one publishes to npm. Sizes are those of workflows in public
repositories: about 4 kB.
"""

from pathlib import Path

CHECKOUT = "      - uses: actions/checkout@v5\n"
NODE = """\
      - uses: actions/setup-node@v6
        with:
          node-version: {node}
          cache: npm
"""


def job(name: str, steps: str, needs: str = "", extra: str = "") -> str:
    """One job on a runner that GitHub hosts."""
    needs = f"    needs: {needs}\n" if needs else ""
    return f"  {name}:\n{needs}    runs-on: ubuntu-latest\n    timeout-minutes: 20\n{extra}    steps:\n{CHECKOUT}{steps}"


def run(name: str, *commands: str) -> str:
    """One step with a script."""
    lines = "".join(f"          {command}\n" for command in commands)
    return f"      - name: {name}\n        run: |\n{lines}"


def test_jobs(number: int) -> str:
    """Lint, tests on a matrix and a build: what most workflows do."""
    setup = NODE.format(node="${{ matrix.node }}")
    matrix = (
        "    strategy:\n      fail-fast: false\n      matrix:\n        node: [20, 22, 24]\n"
        "        shard: [1, 2, 3, 4]\n    env:\n      CI: true\n      FORCE_COLOR: 1\n"
    )
    lint = NODE.format(node=24) + run("Install", "npm ci --no-audit --no-fund")
    lint += "".join(run(f"Check {part}", f"npx eslint packages/{part}/src --max-warnings 0") for part in ("core", "cli", "web"))
    tests = setup + run("Install", "npm ci --no-audit --no-fund")
    tests += run(
        "Test",
        'echo "shard ${{ matrix.shard }} of suite ' + str(number) + '"',
        "npm test -- --shard=${{ matrix.shard }}/4 --reporter=junit --output=reports/junit.xml",
        "npm run coverage -- --merge=reports",
    )
    tests += (
        "      - uses: actions/upload-artifact@v5\n        if: always()\n        with:\n"
        "          name: reports-${{ matrix.node }}-${{ matrix.shard }}\n          path: reports/\n          retention-days: 7\n"
    )
    build = NODE.format(node=24) + run("Install", "npm ci") + run("Build", "npm run build", "tar -czf dist.tgz dist", "ls -la")
    build += "      - uses: actions/upload-artifact@v5\n        with:\n          name: dist\n          path: dist.tgz\n"
    browsers = NODE.format(node=24) + run("Install", "npm ci", "npx playwright install --with-deps chromium firefox")
    browsers += "".join(
        run(f"Test {browser}", f"npx playwright test --project={browser} --retries=2", f"mv report {browser}-report")
        + f"      - uses: actions/upload-artifact@v5\n        if: failure()\n        with:\n          name: {browser}\n"
        + f"          path: {browser}-report\n"
        for browser in ("chromium", "firefox", "webkit")
    )
    notes = "".join(f"# {line}: see docs/ci.md before you change the order of jobs or the names of artifacts.\n" for line in range(6))
    return notes + "jobs:\n" + job("lint", lint) + job("test", tests, "lint", matrix) + job("browsers", browsers, "lint") + job("build", build, "[lint, test]")


def other_jobs(number: int) -> str:
    """A deployment and a scan, in Python and with containers."""
    deploy = "      - uses: docker/setup-buildx-action@v3\n" + run(
        "Build the image",
        f"docker build --tag registry.example/app:{number} --label commit=$GITHUB_SHA .",
        "docker images --digests",
    )
    deploy += "".join(
        run(f"Roll out to {zone}", f"./deploy.sh {zone} {number} --wait 300", f"curl --fail https://{zone}.example/health")
        for zone in ("eu", "us", "ap")
    )
    scan = "      - uses: actions/setup-python@v6\n        with:\n          python-version: '3.13'\n"
    scan += run("Install", "python -m pip install --upgrade pip", "pip install -r requirements.txt")
    scan += "".join(run(f"Scan {part}", f"python tools/scan.py --part {part} --format sarif > {part}.sarif") for part in "abcdef")
    return "jobs:\n" + job("deploy", deploy) + "".join(job(name, scan, "deploy") for name in ("scan", "licences", "report"))


def publish_jobs(number: int) -> str:
    """Tests and a publish to npm; every second one with a mistake."""
    node, permissions = ((24, "write"), (20, "none"))[number // 10 % 2]
    publish = f"      - uses: actions/setup-node@v6\n        with:\n          node-version: {node}\n"
    publish += run("Build", "npm ci", "npm run build") + "      - run: npm publish\n"
    rights = f"    permissions:\n      contents: read\n      id-token: {permissions}\n"
    return test_jobs(number).rstrip("\n") + "\n" + job("publish", publish, "build", rights)


def workflow(number: int) -> str:
    """The text of a workflow."""
    kinds = [test_jobs] * 7 + [other_jobs] * 2 + [publish_jobs]
    head = f"name: Workflow {number}\n\non:\n  push:\n    branches: [main]\n  pull_request:\n\npermissions:\n  contents: read\n\n"
    return head + kinds[number % 10](number)


def long_workflow(lines: int) -> str:
    """A workflow with a publish job, and with as many steps as it takes to have so many lines."""
    text = workflow(9)
    steps, number = [], 0
    while text.count("\n") + 3 * len(steps) < lines - 8:
        steps.append(f"      - name: Step {number}\n        run: |\n          npm run task-{number} -- --verbose\n")
        number += 1
    return text + job("more", "".join(steps))


def write_repository(folder: Path, workflows: int) -> int:
    """Writes a repository and returns the size of its workflows in bytes."""
    places = folder / ".github" / "workflows"
    places.mkdir(parents=True, exist_ok=True)
    (folder / ".git").mkdir(exist_ok=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (folder / ".git" / "config").write_text('[remote "origin"]\n\turl = https://github.com/acme/widget.git\n')
    repository = '"repository": "github:acme/widget"'
    scripts = '"scripts": { "build": "tsc", "test": "vitest", "coverage": "vitest --coverage" }'
    (folder / "package.json").write_text(f'{{ "name": "widget", "version": "1.0.0", {repository}, {scripts} }}\n')
    size = 0
    for number in range(workflows):
        size += (places / f"workflow-{number}.yml").write_bytes(workflow(number).encode())
    return size


def log(size: int) -> str:
    """The log of a release in which npm's answer is 404, of about so many bytes, most of them from its tests."""
    time = "2026-11-03T12:00:00.0000000Z "
    head = "##[group]Run npm publish\nnpm publish\n##[endgroup]\n"
    tests = [f"ok {number} - widget {number % 97} keeps its {number % 13} parts ({number % 31} ms)\n" for number in range(1000)]
    tail = (
        "npm notice Publishing to https://registry.npmjs.org/ with tag latest and default access\n"
        "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/widget - Not found\n"
        "npm error 404  'widget@1.0.0' is not in this registry.\n##[error]Process completed with exit code 1.\n"
    )
    body = "".join(time + line for line in tests)
    return "".join(time + line for line in head.splitlines(True)) + body * (size // len(body)) + "".join(time + line for line in tail.splitlines(True))
