/** What ProfileExecutions costs, for wherever it is switched. */
export function ProfilingCost() {
  return (
    <ul className="list-disc pl-4">
      <li>Every step is timed, and cProfile runs with the Python code: both slow executions.</li>
      <li>
        On some builds, such as 1.2.13, it hides errors: if a step fails, RedisGears reports{' '}
        <code className="font-mono text-small">AttributeError: 'Profile' object has no attribute 'disable'</code>{' '}
        instead of the real error.
      </li>
      <li>It applies to new executions. Turn it off when you are done.</li>
    </ul>
  )
}
