'use client'

import type { ComponentProps } from 'react'
import { Field } from '@/components/ui/input'
import { Select } from '@/components/ui/select'

type SelectFieldProps<Value extends string> = Pick<
  ComponentProps<typeof Select<Value>>,
  'label' | 'value' | 'options' | 'onValueChange'
> & {
  readonly error?: string
  readonly hint?: string
}

export function SelectField<Value extends string>({ label, error, hint, ...rest }: SelectFieldProps<Value>) {
  return (
    <Field label={label} error={error} hint={hint}>
      {({ id }) => <Select id={id} label={label} {...rest} />}
    </Field>
  )
}
