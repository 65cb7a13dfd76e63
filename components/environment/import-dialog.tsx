'use client'

import { formatBytes, plural } from '@gearboard/gears/vocabulary/text'
import { Upload } from 'lucide-react'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { Field, Input } from '@/components/ui/input'
import { toast } from '@/components/ui/toaster'
import { MAX_BUNDLE_BYTES } from '@/lib/api/limits'
import { useShards } from '@/lib/api/live'
import { useImportRequirement } from '@/lib/api/mutations'
import { importedInWords } from './imported-in-words'

interface ImportDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly blocked: string | undefined
}

/** Takes a bundle from another RedisGears and installs it on every shard. */
export function ImportDialog({ open, onOpenChange, blocked }: ImportDialogProps) {
  const [file, setFile] = useState<File>()
  const shards = useShards()?.length ?? 1
  const { mutateAsync } = useImportRequirement()
  const tooLarge =
    file && file.size > MAX_BUNDLE_BYTES ? `The file must be at most ${formatBytes(MAX_BUNDLE_BYTES)}.` : undefined
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => {
        setFile(undefined)
        onOpenChange(next)
      }}
      title="Import a requirement bundle"
      confirmLabel={`Import on ${plural(shards, 'shard')}`}
      confirmIcon={Upload}
      disabledReason={blocked ?? tooLarge ?? (file ? undefined : 'Choose a file first.')}
      onConfirm={async ({ confirm, progress }) => {
        if (!file) return
        const reply = await mutateAsync({
          file,
          confirm,
          onProgress: (percent) => progress({ done: percent, of: 100 }),
        })
        const { tone, title } = importedInWords(reply)
        toast[tone](title, { description: `SHA-256 ${reply.sha256}` })
      }}
    >
      <div className="flex flex-col gap-3">
        <p>
          A bundle is one requirement with its wheels, exported by Gearboard. Gearboard checks its SHA-256 and sends it
          to one shard (RG.PYIMPORTREQ), which forwards it to the rest of the cluster; then it checks every shard.
          Wheels for another system do not install.
        </p>
        <Field
          label="Bundle"
          error={tooLarge}
          hint={
            file
              ? `${file.name}, ${formatBytes(file.size)}`
              : `A .gearsreq file of at most ${formatBytes(MAX_BUNDLE_BYTES)}`
          }
        >
          {(control) => (
            <Input
              {...control}
              type="file"
              accept=".gearsreq"
              className="py-0.5"
              onChange={(event) => setFile(event.target.files?.[0])}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  )
}
