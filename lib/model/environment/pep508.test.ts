import { describe, expect, it } from 'vitest'
import { readRequirements, requirementName, requirementPresence, requirementProblem } from './pep508'

describe('requirementProblem', () => {
  it.each([
    'requests',
    'psycopg2-binary==2.9.9',
    'requests[security,socks] >= 2.8.1, == 2.8.*',
    'name (>=1,<2)',
    'pip @ https://example.com/pip-1.3.1.zip',
    "dataclasses; python_version < '3.7'",
    "uvloop>=0.14 ; sys_platform != 'win32' and implementation_name == 'cpython'",
    'numpy~=1.21',
    'torch==1.13.1+cu117',
    'odd===whatever-1',
    'epoch==1!2.0',
    'a',
    'git+https://github.com/psf/requests.git@v2.32.3#egg=requests',
    'git+ssh://git@github.com/org/private.git',
    'requests @ git+https://github.com/psf/requests.git@main',
    "redis @ https://example.com/redis-3.5.3-py2.py3-none-any.whl ; python_version < '3.8'",
    'https://example.com/some/archive.tar.gz?token=a=b#sha256=00ff',
    'file:///opt/wheels/own-1.0-py3-none-any.whl',
    '/opt/wheels/own-1.0-py3-none-any.whl',
    'name\t\t>=\t1',
  ])('takes %s', (text) => {
    expect(requirementProblem(text)).toBeUndefined()
  })
  it.each([
    ['', 'Enter a requirement'],
    ['requests=2.0', 'two equals signs'],
    ['-r requirements.txt', 'Paste the lines of that file'],
    ['--constraint=c.txt', 'constraint files'],
    ['-e git+https://example.com/a.git#egg=a', 'Remove -e'],
    ['--extra-index-url https://example.com/simple', 'pip.conf'],
    ['--no-deps', 'pip options'],
    ['two words', 'Not a valid pip requirement'],
    ['name==', 'Not a valid pip requirement'],
    ['-', 'Options'],
    ['name\nother', 'enter one requirement per line'],
    ['a'.repeat(2049), '2,048'],
    ['bad!name', 'Not a valid pip requirement'],
    ['./own.whl', 'enter the full path on the server, or a url'],
    ['..\\own.whl', 'enter the full path on the server, or a url'],
    ['C:\\own.whl', 'enter the full path on the server, or a url'],
  ])('refuses %j', (text, reason) => {
    expect(requirementProblem(text)?.toLowerCase()).toContain(reason.toLowerCase())
  })
  it('reads white space of any length in no more steps than it is long', () => {
    // Three optional blanks in a row would take the cube of this.
    expect(requirementProblem(`name${'\t'.repeat(2000)}!`)).toContain('Not a valid pip requirement')
    expect(requirementName(`name${' '.repeat(1_000_000)}!`)).toBeUndefined()
  })
})

describe('readRequirements', () => {
  it('reads a requirements file as pip does', () => {
    const file = [
      '\uFEFF# what the shop needs',
      'redis==3.5.3  # pinned',
      '',
      'requests[security] \\',
      '    >=2.8 \\',
      "    ; python_version < '3.8'",
      'numpy==1.21.6 \\',
      '    --hash=sha256:aaaa \\',
      '    --hash=sha256:bbbb',
      '"tenacity>=8"',
      'git+https://example.com/a.git@v1#egg=a',
      'redis==3.5.3',
    ].join('\r\n')
    expect(readRequirements(file)).toEqual({
      requirements: [
        'redis==3.5.3',
        "requests[security] >=2.8 ; python_version < '3.8'",
        'numpy==1.21.6',
        'tenacity>=8',
        'git+https://example.com/a.git@v1#egg=a',
      ],
      problems: [],
      hashesLeftOut: true,
    })
  })
  it('says of each line that is none where it stands and why, and takes the others', () => {
    const { requirements, problems } = readRequirements('-r base.txt\nredis\n--index-url https://x/simple\nnope nope\n')
    expect(requirements).toEqual(['redis'])
    expect(problems.map(({ line, text, why }) => [line, text, why.split(':')[0]])).toEqual([
      [1, '-r base.txt', 'Paste the lines of that file instead'],
      [3, '--index-url https://x/simple', 'Set this in pip.conf on the server'],
      [4, 'nope nope', 'Not a valid pip requirement. Examples'],
    ])
  })
  it.each([
    ['pip install redis "requests>=2,<3" -U', ['redis', 'requests>=2,<3']],
    ['$ python3 -m pip install --upgrade numpy', ['numpy']],
    ["pip3 install 'a[b]==1'", ['a[b]==1']],
    ['pip install -U --quiet', []],
  ])('reads %s', (command, requirements) => {
    expect(readRequirements(command)).toMatchObject({ requirements, problems: [] })
  })
  it('keeps a fragment of a URL, and a continued line at the end', () => {
    expect(readRequirements('git+https://x/y.git#egg=y\nlast\\').requirements).toEqual([
      'git+https://x/y.git#egg=y',
      'last',
    ])
  })
})

describe('requirementState', () => {
  it('compares specifiers as text and projects by their normalized name', () => {
    const held = ['redis==3.5.3', 'Zope.Interface']
    expect(requirementPresence('redis==3.5.3', held)).toEqual({ kind: 'installed' })
    expect(requirementPresence('redis==4.1.0', held)).toEqual({ kind: 'conflict', installed: 'redis==3.5.3' })
    expect(requirementPresence('zope-interface>=1', held)).toEqual({ kind: 'conflict', installed: 'Zope.Interface' })
    expect(requirementPresence('git+https://x/r.git#egg=Redis', held)).toMatchObject({ kind: 'conflict' })
    expect(requirementPresence('/opt/redis-4.0-py3-none-any.whl', held)).toMatchObject({ kind: 'conflict' })
    expect(requirementPresence('tenacity', held)).toEqual({ kind: 'new' })
    expect(requirementName('Foo__Bar[x]==1')).toBe('foo-bar')
  })
})
