// The files of the input: for each its path, its text, and the marks of the findings below the text.

import { button, byId, element } from './element.js'

/** In the order of the page. */
let editors = []
let changed = () => {}

/** Calls `listener` when something is typed, and at once if it is `true`: when a file is removed. */
export function onChange(listener) {
  changed = listener
}

export function addFile(path, text) {
  const name = element('input', 'path')
  name.value = path
  name.spellcheck = false
  name.autocomplete = 'off'
  name.setAttribute('list', 'paths')
  name.setAttribute('aria-label', 'Path of the file')
  const marks = element('pre', 'marks')
  marks.setAttribute('aria-hidden', 'true')
  const area = element('textarea', '')
  area.value = text
  area.rows = Math.min(24, Math.max(4, text.split('\n').length))
  area.spellcheck = false
  area.wrap = 'off'
  area.setAttribute('aria-label', 'Text of the file')
  const editor = { name, area, marks }
  area.addEventListener('scroll', () => {
    marks.scrollTop = area.scrollTop
    marks.scrollLeft = area.scrollLeft
  })
  const remove = button('remove', () => {
    editors = editors.filter((other) => other !== editor)
    whole.remove()
    changed(true)
  }, 'Remove')
  const whole = element('div', 'file', element('div', 'head', name, remove), element('div', 'editor', marks, area))
  for (const input of [name, area]) input.addEventListener('input', () => changed(false))
  editors.push(editor)
  byId('files').append(whole)
  return editor
}

export function setFiles(files) {
  editors = []
  byId('files').replaceChildren()
  for (const [path, text] of Object.entries(files)) addFile(path, text)
}

/** The texts by path. `fromEntries` makes `__proto__` a member like others. */
export const currentFiles = () => Object.fromEntries(editors.map(({ name, area }) => [name.value.trim(), area.value]))

/** The paths that more than one file has. */
export function doubledPaths() {
  const paths = editors.map(({ name }) => name.value.trim())
  return [...new Set(paths.filter((path, at) => paths.indexOf(path) !== at))]
}

// Of two files with one path the last counts, as in `currentFiles`.
const editorOf = (path) => editors.findLast(({ name }) => name.value.trim() === path)

/** Applies edits, which are about the texts of now. */
export function applyEdits(edits) {
  // Of two that insert at one place, the last first too.
  const lastFirst = edits.toReversed().toSorted((one, other) => other.range[0] - one.range[0])
  for (const { path, range, text } of lastFirst) {
    const { area } = editorOf(path) ?? addFile(path, '')
    area.value = area.value.slice(0, range[0]) + text + area.value.slice(range[1])
  }
}

const shortPath = (path) => path.replace(/^\.github\/workflows\//, '')

/** A button that leads to a range of a file: `release.yml:12`. */
export function rangePlace(path, [start, end]) {
  const line = (editorOf(path)?.area.value.slice(0, start) ?? '').split('\n').length
  return placeButton(path, line, () => [start, end])
}

/** A button that leads to a line of a file. */
export function linePlace({ path, line }) {
  return placeButton(path, line, (text) => {
    const before = text.split('\n').slice(0, line - 1).join('\n').length
    const start = line > 1 ? before + 1 : 0
    const end = text.indexOf('\n', start)
    return [start, end < 0 ? text.length : end]
  })
}

function placeButton(path, line, rangeIn) {
  return button('place', () => {
    const area = editorOf(path)?.area
    if (!area) return
    const [start, end] = rangeIn(area.value)
    area.focus({ preventScroll: true })
    area.setSelectionRange(start, end)
    // Browsers scroll to a selection only when something is typed.
    const height = Number.parseFloat(getComputedStyle(area).lineHeight)
    area.scrollTop = (area.value.slice(0, start).split('\n').length - 4) * height
    area.scrollIntoView({ block: 'nearest' })
  }, `${shortPath(path)}:${line}`)
}

export function markAll(findings) {
  for (const editor of editors) {
    const path = editor.name.value.trim()
    const own = editorOf(path) === editor ? findings.filter((found) => found.path === path) : []
    mark(editor, own)
  }
}

/** Marks the ranges in an editor. Of ranges that overlap the first is marked, of those that start together the shorter. */
function mark({ area, marks }, findings) {
  if (!findings.length) return marks.replaceChildren()
  const text = area.value
  const sorted = findings.toSorted((one, other) => one.range[0] - other.range[0] || one.range[1] - other.range[1])
  const parts = []
  let end = 0
  for (const { range, severity } of sorted) {
    if (range[0] < end || range[0] === range[1]) continue
    parts.push(text.slice(end, range[0]), element('mark', severity, text.slice(range[0], range[1])))
    end = range[1]
  }
  // The last line break of a `pre` is not shown.
  marks.replaceChildren(...parts, text.slice(end), '\n')
  marks.scrollTop = area.scrollTop
  marks.scrollLeft = area.scrollLeft
}
