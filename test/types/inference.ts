/** What the compiler knows of a definition, so that programs need no casts. Compiled, never run. */
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- the parameters are what is tested */
import {
  completeDomain,
  parseDomain,
  type CompleteDomain,
  type Devices,
  type Disk,
  type DomainDefinition,
  type Extensions,
  type Filesystem,
  type Hostdev,
  type HostFacts,
  type PublishedPort,
  type Restart,
  type RestartPolicy,
  type Rlimit,
  type Seclabel,
  type Seccomp,
} from 'virtainer';
import { WHOLE } from './whole.js';

/** Exactly the same type, not only one that fits. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(proof: Same<A, B>): boolean {
  return proof;
}
function needs<T>(value: T): T {
  return value;
}

export function everyKnownKeyIsUsed(): void {
  // A family without an example in WHOLE fails here.
  type Missing = Exclude<keyof DomainDefinition, keyof typeof WHOLE>;
  same<Missing, never>(true);
  same<Exclude<keyof Extensions, keyof (typeof WHOLE)['extensions']>, never>(true);
}

export function defaultsAreFilledIn(xml: string, host: HostFacts): void {
  const parsed = parseDomain(xml);
  same<typeof parsed, DomainDefinition>(true);
  same<typeof parsed.uuid, string | undefined>(true);
  const complete = completeDomain(parsed, host);
  same<typeof complete, CompleteDomain>(true);
  same<typeof complete.uuid, string>(true);
  same<typeof complete.os.arch, string>(true);
  same<(typeof complete.devices.consoles)[number]['port'], number>(true);
  needs<DomainDefinition>(complete);
  // @ts-expect-error what nobody completed is not complete
  needs<CompleteDomain>(parsed);
}

export function theTypeTellsTheRest(filesystem: Filesystem, hostdev: Hostdev): void {
  if (filesystem.type === 'ram') same<typeof filesystem.usageKiB, number>(true);
  else if (filesystem.type === 'volume') same<typeof filesystem.pool, string>(true);
  else same<typeof filesystem.source, string>(true);
  // @ts-expect-error only some of them have a source
  needs<keyof Filesystem>('source');
  if (hostdev.mode === 'subsystem') same<typeof hostdev.type, 'usb'>(true);
  else if (hostdev.type === 'net') same<typeof hostdev.interface, string>(true);
  else same<typeof hostdev.type, 'storage' | 'misc'>(true);
}

export function everyMemberIsHandled(seccomp: Seccomp, restart: Restart, seclabel: Seclabel): string {
  switch (seccomp.profile) {
    case 'default':
    case 'unconfined':
      break;
    case 'file':
      return seccomp.file;
    default:
      same<typeof seccomp, never>(true);
  }
  if (restart.policy === 'on-failure') same<typeof restart.maxRetries, number | undefined>(true);
  else if (restart.policy === 'no') same<keyof typeof restart, 'policy'>(true);
  else same<typeof restart.policy, 'always' | 'unless-stopped'>(true);
  return seclabel.type === 'static' ? seclabel.label : (seclabel.model ?? '');
}

export function listsAndTypesAgree(): void {
  same<RestartPolicy, 'no' | 'always' | 'on-failure' | 'unless-stopped'>(true);
  same<Restart['policy'], RestartPolicy>(true);
  same<Rlimit['soft'], number | 'unlimited'>(true);
  same<Disk['type'], 'block' | 'file'>(true);
  same<NonNullable<Devices['filesystems']>, readonly Filesystem[]>(true);
  same<Filesystem['type'], 'mount' | 'block' | 'file' | 'template' | 'ram' | 'bind' | 'volume'>(true);
}

export function definitionsAreNotChanged(
  domain: DomainDefinition,
  filesystems: readonly Filesystem[],
  port: PublishedPort,
): void {
  // @ts-expect-error read only, make another one
  domain.name = 'other';
  // @ts-expect-error lists are read only too
  needs<Filesystem[]>(filesystems);
  // @ts-expect-error all the way down
  port.hostPort = 80;
  needs<DomainDefinition>({ ...domain, name: 'other' });
}

export function absentIsNotUndefined(base: DomainDefinition): void {
  // @ts-expect-error leave it out instead
  needs<DomainDefinition>({ ...base, title: undefined });
  // @ts-expect-error nothing is nullable
  needs<DomainDefinition>({ ...base, extensions: null });
}
