/** maps of ids that would give a container users of the host or of another; labels of nobody. */
import { readFileSync } from 'node:fs';
import { VirtError, type DomainDefinition, type IdmapEntry } from '../../../lib/index.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { initOf } from '../inside.js';
import type { World } from '../../system/world.js';

const ALL = 65536;
const MAX_ID = 4294967295;
/** The kernel's most of one map, and one more. */
const TOO_MANY = 341;

const entry = (start: number, target: number, count: number): IdmapEntry => ({ start, target, count });
const MAPS: readonly (readonly [string, readonly IdmapEntry[]])[] = [
  ['root of the host', [entry(0, 0, 1)]],
  ['all of the host', [entry(0, 0, MAX_ID)]],
  ['root of the host behind others', [entry(0, 100000, 10), entry(10, 0, 1)]],
  ['the last number', [entry(0, MAX_ID, 1)]],
  ['beyond the last number', [entry(0, MAX_ID - 10, 100)]],
  ['nobody', [entry(0, 100000, 0)]],
  ['a negative count', [entry(0, 100000, -1)]],
  ['a part of a user', [entry(0, 100000.5, 1)]],
  ['more than all', [entry(0, 100000, MAX_ID + 1)]],
  ['more than all of them, by far', [entry(0, 100000, 2 ** 53)]],
  ['users twice inside', [entry(0, 100000, 10), entry(5, 200000, 10)]],
  ['users twice outside', [entry(0, 100000, 10), entry(10, 100005, 10)]],
  ['no root', [entry(1, 100000, ALL)]],
  ['too many lines', Array.from({ length: TOO_MANY }, (_, index) => entry(index, 100000 + index * 2, 1))],
];

describeAttacks('id-maps', ({ attempt, noTeeth, notApplicable, world }) => {
  for (const [what, map] of MAPS) {
    for (const which of ['uids', 'gids', 'both'] as const) {
      attempt('A-084', `${what}, ${which}`, () => refusal(world(), mapped(world(), map, which)));
    }
  }
  attempt(
    'A-084',
    'ranges of ten containers that were given none',
    async () => {
      const domains = [];
      const evidence: string[] = [];
      const owners = new Map<number, string>();
      for (let i = 0; i < 10; i++) {
        const domain = await world().connection.createDomain(world().define());
        domains.push(domain);
        const start = await firstUser(domain);
        if (start < ALL) evidence.push(`user ${start} of the host`);
        const other = owners.get(Math.floor(start / ALL));
        if (other !== undefined) evidence.push(`the users of ${other} and ${domain.name} overlap`);
        owners.set(Math.floor(start / ALL), domain.name);
      }
      await Promise.all(domains.map((domain) => domain.destroy()));
      return evidence;
    },
    { times: 10 },
  );
  noTeeth('A-084', 'maps are refused before anything starts');
  notApplicable('A-084', 'two <idmap> that overlap', 'as in libvirt, their author decides who shares users');

  const LABELS: readonly NonNullable<DomainDefinition['seclabels']>[number][] = [
    { type: 'static', model: 'selinux', label: 'system_u:system_r:svirt_lxc_net_t:s0:c1,c2' },
    { type: 'static', model: 'apparmor', label: 'unconfined' },
    { type: 'dynamic', model: 'selinux' },
    { type: 'dynamic', model: 'apparmor' },
    { type: 'static', model: 'attack', label: 'x' },
  ];
  for (const label of LABELS) {
    attempt('A-104', `a ${label.type} label of ${label.model}, which is not there`, () =>
      refusal(world(), { ...world().define(), seclabels: [label] }),
    );
  }
  noTeeth('A-104', 'there is no way to start with a label that is not there');
  notApplicable('A-101', 'labels written by way of a false /proc, pairs twice', 'no SELinux in this kernel');
  notApplicable('A-102', 'a new label for the folders of the host', 'no SELinux in this kernel');
  notApplicable('A-103', 'from one profile back to another', 'no AppArmor in this kernel');
});

function mapped(world: World, map: readonly IdmapEntry[], which: 'uids' | 'gids' | 'both'): DomainDefinition {
  const good = [entry(0, 3_000_000, ALL)];
  const idmap = { uids: which === 'gids' ? good : map, gids: which === 'uids' ? good : map };
  return { ...world.define(), idmap };
}

/** Refused with a clear error, and nothing has been started. */
async function refusal({ connection }: World, definition: DomainDefinition): Promise<Evidence> {
  try {
    const domain = await connection.createDomain(definition);
    await domain.destroy();
    return ['it has started'];
  } catch (error) {
    if (!(error instanceof VirtError)) return [`no VirtError: ${String(error)}`];
    const known = [
      'CONFIG_UNSUPPORTED',
      'XML_ERROR',
      'INVALID_ARG',
      'OVERFLOW',
      'XML_DETAIL',
      'RESOURCE_BUSY',
    ];
    return known.includes(error.code) ? [] : [`${error.code}: ${error.message}`];
  }
}

/** Of the host, that root of the container is. */
async function firstUser(domain: Parameters<typeof initOf>[0]): Promise<number> {
  const status = readFileSync(`/proc/${await initOf(domain)}/status`, 'utf8');
  return Number(/^Uid:\t(\d+)/m.exec(status)?.[1]);
}
