/** Namespaces of somebody else, as open files: whatever ends meanwhile, they stay what they are. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { LxcNamespace } from '../../definition/domain/index.js';
import { quote, systemError, VirtError } from '../../errors.js';
import { findActive } from '../active.js';
import type { Context } from '../context.js';
import { listDomains } from '../domains.js';
import { openProcess, startTimeOf, type ProcessIdentity } from '../process.js';

/** As the kernel calls them. */
export type SharedKind = 'net' | 'ipc' | 'uts';

export interface SharedNamespace {
  readonly kind: SharedKind;
  readonly fd: number;
  /** The element that asks for it. */
  readonly origin: string;
}

type Source = NonNullable<LxcNamespace[keyof LxcNamespace]>;

const ELEMENTS = { sharenet: 'net', shareipc: 'ipc', shareuts: 'uts' } as const satisfies Record<
  keyof LxcNamespace,
  SharedKind
>;
/** Where `ip netns` keeps them. */
const NAMED = '/run/netns';

/**
 * Opens what `<lxc:namespace>` names; the descriptors are the caller's.
 * @throws VirtError CONFIG_UNSUPPORTED when there is no such container, process or network namespace.
 */
export async function openSharedNamespaces(
  context: Context,
  namespace: LxcNamespace = {},
): Promise<readonly SharedNamespace[]> {
  const opened: SharedNamespace[] = [];
  try {
    for (const [element, kind] of Object.entries(ELEMENTS) as [keyof LxcNamespace, SharedKind][]) {
      const source = namespace[element];
      if (!source) continue;
      const origin = `<lxc:${element} type='${source.type}' value=${quote(source.value)}>`;
      opened.push({ kind, origin, fd: await openNamespace(context, kind, source, origin) });
    }
    return opened;
  } catch (cause) {
    closeSharedNamespaces(opened);
    throw cause;
  }
}

export function closeSharedNamespaces(shared: readonly SharedNamespace[]): void {
  for (const { fd } of shared) closeSync(fd);
}

async function openNamespace(
  context: Context,
  kind: SharedKind,
  source: Source,
  origin: string,
): Promise<number> {
  if (source.type === 'netns') return openNamed(source.value, origin);
  const owner =
    source.type === 'name' ? await initOf(context, source.value, origin) : processOf(source.value, origin);
  const pidfd = openProcess(owner);
  if (pidfd === undefined) throw missing(origin, 'it has ended');
  try {
    const fd = openSync(`/proc/${owner.pid}/ns/${kind}`, 'r');
    // Its number could have become another's between the two.
    if (startTimeOf(owner.pid) === owner.startTime) return fd;
    closeSync(fd);
    throw missing(origin, 'it has ended');
  } catch (cause) {
    throw systemError(`cannot share the ${kind} namespace of ${origin}`, cause);
  } finally {
    closeSync(pidfd);
  }
}

function openNamed(name: string, origin: string): number {
  if (name.includes('/') || name === '.' || name === '..') throw missing(origin, 'it is no name');
  try {
    return openSync(join(NAMED, name), 'r');
  } catch (cause) {
    throw missing(origin, `cannot open ${join(NAMED, name)}`, cause);
  }
}

async function initOf(context: Context, name: string, origin: string): Promise<ProcessIdentity> {
  const domain = (await listDomains(context)).find((candidate) => candidate.name === name);
  const active = domain && (await findActive(context, domain.uuid));
  if (!active) throw missing(origin, 'no running container has that name');
  return active.init;
}

function processOf(value: string, origin: string): ProcessIdentity {
  const pid = /^[1-9]\d{0,9}$/u.test(value) ? Number(value) : undefined;
  const startTime = pid === undefined ? undefined : startTimeOf(pid);
  if (pid === undefined || startTime === undefined) throw missing(origin, 'there is no such process');
  return { pid, startTime };
}

function missing(origin: string, why: string, cause?: unknown): VirtError {
  return new VirtError('CONFIG_UNSUPPORTED', `${origin}: ${why}`, {
    cause,
    hint: 'start what is to be shared with first, or remove the element',
  });
}
