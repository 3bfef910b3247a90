// dotenv, dotenv-expand and node's own reader: a line of base64 in is a file, a line of JSON out its outcome.
// usage: node node.js PROCESS-ENVIRONMENT node|node-expand|node-builtin, with NODE_PATH at the packages
const readline = require('readline')
const util = require('util')
const vm = require('vm')

const processEnvironment = JSON.parse(process.argv[2])

const dotenv = require('dotenv')
const expansion = require('dotenv-expand')

const readers = {
  node: text => dotenv.parse(text),
  'node-expand': text => {
    const parsed = dotenv.parse(text)
    return expansion.expand({ parsed, processEnv: { ...processEnvironment } }).parsed
  },
  'node-builtin': text => util.parseEnv(text),
}

globalThis.read = readers[process.argv[3]]
const call = new vm.Script('read(text)')

readline.createInterface({ input: process.stdin }).on('line', line => {
  globalThis.text = Buffer.from(line, 'base64').toString('utf8')
  let outcome = null
  try {
    // Some values keep dotenv-expand busy for ever.
    outcome = call.runInThisContext({ timeout: 2000 })
  } catch (error) {
    outcome = null
  }
  console.log(JSON.stringify(outcome))
})
