// The analysis, in a thread of its own: docs/try/worker.js.

/** No answer takes longer than this, in milliseconds: a log of 8 MB takes about a second. */
const PATIENCE = 30_000

/** Loads the module. `ask` gives a request to it and returns the answer, one after the other. */
export async function start(address) {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address.pathname}: ${response.status}`)
  const module = await WebAssembly.compile(await response.arrayBuffer())
  let worker = launch(module)
  let last = Promise.resolve()
  async function ask(request) {
    try {
      return await answerOf(worker, request)
    } catch (error) {
      // After a panic the module's memory is in no certain state.
      worker.terminate()
      worker = launch(module)
      throw error
    }
  }
  return {
    ask(request) {
      const answer = last.then(() => ask(request))
      last = answer.catch(() => {})
      return answer
    },
  }
}

function launch(module) {
  const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' })
  worker.postMessage({ module })
  return worker
}

function answerOf(worker, request) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer after ${PATIENCE / 1000} seconds`)), PATIENCE)
    worker.onmessage = ({ data: { answer, error } }) => {
      clearTimeout(timer)
      if (error) reject(new Error(error))
      else resolve(answer)
    }
    worker.onerror = (event) => {
      clearTimeout(timer)
      reject(new Error(event.message || 'the thread of the analysis ended'))
    }
    worker.postMessage({ request })
  })
}
