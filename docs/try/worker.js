// The thread of the analysis, a WebAssembly module that takes one JSON text and gives another. server/wasm/src/exports.rs is its other
// side. The page stays usable while it works, and ends it when it takes too long.

let exports

self.addEventListener('message', async ({ data: { module, request } }) => {
  try {
    if (module) exports = (await WebAssembly.instantiate(module)).exports
    else self.postMessage({ answer: ask(exports, request) })
  } catch (error) {
    self.postMessage({ error: String(error) })
  }
})

function ask({ memory, trustpub_reserve, trustpub_answer, trustpub_answer_place }, request) {
  const bytes = new TextEncoder().encode(JSON.stringify(request))
  // The memory may move while the module works, so its buffer is asked for anew. Places are unsigned.
  const place = trustpub_reserve(bytes.length) >>> 0
  new Uint8Array(memory.buffer, place, bytes.length).set(bytes)
  const size = trustpub_answer() >>> 0
  const answer = new Uint8Array(memory.buffer, trustpub_answer_place() >>> 0, size)
  return JSON.parse(new TextDecoder().decode(answer))
}
