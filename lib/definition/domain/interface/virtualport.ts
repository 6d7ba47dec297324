/** @see https://libvirt.org/formatdomain.html#virtual-port-profile */
import { quote } from '../../../errors.js';
import { compact, compactOrNothing, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import type { Generate } from '../generate.js';
import { normaliseUuid } from '../uuid.js';

export const VIRTUALPORT_TYPES = ['802.1Qbg', '802.1Qbh', 'openvswitch', 'midonet'] as const;

/** A port of a VEPA switch. */
export interface VepaVirtualport {
  readonly type: '802.1Qbg';
  /** 0 to 255. */
  readonly managerid: number;
  /** 0 to 16777215. */
  readonly typeid: number;
  /** 0 to 255. */
  readonly typeidversion: number;
  /** A uuid; random when absent. */
  readonly instanceid?: string;
}
/** A port of a VN-Tag switch. */
export interface VnTagVirtualport {
  readonly type: '802.1Qbh';
  /** Up to 39 bytes. */
  readonly profileid: string;
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
  /** A uuid. */
  readonly interfaceid: string;
}
/** What a network's own profile is completed with. */
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

const MAX_PROFILE_BYTES = 39;

export function parseVirtualport(nic: ElementReader): DraftVirtualport | undefined {
  const virtualport = nic.child('virtualport');
  const parameters = virtualport?.child('parameters');
  return (
    virtualport && {
      type: virtualport.attribute('type').oneOf(VIRTUALPORT_TYPES),
      managerid: parameters?.attribute('managerid').unsignedInteger(),
      typeid: parameters?.attribute('typeid').unsignedInteger(),
      typeidversion: parameters?.attribute('typeidversion').unsignedInteger(),
      instanceid: parameters?.attribute('instanceid').text(),
      interfaceid: parameters?.attribute('interfaceid').text(),
      profileid: parameters?.attribute('profileid').text(),
    }
  );
}

export function checkVirtualport(fields: Fields): Virtualport | undefined {
  const virtualport = fields.fields('virtualport');
  return virtualport && readAll(virtualport, checkParameters);
}

function checkParameters(fields: Fields): Virtualport | undefined {
  const type = fields.oneOf('type', VIRTUALPORT_TYPES);
  const parameters = compact({
    managerid: checkNumber(fields, 'managerid', 0xff),
    typeid: checkNumber(fields, 'typeid', 0xff_ffff),
    typeidversion: checkNumber(fields, 'typeidversion', 0xff),
    instanceid: checkId(fields, 'instanceid'),
    interfaceid: checkId(fields, 'interfaceid'),
    profileid: checkProfile(fields.string('profileid')),
  });
  switch (type) {
    case undefined:
      return compactOrNothing(parameters);
    case '802.1Qbg':
      return checkVepa(parameters);
    case '802.1Qbh':
      refuseOthers(type, parameters, ['profileid']);
      return Object.freeze({ type, profileid: required(type, 'profileid', parameters.profileid) });
    case 'openvswitch':
      refuseOthers(type, parameters, ['interfaceid', 'profileid']);
      return Object.freeze({ type, ...parameters });
    case 'midonet':
      refuseOthers(type, parameters, ['interfaceid']);
      return Object.freeze({ type, interfaceid: required(type, 'interfaceid', parameters.interfaceid) });
  }
}

function checkVepa(parameters: UntypedVirtualport): VepaVirtualport {
  const type = '802.1Qbg' as const;
  refuseOthers(type, parameters, ['managerid', 'typeid', 'typeidversion', 'instanceid']);
  return compact({
    type,
    managerid: required(type, 'managerid', parameters.managerid),
    typeid: required(type, 'typeid', parameters.typeid),
    typeidversion: required(type, 'typeidversion', parameters.typeidversion),
    instanceid: parameters.instanceid,
  });
}

/** What its switch would not know. */
function refuseOthers(type: string, parameters: UntypedVirtualport, known: readonly string[]): void {
  const other = Object.keys(parameters).find((key) => !known.includes(key));
  if (other !== undefined) {
    throw refusal('XML_ERROR', `extra ${other} unsupported in <virtualport type='${type}'>`);
  }
}

function required<T>(type: string, name: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw refusal('XML_ERROR', `missing ${name} in <virtualport type='${type}'>`);
}

function checkNumber(fields: Fields, key: string, most: number): number | undefined {
  const value = fields.unsignedInteger(key);
  if (value === undefined || value <= most) return value;
  throw refusal('XML_ERROR', `value of virtualport ${key} out of range: ${value} is more than ${most}`);
}

function checkId(fields: Fields, key: string): string | undefined {
  const id = fields.string(key);
  return id === undefined ? undefined : normaliseUuid(id, `virtualport ${key}`);
}

function checkProfile(profileid: string | undefined): string | undefined {
  if (profileid === undefined || profileid === '') return undefined;
  if (Buffer.byteLength(profileid) <= MAX_PROFILE_BYTES) return profileid;
  throw refusal(
    'XML_ERROR',
    `virtualport profileid ${quote(profileid)} is longer than ${MAX_PROFILE_BYTES} bytes`,
  );
}

/** The random names that libvirt gives to ports. */
export function completeVirtualport(
  virtualport: Virtualport | undefined,
  generate: Generate,
): Virtualport | undefined {
  switch (virtualport?.type) {
    case 'openvswitch':
      return Object.freeze({ ...virtualport, interfaceid: virtualport.interfaceid ?? generate.uuid() });
    case '802.1Qbg':
      return Object.freeze({ ...virtualport, instanceid: virtualport.instanceid ?? generate.uuid() });
    default:
      return virtualport;
  }
}

export function formatVirtualport(virtualport: Virtualport | undefined): OutputElement | undefined {
  if (!virtualport) return undefined;
  const { type, managerid, typeid, typeidversion, instanceid, interfaceid, profileid }: DraftVirtualport =
    virtualport;
  const parameters = { managerid, typeid, typeidversion, instanceid, interfaceid, profileid };
  return element('virtualport', { type }, [element('parameters', parameters)]);
}
