/** @see https://libvirt.org/formatdomain.html#events-configuration */
import { compact, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { textElement, type ElementReader, type OutputElement } from '../xml/index.js';
import type { CompleteDomain, DomainDefinition } from './definition.js';

export const LIFECYCLE_ACTIONS = ['destroy', 'restart', 'rename-restart', 'preserve'] as const;
export const CRASH_ACTIONS = [...LIFECYCLE_ACTIONS, 'coredump-destroy', 'coredump-restart'] as const;
export const LOCK_FAILURE_ACTIONS = ['poweroff', 'restart', 'pause', 'ignore'] as const;
/** What happens when the lease of a disk is lost. */
export type LockFailureAction = (typeof LOCK_FAILURE_ACTIONS)[number];
/** What happens when a container stops or reboots. */
export type LifecycleAction = (typeof LIFECYCLE_ACTIONS)[number];
/** What happens when a container crashes. */
export type CrashAction = (typeof CRASH_ACTIONS)[number];

type Lifecycle = Pick<DomainDefinition, 'onPoweroff' | 'onReboot' | 'onCrash' | 'onLockfailure'>;
type CompleteLifecycle = Pick<CompleteDomain, 'onPoweroff' | 'onReboot' | 'onCrash'>;

export function parseLifecycle(domain: ElementReader): Draft<Lifecycle> {
  return {
    onPoweroff: domain.value('on_poweroff').oneOf(LIFECYCLE_ACTIONS),
    onReboot: domain.value('on_reboot').oneOf(LIFECYCLE_ACTIONS),
    onCrash: domain.value('on_crash').oneOf(CRASH_ACTIONS),
    onLockfailure: domain.value('on_lockfailure').oneOf(LOCK_FAILURE_ACTIONS),
  };
}

export function checkLifecycle(fields: Fields): Lifecycle {
  return compact({
    onPoweroff: fields.oneOf('onPoweroff', LIFECYCLE_ACTIONS),
    onReboot: fields.oneOf('onReboot', LIFECYCLE_ACTIONS),
    onCrash: fields.oneOf('onCrash', CRASH_ACTIONS),
    onLockfailure: fields.oneOf('onLockfailure', LOCK_FAILURE_ACTIONS),
  });
}

export function completeLifecycle(lifecycle: Lifecycle): CompleteLifecycle {
  return {
    onPoweroff: lifecycle.onPoweroff ?? 'destroy',
    onReboot: lifecycle.onReboot ?? 'restart',
    onCrash: lifecycle.onCrash ?? 'destroy',
  };
}

export function formatLifecycle(lifecycle: CompleteLifecycle & Lifecycle): (OutputElement | undefined)[] {
  return [
    textElement('on_poweroff', lifecycle.onPoweroff),
    textElement('on_reboot', lifecycle.onReboot),
    textElement('on_crash', lifecycle.onCrash),
    textElement('on_lockfailure', lifecycle.onLockfailure),
  ];
}
