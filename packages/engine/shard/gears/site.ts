import { parseWheelName, type Wheel } from '../../wheels/wheel'
import type { PythonInterpreter } from './python-interpreter'

interface Installed {
  readonly wheel: Wheel
  readonly paths: readonly string[]
}

/** The installed packages, which all scripts share. As with pip, the version that was installed last replaces the one before. */
export class Site {
  private readonly installed = new Map<string, Installed>()
  /** The folder inside the interpreter that scripts import from. */
  private readonly folder: string

  /** @param home the folder of installed packages: `/`, or with CreateVenv a folder that no other shard has */
  constructor(
    private readonly python: PythonInterpreter,
    readonly home: string,
  ) {
    this.folder = `${home}site`
  }

  /** Throws if an archive is damaged, in which case nothing changes. */
  install(wheels: readonly Wheel[]): void {
    const unpacked = wheels.map((wheel) => ({ wheel, files: [...wheel.contents()] }))
    for (const { wheel, files } of unpacked) {
      const project = parseWheelName(wheel.name)?.project ?? wheel.name
      this.uninstall(project)
      for (const [inside, bytes] of files) this.write(`${this.folder}/${inside}`, bytes)
      this.installed.set(project, { wheel, paths: files.map(([inside]) => `${this.folder}/${inside}`) })
    }
    this.python.ask((entry) => entry.site_changed(this.folder))
  }

  /** In the order of installation. */
  wheels(): Wheel[] {
    return [...this.installed.values()].map(({ wheel }) => wheel)
  }

  private write(path: string, bytes: Uint8Array): void {
    const { files } = this.python
    files.mkdirTree(path.slice(0, path.lastIndexOf('/')))
    files.writeFile(path, bytes)
  }

  private uninstall(project: string): void {
    const { files } = this.python
    const folders = new Set<string>()
    for (const path of this.installed.get(project)?.paths ?? []) {
      // Another project may have installed the same file, and may have been removed since.
      if (files.analyzePath(path).exists) files.unlink(path)
      for (let at = parentOf(path); at.length > this.folder.length; at = parentOf(at)) folders.add(at)
    }
    // Longest paths first, so that innermost folders are removed first.
    for (const folder of [...folders].sort((a, b) => b.length - a.length)) this.removeIfEmpty(folder)
    this.installed.delete(project)
  }

  private removeIfEmpty(folder: string): void {
    const { files } = this.python
    const names: string[] = files.readdir(folder)
    if (names.every((name) => name === '.' || name === '..')) files.rmdir(folder)
  }
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))
