/** A-097, A-098 and A-100: what a container is called, and says, in errors, events, state files and group names. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { scopeName, sliceName } from '../../../lib/lxc/cgroup/systemd/names.js';
import { parseDomain, VirtError, type DomainDefinition } from '../../../lib/index.js';
import { cgroups } from '../../system/leaks.js';
import { useArena } from '../arena.js';
import { describeAttacks, type Evidence } from '../harness.js';
import type { World } from '../../system/world.js';

/** What a terminal, a log or a reader of lines would act on; XML keeps the marks of direction, as it keeps all text. */
// eslint-disable-next-line no-control-regex -- That is what is looked for.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
// eslint-disable-next-line no-control-regex -- And that.
const ACTIVE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const HOSTILE = [
  ['an escape', 'x\u001b]52;c;aGk=\u0007'],
  ['a title', '\u001b]0;owned\u0007'],
  ['a query', 'x\u001bP$q"p\u001b\\'],
  ['a carriage return', 'good\rbad'],
  ['a newline and a record', 'x\n{"v":1,"type":"lifecycle","event":"stopped"}'],
  ['a C1 control', 'x\u009b31m'],
  ['text that runs backwards', 'x\u202egnp.exe'],
  ['a NUL', 'x\u0000y'],
  ['a line separator', 'x\u2028y'],
  ['a quote and a brace', 'x","event":"stopped"}'],
  ['a backslash', 'x\\n\\u000a'],
  ['a percent', '%n%s%x'],
  ['a shell', '$(touch /tmp/attack)`id`;|&'],
  ['a unit', 'a.service'],
  ['an instance', 'a@b.scope'],
  ['an escaped unit', 'a\\x2db'],
  ['a property', 'x\nExecStart=/bin/sh'],
  ['a path', '../../attack'],
  ['a hidden file', '.attack'],
  ['an option', '--attack'],
  ['markup', '<name>&amp;</name>'],
] as const;

describeAttacks('records', (attacks) => {
  useArena(attacks);
  const world = attacks.world;

  const places: readonly (readonly [string, (text: string, base: DomainDefinition) => DomainDefinition])[] = [
    ['name', (name, base) => ({ ...base, name })],
    ['title', (title, base) => ({ ...base, title })],
    ['description', (description, base) => ({ ...base, description })],
    ['init', (text, base) => ({ ...base, os: { ...base.os, init: `/${text}` } })],
    ['initarg', (text, base) => ({ ...base, os: { ...base.os, initargs: ['infinity', text] } })],
    ['initenv', (value, base) => ({ ...base, os: { ...base.os, initenv: [{ name: 'X', value }] } })],
    ['initdir', (text, base) => ({ ...base, os: { ...base.os, initdir: `/${text}` } })],
    ['inituser', (inituser, base) => ({ ...base, os: { ...base.os, inituser } })],
  ];
  for (const [place, put] of places) {
    attacks.attempt(
      'A-098',
      `as ${place}`,
      async () => {
        const evidence: string[] = [];
        for (const [what, text] of HOSTILE) {
          const found = await startWith(world(), put(text, world().define()));
          evidence.push(...found.map((each) => `${what}: ${each}`));
        }
        return evidence;
      },
      { times: HOSTILE.length },
    );
  }

  attacks.attempt(
    'A-097',
    'in errors about commands',
    async () => {
      const domain = await world().connection.createDomain(world().define());
      const evidence: string[] = [];
      for (const [what, text] of HOSTILE) {
        for (const argv of [[`/${text}`], ['/bin/sh', text]]) {
          const options = { cwd: argv.length > 1 ? `/${text}` : '/', stdin: 'ignore' } as const;
          const error: unknown = await domain.exec(argv, options).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          evidence.push(...wrongError(error).map((each) => `${what}: ${each}`));
        }
      }
      await domain.destroy();
      return evidence;
    },
    { times: HOSTILE.length * 2 },
  );

  attacks.attempt(
    'A-097',
    'in names of nothing',
    async () => {
      const evidence: string[] = [];
      for (const [what, text] of HOSTILE) {
        const error: unknown = await world()
          .connection.lookupDomainByName(text)
          .catch((reason: unknown) => reason);
        evidence.push(...wrongError(error).map((each) => `${what}: ${each}`));
      }
      return evidence;
    },
    { times: HOSTILE.length },
  );

  attacks.attempt(
    'A-097',
    'as host name and command name, set from inside',
    async () => {
      const domain = await world().connection.createDomain(world().define());
      const evidence: string[] = [];
      for (const [what, text] of HOSTILE.filter((each) => !each[1].includes('\0'))) {
        const script =
          'printf %s "$1" > /proc/self/comm; hostname "$1" 2>/dev/null; printf %s "$1" > /dev/console';
        await domain.exec(['/bin/sh', '-c', script, 'sh', text], { reject: false });
        evidence.push(...wrongRecords(world()).map((each) => `${what}: ${each}`));
        const xml = await domain.getXMLDesc();
        if (CONTROLS.test(xml)) evidence.push(`${what}: in the XML`);
      }
      await domain.destroy();
      return evidence;
    },
    { times: HOSTILE.length - 1 },
  );

  attacks.noTeeth('A-097', 'nothing in the API writes text of others as it is');
  attacks.noTeeth('A-098', 'nothing in the API writes text of others as it is');
  attacks.attempt(
    'A-100',
    'a name does not get out of the name of its unit',
    () => {
      const units = HOSTILE.map(([what, name]) => [what, scopeName({ name, run: '00c0ffee' })] as const);
      const slices = HOSTILE.map(([what, name]) => [what, sliceName(`/machine/${name}`)] as const);
      return Promise.resolve([
        ...units.filter(([, unit]) => !/^machine-lxc\\x2d00c0ffee[\w:.\\]*\.scope$/u.test(unit)).map(String),
        ...slices.filter(([, unit]) => !/^machine-[\w:.\\-]+\.slice$/u.test(unit)).map(String),
      ]);
    },
    { times: HOSTILE.length * 2 },
  );
  attacks.attempt('A-100', 'a message bus is talked to in one place, and no program for it is run', () =>
    Promise.resolve(
      sources('lib').filter((path) => {
        const text = readFileSync(path, 'utf8');
        const isPlace = path.startsWith(join('lib', 'lxc', 'cgroup', 'systemd'));
        return (
          /['"](?:systemctl|busctl)['"]/.test(text) || (!isPlace && /org\.freedesktop|messageBus/.test(text))
        );
      }),
    ),
  );
  test('the patterns find what they are for', () => {
    expect(HOSTILE.filter(([, text]) => ACTIVE.test(text.replaceAll('\n', '\0'))).length).toBeGreaterThan(6);
  });
});

/** Refused with a harmless error, or started: then every record of it is whole. */
async function startWith(world: World, definition: DomainDefinition): Promise<Evidence> {
  let error: unknown;
  try {
    const domain = await world.connection.createDomain(definition);
    const xml = await domain.getXMLDesc().catch((reason: unknown) => {
      error = reason;
      return '';
    });
    const wrong = [...wrongRecords(world), ...wrongGroups(), ...wrongXml(xml, definition)];
    await domain.destroy().catch(() => undefined);
    if (error === undefined) return [...wrong, ...wrongRecords(world)];
  } catch (reason) {
    error = reason;
  }
  return [...wrongError(error), ...wrongRecords(world)];
}

function wrongXml(xml: string, { name, title }: DomainDefinition): Evidence {
  if (xml === '') return [];
  const read = parseDomain(xml);
  return [
    ...(CONTROLS.test(xml) ? ['control characters in the XML'] : []),
    ...(read.name === name && read.title === title ? [] : ['the XML says something else']),
  ];
}

function wrongError(error: unknown): Evidence {
  if (error === undefined) return [];
  if (!(error instanceof VirtError))
    return [`no VirtError but ${error instanceof Error ? error.name : typeof error}`];
  const { message, hint = '' } = error;
  return [message, hint].flatMap((text) => [
    ...(ACTIVE.test(text) ? [`control characters in ${JSON.stringify(text)}`] : []),
    ...(text.includes('\n') ? [`several lines: ${JSON.stringify(text)}`] : []),
    ...(text.length > 600 ? [`long: ${text.length}`] : []),
  ]);
}

/** One line is one record, and every file of the state is named by uuid. */
function wrongRecords({ directory }: World): Evidence {
  const path = join(directory, 'run/journal');
  // Nothing has been started yet when it is not there.
  const journal = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  const wrong = journal.filter((line) => {
    try {
      const record = JSON.parse(line) as { readonly v?: unknown; readonly uuid?: unknown };
      return record.v !== 1 || typeof record.uuid !== 'string' || ACTIVE.test(line);
    } catch {
      return true;
    }
  });
  const files = ['run', 'etc', 'log'].flatMap((folder) => names(join(directory, folder)));
  return [
    ...wrong.map((line) => `record ${JSON.stringify(line.trim())}`),
    ...files.filter((name) => !/^[\w.-]+$/.test(name)).map((name) => `file ${JSON.stringify(name)}`),
  ];
}

function wrongGroups(): Evidence {
  return cgroups().filter((path) => ACTIVE.test(path) || path.includes('\n') || path.includes('..'));
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((path) => path.split('/'));
  } catch {
    return [];
  }
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());
}
