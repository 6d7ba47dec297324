/** The small parts of an interface. @see https://libvirt.org/formatdomain.html#network-interfaces */
import { quote } from '../../../errors.js';
import { compact, emptyIsNone, zeroIsNone, type Draft } from '../../plain/compact.js';
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
import { oneSupported } from './supported.js';

export const LINK_STATES = ['up', 'down'] as const;

export interface InterfaceSettings {
  /** Whether ports of the bridge that are isolated too can be reached; they can when absent. */
  readonly portIsolated?: boolean;
  /** Program of the host that libvirt's other drivers run at start: refused at the start of a container. */
  readonly script?: string;
  /** The same when it stops. */
  readonly downscript?: string;
  /** Domain that provides the back end, of libvirt's other drivers: printed, without effect. */
  readonly backenddomain?: string;
  /**
   * Name on the host; made up at start when absent. One that begins with `vnet`, `macvtap` or `macvlan` counts as
   * made up, and is part of live definitions only; with `targetManaged: false` it is the author's.
   */
  readonly targetDev?: string;
  /** Whether the host's side is made at start; it is when absent. `false` needs type `ethernet`. */
  readonly targetManaged?: boolean;
  /** Name inside the container; `eth0` and so on when absent. */
  readonly guestDev?: string;
  /** Live only: the other end's name on the host, before it is moved. */
  readonly guestActual?: string;
  /** Model of the device of a machine: printed, without effect. */
  readonly model?: string;
  /** `up` when absent and there are addresses. */
  readonly link?: (typeof LINK_STATES)[number];
  /** The largest packet, bytes. */
  readonly mtuBytes?: number;
  /** Send buffer of the host's side, bytes; 0: no limit. */
  readonly sndbufBytes?: number;
}

/** libvirt's own names of interfaces of the host. */
const MADE_UP = /^(?:vnet|macvtap|macvlan)/u;
const MAX_MTU = 0xffff_ffff;

export function parseSettings(nic: ElementReader): Draft<InterfaceSettings> {
  const target = nic.child('target');
  const guest = nic.child('guest');
  // Live only.
  guest?.attribute('actual');
  return {
    portIsolated: nic.child('port')?.attribute('isolated').yesNo(),
    script: nic.child('script')?.attribute('path').text(),
    downscript: nic.child('downscript')?.attribute('path').text(),
    backenddomain: nic.child('backenddomain')?.attribute('name').text(),
    ...withoutMadeUp({
      targetDev: target?.attribute('dev').text(),
      targetManaged: target?.attribute('managed').yesNo(),
    }),
    guestDev: guest?.attribute('dev').text(),
    model: nic.child('model')?.attribute('type').text(),
    link: nic.child('link')?.attribute('state').text(),
    mtuBytes: nic.child('mtu')?.attribute('size').unsignedInteger(),
    sndbufBytes: nic.child('tune')?.unsignedInteger('sndbuf'),
  };
}

export function checkSettings(fields: Fields): InterfaceSettings {
  return compact({
    portIsolated: fields.boolean('portIsolated'),
    script: emptyIsNone(fields.string('script')),
    downscript: emptyIsNone(fields.string('downscript')),
    backenddomain: emptyIsNone(fields.string('backenddomain')),
    targetDev: checkName(fields, 'targetDev', 'target dev'),
    targetManaged: fields.boolean('targetManaged'),
    guestDev: checkName(fields, 'guestDev', 'guest dev'),
    guestActual: checkName(fields, 'guestActual', 'guest actual'),
    model: checkModel(emptyIsNone(fields.string('model'))),
    link: oneSupported('<interface> link state', fields.string('link'), LINK_STATES),
    mtuBytes: zeroIsNone(checkMtu(fields.unsignedInteger('mtuBytes'))),
    sndbufBytes: fields.unsignedInteger('sndbufBytes'),
  });
}

type Names = Draft<Pick<InterfaceSettings, 'targetDev' | 'targetManaged' | 'guestActual'>>;

/** What libvirt called the interface is not what its author did. */
function withoutMadeUp(names: Names): Names {
  const { targetDev = '', targetManaged } = names;
  return MADE_UP.test(targetDev) && targetManaged !== false ? { ...names, targetDev: undefined } : names;
}

/** Leaves out names that are live only. */
export function lastingNames(names: Names): InterfaceSettings {
  const { targetDev, targetManaged } = withoutMadeUp(names);
  return compact({ targetDev, targetManaged });
}

export function formatPort({ portIsolated }: InterfaceSettings): OutputElement | undefined {
  return portIsolated === undefined ? undefined : element('port', { isolated: formatYesNo(portIsolated) });
}

export function formatNames(settings: InterfaceSettings): (OutputElement | undefined)[] {
  const { script, downscript, backenddomain, targetDev, targetManaged, guestDev, guestActual, model } =
    settings;
  const one = (name: string, attributes: Record<string, string | undefined>): OutputElement | undefined =>
    Object.values(attributes).every((value) => value === undefined) ? undefined : element(name, attributes);
  return [
    one('script', { path: script }),
    one('downscript', { path: downscript }),
    one('backenddomain', { name: backenddomain }),
    one('target', { dev: targetDev, managed: formatYesNo(targetManaged) }),
    one('guest', { dev: guestDev, actual: guestActual }),
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

function checkName(fields: Fields, key: string, what: string): string | undefined {
  const name = emptyIsNone(fields.string(key));
  return name === undefined ? undefined : checkDeviceName(`<interface> ${what}`, name);
}

function checkModel(model: string | undefined): string | undefined {
  if (model === undefined || /^[\w-]+$/u.test(model)) return model;
  throw refusal('INVALID_ARG', `<interface>: Model name ${quote(model)} contains invalid characters`);
}

function checkMtu(size: number | undefined): number | undefined {
  if (size === undefined || size <= MAX_MTU) return size;
  throw refusal('XML_ERROR', `<interface>: malformed mtu size ${size}: must be at most ${MAX_MTU}`);
}
