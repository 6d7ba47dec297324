/**
 * Reads a seccomp profile as OCI's runtime specification, Docker and Podman write it.
 * @see https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp
 */
import { type Action, type Abi } from '../abi.js';
import { readAction } from './action.js';
import { readEntry, type Entry } from './entry.js';
import type { JsonPlace } from './json.js';

export interface Profile {
  readonly defaultAction: Action;
  readonly entries: readonly Entry[];
}

const MEMBERS = [
  '$schema',
  'comment',
  'defaultAction',
  'defaultErrnoRet',
  'defaultErrno',
  'architectures',
  'archMap',
  'flags',
  'listenerPath',
  'listenerMetadata',
  'syscalls',
];

/** A filter is loaded into one thread, by itself: this one changes nothing. */
const FLAG_WITHOUT_EFFECT = 'SECCOMP_FILTER_FLAG_TSYNC';

/** @throws VirtError CONF_SYNTAX for a mistake, CONFIG_UNSUPPORTED for what cannot be had */
export function readProfileJson(root: JsonPlace, abi: Abi): Profile {
  const member = root.members(MEMBERS);
  for (const name of ['listenerPath', 'listenerMetadata']) {
    const listener = member(name);
    if (listener && listener.string() !== '')
      throw listener.unsupported('is not supported: nobody would listen');
  }
  for (const flag of member('flags')?.items() ?? []) {
    if (flag.string() !== FLAG_WITHOUT_EFFECT) throw flag.unsupported(`is not supported: ${flag.string()}`);
  }
  checkArchitectures(root, member('architectures'), member('archMap'), abi);
  const defaultAction = member('defaultAction');
  if (!defaultAction) throw root.error('has no defaultAction');
  return {
    defaultAction: readAction(defaultAction, {
      number: member('defaultErrnoRet'),
      name: member('defaultErrno'),
    }),
    entries: (member('syscalls')?.items() ?? []).map(readEntry),
  };
}

/** Only this architecture's calls are let through, whatever else is listed; but itself must be. */
function checkArchitectures(
  root: JsonPlace,
  list: JsonPlace | undefined,
  map: JsonPlace | undefined,
  abi: Abi,
): void {
  const listed = list?.items() ?? [];
  const mapped = map?.items() ?? [];
  if (listed.length > 0 && mapped.length > 0) throw root.error('has both architectures and archMap');
  const names = [...listed.map(readArchitecture), ...mapped.flatMap(readMappedArchitecture)];
  if (names.length > 0 && !names.includes(abi.scmp)) {
    throw (list ?? map ?? root).unsupported(`is not for this host, which is ${abi.scmp}`);
  }
}

function readArchitecture(place: JsonPlace): string {
  const name = place.string();
  if (!/^SCMP_ARCH_[A-Z0-9_]+$/u.test(name)) throw place.wrong('an SCMP_ARCH_ name');
  return name;
}

function readMappedArchitecture(place: JsonPlace): readonly string[] {
  const member = place.members(['architecture', 'subArchitectures']);
  const architecture = member('architecture');
  if (!architecture) throw place.error('has no architecture');
  const others = member('subArchitectures')?.items() ?? [];
  return [architecture, ...others].map(readArchitecture);
}
