// Loaded into Next's development command, whose child is the server: passes on what gearboard.mjs reports of the engine, once the server asks.
import { subscribe } from 'node:diagnostics_channel'

let report
let server

function pass() {
  if (report && server?.connected) server.send(report, () => {})
}

subscribe('child_process', ({ process: child }) => {
  child.on('message', (message) => {
    if (!message?.wantsEngineReports) return
    server = child
    pass()
  })
})

process.on('message', (message) => {
  if (!message?.engine) return
  report = message
  pass()
})
