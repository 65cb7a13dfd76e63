'use client'

import { Field, Input } from '@/components/ui/input'

interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error?: string
  readonly hint?: string
  readonly type?: 'text' | 'password' | 'number'
  readonly autoComplete?: string
  readonly autoFocus?: boolean
}

export function TextField({ label, value, onChange, error, hint, ...rest }: TextFieldProps) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(control) => (
        <Input
          {...control}
          {...rest}
          maxLength={4096}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** `orders, label:eu` as a list. */
export const listed = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
