# The npm packages, from a registry on loopback. tests/packages/run sources this file.
# shellcheck shell=bash disable=SC2154

registry=        # Its address.
registry_pid=    # Its process.
without_registry= # Why there is none.

# A registry without an uplink, to which the packages for glibc and for musl are published. Both contain the same binary: that is
# enough to see which one a package manager installs.
start_registry() {
  if [[ -z "${TRUSTPUB_VERDACCIO:-}" ]]; then
    without_registry="TRUSTPUB_VERDACCIO names no folder with verdaccio, the registry; ./tests/run packages installs it"
    return
  fi
  local port folder=$scratch/registry musl=${target/gnu/musl} tries=0
  mkdir "$folder"
  port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
  registry=http://127.0.0.1:$port
  cat >"$folder/config.yaml" <<YAML
storage: $folder/storage
uplinks: {}
packages:
  '**': { access: \$all, publish: \$all }
max_body_size: 200mb
log: { type: stdout, format: json, level: warn }
YAML
  node "$(realpath "$TRUSTPUB_VERDACCIO")/node_modules/verdaccio/bin/verdaccio" --config "$folder/config.yaml" --listen "127.0.0.1:$port" \
    >"$folder/log" 2>&1 &
  registry_pid=$!
  until (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    if ! kill -0 "$registry_pid" 2>/dev/null || ((++tries > 600)); then
      cat "$folder/log" >&2
      fail "the registry does not start"
    fi
    sleep 0.1
  done
  packaging/npm "$version" "$folder/packages" "$target=$TRUSTPUB_BINARY" "$musl=$TRUSTPUB_BINARY" >"$folder/folders"
  local package
  while read -r package; do
    # The registry lets everyone publish, but npm asks for a token.
    (cd "$package" && HOME=$folder npm publish --registry "$registry" "--//127.0.0.1:$port/:_authToken=none" --loglevel error >/dev/null) ||
      fail "$package cannot be published"
  done <"$folder/folders"
}

stop_registry() {
  if [[ -n "$registry_pid" ]]; then
    kill "$registry_pid" 2>/dev/null || true
    wait "$registry_pid" 2>/dev/null || true
  fi
}

# An empty folder and an empty home, in which every package manager asks the registry.
enter_empty() {
  [[ -z "$without_registry" ]] || skip "$without_registry"
  export HOME=$work/home XDG_CACHE_HOME=$work/cache XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
  export npm_config_registry=$registry npm_config_cache=$work/npm npm_config_update_notifier=false
  export YARN_NPM_REGISTRY_SERVER=$registry YARN_UNSAFE_HTTP_WHITELIST=127.0.0.1 YARN_ENABLE_TELEMETRY=0
  export YARN_NPM_MINIMAL_AGE_GATE=0 # Yarn refuses a release that is younger than a day.
  unset CI # Package managers read lock files only, in CI.
  mkdir "$HOME" "$work/empty"
  cd "$work/empty"
  printf 'registry=%s\n' "$registry" >.npmrc
}

# A package manager of tests/packages/package.json.
manager() { # PATH
  local file=${TRUSTPUB_PACKAGES:-}/node_modules/$1
  [[ -n "${TRUSTPUB_PACKAGES:-}" && -e "$file" ]] || skip "$1 is not installed; ./tests/run packages installs it"
  realpath "$file"
}

# The architecture in the names of packages.
node_arch() {
  node -p process.arch
}

# What holds with each package manager: the language server starts, and ends with the shim.
checks_server() { # COMMAND…
  node "$here/lsp.mjs" "$@" lsp | sed 's/^/      /'
}

package_npm() {
  enter_empty
  checks_demo npx --yes trustpub
  npm install --no-audit --no-fund --loglevel error trustpub
  [[ "$(ls node_modules/@trustpub)" == "cli-linux-$(node_arch)" ]] || fail "npm installed $(ls node_modules/@trustpub)"
  checks_demo npx trustpub
  checks_server node_modules/.bin/trustpub
  # A usage error keeps its exit code, and standard input arrives.
  local code=0 output
  npx trustpub no-such-command 2>/dev/null || code=$?
  [[ $code == 2 ]] || fail "a usage error exits with $code"
  code=0
  output=$(cd "$scratch/demo" && "$work/empty/node_modules/.bin/trustpub" check --stdin-filename .npmrc <.npmrc) || code=$?
  grep -qF 'information[always-auth]' <<<"$output" || fail "standard input does not arrive: it exits with $code and prints $output"
  measure "npm: trustpub with cli-linux-$(node_arch)" node_modules node_modules/.bin/trustpub
}

# What a user reads whose package manager left the binary out, or whose platform has none.
package_npm_omit() {
  enter_empty
  npm install --no-audit --no-fund --loglevel error --omit=optional trustpub
  local code=0 output
  output=$(node_modules/.bin/trustpub check "$scratch/demo" 2>&1) || code=$?
  [[ $code == 2 ]] || fail "without the binary it exits with $code"
  grep -qF "@trustpub/cli-linux-$(node_arch)" <<<"$output" || fail "it says: $output"
  grep -qF -- "--omit=optional" <<<"$output" || fail "it says: $output"
  echo 'Object.defineProperty(process, "arch", { value: "s390x" });' >other.cjs
  code=0
  output=$(node --require ./other.cjs node_modules/trustpub/bin/trustpub.js check 2>&1) || code=$?
  [[ $code == 2 ]] || fail "on an unknown platform it exits with $code"
  grep -qF "no binary for linux-s390x" <<<"$output" || fail "it says: $output"
  grep -qF "cargo install --locked trustpub" <<<"$output" || fail "it says: $output"
}

# The binary for musl is static, so that it is used on glibc where only that one is installed. On musl, the one for glibc is not.
package_npm_musl() {
  enter_empty
  local musl code=0 output
  musl=cli-linux-$(node_arch)-musl
  npm install --no-audit --no-fund --loglevel error --libc=musl trustpub
  [[ "$(ls node_modules/@trustpub)" == "$musl" ]] || fail "npm installed $(ls node_modules/@trustpub)"
  checks_demo node_modules/.bin/trustpub
  rm -rf node_modules package.json package-lock.json
  npm install --no-audit --no-fund --loglevel error trustpub
  echo 'process.report.getReport = () => ({ header: {} });' >musl.cjs
  output=$(node --require ./musl.cjs node_modules/trustpub/bin/trustpub.js check 2>&1) || code=$?
  [[ $code == 2 ]] || fail "with the package for glibc on musl it exits with $code"
  grep -qF "@trustpub/$musl is not installed" <<<"$output" || fail "it says: $output"
}

# A Node older than `engines` says still starts the binary, and says why it cannot, instead of a syntax error that ends with 1.
package_npm_node_12() {
  local node code=0 output
  node=$(manager "node-12-$(node_arch)/bin/node")
  enter_empty
  npm install --no-audit --no-fund --loglevel error trustpub
  checks_demo "$node" node_modules/trustpub/bin/trustpub.js
  chmod -x "node_modules/@trustpub/cli-linux-$(node_arch)/bin/trustpub"
  output=$("$node" node_modules/trustpub/bin/trustpub.js check 2>&1) || code=$?
  [[ $code == 2 && "$output" == *"cannot be started"* ]] || fail "without permission to start it, it exits with $code and says: $output"
  echo 'require("child_process").spawn = () => { throw new Error("spawn Unknown system error -86") }' >throws.cjs
  code=0
  output=$("$node" --require ./throws.cjs node_modules/trustpub/bin/trustpub.js check 2>&1) || code=$?
  [[ $code == 2 && "$output" == *"cannot be started: spawn Unknown"* ]] || fail "with the binary of another processor, it exits with $code and says: $output"
  rm -r node_modules/@trustpub
  code=0
  output=$("$node" node_modules/trustpub/bin/trustpub.js check 2>&1) || code=$?
  [[ $code == 2 && "$output" == *"is not installed"* ]] || fail "without the binary, it exits with $code and says: $output"
}

# action.yml installs trustpub from npm, whatever the checkout and the settings of the job say.
package_action() {
  enter_empty
  echo 'registry=http://127.0.0.1:9' >.npmrc
  act "$version"
  [[ "$output" == *"::error file="*"/release.yml,line=7"* && "$outcome" == exit-code=1 ]] || fail "the action ends with $outcome: $output"
  grep -qF id-token-missing "$work/summary.md" || fail "the summary is $(cat "$work/summary.md")"
  npm_config_omit=optional act latest
  [[ "$outcome" == exit-code=1 ]] || fail "with omit=optional the action ends with $outcome: $output"
  act 99.0.0
  [[ "$output" == *"::error title=trustpub::npm cannot install trustpub@99.0.0: ETARGET."* && "$outcome" == exit-code=2 ]] ||
    fail "with a version that does not exist the action ends with $outcome: $output"
  npm_config_registry=http://127.0.0.1:9 npm_config_fetch_retries=0 act "$version"
  [[ "$output" == *"::error title=trustpub::npm cannot install trustpub@$version: ECONNREFUSED."* && "$outcome" == exit-code=2 ]] ||
    fail "without a registry the action ends with $outcome: $output"
}

# Runs the script of action.yml as a runner does: its `output`, and its `outcome` for the next steps.
act() { # VERSION
  : >"$work/outputs"
  output=$(RUNNER_TEMP=$work GITHUB_OUTPUT=$work/outputs GITHUB_STEP_SUMMARY=$work/summary.md INPUT_VERSION=$1 INPUT_PATH=$scratch/demo \
    "$root/.github/action/check" 2>&1) || fail "the action's script fails: $output"
  outcome=$(cat "$work/outputs")
}

package_pnpm() {
  local pnpm
  pnpm=$(manager "pnpm-$(node_arch)/pnpm")
  enter_empty
  checks_demo "$pnpm" --silent dlx trustpub
  echo '{ "private": true }' >package.json
  "$pnpm" add --silent trustpub
  checks_demo "$pnpm" --silent exec trustpub
  checks_server node_modules/.bin/trustpub
}

package_yarn_1() {
  local yarn
  yarn=$(manager yarn-1/bin/yarn.js)
  enter_empty
  echo '{ "private": true, "license": "MIT" }' >package.json
  node "$yarn" add --silent --no-progress trustpub
  # It does not know `libc`, so that the shim chooses.
  [[ "$(ls node_modules/@trustpub | wc -l)" == 2 ]] || fail "yarn 1 installed $(ls node_modules/@trustpub)"
  checks_demo node "$yarn" --silent trustpub
  checks_demo node_modules/.bin/trustpub
}

# With Plug'n'Play, its default: there is no node_modules.
package_yarn_4() {
  local yarn
  yarn=$(manager yarn-4/bin/yarn.js)
  enter_empty
  echo '{ "private": true }' >package.json
  touch yarn.lock
  node "$yarn" add trustpub >"$work/log" 2>&1 || fail "$(cat "$work/log")"
  [[ -f .pnp.cjs ]] || fail "yarn made no .pnp.cjs"
  checks_demo node "$yarn" trustpub
  checks_server node "$yarn" trustpub
}

package_bun() {
  local bun
  bun=$(manager "bun-$(node_arch)/bin/bun")
  enter_empty
  echo '{ "private": true }' >package.json
  "$bun" add --silent trustpub
  [[ -d "node_modules/@trustpub/cli-linux-$(node_arch)" ]] || fail "bun installed $(ls node_modules/@trustpub)"
  checks_demo "$bun" --silent x trustpub
  checks_server node_modules/.bin/trustpub
  rm -rf node_modules package.json bun.lock
  checks_demo "$bun" --silent x trustpub
}
