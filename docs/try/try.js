// The page: what is entered goes to the analysis, a WebAssembly module, and what that says is shown.

import { start } from './analysis.js'
import { blocks } from './document.js'
import { addFile, applyEdits, currentFiles, doubledPaths, linePlace, markAll, onChange, rangePlace, setFiles } from './editors.js'
import { button, byId, element, link, words } from './element.js'
import { EMPTY, EXAMPLE } from './example.js'
import { hashOfInput, inputOfHash } from './link.js'

/** How long nothing is typed before the analysis runs, in milliseconds. */
const PAUSE = 150
/** A longer link is refused by some servers and chat programs, although browsers take more. */
const LONGEST_LINK = 64_000
/** Longer texts are not sent to the analysis, in UTF-16 code units. A workflow has some thousands, a log some hundred thousands. */
const LONGEST_FILE = 2_000_000
const LONGEST_LOG = 8_000_000

const paragraph = (text) => element('p', '', ...words(text))
const grouped = (number) => number.toLocaleString('en')

let analysis
let waiting
let isChecking = false
let isOutdated = false
/** The input that the shown result is about. */
let checked

function currentInput() {
  return { repository: byId('repository').value, files: currentFiles(), log: byId('log').value }
}

/** The input with no text that is too long or blank, and what was left out. */
function sendable({ repository, files, log }) {
  const notes = doubledPaths().map((path) => `Several files have the path \`${path}\`: the last of them counts`)
  const tooLong = (name, text, longest) => {
    if (text.length <= longest) return false
    notes.push(`${name} is not used: it has ${grouped(text.length)} characters, and at most ${grouped(longest)} are read`)
    return true
  }
  // What is blank is not filled in yet.
  const filled = Object.entries(files).filter(([, text]) => text.trim())
  const short = filled.filter(([path, text]) => !tooLong(`\`${path}\``, text, LONGEST_FILE))
  const hasLog = !tooLong('The log', log, LONGEST_LOG)
  const input = { repository: repository.slice(0, 1000), files: Object.fromEntries(short), log: hasLog ? log : '' }
  return { input, notes }
}

function show(input) {
  setFiles(input.files)
  byId('repository').value = input.repository
  byId('log').value = input.log
  check()
}

function checkSoon() {
  clearTimeout(waiting)
  waiting = setTimeout(check, PAUSE)
  byId('result').ariaBusy = 'true'
}

/** Shows what the analysis says of the input. If that changes while the analysis works, once more. */
async function check() {
  clearTimeout(waiting)
  byId('result').ariaBusy = 'true'
  if (!analysis) return
  isOutdated = true
  if (isChecking) return
  isChecking = true
  while (isOutdated) {
    isOutdated = false
    await checkOnce()
  }
  isChecking = false
  byId('result').ariaBusy = 'false'
}

async function checkOnce() {
  const whole = currentInput()
  const { input, notes } = sendable(whole)
  let found
  try {
    found = await analysis.ask({ ...input, verbose: byId('verbose').checked })
  } catch (error) {
    found = { error: error.message }
  }
  if (isOutdated) return
  checked = whole
  if (found.error) {
    for (const id of ['sites', 'findings', 'explanation', 'notes']) byId(id).replaceChildren()
    markAll([])
    byId('status').textContent = `The analysis failed: ${found.error}`
    return
  }
  byId('status').textContent = summary(found.findings)
  byId('jump').textContent = `${summary(found.findings)} ↓`
  byId('notes').replaceChildren(...[...notes, ...found.notes].map((note) => element('li', '', ...words(`${note}.`))))
  byId('sites').replaceChildren(...found.sites.map(site))
  byId('findings').replaceChildren(...found.findings.map(finding))
  byId('explanation').replaceChildren(...explanation(found.explanation))
  byId('length').hidden = !found.explanation
  markAll(found.findings)
}

/** `1 error, 2 hints` */
function summary(findings) {
  if (!findings.length) return 'No findings'
  const names = { error: 'errors', warning: 'warnings', information: 'notes', hint: 'hints' }
  const counts = Object.entries(names).map(([severity, several]) => {
    const number = findings.filter((found) => found.severity === severity).length
    return number ? `${number} ${number === 1 ? several.slice(0, -1) : several}` : ''
  })
  return counts.filter(Boolean).join(', ')
}

function site({ path, range, job, outcome, blocks: about }) {
  const title = element('p', 'title', rangePlace(path, range), ' publish step in job ', element('code', '', job))
  return element('div', `card site ${outcome}`, title, ...blocks(about, 3, linePlace))
}

function finding({ rule, severity, path, range, message, help, url, fixes }) {
  const title = element('p', 'title', rangePlace(path, range), ' ', element('span', 'severity', severity), ' ', link(rule, url))
  const card = element('div', `card finding ${severity}`, title, paragraph(message))
  card.dataset.rule = rule
  if (help) card.append(paragraph(help))
  const buttons = fixes.map((fix) => button('fix', () => apply(fix), ...words(fix.title), fix.is_safe ? '' : ' (check the result)'))
  if (buttons.length) card.append(element('p', 'fixes', ...buttons))
  return card
}

function apply({ edits }) {
  // The edits are about the text that was checked.
  if (isSame(currentInput(), checked)) applyEdits(edits)
  check()
}

const isSame = (one, other) =>
  one.repository === other.repository &&
  one.log === other.log &&
  Object.keys(one.files).length === Object.keys(other.files).length &&
  Object.entries(one.files).every(([path, text]) => other.files[path] === text)

/** The document that `trustpub explain` prints. */
function explanation(found) {
  if (!found) return []
  return [element('h3', '', found.title ?? ''), ...blocks(found.blocks, 3, linePlace)]
}

async function share() {
  const whole = currentInput()
  if (sendable(whole).notes.length) return say('This input is too large for a link.')
  let shared
  try {
    shared = await analysis.ask({ ...whole, share: true })
  } catch (error) {
    shared = { error: error.message }
  }
  if (shared.error) return say(`The link cannot be made: ${shared.error}`)
  const address = new URL(location.href)
  address.hash = await hashOfInput(shared)
  if (address.href.length > LONGEST_LINK) return say('The input is too long for a link. Shorten the log.')
  history.replaceState(null, '', address)
  const hidden = isSame(shared, whole) ? '' : ' Secrets are left out of it.'
  try {
    await navigator.clipboard.writeText(address.href)
    say(`Copied.${hidden}`)
  } catch {
    say(`The link is in the address bar.${hidden}`)
  }
}

const say = (text) => {
  byId('shared').textContent = text
}

/** Shows the input of the link. A fragment that is not a link leaves the page as it is. */
async function showLink() {
  try {
    const input = await inputOfHash(location.hash)
    if (input) show(input)
    return Boolean(input)
  } catch {
    say('The link is damaged, so the example is shown.')
    show(EXAMPLE)
    return true
  }
}

/** Refuses to insert a text that is too long, because a browser would be busy with its lines for minutes. */
function refuseTooLong(event, text) {
  if (!(text?.length > LONGEST_LOG)) return
  event.preventDefault()
  byId('refused').textContent = `Nothing was inserted: the text has ${grouped(text.length)} characters, and at most ${grouped(LONGEST_LOG)} are read. Insert the part around the error.`
}

document.addEventListener('paste', (event) => refuseTooLong(event, event.clipboardData?.getData('text/plain')), true)
document.addEventListener('drop', (event) => refuseTooLong(event, event.dataTransfer?.getData('text/plain')), true)
document.addEventListener('input', () => (byId('refused').textContent = ''))
onChange((isWhole) => (isWhole ? check() : checkSoon()))
byId('add').addEventListener('click', () => addFile('', '').name.focus())
byId('share').addEventListener('click', share)
byId('empty').addEventListener('click', () => show(EMPTY))
byId('example').addEventListener('click', () => show(EXAMPLE))
byId('verbose').addEventListener('change', check)
byId('jump').addEventListener('click', () => byId('result').scrollIntoView())
for (const id of ['repository', 'log']) byId(id).addEventListener('input', checkSoon)
window.addEventListener('hashchange', showLink)
// In one column the result is below what is seen.
new IntersectionObserver(([{ isIntersecting }]) => (byId('jump').hidden = isIntersecting)).observe(byId('result'))

if (!(await showLink())) show(EXAMPLE)
try {
  analysis = await start(new URL('trustpub.wasm', import.meta.url))
  await check()
} catch (error) {
  byId('status').textContent = `The analysis could not be loaded: ${error.message}`
}
