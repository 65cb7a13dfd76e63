'use client'

import { Blocks, FileCode } from 'lucide-react'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import type { ReactNode } from 'react'
import { keptInWords } from '@/components/shared/use-stored'
import { cn } from '@/components/ui/cn'
import { Tab, TabList, TabPanel, Tabs } from '@/components/ui/tabs'
import { BlocksView } from './builder/blocks-view'
import { useBlocks } from './builder/use-blocks'

const VIEW = parseAsStringLiteral(['code', 'blocks']).withDefault('code')

/** Which form the script is shown in. */
export const useScriptView = () => useQueryState('view', VIEW)

interface ScriptTabsProps {
  readonly script: string
  /** The browser stores it. */
  readonly kept: boolean
  readonly onChange: (script: string) => void
  readonly onRun: () => void
  /** Opens another script in a new tab. */
  readonly onOpen: (script: string) => void
  /** The code editor. */
  readonly children: ReactNode
}

/** One script in two forms: code and blocks. */
export function ScriptTabs({ script, kept, onChange, onRun, onOpen, children }: ScriptTabsProps) {
  const [view, setView] = useScriptView()
  const blocks = useBlocks(script, onChange)
  return (
    <Tabs value={view} onValueChange={(value) => void setView(VIEW.parse(value))} className="flex flex-1 flex-col">
      <div className="flex shrink-0 items-stretch justify-between gap-3 border-line border-b px-3">
        <TabList className="border-b-0">
          <Tab value="code" icon={FileCode}>
            Code
          </Tab>
          <Tab value="blocks" icon={Blocks}>
            Blocks
          </Tab>
        </TabList>
        <span role="status" className={cn('min-w-0 self-center text-small', kept ? 'text-fg-3' : 'text-waiting')}>
          {keptInWords(kept)}
        </span>
      </div>
      {/* Stays mounted: its undo reaches back over what blocks changed. */}
      <TabPanel value="code" forceMount className="relative min-h-72 flex-1 data-[state=inactive]:hidden">
        <div className="absolute inset-0">{children}</div>
      </TabPanel>
      <TabPanel value="blocks">
        <BlocksView blocks={blocks} onRun={onRun} onShowCode={() => void setView('code')} onOpen={onOpen} />
      </TabPanel>
    </Tabs>
  )
}
