import { useMemo } from 'react'
import { useRegistrations } from '@/lib/api/live'
import { registrationCounts } from '@/lib/model/registrations/registration-view'

/** How many registrations fail now, for the navigation, the tab and its icon; undefined until the server has listed them. */
export function useFailingCount(): number | undefined {
  const registrations = useRegistrations()
  return useMemo(() => registrations && registrationCounts(registrations).failing, [registrations])
}
