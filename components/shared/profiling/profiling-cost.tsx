/** What ProfileExecutions costs, for wherever it is switched. */
export function ProfilingCost() {
  return (
    <ul className="list-disc pl-4">
      <li>Each step of each execution is timed, and cProfile runs with its Python: both cost time.</li>
      <li>
        On some builds, 1.2.13 among them, it hides errors: where a step fails, Gears reports{' '}
        <code className="font-mono text-small">AttributeError: 'Profile' object has no attribute 'disable'</code> in the
        place of the real one.
      </li>
      <li>It holds for executions that start from now on. Switch it off when you have seen enough.</li>
    </ul>
  )
}
