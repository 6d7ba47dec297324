/** @see https://libvirt.org/formatdomain.html#virtual-port-profile */
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import type { Generate } from '../generate.js';
import { normaliseUuid } from '../uuid.js';
import { oneSupported } from './supported.js';
import type { InterfaceType } from './types.js';

export const VIRTUALPORT_TYPES = ['802.1Qbg', '802.1Qbh', 'openvswitch', 'midonet'] as const;

/** A port of a VEPA switch. What is required may be left to the network by an interface of type `network`. */
export interface VepaVirtualport {
  readonly type: '802.1Qbg';
  /** 0 to 255; required. */
  readonly managerid?: number;
  /** 0 to 16777215; required. */
  readonly typeid?: number;
  /** 0 to 255; required. */
  readonly typeidversion?: number;
  /** A uuid; random when absent. */
  readonly instanceid?: string;
}
/** A port of a VN-Tag switch. */
export interface VnTagVirtualport {
  readonly type: '802.1Qbh';
  /** Up to 39 bytes; required. */
  readonly profileid?: string;
}
/** A port of an Open vSwitch bridge. */
export interface OpenvswitchVirtualport {
  readonly type: 'openvswitch';
  /** A uuid; random when absent. */
  readonly interfaceid?: string;
  /** Up to 39 bytes. */
  readonly profileid?: string;
}
/** A port of a MidoNet network. */
export interface MidonetVirtualport {
  readonly type: 'midonet';
  /** A uuid; required. */
  readonly interfaceid?: string;
}
/** What a network's own profile is completed with: `instanceid` and `interfaceid` are random when absent. */
export interface UntypedVirtualport {
  readonly type?: undefined;
  readonly managerid?: number;
  readonly typeid?: number;
  readonly typeidversion?: number;
  readonly instanceid?: string;
  readonly interfaceid?: string;
  readonly profileid?: string;
}
/**
 * What the switch is told about an interface.
 * @see https://libvirt.org/formatdomain.html#virtual-port-profile
 */
export type Virtualport =
  VepaVirtualport | VnTagVirtualport | OpenvswitchVirtualport | MidonetVirtualport | UntypedVirtualport;

interface DraftVirtualport extends Omit<Draft<UntypedVirtualport>, 'type'> {
  readonly type?: string | undefined;
}

type VirtualportType = (typeof VIRTUALPORT_TYPES)[number];
type Parameter = Exclude<keyof UntypedVirtualport, 'type'>;

/** What each type of switch knows, and what it must be told. */
const PARAMETERS: Readonly<
  Record<VirtualportType, { readonly known: readonly Parameter[]; readonly required: readonly Parameter[] }>
> = {
  '802.1Qbg': {
    known: ['managerid', 'typeid', 'typeidversion', 'instanceid'],
    required: ['managerid', 'typeid', 'typeidversion'],
  },
  '802.1Qbh': { known: ['profileid'], required: ['profileid'] },
  openvswitch: { known: ['interfaceid', 'profileid'], required: [] },
  midonet: { known: ['interfaceid'], required: ['interfaceid'] },
};
/** Interfaces whose profile is whole; that of a network completes the network's own. */
const WHOLE_PROFILE: readonly InterfaceType[] = ['bridge', 'direct', 'hostdev'];
const MAX_PROFILE_BYTES = 39;

export function parseVirtualport(nic: ElementReader): DraftVirtualport | undefined {
  const virtualport = nic.child('virtualport');
  const parameters = virtualport?.child('parameters');
  return (
    virtualport && {
      type: virtualport.attribute('type').text(),
      managerid: parseNumber('managerid', parameters),
      typeid: parseNumber('typeid', parameters),
      typeidversion: parseNumber('typeidversion', parameters),
      instanceid: parameters?.attribute('instanceid').text(),
      interfaceid: parameters?.attribute('interfaceid').text(),
      profileid: parameters?.attribute('profileid').text(),
    }
  );
}

/** A number as C reads it: hexadecimal after `0x`, octal after `0`. */
function parseNumber(key: Parameter, parameters: ElementReader | undefined): number | undefined {
  const text = parameters?.attribute(key).text();
  if (text === undefined) return undefined;
  if (/^0x[\da-f]{1,8}$/iu.test(text)) return Number.parseInt(text, 16);
  if (/^0[0-7]{1,10}$/u.test(text)) return Number.parseInt(text, 8);
  if (/^(?:0|[1-9]\d{0,9})$/u.test(text)) return Number.parseInt(text, 10);
  throw refusal('XML_ERROR', `cannot parse value of ${key} parameter of <virtualport>: ${quote(text)}`);
}

export function checkVirtualport(fields: Fields, nic: InterfaceType): Virtualport | undefined {
  const virtualport = fields.fields('virtualport');
  if (!virtualport) return undefined;
  const isWhole = WHOLE_PROFILE.includes(nic);
  if (!isWhole && nic !== 'network') {
    throw refusal('CONFIG_UNSUPPORTED', `<virtualport> element unsupported for <interface type='${nic}'>`);
  }
  return readAll(virtualport, (own) => checkParameters(own, isWhole));
}

function checkParameters(fields: Fields, isWhole: boolean): Virtualport {
  const type = oneSupported('type of <virtualport>', fields.string('type'), VIRTUALPORT_TYPES);
  if (type === undefined && isWhole) throw refusal('XML_ERROR', 'missing required virtualport type');
  const parameters = compact({
    managerid: checkNumber(fields, 'managerid', 0xff),
    typeid: checkNumber(fields, 'typeid', 0xff_ffff),
    typeidversion: checkNumber(fields, 'typeidversion', 0xff),
    instanceid: checkId(fields, 'instanceid'),
    interfaceid: checkId(fields, 'interfaceid'),
    profileid: checkProfile(fields.string('profileid')),
  });
  if (type === undefined) return parameters;
  const { known, required } = PARAMETERS[type];
  const extra = Object.keys(parameters).find((key) => !known.some((name) => name === key));
  if (extra !== undefined) {
    throw refusal('XML_ERROR', `extra ${extra} unsupported in <virtualport type='${type}'>`);
  }
  const missing = isWhole ? required.find((key) => parameters[key] === undefined) : undefined;
  if (missing !== undefined) {
    throw refusal('XML_ERROR', `missing ${missing} in <virtualport type='${type}'>`);
  }
  return Object.freeze({ type, ...parameters });
}

function checkNumber(fields: Fields, key: Parameter, most: number): number | undefined {
  const value = fields.unsignedInteger(key);
  if (value === undefined || value <= most) return value;
  throw refusal('XML_ERROR', `value of ${key} of <virtualport> out of range: ${value} is more than ${most}`);
}

function checkId(fields: Fields, key: Parameter): string | undefined {
  const id = fields.string(key);
  if (id === undefined) return undefined;
  try {
    return normaliseUuid(id);
  } catch {
    throw refusal('XML_ERROR', `cannot parse ${key} parameter of <virtualport> as a uuid: ${quote(id)}`);
  }
}

function checkProfile(profileid: string | undefined): string | undefined {
  if (profileid === undefined || profileid === '') return undefined;
  if (Buffer.byteLength(profileid) <= MAX_PROFILE_BYTES) return profileid;
  throw refusal(
    'XML_ERROR',
    `profileid parameter of <virtualport> too long: ${quote(profileid)} has more than ${MAX_PROFILE_BYTES} bytes`,
  );
}

/** The random names that libvirt gives to ports. */
export function completeVirtualport(virtualport: Virtualport, generate: Generate): Virtualport {
  switch (virtualport.type) {
    case 'openvswitch':
      return Object.freeze({ ...virtualport, interfaceid: virtualport.interfaceid ?? generate.uuid() });
    case '802.1Qbg':
      return Object.freeze({ ...virtualport, instanceid: virtualport.instanceid ?? generate.uuid() });
    case undefined:
      return Object.freeze({
        ...virtualport,
        instanceid: virtualport.instanceid ?? generate.uuid(),
        interfaceid: virtualport.interfaceid ?? generate.uuid(),
      });
    default:
      return virtualport;
  }
}

export function formatVirtualport(virtualport: Virtualport | undefined): OutputElement | undefined {
  if (!virtualport) return undefined;
  const { type, managerid, typeid, typeidversion, instanceid, interfaceid, profileid }: DraftVirtualport =
    virtualport;
  const parameters = element('parameters', {
    managerid,
    typeid,
    typeidversion,
    instanceid,
    interfaceid,
    profileid,
  });
  return element('virtualport', { type }, parameters.attributes.length === 0 ? [] : [parameters]);
}
