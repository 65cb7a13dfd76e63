// Loaded into each child: when the parent is gone, even killed, its end of the channel closes, and the child ends too.
/** How long it may take to end by itself, ms. */
const GRACE_MS = 3000

if (process.channel) {
  // A child that has nothing more to do may end, but the workers of `next`, a child's children, get their orders by the channel.
  if (process.env.GEARBOARD_PARENT === String(process.ppid)) process.channel.unref()
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM')
    // A child that waits for something first has lost its parent: it need not wait.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref()
  })
}
