'use client'

// Inside the shell: the sidebar stays, so that one gets away.
export { default } from '../error'
