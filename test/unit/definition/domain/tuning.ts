/** What the tests of the tuning elements share: both forms of a definition, and the way through XML and back. */
import {
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
  validateDomain,
  type DomainDefinition,
} from '../../../../lib/definition/domain/index.js';
import { domainXml, HOST, MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

/** A definition from the least XML with something added. */
export function parsed(rest: string): DomainDefinition {
  return parseDomain(domainXml({ rest }), { validate: true });
}

/** A definition from the least object with something added. */
export function checked(part: object): DomainDefinition {
  return checkDomainDefinition({ ...MINIMAL, ...part });
}

/** The XML that is printed for a typed definition, once it has come back the same. */
export function printed(part: object): string {
  const complete = completeDomain(checked(part), HOST);
  expect(completeDomain(complete, HOST)).toEqual(complete);
  validateDomain(complete, HOST);
  const xml = formatDomain(complete);
  const again = completeDomain(parseDomain(xml, { validate: true }), HOST);
  expect(again).toEqual(complete);
  expect(formatDomain(again)).toBe(xml);
  return xml;
}

/** The lines that start with one of some elements, up to their ends, without indent. */
export function linesOf(xml: string, ...names: readonly string[]): readonly string[] {
  const pattern = new RegExp(`<(${names.join('|')})\\b[^>]*?(?:/>|>.*?</\\1>)`, 'gsu');
  return [...xml.matchAll(pattern)].flatMap(([text]) => text.split('\n').map((line) => line.trim()));
}

/** How XML is refused. */
export function refusedXml(rest: string): string {
  return describeFailure(() => parsed(rest));
}

/** How an object is refused. */
export function refusedObject(part: object): string {
  return describeFailure(() => checked(part));
}

/** How XML and the same as an object are refused. */
export function refusals(rest: string, part: object): readonly [string, string] {
  return [refusedXml(rest), refusedObject(part)];
}

/** A name, XML, the same as an object, and what both are refused with. */
export type Refused = readonly [name: string, rest: string, part: object, expected: RegExp];
