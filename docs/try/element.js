// Elements. Every text is set as text, never as HTML: a workflow is not trusted, nor is a link or a log.

export const byId = (id) => document.getElementById(id)

/** An element with a class and children: elements, or strings, which stay text. */
export function element(name, className, ...children) {
  const made = document.createElement(name)
  if (className) made.className = className
  made.append(...children)
  return made
}

/** A button with a click of its own. */
export function button(className, action, ...children) {
  const made = element('button', className, ...children)
  made.type = 'button'
  made.addEventListener('click', action)
  return made
}

/** Words in which what is in single backquotes is code. An odd number of backquotes is text. */
export function words(text) {
  const parts = text.split('`')
  if (parts.length % 2 === 0) return [text]
  return parts.map((part, at) => (at % 2 ? element('code', '', part) : part))
}

/** A link to a page on the web; only the words if the address is another one. */
export function link(text, url) {
  if (!url?.startsWith('https://')) return element('span', '', text)
  const made = element('a', '', text)
  made.href = url
  made.rel = 'noreferrer'
  return made
}
