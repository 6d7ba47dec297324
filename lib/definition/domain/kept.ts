/**
 * What libvirt parses for its other drivers, and its container driver ignores: kept, and printed in its place.
 * @see https://libvirt.org/formatdomain.html
 */
import type { Fields } from '../plain/fields.js';
import { refusal, xmlError } from '../refusal.js';
import {
  isElement,
  parseXml,
  printVerbatim,
  type ElementReader,
  type OutputElement,
  type Verbatim,
  type XmlElement,
  type XmlNode,
} from '../xml/index.js';
import { parseMetadataElement } from './metadata.js';

/** One element each, as XML in no namespace. */
export type Kept = readonly string[];

/** Elements below `<domain>`, in libvirt's order. */
export const KEPT_ELEMENTS = [
  'iothreads',
  'iothreadids',
  'defaultiothread',
  'throttlegroups',
  'sysinfo',
  'bootloader',
  'bootloader_args',
  'cpu',
  'pm',
  'perf',
  'keywrap',
  'launchSecurity',
] as const;

/** Elements below `<devices>`, in libvirt's order. */
export const KEPT_DEVICES = [
  'controller',
  'lease',
  'smartcard',
  'serial',
  'parallel',
  'channel',
  'input',
  'tpm',
  'graphics',
  'sound',
  'audio',
  'video',
  'redirdev',
  'redirfilter',
  'hub',
  'watchdog',
  'memballoon',
  'rng',
  'nvram',
  'panic',
  'shmem',
  'crypto',
  'iommu',
  'vsock',
  'pstore',
] as const;

/** Elements below `<features>` that are more than on or off. */
export const KEPT_FEATURES = [
  'apic',
  'hyperv',
  'kvm',
  'gic',
  'smm',
  'ioapic',
  'hpt',
  'msrs',
  'xen',
  'cfpc',
  'sbbc',
  'ibs',
  'tcg',
  'aia',
] as const;

/** In one list; each is parsed on its own, which takes its time. */
const MAX_KEPT = 1024;
/** Of which libvirt takes the first. */
const FIRST_OF: ReadonlySet<string> = new Set(
  [...KEPT_ELEMENTS, ...KEPT_FEATURES].filter((name) => name !== 'sysinfo'),
);
/** Of which libvirt refuses a second, or a third. */
const MOST: ReadonlyMap<string, { most: number; code: 'XML_ERROR' | 'INTERNAL_ERROR' }> = new Map([
  ['tpm', { most: 2, code: 'XML_ERROR' }],
  ['redirfilter', { most: 1, code: 'INTERNAL_ERROR' }],
  ['memballoon', { most: 1, code: 'INTERNAL_ERROR' }],
  ['nvram', { most: 1, code: 'INTERNAL_ERROR' }],
  ['iommu', { most: 1, code: 'XML_ERROR' }],
  ['vsock', { most: 1, code: 'XML_ERROR' }],
  ['pstore', { most: 1, code: 'XML_ERROR' }],
]);

/** As everywhere, parts in namespaces are not libvirt's, and dropped. */
export function parseKept(parent: ElementReader, names: readonly string[]): Kept {
  return names.flatMap((name) => {
    const found = parent.children(name).map((kept) => printVerbatim(canonical(kept.whole())));
    return FIRST_OF.has(name) ? found.slice(0, 1) : found;
  });
}

export function checkKept(fields: Fields, names: readonly string[]): Kept | undefined {
  const found = new Map<string, string[]>(names.map((name) => [name, []]));
  let count = 0;
  fields.documents('kept', (text, path) => {
    count += 1;
    if (count > MAX_KEPT) throw xmlError(`${path}: more than ${MAX_KEPT} elements`);
    const element = parseMetadataElement(text, path);
    refuseNamespaces(element, path);
    const ofItsName = found.get(element.name);
    if (!ofItsName) throw xmlError(`${path}: <${element.name}> is not one of ${names.join(', ')}`);
    const printed = printVerbatim(canonical(element));
    ofItsName.push(printed);
    refuseTooMany(element.name, ofItsName.length, path);
    return printed;
  });
  const kept = [...found.values()].flat();
  return kept.length === 0 ? undefined : Object.freeze(kept);
}

/** One element of these names, in canonical form. @throws VirtError XML_ERROR. */
export function keepElement(text: string, path: string, names: readonly string[]): string {
  const element = parseMetadataElement(text, path);
  refuseNamespaces(element, path);
  if (!names.includes(element.name)) {
    throw xmlError(`${path}: <${element.name}> is not one of ${names.join(', ')}`);
  }
  return printVerbatim(canonical(element));
}

/** The name of a kept element. */
export function keptName(xml: string): string {
  return /^<([^\s/>]+)/u.exec(xml)?.[1] ?? '';
}

function refuseTooMany(name: string, count: number, path: string): void {
  const { most, code } = MOST.get(name) ?? { most: FIRST_OF.has(name) ? 1 : Infinity, code: 'XML_ERROR' };
  if (count > most) throw refusal(code, `${path}: only ${most} <${name}> is supported`);
}

/** A declaration here would give what is printed another meaning when it is read again. */
function refuseNamespaces(element: XmlElement, path: string): void {
  if (element.namespace !== '' || element.attributes.some((attribute) => attribute.namespace !== '')) {
    throw xmlError(`${path}: <${element.name}> uses a namespace`);
  }
  for (const child of element.children.filter(isElement)) refuseNamespaces(child, path);
}

/** The element without what is in namespaces, and without the white space of its layout. */
function canonical(element: XmlElement): XmlElement {
  const own = element.children.filter((child) => !isElement(child) || child.namespace === '');
  const text = textOf(own);
  const inside = own.map((child) => (isElement(child) ? canonical(child) : child));
  return {
    ...element,
    attributes: element.attributes.filter((attribute) => attribute.namespace === ''),
    children: /[^ \t\n]/u.test(text) ? inside : inside.filter(isElement),
  };
}

function textOf(nodes: readonly XmlNode[]): string {
  return nodes.filter((node): node is string => !isElement(node)).join('');
}

/** Those of one name, laid out as libvirt does. */
export function formatKept(kept: Kept | undefined, name: string): (OutputElement | Verbatim)[] {
  return (kept ?? []).filter((xml) => keptName(xml) === name).map((xml) => layOut(parseXml(xml)));
}

/** Text between elements is left where it is: white space there may mean something. */
function layOut(element: XmlElement): OutputElement | Verbatim {
  const inside = element.children.filter(isElement);
  const text = textOf(element.children);
  if (inside.length > 0 && text !== '') return { verbatim: printVerbatim(element) };
  const attributes = element.attributes.map(({ name, value }) => [name, value] as const);
  return { name: element.name, attributes, children: inside.length > 0 ? inside.map(layOut) : text };
}
