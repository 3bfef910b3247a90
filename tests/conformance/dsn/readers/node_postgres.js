// Connection strings on standard input, a NUL behind each; for each a line of JSON: what pg would connect
// with, or null where pg-connection-string throws.
const { parse } = require('pg-connection-string')

process.emitWarning = () => {}

function read(text) {
  try {
    const { user, password, database, host, port } = parse(text)
    return { user: user || '', password: password || '', database: database || '', host: host || 'localhost', port: String(port || 5432) }
  } catch (error) {
    return null
  }
}

const texts = require('fs').readFileSync(0).toString().split('\0')
texts.pop()
console.log(texts.map((text) => JSON.stringify(read(text))).join('\n'))
