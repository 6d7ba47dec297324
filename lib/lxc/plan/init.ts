/** What becomes process 1, and with which user and environment. */
import type { CompleteDomain } from '../../definition/domain/index.js';
import type { Plan } from './steps.js';

export function planInit(plan: Plan, definition: CompleteDomain): void {
  const { os } = definition;
  if (os.inituser !== undefined) plan.add(`<inituser> '${os.inituser}'`, 'user', os.inituser);
  if (os.initgroup !== undefined) plan.add(`<initgroup> '${os.initgroup}'`, 'group', os.initgroup);
  plan.add(`<initdir> '${os.initdir ?? '/'}'`, 'working-directory', os.initdir ?? '/');
  for (const [name, value] of initEnvironment(definition))
    plan.add('<initenv>', 'environment', `${name}=${value}`);
  plan.add(`<init> '${os.init}'`, 'executable', os.init);
  for (const argument of [os.init, ...(os.initargs ?? [])]) plan.add('<initarg>', 'argument', argument);
}

/** libvirt's environment of init, in its order; `<initenv>` comes last and wins. */
export function initEnvironment(definition: CompleteDomain): [string, string][] {
  const { cmdline, initenv = [] } = definition.os;
  return [
    ['PATH', '/bin:/sbin'],
    ['TERM', 'linux'],
    ['container', 'lxc-libvirt'],
    ['HOME', '/'],
    ...identityEnvironment(definition),
    ...(cmdline === undefined ? [] : [['LIBVIRT_LXC_CMDLINE', cmdline] satisfies [string, string]]),
    ...initenv.map(({ name, value }): [string, string] => [name, value]),
  ];
}

/** What tells programs inside which container they are in. */
export function identityEnvironment(definition: CompleteDomain): [string, string][] {
  const { uuid, name, devices } = definition;
  const terminals = devices.consoles.slice(1).map((_, index) => `pts/${index + 1}`);
  return [
    ['container_uuid', uuid],
    ...(terminals.length > 0 ? ([['container_ttys', terminals.join(' ')]] as [string, string][]) : []),
    ['LIBVIRT_LXC_UUID', uuid],
    ['LIBVIRT_LXC_NAME', name],
  ];
}
