'use client'

import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, FormEvent, ReactNode } from 'react'
import { TextField } from '@/components/shared/form/text-field'
import { Button } from '@/components/ui/button'
import { Logo } from './logo'

interface EntranceProps {
  readonly title: string
  readonly children: ReactNode
  /** Of no field; undefined: nothing is wrong. */
  readonly error?: string
  readonly action: { readonly label: string; readonly icon: LucideIcon; readonly pending: boolean }
  readonly isActionHidden?: boolean
  readonly onSubmit: () => void
  /** Another way to go on, beneath the action. */
  readonly more?: ReactNode
  readonly note?: ReactNode
}

/** A form before Gearboard itself: sign-in, set-up. */
export function Entrance({
  title,
  children,
  error,
  action,
  isActionHidden = false,
  onSubmit,
  more,
  note,
}: EntranceProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form
      onSubmit={submit}
      className="flex w-full max-w-80 flex-col gap-4 rounded-panel border border-line bg-surface p-5"
    >
      <h1 className="flex items-center gap-2 font-semibold text-headline">
        <Logo />
        {title}
      </h1>
      {children}
      {error !== undefined && (
        <p role="alert" className="text-failed [overflow-wrap:anywhere]">
          {error}
        </p>
      )}
      {!isActionHidden && (
        <Button
          type="submit"
          variant="primary"
          icon={action.icon}
          pending={action.pending}
          className="h-auto min-h-7 whitespace-normal py-1 max-md:h-auto max-md:min-h-9"
        >
          {action.label}
        </Button>
      )}
      {more}
      {note !== undefined && <p className="text-fg-3 text-small">{note}</p>}
    </form>
  )
}

interface EntranceFieldProps extends Omit<ComponentProps<typeof TextField>, 'required' | 'maxLength'> {
  readonly optional?: boolean
}

export const EntranceField = ({ optional = false, ...rest }: EntranceFieldProps) => (
  <TextField {...rest} required={!optional} maxLength={1024} />
)
