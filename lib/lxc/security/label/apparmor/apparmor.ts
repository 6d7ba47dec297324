/**
 * AppArmor labels of containers: the name of a loaded profile.
 * @see https://libvirt.org/drvlxc.html#security-labels
 */
import { join } from 'node:path';
import type { DynamicSeclabel, StaticSeclabel } from '../../../../definition/domain/index.js';
import { VirtError, quote } from '../../../../errors.js';
import type { HeldLock, Locks } from '../../../store/lock.js';
import type { LabelHost } from '../host.js';
import { openRegistry, registryFolder } from '../registry.js';
import type { MadeLabel, SecurityKind } from '../types.js';
import { formatProfile } from './profile.js';

/** Domains of the same uuid may run from several state folders; there is no need for more than a few. */
const MAX_NAMES = 64;
const PREFIX = 'virtainer-';

interface Wanted {
  readonly uuid: string;
  readonly kind: SecurityKind;
}

export function makeApparmorLabel(
  host: LabelHost,
  seclabel: DynamicSeclabel | StaticSeclabel,
  wanted: Wanted,
): Promise<MadeLabel> {
  return seclabel.type === 'static' ? staticProfile(host, seclabel) : dynamicProfile(host, seclabel, wanted);
}

async function staticProfile(host: LabelHost, seclabel: StaticSeclabel): Promise<MadeLabel> {
  const { label } = seclabel;
  const profiles = await loadedProfiles(host);
  if (!profiles.has(label)) {
    throw new VirtError(
      'CONFIG_UNSUPPORTED',
      `<seclabel type='static' model='apparmor'>: profile ${quote(label)} is not loaded`,
      {
        domain: 'SECURITY',
        hint: 'load it with apparmor_parser --replace FILE',
      },
    );
  }
  return {
    execLabel: { module: 'apparmor', label },
    live: { ...seclabel, imagelabel: label },
    locks: [],
    files: [],
    undo: () => Promise.resolve(),
  };
}

async function dynamicProfile(
  host: LabelHost,
  seclabel: DynamicSeclabel,
  wanted: Wanted,
): Promise<MadeLabel> {
  if (seclabel.baselabel !== undefined) {
    throw new VirtError(
      'CONFIG_UNSUPPORTED',
      "<seclabel model='apparmor'>: <baselabel> can't be set: profiles are made whole",
      {
        domain: 'SECURITY',
        hint: "remove <baselabel>, or name a loaded profile with type='static'",
      },
    );
  }
  await loadedProfiles(host);
  const { name, lock } = reserveName(openRegistry(host.registry, 'apparmor'), wanted.uuid);
  const undo = async (): Promise<void> => {
    // Left behind, it harms nobody, and is replaced by the next profile of this name.
    await host.apparmor.remove(name).catch(() => undefined);
    lock.remove();
  };
  try {
    await host.apparmor.load(formatProfile({ name, kind: wanted.kind, supervisor: await ownProfile(host) }));
    await requireEnforced(host, name);
  } catch (cause) {
    await undo();
    throw cause;
  }
  return {
    execLabel: { module: 'apparmor', label: name },
    live: { ...seclabel, model: 'apparmor', label: name, imagelabel: name },
    locks: [lock],
    files: [join(registryFolder(host.registry, 'apparmor'), name)],
    profile: name,
    undo,
  };
}

function reserveName(registry: Locks, uuid: string): { readonly name: string; readonly lock: HeldLock } {
  for (let count = 0; count < MAX_NAMES; count++) {
    const name = count === 0 ? `${PREFIX}${uuid}` : `${PREFIX}${uuid}-${count}`;
    const lock = registry.tryAcquire(name);
    if (lock) return { name, lock };
  }
  throw new VirtError('RESOURCE_BUSY', `<seclabel>: ${MAX_NAMES} containers of uuid ${uuid} are running`, {
    domain: 'SECURITY',
  });
}

/** A policy that was taken and is not there, or does not bind, must not be taken for one that protects. */
async function requireEnforced(host: LabelHost, name: string): Promise<void> {
  const mode = (await loadedProfiles(host)).get(name);
  if (mode === 'enforce') return;
  throw new VirtError(
    'OPERATION_FAILED',
    `<seclabel>: the kernel does not enforce the profile ${quote(name)} that was loaded`,
    {
      domain: 'SECURITY',
    },
  );
}

async function loadedProfiles(host: LabelHost): Promise<ReadonlyMap<string, string>> {
  const profiles = await host.apparmor.profiles();
  if (profiles) return profiles;
  throw new VirtError(
    'CONFIG_UNSUPPORTED',
    '<seclabel>: AppArmor is active, and its profiles can not be read',
    {
      domain: 'SECURITY',
      path: '/sys/kernel/security/apparmor/profiles',
      hint: "mount securityfs on /sys/kernel/security, or use type='none'",
    },
  );
}

/** Undefined when this process is not confined. */
async function ownProfile(host: LabelHost): Promise<string | undefined> {
  const text =
    (await host.tree.text('proc/self/attr/apparmor/current')) ??
    (await host.tree.text('proc/self/attr/current'));
  return /^(.+) \(\w+\)$/u.exec(text ?? '')?.[1];
}

/** Removes the profiles whose containers are gone: of one domain, or of all. Never rejects. */
export async function forgetProfiles(
  host: LabelHost,
  registry: Locks,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    if (!name.startsWith(PREFIX)) continue;
    const lock = registry.tryAcquire(name);
    if (!lock) continue;
    try {
      await host.apparmor.remove(name);
      lock.remove();
    } catch {
      // Whoever looks next finds the file, and tries again.
      lock.release();
    }
  }
}
