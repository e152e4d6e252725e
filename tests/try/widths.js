// What tests/try/run.mjs does after the steps: shows the page in frames as wide as a phone and as a desktop, with each input. Nothing may be
// wider than the frame, unless it scrolls by itself.

import { hashOfInput } from './link.js'

const { demo, explained } = await (await fetch('inputs.json')).json()
const long = 'a-very-long-name-'.repeat(12)
const wide = {
  repository: `acme/${long}`,
  files: {
    [`.github/workflows/${long}.yml`]: explained.input.files['.github/workflows/release.yml'].replace('publish:', `${long}:`),
    [`packages/${long}/package.json`]: `{ "name": "@acme/${long}", "version": "1.0.0", "private": "${long}" }`,
  },
  log: `npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2f${long} - Not found\n`,
}
const inputs = { 'the example': null, 'the demo': demo, 'an explained log': explained.input, 'long names': wide }

function scrolls(element, view) {
  for (let at = element.parentElement; at && at.tagName !== 'BODY'; at = at.parentElement) {
    if (view.getComputedStyle(at).overflowX !== 'visible') return true
  }
  return false
}

function tooWide(frame, width) {
  const page = frame.contentDocument
  if (page.documentElement.scrollWidth > width) return [`the page is ${page.documentElement.scrollWidth} wide`]
  const all = [...page.querySelectorAll('body *')]
  const wider = all.filter((element) => element.getBoundingClientRect().right > width + 1 && !scrolls(element, frame.contentWindow))
  return wider.map((element) => `${element.tagName} ${element.className}: ${element.textContent.slice(0, 60)}`)
}

const results = []
for (const width of [390, 1280]) {
  for (const [name, input] of Object.entries(inputs)) {
    const frame = document.createElement('iframe')
    frame.width = width
    frame.height = 844
    frame.style.border = 0
    frame.src = `page.html${input ? await hashOfInput(input) : ''}`
    document.body.append(frame)
    const isReady = () => frame.contentDocument?.getElementById('result')?.ariaBusy === 'false'
    for (let round = 0; round < 600 && !isReady(); round += 1) await new Promise((resolve) => setTimeout(resolve, 50))
    const problems = isReady() ? tooWide(frame, width) : ['no result is shown']
    results.push({ name: `${name} at ${width} pixels`, error: problems.join('\n') || null })
    frame.remove()
  }
}
await fetch('results', { method: 'POST', body: JSON.stringify({ results, isLast: true }) })
