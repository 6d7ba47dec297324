/** @see https://libvirt.org/formatdomain.html#container-boot */
import { compact, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, group, type ElementReader, type OutputElement } from '../xml/index.js';

/** `count` ids of the container from `start` are those of the host from `target`. */
export interface IdmapEntry {
  /** First id inside the container. */
  readonly start: number;
  /** First id of the host. */
  readonly target: number;
  /** How many, 1 or more. */
  readonly count: number;
}

/**
 * Users and groups of a container of its own user namespace, sorted by `start`; both begin with root (0).
 * @see https://libvirt.org/formatdomain.html#container-boot
 */
export interface Idmap {
  readonly uids: readonly IdmapEntry[];
  readonly gids: readonly IdmapEntry[];
}

type Kind = 'uid' | 'gid';

/** What the kernel takes in one map. */
const MAX_ENTRIES = 340;
/** The last 32-bit number means "no id". */
const ID_LIMIT = 0xffff_ffff;

export function parseIdmap(domain: ElementReader): Draft<Idmap> | undefined {
  const idmap = domain.child('idmap');
  return idmap && { uids: parseEntries(idmap, 'uid'), gids: parseEntries(idmap, 'gid') };
}

function parseEntries(idmap: ElementReader, kind: Kind): readonly Draft<IdmapEntry>[] {
  return idmap.children(kind).map((entry) => ({
    start: entry.attribute('start').unsignedInteger(),
    target: entry.attribute('target').unsignedInteger(),
    count: entry.attribute('count').unsignedInteger(),
  }));
}

export function checkIdmap(fields: Fields): Idmap | undefined {
  const idmap = fields.fields('idmap');
  return idmap && readAll(idmap, checkMaps);
}

function checkMaps(fields: Fields): Idmap | undefined {
  const uids = checkMap(fields, 'uid');
  const gids = checkMap(fields, 'gid');
  // As in libvirt, an empty element is none.
  if (!uids && !gids) return undefined;
  if (!uids || !gids) throw refusal('CONFIG_UNSUPPORTED', 'uid and gid should be mapped both in <idmap>');
  return compact({ uids, gids });
}

function checkMap(fields: Fields, kind: Kind): readonly IdmapEntry[] | undefined {
  const entries = fields
    .list(`${kind}s`, (own) => checkEntry(own, kind))
    ?.toSorted((a, b) => a.start - b.start);
  if (!entries) return undefined;
  if (entries.length > MAX_ENTRIES) {
    throw refusal('INVALID_ARG', `Too many id mappings defined. <idmap> takes ${MAX_ENTRIES} <${kind}>`);
  }
  if (entries[0]?.start !== 0) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      `You must map the root user of container: no <${kind} start='0'> in <idmap>`,
    );
  }
  refuseOverlap(entries, kind, 'start');
  refuseOverlap(entries, kind, 'target');
  return Object.freeze(entries);
}

function checkEntry(fields: Fields, kind: Kind): IdmapEntry {
  const start = fields.unsignedInteger('start');
  const target = fields.unsignedInteger('target');
  const count = fields.unsignedInteger('count');
  if (start === undefined || target === undefined || count === undefined) {
    throw invalid(`<${kind}> needs all three`);
  }
  const entry = Object.freeze({ start, target, count });
  if (count === 0) throw invalid(`${describe(entry, kind)} maps nothing`);
  if (Math.max(start, target) + count > ID_LIMIT) throw invalid(`${describe(entry, kind)} leaves 32 bits`);
  return entry;
}

/** The kernel refuses a map in which an id has two meanings. */
function refuseOverlap(entries: readonly IdmapEntry[], kind: Kind, side: 'start' | 'target'): void {
  const sorted = entries.toSorted((a, b) => a[side] - b[side]);
  for (const [index, entry] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next && entry[side] + entry.count > next[side]) {
      throw invalid(`${describe(entry, kind)} and ${describe(next, kind)} overlap in '${side}'`);
    }
  }
}

function invalid(why: string): Error {
  return refusal('XML_ERROR', `invalid idmap start/target/count settings: ${why}`);
}

function describe({ start, target, count }: IdmapEntry, kind: Kind): string {
  return `<${kind} start='${start}' target='${target}' count='${count}'>`;
}

export function formatIdmap(idmap: Idmap | undefined): OutputElement | undefined {
  return group('idmap', [
    ...(idmap?.uids ?? []).map((entry) => formatEntry('uid', entry)),
    ...(idmap?.gids ?? []).map((entry) => formatEntry('gid', entry)),
  ]);
}

function formatEntry(kind: Kind, { start, target, count }: IdmapEntry): OutputElement {
  return element(kind, { start, target, count });
}
