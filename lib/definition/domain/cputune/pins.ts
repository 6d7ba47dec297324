/** Which CPUs of the host a thread runs on. @see https://libvirt.org/formatdomain.html#cpu-tuning */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import { checkCpuset, formatCpuset, requireCpuset } from '../cpuset.js';
import { listOrNothing } from './lists.js';

export interface Vcpupin {
  /** Number of the CPU, from 0. */
  readonly vcpu: number;
  /** CPUs of the host. */
  readonly cpuset: string;
}
export interface Iothreadpin {
  /** Number of the thread, from 1. */
  readonly iothread: number;
  /** CPUs of the host. */
  readonly cpuset: string;
}
/** Kept, without effect: a container has no threads of these kinds. */
export interface CpuPins {
  readonly vcpupins?: readonly Vcpupin[];
  /** CPUs of the host. */
  readonly emulatorpin?: string;
  readonly iothreadpins?: readonly Iothreadpin[];
}

export function parsePins(cputune: ElementReader): Draft<CpuPins> {
  return {
    vcpupins: cputune.children('vcpupin').map((pin) => ({
      vcpu: pin.attribute('vcpu').unsignedInteger(),
      cpuset: pin.attribute('cpuset').text(),
    })),
    emulatorpin: parseEmulatorpin(cputune),
    iothreadpins: cputune.children('iothreadpin').map((pin) => ({
      iothread: pin.attribute('iothread').unsignedInteger(),
      cpuset: pin.attribute('cpuset').text(),
    })),
  };
}

function parseEmulatorpin(cputune: ElementReader): string | undefined {
  const [pin, another] = cputune.children('emulatorpin');
  if (another) throw refusal('XML_ERROR', 'only one emulatorpin is supported');
  const cpuset = pin?.attribute('cpuset').text();
  if (pin && cpuset === undefined) {
    throw refusal('XML_ERROR', "Missing attribute 'cpuset' in element <emulatorpin>");
  }
  return cpuset;
}

/** What a pin may refer to. */
export interface PinnedCpus {
  readonly vcpus: number;
  /** The host chooses: libvirt then ignores the emulator's pin. */
  readonly isAuto: boolean;
}

/** As in libvirt, pins of CPUs that the domain does not have are left out. */
export function checkPins(own: Fields, { vcpus, isAuto }: PinnedCpus): CpuPins {
  const emulatorpin = checkCpuset(own.string('emulatorpin'), { attribute: 'cpuset', element: 'emulatorpin' });
  const vcpupins = checkPinsOf(own, 'vcpu').filter(({ id }) => id < vcpus);
  const iothreadpins = checkPinsOf(own, 'iothread');
  if (iothreadpins.some(({ id }) => id === 0)) {
    throw refusal('XML_ERROR', "zero is an invalid iothread id value: attribute 'iothread' of <iothreadpin>");
  }
  return compact({
    vcpupins: listOrNothing(vcpupins.map(({ id, cpuset }) => compact({ vcpu: id, cpuset }))),
    emulatorpin: isAuto ? undefined : emulatorpin,
    iothreadpins: listOrNothing(iothreadpins.map(({ id, cpuset }) => compact({ iothread: id, cpuset }))),
  });
}

/** One thread's pin, of either kind. */
interface Pin {
  readonly id: number;
  readonly cpuset: string;
}

/** By number, as libvirt prints them. */
function checkPinsOf(own: Fields, kind: 'vcpu' | 'iothread'): readonly Pin[] {
  const seen = new Set<number>();
  const pins = own.list(`${kind}pins`, (pin) => {
    const id = pin.unsignedInteger(kind);
    if (id === undefined) throw refusal('XML_ERROR', `Missing attribute '${kind}' in element <${kind}pin>`);
    if (seen.has(id)) throw refusal('XML_ERROR', `duplicate ${kind}pin for ${kind} '${id}'`);
    seen.add(id);
    const cpuset = requireCpuset(pin.string('cpuset'), { attribute: 'cpuset', element: `${kind}pin` });
    return { id, cpuset: formatCpuset(cpuset) };
  });
  return (pins ?? []).toSorted((a, b) => a.id - b.id);
}

export function formatVcpupins({ vcpupins = [] }: CpuPins): OutputElement[] {
  return vcpupins.map(({ vcpu, cpuset }) => element('vcpupin', { vcpu, cpuset }));
}

export function formatEmulatorpin({ emulatorpin }: CpuPins): OutputElement | undefined {
  return emulatorpin === undefined ? undefined : element('emulatorpin', { cpuset: emulatorpin });
}

export function formatIothreadpins({ iothreadpins = [] }: CpuPins): OutputElement[] {
  return iothreadpins.map(({ iothread, cpuset }) => element('iothreadpin', { iothread, cpuset }));
}
