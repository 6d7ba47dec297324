/** The small parts of an interface. @see https://libvirt.org/formatdomain.html#network-interfaces */
import { quote } from '../../../errors.js';
import { compact, zeroIsNone, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import {
  element,
  formatYesNo,
  group,
  textElement,
  type ElementReader,
  type OutputElement,
} from '../../xml/index.js';
import { checkDeviceName } from './names.js';

export const LINK_STATES = ['up', 'down'] as const;

export interface InterfaceSettings {
  /** Whether ports of the bridge that are isolated too can be reached; they can when absent. */
  readonly portIsolated?: boolean;
  /** Domain that provides the back end, of libvirt's other drivers: printed, without effect. */
  readonly backenddomain?: string;
  /** Name on the host; made up at start when absent, or when it begins as those made up do. */
  readonly targetDev?: string;
  /** Whether the host's side is made at start; it is when absent. */
  readonly targetManaged?: boolean;
  /** Name inside the container; `eth0` and so on when absent. */
  readonly guestDev?: string;
  /** Model of the device of a machine: printed, without effect. */
  readonly model?: string;
  /** `up` when absent and there are addresses. */
  readonly link?: (typeof LINK_STATES)[number];
  /** The largest packet, bytes. */
  readonly mtuBytes?: number;
  /** Send buffer of the host's side, bytes; 0: no limit. */
  readonly sndbufBytes?: number;
}

/** What libvirt calls interfaces of the host for which no name is given. */
const MADE_UP = /^(?:vnet|macvtap|macvlan)/u;
const MAX_UNSIGNED = 0xffff_ffff;

export function parseSettings(nic: ElementReader): Draft<InterfaceSettings> {
  const target = nic.child('target');
  const guest = nic.child('guest');
  // Live only: a name for a moment of the start.
  guest?.attribute('actual');
  return {
    portIsolated: nic.child('port')?.attribute('isolated').yesNo(),
    backenddomain: nic.child('backenddomain')?.attribute('name').text(),
    targetDev: target?.attribute('dev').text(),
    targetManaged: target?.attribute('managed').yesNo(),
    guestDev: guest?.attribute('dev').text(),
    model: nic.child('model')?.attribute('type').text(),
    link: nic.child('link')?.attribute('state').oneOf(LINK_STATES),
    mtuBytes: nic.child('mtu')?.attribute('size').unsignedInteger(),
    sndbufBytes: nic.child('tune')?.unsignedInteger('sndbuf'),
  };
}

export function checkSettings(fields: Fields): InterfaceSettings {
  const targetDev = checkName(fields, 'targetDev', 'target dev');
  return compact({
    portIsolated: fields.boolean('portIsolated'),
    backenddomain: present(fields.string('backenddomain')),
    targetDev: targetDev !== undefined && MADE_UP.test(targetDev) ? undefined : targetDev,
    targetManaged: fields.boolean('targetManaged'),
    guestDev: checkName(fields, 'guestDev', 'guest dev'),
    model: checkModel(present(fields.string('model'))),
    link: fields.oneOf('link', LINK_STATES),
    mtuBytes: zeroIsNone(checkUnsigned('mtu size', fields.unsignedInteger('mtuBytes'))),
    sndbufBytes: checkUnsigned('sndbuf', fields.unsignedInteger('sndbufBytes')),
  });
}

export function formatPort({ portIsolated }: InterfaceSettings): OutputElement | undefined {
  return portIsolated === undefined ? undefined : element('port', { isolated: formatYesNo(portIsolated) });
}

export function formatNames(settings: InterfaceSettings): (OutputElement | undefined)[] {
  const { backenddomain, targetDev, targetManaged, guestDev, model } = settings;
  const one = (name: string, attributes: Record<string, string | undefined>): OutputElement | undefined =>
    Object.values(attributes).every((value) => value === undefined) ? undefined : element(name, attributes);
  return [
    one('backenddomain', { name: backenddomain }),
    one('target', { dev: targetDev, managed: formatYesNo(targetManaged) }),
    one('guest', { dev: guestDev }),
    one('model', { type: model }),
  ];
}

export function formatLink({ link, mtuBytes }: InterfaceSettings): (OutputElement | undefined)[] {
  return [
    link && element('link', { state: link }),
    mtuBytes === undefined ? undefined : element('mtu', { size: mtuBytes }),
  ];
}

export function formatTune({ sndbufBytes }: InterfaceSettings): OutputElement | undefined {
  return group('tune', [textElement('sndbuf', sndbufBytes)]);
}

/** As in libvirt, empty is absent. */
function present(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function checkName(fields: Fields, key: string, what: string): string | undefined {
  const name = present(fields.string(key));
  return name === undefined ? undefined : checkDeviceName(`<interface> ${what}`, name);
}

function checkModel(model: string | undefined): string | undefined {
  if (model === undefined || /^[\w-]+$/u.test(model)) return model;
  throw refusal('INVALID_ARG', `<interface>: Model name ${quote(model)} contains invalid characters`);
}

function checkUnsigned(what: string, value: number | undefined): number | undefined {
  if (value === undefined || value <= MAX_UNSIGNED) return value;
  throw refusal('XML_ERROR', `<interface> ${what} ${value} is larger than ${MAX_UNSIGNED}`);
}
