/** @see https://libvirt.org/formatdomain.html#cpu-tuning */
import { compactOrNothing, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { group, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkBandwidth, formatBandwidth, parseBandwidth, type CpuBandwidth } from './cputune/bandwidth.js';
import {
  checkPins,
  formatEmulatorpin,
  formatIothreadpins,
  formatVcpupins,
  parsePins,
  type CpuPins,
} from './cputune/pins.js';
import { checkResources, formatResources, parseResources, type CpuResources } from './cputune/resctrl.js';
import {
  checkSchedulers,
  formatSchedulers,
  parseSchedulers,
  type CpuSchedulers,
} from './cputune/schedulers.js';

/** CPU time. Shares, period and quota act on the container; the rest is libvirt's for virtual machines, and kept. */
export interface Cputune extends CpuBandwidth, CpuPins, CpuSchedulers, CpuResources {}

export function parseCputune(domain: ElementReader): Draft<Cputune> | undefined {
  const cputune = domain.child('cputune');
  return (
    cputune && {
      ...parseBandwidth(cputune),
      ...parsePins(cputune),
      ...parseSchedulers(cputune),
      ...parseResources(cputune),
    }
  );
}

export function checkCputune(fields: Fields): Cputune | undefined {
  const cputune = fields.fields('cputune');
  if (!cputune) return undefined;
  const vcpus = fields.unsignedInteger('vcpus') ?? 1;
  const isAuto = fields.string('vcpuPlacement') === 'auto';
  return readAll(cputune, (own) =>
    compactOrNothing({
      ...checkBandwidth(own),
      ...checkPins(own, { vcpus, isAuto }),
      ...checkSchedulers(own, vcpus),
      ...checkResources(own),
    }),
  );
}

/** In libvirt's order. */
export function formatCputune(cputune: Cputune | undefined): OutputElement | undefined {
  return (
    cputune &&
    group('cputune', [
      ...formatBandwidth(cputune),
      ...formatVcpupins(cputune),
      formatEmulatorpin(cputune),
      ...formatIothreadpins(cputune),
      ...formatSchedulers(cputune),
      ...formatResources(cputune),
    ])
  );
}
