/** The label of a container that is about to start, and its end. */
import { readdir } from 'node:fs/promises';
import { debuglog } from 'node:util';
import type { CompleteDomain, Seclabel } from '../../../definition/domain/index.js';
import { activeModules } from '../../host/security.js';
import { forgetProfiles, makeApparmorLabel } from './apparmor/apparmor.js';
import { chooseSeclabel, withLiveSeclabel, type Choice } from './choose.js';
import type { LabelHost } from './host.js';
import { openRegistry, registryFolder } from './registry.js';
import { relabel, restoreStale } from './relabel/relabel.js';
import { relabelTargets } from './relabel/targets.js';
import { forgetPair, makeSelinuxLabel } from './selinux/selinux.js';
import type { ExecLabel, MadeLabel, SecurityKind } from './types.js';

const debug = debuglog('virtainer');

/** What a start does with a label. */
export interface PreparedLabel {
  /** The step `exec-label` of the plan; absent when the container is not labelled. */
  readonly execLabel?: ExecLabel | undefined;
  /** Value of the mount option `context` for the file systems of {@link takesContext}. */
  readonly mountContext?: string | undefined;
  /** The labels of the live definition. */
  readonly seclabels: readonly Seclabel[] | undefined;
  /** What the controller keeps open as long as it lives: what is reserved is free when they are closed. */
  readonly fds: readonly number[];
  /** Steps `remove-file` of the plan: unlinked by the controller, which has them locked until then. */
  readonly removeFiles: readonly string[];
  /** A profile for `remove_apparmor_profile` at the end, before `removeFiles`. */
  readonly removeProfile?: string | undefined;
  /** Takes everything back, when the start fails. Never rejects. */
  undo(): Promise<void>;
  /** Closes this process's copies of `fds`, when the controller has its own. */
  release(): void;
}

/**
 * Makes, reserves and applies what a container's label needs. On a host that labels nothing, and without a
 * `<seclabel>`, nothing happens.
 *
 * @throws VirtError CONFIG_UNSUPPORTED for a label that can't be had here; XML_ERROR for one that is none;
 * RESOURCE_BUSY when it is in use.
 */
export async function prepareLabel(
  host: LabelHost,
  definition: CompleteDomain,
  kind: SecurityKind,
): Promise<PreparedLabel> {
  const { seclabels, uuid } = definition;
  const choice = chooseSeclabel(seclabels, await activeModules(host.tree));
  if (!choice) return unlabelled(seclabels);
  const { module, seclabel } = choice;
  const label =
    module === 'selinux'
      ? await makeSelinuxLabel(host, seclabel)
      : await makeApparmorLabel(host, seclabel, { uuid, kind });
  const files = await relabelFiles(host, definition, choice, label);
  const locks = [...label.locks, ...files.locks];
  return {
    execLabel: label.execLabel,
    mountContext: label.fileLabel,
    seclabels: withLiveSeclabel(seclabels, choice, label.live),
    fds: locks.map(({ fd }) => fd),
    removeFiles: label.files,
    removeProfile: label.profile,
    undo: async () => {
      await files.undo();
      await label.undo();
    },
    release: () => {
      for (const lock of locks) lock.release();
    },
  };
}

function unlabelled(seclabels: CompleteDomain['seclabels']): PreparedLabel {
  return { seclabels, fds: [], removeFiles: [], undo: () => Promise.resolve(), release: () => undefined };
}

/** As libvirt has it for containers, a label that is made at the start is not put on files of the host. */
async function relabelFiles(
  host: LabelHost,
  definition: CompleteDomain,
  { seclabel }: Choice,
  label: MadeLabel,
): Promise<Pick<MadeLabel, 'locks' | 'undo'>> {
  const isAsked = seclabel.type === 'static' && seclabel.relabel === true;
  if (!isAsked || label.fileLabel === undefined) return { locks: [], undo: () => Promise.resolve() };
  try {
    return await relabel(host, relabelTargets(definition), label.fileLabel);
  } catch (cause) {
    await label.undo();
    throw cause;
  }
}

/** File systems whose files get their label by the mount option `context`. */
export function takesContext(type: string): boolean {
  return type === 'tmpfs' || type === 'devpts';
}

/** The label for one more program in a running container, from its live definition. */
export function execLabelOf({ seclabels }: Pick<CompleteDomain, 'seclabels'>): ExecLabel | undefined {
  for (const seclabel of seclabels ?? []) {
    if (seclabel.type === 'none' || seclabel.label === undefined) continue;
    if (seclabel.model === 'selinux' || seclabel.model === 'apparmor') {
      return { module: seclabel.model, label: seclabel.label };
    }
  }
  return undefined;
}

/** Takes back what the label of a container that has ended, by its live definition, has left. Never rejects. */
export async function releaseLabel(
  host: LabelHost,
  definition: Pick<CompleteDomain, 'seclabels'>,
): Promise<void> {
  const label = execLabelOf(definition);
  if (!label) return;
  await quietly(async () => {
    if (label.module === 'selinux') forgetPair(openRegistry(host.registry, 'mcs'), label.label);
    else await forgetProfiles(host, openRegistry(host.registry, 'apparmor'), [label.label]);
  });
  await quietly(() => restoreStale(host));
}

/** The same for every container that has ended while nobody watched. Never rejects. */
export async function sweepLabels(host: LabelHost): Promise<void> {
  const modules = await activeModules(host.tree);
  if (modules.includes('apparmor')) {
    await quietly(async () => {
      const names = await readdir(registryFolder(host.registry, 'apparmor'));
      await forgetProfiles(host, openRegistry(host.registry, 'apparmor'), names);
    });
  }
  if (modules.includes('selinux')) await quietly(() => restoreStale(host));
}

/** What can't be taken back now is found by the next sweep. */
async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    debug('cannot take back a label: %s', error);
  }
}
