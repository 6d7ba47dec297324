/** `live.json`: its versions, and what those of earlier ones say in the words of this one. See docs/state.md. */
import { keptCapabilities, type CompleteDomain } from '../../definition/domain/index.js';
import type { SecurityProfile } from '../../definition/security/index.js';
import { VirtError } from '../../errors.js';
import type { CgroupLayout } from '../cgroup/layout.js';
import type { IdMaps } from '../security/user-ids.js';

export const LIVE_FORMAT = 3;

/** What Node writes before the controller starts. */
export interface LiveRecord {
  readonly format: typeof LIVE_FORMAT;
  readonly bootId: string;
  readonly definition: CompleteDomain;
  /** Without `supervisors` in records of versions that knew only whole hierarchies: their roots. */
  readonly cgroups: Pick<CgroupLayout, 'groups' | 'partitions'> & Partial<Pick<CgroupLayout, 'supervisors'>>;
  /** What holds for the processes of this run, commands that come later included. */
  readonly security: SecurityProfile;
  /** Absent as long as nothing runs, and for the users of the host. */
  readonly ids?: IdMaps;
}

/** Format 2, whose groups of version 2 do not say their controllers. */
interface SecondRecord extends Omit<LiveRecord, 'format'> {
  readonly format: 2;
}

/** Format 1, of containers that shared the host's users and were not confined by a filter. */
interface FirstRecord extends Pick<LiveRecord, 'bootId' | 'definition' | 'cgroups'> {
  readonly format: 1;
}

/** Of a version that comes after this one. */
interface LaterRecord {
  readonly format: 4;
}

/**
 * Undefined for a torn record.
 * @throws VirtError OPERATION_UNSUPPORTED when a later version of the package wrote it.
 */
export function parseLiveRecord(text: string, uuid: string): LiveRecord | undefined {
  const record = parse(text);
  if (record === undefined || record.format === LIVE_FORMAT) return record;
  if (record.format === 1)
    return withControllers({ ...record, format: 2, security: firstSecurity(record.definition) });
  if (record.format === 2) return withControllers(record);
  throw new VirtError(
    'OPERATION_UNSUPPORTED',
    `the live state of domain ${uuid} has format ${record.format}`,
    { hint: 'the container was started by a later version of virtainer: use that one to manage it' },
  );
}

function parse(text: string): LiveRecord | SecondRecord | FirstRecord | LaterRecord | undefined {
  try {
    return JSON.parse(text) as LiveRecord | SecondRecord | FirstRecord | LaterRecord;
  } catch {
    return undefined;
  }
}

/** Those that were handed down to every container, but for what version 1 had. */
function withControllers({ cgroups, ...record }: SecondRecord): LiveRecord {
  const elsewhere = new Set(cgroups.groups.flatMap(({ controllers }) => controllers));
  const controllers = ['cpuset', 'cpu', 'io', 'memory', 'pids'].filter(
    (name) => !elsewhere.has(name === 'io' ? 'blkio' : name),
  );
  const groups = cgroups.groups.map((group) => (group.version === 1 ? group : { ...group, controllers }));
  return { ...record, format: LIVE_FORMAT, cgroups: { ...cgroups, groups } };
}

function firstSecurity({ features }: CompleteDomain): SecurityProfile {
  return {
    kind: 'generic',
    userNamespace: false,
    capabilities: keptCapabilities(features?.capabilities),
    ambientCapabilities: true,
    noNewPrivs: false,
    seccomp: undefined,
    maskedPaths: [],
    readonlyPaths: [],
    hidesProcesses: false,
    cgroup: 'readonly',
    pids: 'unlimited',
    rlimits: [],
  };
}
