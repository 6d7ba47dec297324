/**
 * SELinux labels of containers.
 * @see https://libvirt.org/drvlxc.html#security-labels
 */
import { join } from 'node:path';
import type { DynamicSeclabel, StaticSeclabel } from '../../../../definition/domain/index.js';
import { compact } from '../../../../definition/plain/compact.js';
import { VirtError, quote } from '../../../../errors.js';
import { readLxcContexts } from '../../../host/security.js';
import type { HeldLock, Locks } from '../../../store/lock.js';
import type { LabelHost } from '../host.js';
import { openRegistry, registryFolder } from '../registry.js';
import type { MadeLabel } from '../types.js';
import { formatContext, parseContext, parseRange, type Clearance, type SelinuxContext } from './context.js';
import { claimPair, pairOf, reservePair } from './mcs.js';

const ALL_CATEGORIES: Clearance['categories'] = Array.from({ length: 1024 }, (_none, index) => index);

export function makeSelinuxLabel(
  host: LabelHost,
  seclabel: DynamicSeclabel | StaticSeclabel,
): Promise<MadeLabel> {
  return seclabel.type === 'static' ? staticLabel(host, seclabel) : dynamicLabel(host, seclabel);
}

async function staticLabel(host: LabelHost, seclabel: StaticSeclabel): Promise<MadeLabel> {
  const label = parseContext(seclabel.label) && (await host.selinux.canonical(seclabel.label));
  const context = label === undefined ? undefined : parseContext(label);
  if (label === undefined || !context) {
    throw new VirtError(
      'XML_ERROR',
      `Invalid security label ${quote(seclabel.label)} in <seclabel type='static'>`,
      {
        domain: 'SECURITY',
        hint: "the host's SELinux policy has no such user, role, type and range together",
      },
    );
  }
  const file = await fileContext(host);
  if (!file && seclabel.relabel === true) throw noContexts('file');
  const fileLabel = file && formatContext({ ...file, range: context.range });
  const lock = claimPair(openRegistry(host.registry, 'mcs'), context.range);
  return made(host, { label, fileLabel, live: compact({ ...seclabel, label, imagelabel: fileLabel }), lock });
}

async function dynamicLabel(host: LabelHost, seclabel: DynamicSeclabel): Promise<MadeLabel> {
  const base = await baseContext(host, seclabel);
  const own = parseContext((await host.tree.text('proc/self/attr/current'))?.replace(/\0$/u, '') ?? '');
  const file = await fileContext(host);
  if (!file) throw noContexts('file');
  const { range, lock } = reservePair(openRegistry(host.registry, 'mcs'), clearanceOf(base, own));
  try {
    const label = await processLabel(host, [own, base], { ...base, range });
    const fileLabel = formatContext({ ...file, range });
    const live = compact({ ...seclabel, model: 'selinux', label, imagelabel: fileLabel });
    return made(host, { label, fileLabel, live, lock });
  } catch (cause) {
    lock.remove();
    throw cause;
  }
}

/**
 * User and role are those of this process, as libvirt has it; a policy that does not let them have the type (those
 * of an administrator's shell, for example) gets the ones that it names itself.
 */
async function processLabel(
  host: LabelHost,
  owners: readonly (SelinuxContext | undefined)[],
  base: SelinuxContext,
): Promise<string> {
  for (const owner of owners) {
    if (!owner) continue;
    const label = await host.selinux.canonical(
      formatContext({ ...base, user: owner.user, role: owner.role }),
    );
    if (label !== undefined) return label;
  }
  throw new VirtError(
    'CONFIG_UNSUPPORTED',
    `<seclabel>: the SELinux policy refuses the label ${quote(formatContext(base))}`,
    {
      domain: 'SECURITY',
      hint: 'give a <baselabel> of a type for containers',
    },
  );
}

async function baseContext(host: LabelHost, { baselabel }: DynamicSeclabel): Promise<SelinuxContext> {
  const text = baselabel ?? (await readLxcContexts(host.tree)).process;
  if (text === undefined) throw noContexts('process');
  const context = parseContext(text);
  if (context) return context;
  throw new VirtError('XML_ERROR', `Invalid security label ${quote(text)}: <baselabel> of <seclabel>`, {
    domain: 'SECURITY',
  });
}

async function fileContext(host: LabelHost): Promise<SelinuxContext | undefined> {
  return parseContext((await readLxcContexts(host.tree)).file ?? '');
}

/** The categories to choose from: those of the base label, else our own, else all. */
function clearanceOf(base: SelinuxContext, own: SelinuxContext | undefined): Clearance {
  const fromBase = base.range === undefined ? undefined : parseRange(base.range);
  if (base.range !== undefined && !fromBase) {
    throw new VirtError(
      'XML_ERROR',
      `<seclabel>: range ${quote(base.range)} of the base label is not understood`,
      { domain: 'SECURITY' },
    );
  }
  if (fromBase && fromBase.categories.length > 0) return fromBase;
  const fromOwn = own?.range === undefined ? undefined : parseRange(own.range);
  const sensitivity = fromOwn?.sensitivity ?? fromBase?.sensitivity;
  if (sensitivity === undefined) {
    throw new VirtError(
      'CONFIG_UNSUPPORTED',
      '<seclabel>: the SELinux policy of this host has no categories',
      {
        domain: 'SECURITY',
        hint: "use type='static' with a label of your own, or type='none'",
      },
    );
  }
  const categories = fromOwn && fromOwn.categories.length > 0 ? fromOwn.categories : ALL_CATEGORIES;
  return { sensitivity, categories };
}

function noContexts(key: string): VirtError {
  return new VirtError(
    'CONFIG_UNSUPPORTED',
    `<seclabel>: the SELinux policy of this host has no '${key}' in its lxc_contexts`,
    {
      domain: 'SECURITY',
      hint: "install a policy for containers (container-selinux), give a <label> with type='static', or use type='none'",
    },
  );
}

interface Parts {
  readonly label: string;
  readonly fileLabel: string | undefined;
  readonly live: MadeLabel['live'];
  readonly lock: HeldLock | undefined;
}

function made(host: LabelHost, { label, fileLabel, live, lock }: Parts): MadeLabel {
  const pair = lock && pairOf(parseContext(label)?.range);
  return {
    execLabel: { module: 'selinux', label },
    fileLabel,
    live,
    locks: lock ? [lock] : [],
    files: pair === undefined ? [] : [join(registryFolder(host.registry, 'mcs'), pair)],
    undo: () => {
      lock?.remove();
      return Promise.resolve();
    },
  };
}

/** Removes the file of a pair whose container is gone; nothing happens while somebody has the pair. */
export function forgetPair(registry: Locks, label: string): void {
  const name = pairOf(parseContext(label)?.range);
  if (name !== undefined) registry.tryAcquire(name)?.remove();
}
