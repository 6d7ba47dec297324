/** How the host's kernel schedules a thread. @see https://libvirt.org/formatdomain.html#cpu-tuning */
import { compact, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal, unknownValue } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import { requireCpuset } from '../cpuset.js';
import { listOrNothing } from './lists.js';

export const SCHEDULERS = ['batch', 'idle', 'fifo', 'rr'] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

/** The real-time schedulers need a priority, the others have none. */
export type ThreadScheduler =
  { readonly scheduler: 'batch' | 'idle' } | { readonly scheduler: 'fifo' | 'rr'; readonly priority: number };

export type Vcpusched = ThreadScheduler & {
  /** Numbers of CPUs, for example `0-3`; split into one entry for each, as libvirt does. */
  readonly vcpus: string;
};
export type Iothreadsched = ThreadScheduler & {
  /** Numbers of threads, for example `1-2`; split into one entry for each, as libvirt does. */
  readonly iothreads: string;
};
/** Kept, without effect: a container has no threads of these kinds. */
export interface CpuSchedulers {
  readonly emulatorsched?: ThreadScheduler;
  readonly vcpuscheds?: readonly Vcpusched[];
  readonly iothreadscheds?: readonly Iothreadsched[];
}

/** What XML gives: any words, and a priority perhaps. */
interface SchedulerDraft {
  readonly scheduler: string | undefined;
  readonly priority: number | undefined;
}
type SchedulersDraft = {
  readonly [K in keyof CpuSchedulers]?: K extends 'emulatorsched'
    ? SchedulerDraft | undefined
    : readonly (SchedulerDraft & Draft<{ vcpus: string; iothreads: string }>)[];
};

export function parseSchedulers(cputune: ElementReader): SchedulersDraft {
  const emulatorsched = cputune.child('emulatorsched');
  return {
    emulatorsched: emulatorsched && parseParameters(emulatorsched),
    vcpuscheds: cputune.children('vcpusched').map((sched) => ({
      ...parseParameters(sched),
      vcpus: sched.attribute('vcpus').text(),
    })),
    iothreadscheds: cputune.children('iothreadsched').map((sched) => ({
      ...parseParameters(sched),
      iothreads: sched.attribute('iothreads').text(),
    })),
  };
}

/** As in libvirt, a priority that the scheduler does not have is ignored. */
function parseParameters(sched: ElementReader): SchedulerDraft {
  const scheduler = sched.attribute('scheduler').text();
  const priority = sched.attribute('priority').unsignedInteger();
  return { scheduler, priority: scheduler === 'batch' || scheduler === 'idle' ? undefined : priority };
}

export function checkSchedulers(own: Fields, vcpus: number): CpuSchedulers {
  const emulator = own.fields('emulatorsched');
  const vcpuscheds = checkSets(own, 'vcpu', { first: 0, last: vcpus - 1 });
  const iothreadscheds = checkSets(own, 'iothread', { first: 1, last: Number.MAX_SAFE_INTEGER });
  return compact({
    emulatorsched: emulator && readAll(emulator, (sched) => checkParameters(sched, 'emulatorsched')),
    vcpuscheds: listOrNothing(
      vcpuscheds.map(({ id, parameters }) => Object.freeze({ vcpus: String(id), ...parameters })),
    ),
    iothreadscheds: listOrNothing(
      iothreadscheds.map(({ id, parameters }) => Object.freeze({ iothreads: String(id), ...parameters })),
    ),
  });
}

function checkParameters(sched: Fields, name: string): ThreadScheduler {
  const given = sched.string('scheduler');
  if (given === undefined) {
    throw refusal('XML_ERROR', `Missing scheduler attribute: 'scheduler' of <${name}>`);
  }
  if (given === 'batch' || given === 'idle') return Object.freeze({ scheduler: given });
  if (given !== 'fifo' && given !== 'rr') {
    throw unknownValue(`value for attribute 'scheduler' of <${name}>`, given, SCHEDULERS);
  }
  const priority = sched.unsignedInteger('priority');
  if (priority === undefined) {
    throw refusal('XML_ERROR', `Missing scheduler priority: attribute 'priority' of <${name}>`);
  }
  return Object.freeze({ scheduler: given, priority });
}

interface ScheduledThread {
  readonly id: number;
  readonly parameters: ThreadScheduler;
}

/** One entry for each thread, by number: a set is only a way of writing them. */
function checkSets(
  own: Fields,
  kind: 'vcpu' | 'iothread',
  { first, last }: { readonly first: number; readonly last: number },
): readonly ScheduledThread[] {
  const name = `${kind}sched`;
  const threads = new Map<number, ScheduledThread>();
  own.list(`${name}s`, (sched) => {
    const members = requireCpuset(sched.string(`${kind}s`), { attribute: `${kind}s`, element: name });
    const parameters = checkParameters(sched, name);
    for (const id of members) {
      if (id < first || id > last) {
        throw refusal('XML_ERROR', `${kind} '${id}' of <${name}> is not present in domain definition`);
      }
      if (threads.has(id)) throw refusal('XML_ERROR', `${name} attributes '${kind}s' must not overlap`);
      threads.set(id, { id, parameters });
    }
  });
  return [...threads.values()].toSorted((a, b) => a.id - b.id);
}

export function formatSchedulers(schedulers: CpuSchedulers): (OutputElement | undefined)[] {
  const { emulatorsched, vcpuscheds = [], iothreadscheds = [] } = schedulers;
  return [
    emulatorsched && element('emulatorsched', parameterAttributes(emulatorsched)),
    ...vcpuscheds.map((sched) => element('vcpusched', { vcpus: sched.vcpus, ...parameterAttributes(sched) })),
    ...iothreadscheds.map((sched) =>
      element('iothreadsched', { iothreads: sched.iothreads, ...parameterAttributes(sched) }),
    ),
  ];
}

function parameterAttributes(sched: ThreadScheduler): {
  readonly scheduler: Scheduler;
  readonly priority: number | undefined;
} {
  return { scheduler: sched.scheduler, priority: 'priority' in sched ? sched.priority : undefined };
}
