import type { ActionUnderWay } from '@/lib/model/record/audit'

/** The actions that were accepted and have not ended: the audit log has an action only when it has. */
export class UnderWay {
  private readonly actions = new Map<number, () => ActionUnderWay>()
  private count = 0

  /** Returns what ends it. @param action is asked at each look: a handler learns its target as it works */
  begin(action: () => ActionUnderWay): () => void {
    const id = ++this.count
    this.actions.set(id, action)
    return () => void this.actions.delete(id)
  }

  /** Those on this connection, newest first. @param own with those on no connection */
  on(connection: string, own: boolean): readonly ActionUnderWay[] {
    return [...this.actions.values()]
      .map((action) => action())
      .filter((action) => action.connection === connection || (own && action.connection === null))
      .reverse()
  }
}
