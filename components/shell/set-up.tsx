'use client'

import { UserPlus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { describeError, fieldError } from '@/lib/api/call'
import { useSetUp } from '@/lib/api/mutations'
import { LEAST_PASSWORD_CHARS, passwordProblem } from '@/lib/model/people/password'
import { Entrance, EntranceField } from './entrance'

/** Makes the first user. The token is behind the # of the link that Gearboard printed on its console. */
export function SetUp() {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const setUp = useSetUp()
  const router = useRouter()
  const problem = password === '' ? undefined : passwordProblem(password, name)
  const differs = again !== '' && again !== password ? 'must be the same as above' : undefined
  const atField = (field: string) => fieldError(setUp.error, field)
  const isAtField = atField('name') !== undefined || atField('password') !== undefined
  return (
    <Entrance
      title="Set up Gearboard"
      error={setUp.isError && !isAtField ? describeError(setUp.error) : undefined}
      action={{ label: 'Create the first admin', icon: UserPlus, pending: setUp.isPending }}
      onSubmit={() => {
        if (problem !== undefined || again !== password) return
        const token = window.location.hash.slice(1)
        setUp.mutate({ token, name, password }, { onSuccess: () => router.replace('/') })
      }}
      note="This user is an admin of all connections and adds the others. The link works once."
    >
      <EntranceField
        label="Name"
        value={name}
        onChange={setName}
        error={atField('name')}
        autoComplete="username"
        autoFocus
      />
      <EntranceField
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        error={problem ?? atField('password')}
        hint={`At least ${LEAST_PASSWORD_CHARS} characters`}
        autoComplete="new-password"
      />
      <EntranceField
        label="Password again"
        type="password"
        value={again}
        onChange={setAgain}
        error={differs}
        autoComplete="new-password"
      />
    </Entrance>
  )
}
