import {
  completeDomain,
  formatDomain,
  parseDomain,
  validateDomain,
  type CompleteDomain,
  type DomainDefinition,
} from '../../../lib/definition/domain/index.js';
import { domainXml, HOST } from './documents.js';

export function devicesXml(inside: string): string {
  return domainXml({ rest: `<devices>${inside}</devices>` });
}

export function parseDevice(inside: string): DomainDefinition {
  return parseDomain(devicesXml(inside), { validate: true });
}

/** The elements inside of `<devices>` as printed, without `<emulator>`, on one line each level less. */
export function printedDevices(definition: CompleteDomain): string {
  const [, devices = ''] = /<devices>\n([^]*) {2}<\/devices>/u.exec(formatDomain(definition)) ?? [];
  return devices
    .replace(/^ {4}/gmu, '')
    .replace(/^<emulator>.*\n/u, '')
    .trimEnd();
}

/** Reads devices, completes and prints them; fails unless reading that again gives the same. */
export function roundTrip(inside: string): string {
  const complete = completeDomain(parseDevice(inside), HOST);
  validateDomain(complete, HOST);
  const printed = printedDevices(complete);
  const again = completeDomain(parseDevice(printed), HOST);
  expect(again.devices).toEqual(complete.devices);
  expect(printedDevices(again)).toBe(printed);
  return printed;
}
