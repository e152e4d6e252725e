// The elements of a document of the analysis, the same that the command line prints. server/wasm/src/document_json.rs writes it.

import { element, link, words } from './element.js'

/** `place` makes the element of a place in a file. `depth` is that of the heading above. */
export function blocks(list, depth, place) {
  const phrase = (spans) => spans.map(span)

  function span({ text, tone, code, tag, link: shown, url, place: found, whole }) {
    if (text !== undefined) return tone === 'plain' ? element('span', '', ...words(text)) : element('span', `tone-${tone}`, ...words(text))
    if (code !== undefined) return element('code', '', code)
    if (tag !== undefined) return element('span', 'tag', `[${tag}]`)
    if (shown !== undefined) return link(shown, url)
    if (found) return place(found)
    if (whole) return element('span', '', ' ', ...phrase(whole))
    return element('br')
  }

  function block(found) {
    switch (found.kind) {
      case 'section': {
        const heading = element(`h${Math.min(depth + 1, 6)}`, '', ...phrase(found.heading))
        const aside = found.aside ? [element('p', '', ...phrase(found.aside))] : []
        return element('section', 'part', heading, ...aside, ...blocks(found.blocks, depth + 1, place))
      }
      case 'paragraph':
        return element('p', '', ...phrase(found.text))
      case 'labelled':
        return element('p', '', element('span', `tone-${found.tone}`, `${found.label}: `), ...phrase(found.text))
      case 'list':
        return element('ul', '', ...found.items.map(item))
      case 'fields':
        return element('dl', '', ...found.fields.flatMap(field))
      case 'table':
        return element('div', 'table', element('table', '', row('th', found.head), ...found.rows.map((cells) => row('td', cells))))
      case 'code':
        return element('pre', '', found.text)
      default:
        return element('hr')
    }
  }

  const item = ({ mark, text, blocks: below }) => element('li', `mark-${mark}`, ...phrase(text), ...blocks(below, depth, place))

  const row = (name, cells) => element('tr', '', ...cells.map((cell) => element(name, '', ...phrase(cell))))

  function field({ sign, tone, label, value, place: found }) {
    const name = sign ? [element('span', `tone-${tone}`, sign), ' ', label] : [label]
    const from = found ? [' ', element('span', 'from', place(found))] : []
    return [element('dt', '', ...name), element('dd', '', ...phrase(value), ...from)]
  }

  return list.map(block)
}
