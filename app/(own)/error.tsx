'use client'

import { PageError } from '@/components/shell/page-error'

/** Inside the shell: the sidebar stays, so that one gets away. */
export default PageError
