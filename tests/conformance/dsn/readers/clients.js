// clients.js CLIENT: connection strings on standard input, a NUL behind each; for each a line of JSON: what that
// client would connect with, or null where it throws.
const { createRequire } = require('module')
const { join } = require('path')

process.emitWarning = () => {}
const modules = createRequire(join(process.env.NODE_PATH, 'x.js'))
const inside = (file) => modules(join(process.env.NODE_PATH, file)) // what its package does not export
const unescape = (text, escapes) =>
  Buffer.from(text.replace(escapes, (escape) => String.fromCharCode(parseInt(escape.slice(1), 16))), 'latin1').toString()
const decoded = (text) => unescape(text, /%[0-9a-f]{2}/gi)
const restored = (text) => unescape(text, /%[89a-f][0-9a-f]/gi) // what the URL standard itself has escaped

function readNodePostgres(text) {
  const { user, password, database, host, port } = modules('pg-connection-string').parse(text)
  return { user, password, database, host: host || 'localhost', port: port || 5432 }
}

function readStandard(text) {
  const { username, password, hostname, port } = new URL(text)
  return { user: decoded(username), password: decoded(password), host: hostname, port }
}

function readIoredis(text) {
  const { username, password, host, port, path, db } = inside('ioredis/built/utils').parseURL(text)
  return { user: username, password, host: path || restored(host || ''), port, database: restored(db || '') }
}

function readNodeRedis(text) {
  const { username, password, socket, database } = inside('@redis/client/dist/lib/client').default.parseURL(text)
  return { user: username, password, host: socket.path || restored(socket.host), port: socket.port, database }
}

function readNodemailer(text) {
  const { auth, host, port } = modules('nodemailer/lib/shared').parseConnectionUrl(text)
  return { user: auth && auth.user, password: auth && auth.pass, host, port }
}

function readMongodb(text) {
  const { hosts, credentials } = inside('mongodb/lib/connection_string').parseOptions(text)
  const places = hosts.map(({ host, port, socketPath }) => [socketPath || host, socketPath ? '' : String(port)])
  return { user: credentials && credentials.username, password: credentials && credentials.password, hosts: places }
}

const clients = {
  'node-postgres': readNodePostgres,
  whatwg: readStandard,
  mysql2: (text) => inside('mysql2/lib/connection_config.js').parseUrl(text),
  ioredis: readIoredis,
  'node-redis': readNodeRedis,
  nodemailer: readNodemailer,
  mongodb: readMongodb,
}

function read(text) {
  try {
    const found = clients[process.argv[2]](text)
    const keys = ['user', 'password', 'database', 'host', 'port'].filter((key) => key in found)
    const parts = Object.fromEntries(keys.map((key) => [key, found[key] || found[key] === 0 ? String(found[key]) : '']))
    return found.hosts ? { ...parts, hosts: found.hosts } : parts
  } catch (error) {
    return null
  }
}

const texts = require('fs').readFileSync(0).toString().split('\0')
texts.pop()
console.log(texts.map((text) => JSON.stringify(read(text))).join('\n'))
