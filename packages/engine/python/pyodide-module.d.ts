/** The Emscripten module that Pyodide makes its interpreter of: its types name what makes it, and leave out this file. */
declare module 'pyodide/pyodide.asm.mjs' {
  import type { loadPyodide } from 'pyodide'

  type Options = NonNullable<Parameters<typeof loadPyodide>[0]>
  const createModule: NonNullable<Options['createPyodideModule']>
  // biome-ignore lint/style/noDefaultExport: it is the package's
  export default createModule
}
