// Loaded into every CLI that the oracle runs: nothing leaves this machine.
//
// npm has no setting for the addresses of sigstore, so its requests are led to the mock here: sign on, in clear text.
// Whatever else asks for a name on the network is told that there is none.
'use strict'

const dns = require('node:dns')
const http = require('node:http')
const https = require('node:https')

// A tool that runs others may leave the variable out.
const mock = new URL(process.env.ORACLE_SIGSTORE || 'http://localhost')

const request = https.request
https.request = function (options, callback) {
  const host = options.hostname || options.host
  if (!/\.sigstore\.dev$/.test(host || '')) return request.apply(https, arguments)
  const { path, method, headers } = options
  return http.request({ host: mock.hostname, port: mock.port, path, method, headers }, callback)
}

dns.lookup = function (host, options, callback) {
  const answer = typeof options === 'function' ? options : callback
  const error = Object.assign(new Error(`the oracle has no network: ${host}`), { code: 'ENOTFOUND' })
  process.nextTick(answer, error)
}
