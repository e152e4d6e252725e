// The TLS end of the mock, inside a run's network namespace: terminates TLS for every host and passes each request on,
// over a Unix socket, as /RUN/HOST/PATH. The mock itself (mock/mod.rs) is outside of the namespace.
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { gunzipSync } from 'node:zlib'

const [folder, run] = process.argv.slice(2)
const options = { key: readFileSync(`${folder}/tls.key`), cert: readFileSync(`${folder}/tls.pem`) }

https
  .createServer(options, async (request, response) => {
    const parts = []
    for await (const part of request) parts.push(part)
    const sent = Buffer.concat(parts)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    const { method, headers } = request
    const path = `/${run}/${headers.host.replace(/:443$/, '')}${request.url}`
    const kept = { authorization: headers.authorization ?? '', 'content-length': body.length }
    const passed = http.request({ socketPath: `${folder}/mock.sock`, method, path, headers: kept }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy())
    passed.end(body)
  })
  .listen(443, '127.0.0.1', () => console.log('ready'))
