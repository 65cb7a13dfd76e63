import { pythonLanguage } from '@codemirror/lang-python'
import type { ParsePython } from '@gearboard/gears/script/tree'
import { scriptInspector } from '@/lib/functions/python/refusal'

/** The editor's own parser: what it warns of in the browser is refused here. */
export const parsePython: ParsePython = (text) => pythonLanguage.parser.parse(text).topNode

export const SCRIPT_INSPECTOR = scriptInspector(parsePython)
