// What tests/try/run.mjs does in the page. It uses the page as a person does: by its fields and buttons.

import { hashOfInput, inputOfHash } from './link.js'

const results = []
const byId = (id) => document.getElementById(id)
const all = (selector) => [...document.querySelectorAll(selector)]
const findings = () => all('.finding').map((card) => card.dataset.rule)

async function until(what, holds) {
  for (let round = 0; round < 600; round += 1) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`never: ${what}; findings: ${findings().join(', ')}; status: ${byId('status').textContent}; ${byId('shared').textContent}`)
}

function holds(what, condition) {
  if (!condition) throw new Error(`does not hold: ${what}`)
}

async function test(name, steps) {
  try {
    await steps()
    results.push({ name, error: null })
  } catch (error) {
    results.push({ name, error: String(error?.stack ?? error) })
  }
}

function enter(field, text) {
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

const settled = () => until('a result is shown', () => byId('result').ariaBusy === 'false')

async function open(input) {
  // The same link again would change nothing.
  location.hash = ''
  location.hash = await hashOfInput(input)
  const shown = () => JSON.stringify(all('.path').map((field) => field.value)) === JSON.stringify(Object.keys(input.files))
  await until('the input of the link is shown', () => shown() && all('.editor textarea').every((area, at) => area.value === Object.values(input.files)[at]))
  await settled()
}

const { demo, explained } = await (await fetch('inputs.json')).json()
const areaOf = (path) => all('.file').find((file) => file.querySelector('.path')?.value === path).querySelector('textarea')
const WORKFLOW = '.github/workflows/release.yml'

await test('the example is shown first, with findings and an explanation', async () => {
  await until('a finding', () => findings().includes('id-token-missing'))
  holds('the publish step fails', all('.site.fails').length === 1)
  holds('the log is explained', byId('explanation').textContent.includes('Why the publish failed'))
})

await test('a finding of the demo is marked, and its fix removes it', async () => {
  await open(demo)
  await until('the finding', () => findings().includes('id-token-missing'))
  const marked = all('mark.error').map((mark) => mark.textContent)
  holds(`a range is marked: ${marked.join(' | ')}`, marked.some((text) => text.includes('permissions') || text.includes('contents') || text.includes('publish')))
  all('.finding').find((card) => card.dataset.rule === 'id-token-missing').querySelector('.fix').click()
  await until('the finding is gone', () => !findings().includes('id-token-missing'))
  holds('the workflow was edited', areaOf(WORKFLOW).value.includes('id-token: write'))
  holds('nothing else was edited', areaOf(WORKFLOW).value.includes('# The token is gone: npm trusts this workflow now. 🚀'))
})

await test('the fixes, one after the other, leave no error with a fix', async () => {
  await open(demo)
  for (let round = 0; round < 20 && all('.finding.error .fix, .finding.warning .fix').length; round += 1) {
    const before = JSON.stringify(all('textarea').map((area) => area.value))
    all('.finding.error .fix, .finding.warning .fix')[0].click()
    await until('the fix changes a text', () => JSON.stringify(all('textarea').map((area) => area.value)) !== before)
    await settled()
  }
  holds(`no error is left that has a fix: ${findings().join(', ')}`, !all('.finding.error .fix').length)
})

await test('typing is checked', async () => {
  await open({ ...demo, files: { [WORKFLOW]: 'on: push\njobs: {}\n' } })
  await until('no finding', () => !findings().length)
  enter(areaOf(WORKFLOW), demo.files[WORKFLOW])
  await until('the finding', () => findings().includes('id-token-missing'))
})

await test('a log is explained as the command line explains it', async () => {
  await open(explained.input)
  const texts = (selector) => all(selector).map((found) => found.innerText.replaceAll(/\s+/g, ' ').trim())
  // A terminal shows whole paths, and columns.
  const printed = explained.printed.replaceAll('`', '').replaceAll(/\s+/g, ' ').replaceAll(/\S*\/(release\.yml:\d+):\d+/g, '$1')
  const parts = texts('#explanation :is(h4, h5, p, li)')
  holds(`the explanation has its parts: ${parts.join(' | ')}`, parts.length > 5)
  for (const part of parts) holds(`the command line prints it too: ${part}`, printed.includes(part))
  byId('verbose').click()
  await settled()
  holds('the long form tells more', texts('#explanation :is(h4, h5, p, li)').length > parts.length)
  byId('verbose').click()
  await settled()
})

await test('a place of the explanation leads to its line', async () => {
  await open({ ...demo, log: 'npm error code ENEEDAUTH\nnpm error need auth This command requires you to be logged in to https://registry.npmjs.org/\n' })
  const place = all('#explanation .place')[0]
  const line = Number(place.textContent.split(':').at(-1))
  place.click()
  const area = areaOf(WORKFLOW)
  holds('the file is focused', document.activeElement === area)
  holds('the line is selected', area.value.slice(area.selectionStart, area.selectionEnd) === area.value.split('\n')[line - 1])
})

await test('hostile names and texts stay text', async () => {
  const image = '<img src=x onerror="document.title=\'hacked\'">'
  const workflow = demo.files[WORKFLOW].replace('publish:', `'${image.replaceAll("'", "''")}':`)
  await open({
    repository: image,
    files: { [WORKFLOW]: workflow, [`${image}/package.json`]: `{ "name": ${JSON.stringify(image)}, }`, __proto__x: image },
    log: `npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/${image}\n`,
  })
  await until('a finding', () => findings().length)
  holds('the log is explained', byId('explanation').textContent.includes('E404'))
  holds('there is no image', !all('img, iframe, object').length)
  holds('every link leads to a page on the web', all('a').every((found) => found.protocol === 'https:'))
  holds('no code ran', document.title === 'Try trustpub')
})

await test('a script of the page that is not its own does not run', () => {
  const script = document.createElement('script')
  script.textContent = 'document.title = "hacked"'
  document.head.append(script)
  holds('no code ran', document.title === 'Try trustpub')
})

await test('a link carries the input without its secrets', async () => {
  const token = `npm_${'a'.repeat(36)}`
  await open({ ...demo, files: { ...demo.files, '.npmrc': `//registry.npmjs.org/:_authToken=${token}\n` } })
  byId('share').click()
  await until('it is said', () => byId('shared').textContent.includes('Secrets are left out'))
  const shared = await inputOfHash(location.hash)
  holds('the workflow is in it', shared.files[WORKFLOW] === demo.files[WORKFLOW])
  holds('the token is not', shared.files['.npmrc'] === '//registry.npmjs.org/:_authToken=***\n')
})

await test('what is not text, and what is too long, is said', async () => {
  // Without CR: a field takes it for a line break.
  const binary = String.fromCharCode(...Array.from({ length: 4096 }, (_, at) => (at * 7) % 256).filter((code) => code !== 13))
  await open({ ...demo, files: { ...demo.files, 'package.json': binary, '../x': 'x', '': 'x' }, log: binary })
  const notes = () => byId('notes').textContent
  holds(`the binary file is not used: ${notes()}`, notes().includes('package.json is not used: it has a NUL character'))
  holds('nor is a path outside', notes().includes('../x is not used'))
  holds('the others are checked', findings().includes('id-token-missing'))
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/plain', 'x'.repeat(100_000_000))
  const isPasted = byId('log').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  holds('100 MB are not pasted', !isPasted)
  holds('that is said', byId('refused').textContent.includes('the text has 100,000,000 characters'))
  enter(byId('log'), `${'npm notice a line of a log\n'.repeat(100_000)}npm error code ENEEDAUTH\n`)
  await settled()
  holds('a log of 2.7 MB is explained', byId('explanation').textContent.includes('ENEEDAUTH'))
  enter(byId('log'), `${'npm notice a line of a log\n'.repeat(300_000)}`)
  await settled()
  holds(`a log of 8.1 MB is not read: ${notes()}`, notes().includes('The log is not used: it has 8,100,000 characters'))
  byId('share').click()
  await until('it is said', () => byId('shared').textContent.includes('too large for a link'))
  enter(byId('log'), '')
  enter(areaOf(WORKFLOW), '# x\n'.repeat(600_000))
  await settled()
  holds('a workflow of 2.4 MB is not read', notes().includes('release.yml is not used: it has 2,400,000 characters'))
})

await test('what is nested deeply ends in a result or a message, and the next input is checked', async () => {
  for (const nested of ['['.repeat(200_000), `${'{a: '.repeat(50_000)}`, `jobs: ${'"'.repeat(99_999)}`]) {
    await open({ ...demo, files: { [WORKFLOW]: nested, 'package.json': '['.repeat(200_000) }, log: nested })
    holds('something is said', byId('status').textContent !== '')
  }
  await open(demo)
  await until('the finding', () => findings().includes('id-token-missing'))
})

await test('a file can be added, renamed and removed', async () => {
  await open({ ...demo, files: { [WORKFLOW]: demo.files[WORKFLOW] } })
  byId('add').click()
  const name = all('.path').at(-1)
  holds('its name is asked for', document.activeElement === name && name.value === '')
  enter(name, WORKFLOW)
  await settled()
  holds('a doubled path is said', byId('notes').textContent.includes('Several files have the path'))
  all('.remove').at(-1).click()
  await settled()
  holds('the first counts again', findings().includes('id-token-missing'))
  byId('empty').click()
  await settled()
  holds('the empty input has no findings', !findings().length && byId('status').textContent === 'No findings')
})

await test('a fragment that is not a link changes nothing', async () => {
  await open(demo)
  location.hash = '#input'
  await new Promise((resolve) => setTimeout(resolve, 200))
  holds('the input is the same', areaOf(WORKFLOW).value === demo.files[WORKFLOW])
})

await test('a damaged link shows the example', async () => {
  for (const hash of ['#v1=%%%', '#v1=AAAA', await hashOfInput({ repository: '', files: { a: 1 }, log: '' })]) {
    byId('shared').textContent = ''
    location.hash = hash
    await until('it is said', () => byId('shared').textContent.includes('damaged'))
    holds('the example is shown', areaOf(WORKFLOW).value.startsWith('name: Release'))
  }
})

await fetch('results', { method: 'POST', body: JSON.stringify({ results, isLast: false }) })
location = 'widths.html'
