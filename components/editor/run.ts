import type { SubmitReply } from '@/lib/api/contract/functions'
import { serverClock } from '@/lib/api/server-clock'
import type { Submission } from '@/lib/functions/submission'

/** What became of the last script that was sent. */
export type SubmitState =
  | { readonly state: 'idle' }
  /** ms since the epoch. */
  | (SentSubmission & { readonly state: 'sending'; readonly since: number })
  | (SentSubmission & { readonly state: 'refused'; readonly error: unknown })
  | (SentSubmission & { readonly state: 'replied'; readonly reply: SubmitReply })

interface SentSubmission {
  readonly sent: Submission
  /** ProfileExecutions was switched on for it. */
  readonly profiled: boolean
}

/** Sends scripts and shows the last one only: a reply to an earlier or abandoned script is ignored. */
export class RunSender {
  /** Counts what was sent and what was given up. */
  private turn = 0
  private readonly become: (next: (now: SubmitState) => SubmitState) => void

  constructor(become: (next: (now: SubmitState) => SubmitState) => void) {
    this.become = become
  }

  /** @returns the reply to this one, whether or not the page still shows it. @throws what `submit` throws */
  async send(sent: Submission, profiled: boolean, submit: () => Promise<SubmitReply>): Promise<SubmitReply> {
    const own = ++this.turn
    const become = (next: SubmitState) => {
      if (this.turn === own) this.become(() => next)
    }
    become({ state: 'sending', since: serverClock.now(), sent, profiled })
    try {
      const reply = await submit()
      become({ state: 'replied', reply, sent, profiled })
      return reply
    } catch (error) {
      become({ state: 'refused', error, sent, profiled })
      throw error
    }
  }

  /** Stops waiting. The server continues: only an abort stops a run. @param reason what the page then says */
  giveUp(reason: Error): void {
    this.turn++
    this.become((now) =>
      now.state === 'sending' ? { state: 'refused', error: reason, sent: now.sent, profiled: now.profiled } : now,
    )
  }
}
