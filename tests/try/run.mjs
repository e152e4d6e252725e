#!/usr/bin/env node
// Tries the page of target/try in a headless Chromium, on a server on loopback: tests/try/steps.js runs in the page and sends what it found,
// and after it tests/try/widths.js, which shows the page in frames.
// Prints a line for each test and closes as cargo test does.
//
//   tests/try/run.mjs CHROMIUM

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'

import { explainedInput } from './explained.mjs'

const PATIENCE = 120_000
const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }

const root = new URL('../..', import.meta.url).pathname
const read = (path) => readFileSync(join(root, path), 'utf8')
const pages = join(root, 'target/try')
const requests = []

// The page as it is, and the steps after it.
const page = readFileSync(join(pages, 'index.html'), 'utf8')
const withSteps = page.replace('</head>', '<script type="module" src="steps.js"></script></head>')
const widths = '<!doctype html><meta charset="utf-8"><title>Widths</title><body><script type="module" src="widths.js"></script>'
const demo = {
  repository: '',
  files: Object.fromEntries(['.github/workflows/release.yml', 'package.json', '.npmrc'].map((path) => [path, read(`tests/fixtures/demo/${path}`)])),
  log: '',
}
// And what the command line prints for it.
const explained = { input: explainedInput, printed: read('tests/cli/explain/answers/eneedauth-without-a-permission.txt') }

function contentOf(path) {
  if (path === '/') return withSteps
  if (path === '/page.html') return page
  if (path === '/widths.html') return widths
  if (path === '/inputs.json') return JSON.stringify({ demo, explained })
  if (path === '/steps.js' || path === '/widths.js') return read(`tests/try${path}`)
  if (/^\/[a-z]+\.(css|js|wasm)$/.test(path)) return readFileSync(join(pages, path))
  return undefined
}

const results = await new Promise((resolve, reject) => {
  const found = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    if (request.method === 'POST' && request.url === '/results') {
      let body = ''
      request.on('data', (part) => (body += part))
      request.on('end', () => {
        response.end()
        const { results, isLast } = JSON.parse(body)
        found.push(...results)
        if (isLast) finish(() => resolve(found))
      })
      return
    }
    const content = contentOf(request.url)
    response.writeHead(content === undefined ? 404 : 200, { 'Content-Type': TYPES[extname(request.url)] ?? 'text/html' })
    response.end(content)
  })
  let browser
  const profile = mkdtempSync(join(tmpdir(), 'trustpub-try-'))
  const timer = setTimeout(() => finish(() => reject(new Error(`no result after ${PATIENCE} ms; requests: ${requests.join(', ')}`))), PATIENCE)
  const finish = (end) => {
    clearTimeout(timer)
    server.close()
    server.closeAllConnections()
    browser.once('exit', () => removeProfile(end))
    // With the processes that it has started: they write into the profile too.
    process.kill(-browser.pid)
  }
  // `rmSync` does not look again for files that are made while it removes a folder, so all of it is done again.
  const removeProfile = (end, left = 50) => {
    try {
      rmSync(profile, { recursive: true, force: true })
      end()
    } catch (error) {
      if (left > 0) return setTimeout(() => removeProfile(end, left - 1), 100)
      console.log(`${profile} is left: ${error.message}`)
      end()
    }
  }
  server.listen(0, '127.0.0.1', () => {
    const address = `http://127.0.0.1:${server.address().port}/`
    browser = spawn(
      process.argv[2],
      ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', `--user-data-dir=${profile}`, address],
      { stdio: 'ignore', detached: true },
    )
  })
})

// What was entered is in no request: the page asks for its own files only.
const own = /^(GET \/|GET \/(favicon\.ico|inputs\.json|(page|widths)\.html|[a-z]+\.(css|js|wasm))|POST \/results)$/
const others = requests.filter((request) => !own.test(request))
results.push({ name: 'the page asks for its own files only', error: others.length ? others.join(', ') : null })

const failed = results.filter(({ error }) => error)
for (const { name, error } of results) console.log(`test ${name} ... ${error ? `FAILED\n${error}` : 'ok'}`)
console.log(`test result: ${failed.length ? 'FAILED' : 'ok'}. ${results.length - failed.length} passed; ${failed.length} failed; 0 ignored`)
process.exitCode = failed.length ? 1 : 0
