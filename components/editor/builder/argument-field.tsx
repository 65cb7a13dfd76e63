'use client'

import type { Argument } from '@gearboard/gears/docs'
import { type PythonLiteral, parsePythonLiteral } from '@gearboard/gears/vocabulary/python-literal'
import { pythonText } from '@gearboard/gears/vocabulary/python-text'
import { useId, useState } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import { Field, Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import type { PipelineProblem } from './pipeline-problems'
import { PythonField } from './python-field'

interface BlockArgumentProps {
  readonly argument: Argument
  /** Python; undefined: the default. */
  readonly source: string | undefined
  readonly onChange: (source: string | undefined) => void
  readonly problem: PipelineProblem | undefined
}

/** One argument in the form of its type. What is no plain value of that type is shown as the Python that it is. */
export function BlockArgument(props: BlockArgumentProps) {
  const { argument, source } = props
  const value = source === undefined ? undefined : parsePythonLiteral(source)
  const plain = source === undefined || value !== undefined
  if (argument.type === 'function') return <FunctionField {...props} />
  if (plain && argument.type === 'boolean' && (value === undefined || typeof value === 'boolean'))
    return <BooleanField {...props} />
  if (plain && argument.type === 'text' && (value === undefined || typeof value === 'string'))
    return argument.choices ? (
      <ChoiceField {...props} value={value} choices={argument.choices} />
    ) : (
      <TextField {...props} value={value} />
    )
  if (plain && argument.type === 'list of texts' && (value === undefined || isTexts(value)))
    return argument.choices ? (
      <ChoicesField {...props} value={value ?? []} choices={argument.choices} />
    ) : (
      <TextsField {...props} value={value ?? []} />
    )
  return <SourceField {...props} />
}

const isTexts = (value: PythonLiteral): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const labelOf = ({ name, unit }: Argument) => (unit === undefined ? name : `${name} (${unit})`)
const hintOf = ({ doc, defaultValue, since }: Argument) =>
  [
    doc,
    defaultValue === undefined || defaultValue === 'None' ? '' : `Default ${defaultValue}.`,
    since ? `Since ${since}.` : '',
  ]
    .filter(Boolean)
    .join(' ')

function FunctionField({ argument, source, onChange, problem }: BlockArgumentProps) {
  const id = useId()
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="text-fg-3 text-small">{labelOf(argument)}</span>
      <PythonField
        label={labelOf(argument)}
        value={source ?? ''}
        onChange={(text) => onChange(text === '' ? undefined : text)}
        describedBy={id}
        invalid={problem !== undefined && problem.severity !== 'warning'}
        placeholder={argument.defaultValue ?? 'lambda r: …, or the name of a function above'}
      />
      <Words id={id} problem={problem} hint={argument.doc} />
    </div>
  )
}

function Words({
  id,
  problem,
  hint,
}: {
  readonly id: string
  readonly problem?: PipelineProblem
  readonly hint: string
}) {
  if (!problem)
    return (
      <p id={id} className="text-fg-3 text-small">
        {hint}
      </p>
    )
  return (
    <p id={id} className={problem.severity === 'warning' ? 'text-small text-waiting' : 'text-failed text-small'}>
      {problem.text}
    </p>
  )
}

interface LineFieldProps extends Pick<BlockArgumentProps, 'argument' | 'problem'> {
  readonly value: string | undefined
  readonly placeholder: string | undefined
  /** Undefined where nothing is typed: the argument is left out. */
  readonly onType: (typed: string | undefined) => void
}

function LineField({ argument, problem, value, placeholder, onType }: LineFieldProps) {
  return (
    <Field label={labelOf(argument)} error={problem?.text} hint={hintOf(argument)}>
      {(control) => (
        <Input
          {...control}
          mono
          value={value ?? ''}
          placeholder={placeholder}
          onChange={({ target }) => onType(target.value === '' ? undefined : target.value)}
        />
      )}
    </Field>
  )
}

/** Any Python: numbers, and whatever the other forms cannot show. */
function SourceField({ argument, source, onChange, problem }: BlockArgumentProps) {
  return (
    <LineField
      argument={argument}
      problem={problem}
      value={source}
      placeholder={argument.defaultValue}
      onType={onChange}
    />
  )
}

function TextField({
  argument,
  value,
  onChange,
  problem,
}: BlockArgumentProps & { readonly value: string | undefined }) {
  const byDefault = defaultOf(argument)
  return (
    <LineField
      argument={argument}
      problem={problem}
      value={value}
      placeholder={typeof byDefault === 'string' ? byDefault : undefined}
      onType={(typed) => onChange(typed === undefined ? undefined : pythonText(typed))}
    />
  )
}

const defaultOf = ({ defaultValue }: Argument) =>
  defaultValue === undefined ? undefined : parsePythonLiteral(defaultValue)

interface ChoiceProps<Value> extends BlockArgumentProps {
  readonly value: Value
  readonly choices: readonly string[]
}

function ChoiceField({ argument, value, choices, onChange, problem }: ChoiceProps<string | undefined>) {
  const byDefault = defaultOf(argument)
  const known = value === undefined || choices.includes(value) ? choices : [...choices, value]
  return (
    <Field label={labelOf(argument)} error={problem?.text} hint={argument.doc}>
      {({ id }) => (
        <Select
          id={id}
          label={labelOf(argument)}
          className="w-full"
          value={value ?? String(byDefault)}
          options={known.map((choice) => ({
            value: choice,
            label: choice === byDefault ? `${choice} (default)` : choice,
          }))}
          onValueChange={(choice) => onChange(choice === byDefault ? undefined : pythonText(choice))}
        />
      )}
    </Field>
  )
}

function BooleanField({ argument, source, onChange, problem }: BlockArgumentProps) {
  const id = useId()
  return (
    <div className="flex flex-col">
      <Switch
        label={labelOf(argument)}
        checked={(source ?? argument.defaultValue) === 'True'}
        onCheckedChange={(checked) => {
          const next = pythonText(checked)
          onChange(next === argument.defaultValue ? undefined : next)
        }}
      />
      <Words id={id} problem={problem} hint={argument.doc} />
    </div>
  )
}

function ChoicesField({ argument, value, choices, onChange, problem }: ChoiceProps<readonly string[]>) {
  const id = useId()
  return (
    <fieldset aria-describedby={id} className="flex min-w-0 flex-col gap-1">
      <legend className="text-fg-3 text-small">{labelOf(argument)}</legend>
      <div className="flex flex-wrap gap-x-3 gap-y-1">
        {[...new Set([...choices, ...value])].map((choice) => (
          <label key={choice} htmlFor={`${id}-${choice}`} className="inline-flex items-center gap-1.5">
            <Checkbox
              id={`${id}-${choice}`}
              checked={value.includes(choice)}
              onCheckedChange={(checked) => {
                const next = checked === true ? [...value, choice] : value.filter((one) => one !== choice)
                onChange(next.length === 0 ? undefined : pythonText(next))
              }}
            />
            {choice}
          </label>
        ))}
      </div>
      <Words id={id} problem={problem} hint={argument.doc} />
    </fieldset>
  )
}

const listSource = (typed: string): string | undefined => {
  const texts = typed.split(/[\s,]+/).filter((text) => text !== '')
  return texts.length === 0 ? undefined : pythonText(texts)
}

/** Words, with commas or blanks between. */
function TextsField({
  argument,
  source,
  value,
  onChange,
  problem,
}: BlockArgumentProps & { readonly value: readonly string[] }) {
  const [typed, setTyped] = useState('')
  return (
    <Field label={labelOf(argument)} error={problem?.text} hint={`${argument.doc} Separate with commas.`}>
      {(control) => (
        <Input
          {...control}
          mono
          // What is typed, comma at its end and all, as long as it says the same.
          value={listSource(typed) === source ? typed : value.join(', ')}
          onChange={({ target }) => {
            setTyped(target.value)
            onChange(listSource(target.value))
          }}
        />
      )}
    </Field>
  )
}
