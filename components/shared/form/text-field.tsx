'use client'

import type { ReactNode } from 'react'
import { Field, Input } from '@/components/ui/input'

interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error?: string
  readonly hint?: ReactNode
  readonly type?: 'text' | 'password' | 'number'
  readonly autoComplete?: string
  readonly autoFocus?: boolean
  readonly required?: boolean
  readonly maxLength?: number
}

export function TextField({ label, value, onChange, error, hint, maxLength = 4096, ...rest }: TextFieldProps) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(control) => (
        <Input
          {...control}
          {...rest}
          maxLength={maxLength}
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
