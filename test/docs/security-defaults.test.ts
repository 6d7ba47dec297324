/** docs/extensions.md says what holds without an element: what lib/definition/security has, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAPABILITIES, completeDomain, parseDomain } from '../../lib/definition/domain/index.js';
import {
  DEFAULT_RLIMITS,
  KIND_DEFAULTS,
  MASKED_PATHS,
  READONLY_PATHS,
  securityProfile,
  type SecurityProfile,
} from '../../lib/definition/security/index.js';
import { HOST } from '../unit/definition/documents.js';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'extensions.md'), 'utf8');
const kinds = ['generic', 'chroot', 'systemd', 'booted'] as const;
const plain = completeDomain(
  parseDomain(
    "<domain type='lxc'><name>x</name><memory>65536</memory><os><type>exe</type><init>/x</init></os></domain>",
  ),
  HOST,
);
const profiles = kinds.map((kind) => securityProfile(plain, kind));

function sectionOf(name: string): string {
  return page.split(/^##+ /mu).find((section) => section.startsWith(`${name}\n`)) ?? '';
}

function rows(section: string): string[][] {
  const lines = section.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('| --'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function listed(section: string): string[] {
  return section.split('\n').filter((line) => line.startsWith('/'));
}

const yes = (holds: boolean): string => (holds ? 'yes' : 'no');
const row = (name: string, cell: (profile: SecurityProfile) => unknown): string[] => [
  name,
  ...profiles.map((profile) => String(cell(profile))),
];

function rlimitOf({ rlimits }: SecurityProfile, name: string): string {
  const { soft, hard } = rlimits.find((limit) => limit.name === name) ?? {};
  return `${soft}, ${hard}`;
}

describe('docs/extensions.md', () => {
  it('has a column for each kind', () => {
    expect(kinds).toEqual(Object.keys(KIND_DEFAULTS));
    expect(rows(sectionOf('security'))[0]).toEqual([
      'without an element',
      ...kinds.map((kind) => `\`${kind}\``),
    ]);
  });

  it('says the walls of each kind as they are', () => {
    const capabilities = CAPABILITIES.filter((name) =>
      profiles.some((profile) => profile.capabilities.includes(name)),
    );
    expect(rows(sectionOf('security')).slice(1)).toEqual([
      row('user namespace', ({ userNamespace }) => yes(userNamespace)),
      row('system calls', ({ seccomp }) => seccomp),
      row('no_new_privs', ({ noNewPrivs }) => (noNewPrivs ? 'on' : 'off')),
      row('processes and threads', ({ pids }) => pids),
      ...DEFAULT_RLIMITS.map(({ name }) =>
        row(`rlimit \`${name}\`, soft and hard`, (profile) => rlimitOf(profile, name)),
      ),
      row('masked paths', ({ maskedPaths }) => maskedPaths.length),
      row('read-only paths', ({ readonlyPaths }) => readonlyPaths.length),
      row('sees processes of other users', ({ hidesProcesses }) => yes(!hidesProcesses)),
      row('its own cgroup', ({ cgroup }) => cgroup),
      row('hands capabilities on (ambient)', ({ ambientCapabilities }) => yes(ambientCapabilities)),
      ...capabilities.map((name) =>
        row(`\`${name}\``, (profile) => yes(profile.capabilities.includes(name))),
      ),
    ]);
  });

  it('lists the masked and the read-only paths', () => {
    expect(listed(sectionOf('maskedPaths'))).toEqual(MASKED_PATHS);
    expect(listed(sectionOf('readonlyPaths'))).toEqual(READONLY_PATHS);
  });
});
