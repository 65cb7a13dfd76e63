// Loaded into each child: when the parent is gone, even killed, its end of the channel closes, and the child ends too.
if (process.channel) {
  process.channel.unref()
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
}
