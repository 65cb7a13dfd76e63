import type { Reporter, TestCase, TestResult } from 'playwright/types/testReporter'

/** Names at the end what did not run on this server, and why: the list shows only that it did not. */
export default class SkippedReporter implements Reporter {
  private readonly skipped: string[] = []

  onTestEnd({ title, annotations }: TestCase, { status }: TestResult): void {
    if (status !== 'skipped') return
    const reason = annotations.find(({ type }) => type === 'skip')?.description
    this.skipped.push(`  ${title}\n    ${reason ?? 'an earlier failure'}`)
  }

  onEnd(): void {
    if (this.skipped.length > 0) process.stdout.write(`\nNot run on this server:\n${this.skipped.join('\n')}\n`)
  }

  printsToStdio(): boolean {
    return false
  }
}
