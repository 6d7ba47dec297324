/** XML -> plan: what a start would do, step by step, without doing it. No root needed. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  completeDomain,
  parseDomain,
  type CompleteDomain,
  type HostFacts,
} from '../../lib/definition/domain/index.js';
import { securityProfile, type SecurityProfile } from '../../lib/definition/security/index.js';
import { layoutCgroups } from '../../lib/lxc/cgroup/layout.js';
import { limitWatches } from '../../lib/lxc/events/limit-watches.js';
import { VirtError } from '../../lib/errors.js';
import { refuseInsecure } from '../../lib/lxc/plan/insecure.js';
import type { NamespaceFacts } from '../../lib/lxc/plan/namespaces.js';
import { buildRunPlan } from '../../lib/lxc/plan/run-plan.js';
import { resolveHostNodes, type FoundDevice } from '../../lib/lxc/security/devices/host-nodes.js';
import { refuseUnsupported } from '../../lib/lxc/plan/unsupported.js';

const FOLDER = join(__dirname, 'plan');
const HOST: HostFacts = { arch: 'x86_64', guestArches: ['x86_64', 'i686'], emulator: '/controller' };
const HIERARCHIES = [
  { version: 1, controllers: ['memory'], mountPoint: '/sys/fs/cgroup/memory' },
  { version: 2, controllers: [], mountPoint: '/sys/fs/cgroup/unified' },
] as const;

const IDS = [{ start: 0, target: 524_288, count: 65_536 }];

/** As a start claims them; `<idmap>` as it is, and a descriptor for every namespace of somebody else. */
function namespacesOf(definition: CompleteDomain, profile: SecurityProfile): NamespaceFacts {
  const { idmap, lxcNamespace } = definition;
  const ids = idmap ? { ...idmap, mapsMounts: false } : { uids: IDS, gids: IDS, mapsMounts: true };
  const kinds = { sharenet: 'net', shareipc: 'ipc', shareuts: 'uts' } as const;
  const shared = Object.entries(kinds).filter(([element]) => element in (lxcNamespace ?? {}));
  return {
    ids: profile.userNamespace ? ids : undefined,
    shared: shared.map(([element, kind]) => ({ kind, origin: element })),
    claims: profile.userNamespace ? 1 : 0,
  };
}

/** The host's devices of these tests. */
const DEVICES: Readonly<Record<string, FoundDevice>> = {
  '/dev/loop0': { kind: 'b', major: 7, minor: 0 },
  '/dev/disk/by-id/data': { kind: 'b', major: 8, minor: 17 },
  '/dev/mapper/logs': { kind: 'b', major: 253, minor: 300 },
  '/dev/input/event3': { kind: 'c', major: 13, minor: 67 },
};

function deviceOfHost(path: string): FoundDevice {
  return DEVICES[path] ?? { kind: undefined, major: 0, minor: 0 };
}

function planOf(xml: string): string {
  const definition: CompleteDomain = completeDomain(parseDomain(xml), HOST);
  refuseUnsupported(definition, HOST);
  const profile = securityProfile(definition);
  refuseInsecure(definition, profile);
  const cgroups = layoutCgroups(HIERARCHIES, {
    name: definition.name,
    partition: definition.resource?.partition,
    run: '00c0ffee',
  });
  return buildRunPlan(definition, {
    stateFolder: '/run/state',
    journal: '/run/journal',
    journalPrefix: '{"prefix":1',
    limitPrefix: '{"prefix":2',
    definitionFile: '/etc/definition.xml',
    consoleLog: '/log/console.log',
    hostSources: new Set(['/etc']),
    hasView: true,
    cpuPaths: ['/sys/devices/system/cpu/cpu0/thermal_throttle'],
    runFiles: ['/run/state/resumed', '/run/state/seccomp'],
    cgroups,
    watches: limitWatches(cgroups.groups),
    nodes: resolveHostNodes(definition, deviceOfHost),
    profile,
    namespaces: namespacesOf(definition, profile),
    label: { removeFiles: [] },
    confinement: {
      filter: profile.seccomp === undefined ? undefined : Buffer.from(JSON.stringify(profile.seccomp)),
      label: undefined,
      rlimits: profile.rlimits,
      oom: { container: 0, supervisor: -900 },
    },
  }).toString();
}

const cases = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.xml'))
  .map((file) => basename(file, '.xml'));

test.each(cases)('plan of %s', (name) => {
  const plan = planOf(readFileSync(join(FOLDER, `${name}.xml`), 'utf8'));
  const golden = join(FOLDER, `${name}.plan.txt`);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, plan);
  expect(plan).toBe(readFileSync(golden, 'utf8'));
});

test('a definition without a root has no plan', () => {
  const xml = readFileSync(join(FOLDER, 'minimal.xml'), 'utf8').replace(
    "<target dir='/'/>",
    "<target dir='/x'/>",
  );
  expect(codeOf(() => planOf(xml))).toBe('CONFIG_UNSUPPORTED');
});

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof VirtError ? error.code : String(error);
  }
}
