// The input in the fragment of a link. Browsers do not send the fragment to a server (RFC 9110, section 7.1).

/** A link that unpacks to more is not one of ours. */
const MOST_CHARACTERS = 4_000_000

/** The fragment for an input: JSON, compressed, in base64url. */
export async function hashOfInput(input) {
  const packed = await pass(new TextEncoder().encode(JSON.stringify(input)), new CompressionStream('deflate-raw'))
  let binary = ''
  for (const byte of packed) binary += String.fromCharCode(byte)
  return `#v1=${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

/** The input of a fragment; none without one. Throws if it is damaged. */
export async function inputOfHash(hash) {
  if (!hash.startsWith('#v1=')) return undefined
  const binary = atob(hash.slice(4).replaceAll('-', '+').replaceAll('_', '/'))
  const packed = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  const { repository, files, log } = JSON.parse(new TextDecoder().decode(await pass(packed, new DecompressionStream('deflate-raw'))))
  const texts = [repository, log, ...Object.values(files)]
  if (!texts.every((text) => typeof text === 'string')) throw new TypeError('not an input')
  return { repository, files, log }
}

async function pass(bytes, stream) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader()
  const parts = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > MOST_CHARACTERS) {
      await reader.cancel()
      throw new RangeError('too long')
    }
    parts.push(value)
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}
