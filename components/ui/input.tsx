import type { LucideIcon } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { cn } from './cn'

const field = [
  'w-full rounded-control border border-line-strong bg-surface text-fg transition-colors',
  'hover:border-fg-3 focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0',
  'aria-invalid:border-failed read-only:bg-hover disabled:opacity-50',
]

interface InputProps extends ComponentProps<'input'> {
  readonly icon?: LucideIcon
  readonly mono?: boolean
}

export function Input({ icon: Icon, mono = false, className, ...rest }: InputProps) {
  const input = (
    <input
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={cn(field, 'h-7 px-2.5 max-md:h-9', mono && 'font-mono text-small', Icon && 'pl-8', !Icon && className)}
    />
  )
  if (!Icon) return input
  return (
    <div className={cn('relative', className)}>
      <Icon aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-fg-3" />
      {input}
    </div>
  )
}

interface TextareaProps extends ComponentProps<'textarea'> {
  readonly mono?: boolean
}

export function Textarea({ mono = false, className, ...rest }: TextareaProps) {
  return (
    <textarea
      spellCheck={false}
      {...rest}
      className={cn(field, 'min-h-16 px-2.5 py-1.5', mono && 'font-mono text-small', className)}
    />
  )
}

interface FieldProps {
  readonly label: ReactNode
  /** What is wrong, naming what would be right. */
  readonly error?: string
  readonly hint?: ReactNode
  readonly className?: string
  /** Takes the attributes that tie the control to its label, hint and error. */
  readonly children: (control: {
    readonly id: string
    readonly 'aria-describedby': string | undefined
    readonly 'aria-invalid': true | undefined
  }) => ReactNode
}

/** A labelled control with its hint and its error. */
export function Field({ label, error, hint, className, children }: FieldProps) {
  const id = useId()
  const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined
  return (
    <div className={cn('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-fg-3 text-small">
        {label}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
      {error ? (
        <p id={`${id}-error`} className="text-failed text-small">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-hint`} className="text-fg-3 text-small">
            {hint}
          </p>
        )
      )}
    </div>
  )
}
