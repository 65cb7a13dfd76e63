// Loaded into each child: when the parent is gone, even killed, its end of the channel closes, and the child ends too.
if (process.channel) {
  // A child that has nothing more to do may end, but the worker of `next dev`, a child's child, gets its orders by the channel.
  if (!process.env.NEXT_PRIVATE_WORKER) process.channel.unref()
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
}
