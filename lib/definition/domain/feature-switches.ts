/** Features that are on or off. @see https://libvirt.org/formatdomain.html#hypervisor-features */
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';

/** How a feature is written: by being there, with `state` (some need it), or with `enabled`. */
type Form = 'presence' | 'state' | 'required state' | 'enabled';
interface Written {
  readonly name: string;
  readonly form: Form;
}

const SWITCHES = {
  acpi: { name: 'acpi', form: 'presence' },
  pae: { name: 'pae', form: 'presence' },
  hap: { name: 'hap', form: 'state' },
  viridian: { name: 'viridian', form: 'presence' },
  privnet: { name: 'privnet', form: 'presence' },
  pvspinlock: { name: 'pvspinlock', form: 'state' },
  pmu: { name: 'pmu', form: 'state' },
  vmport: { name: 'vmport', form: 'state' },
  vmcoreinfo: { name: 'vmcoreinfo', form: 'state' },
  htm: { name: 'htm', form: 'required state' },
  nestedHv: { name: 'nested-hv', form: 'required state' },
  ccfAssist: { name: 'ccf-assist', form: 'required state' },
  asyncTeardown: { name: 'async-teardown', form: 'enabled' },
  ras: { name: 'ras', form: 'required state' },
  ps2: { name: 'ps2', form: 'required state' },
} as const satisfies Readonly<Record<string, Written>>;

/** A feature that is on or off, by its name in definitions. */
export type FeatureSwitch = keyof typeof SWITCHES;
type Switches = Readonly<Partial<Record<FeatureSwitch, boolean | undefined>>>;

const WRITTEN: readonly (readonly [string, Written])[] = Object.entries<Written>(SWITCHES);
const BY_ELEMENT = new Map(WRITTEN.map((entry) => [entry[1].name, entry]));

export function parseSwitches(features: ElementReader): Switches {
  return Object.fromEntries(
    WRITTEN.map(([key, { name, form }]) => {
      // libvirt takes the last of several.
      const feature = features.children(name).at(-1);
      return [key, feature && parseState(feature, form)];
    }),
  );
}

function parseState(feature: ElementReader, form: Form): boolean {
  if (form === 'presence') return true;
  const state =
    form === 'enabled' ? feature.attribute('enabled').yesNo() : feature.attribute('state').onOff();
  if (state === undefined && form === 'required state') {
    throw refusal('XML_ERROR', `missing attribute 'state' of <${feature.element.name}>`);
  }
  return state ?? true;
}

export function checkSwitches(fields: Fields): Switches {
  return Object.fromEntries(
    WRITTEN.map(([key, { form }]) => {
      const on = fields.boolean(key);
      // There is no way to write that it is off, and it is off anyway.
      return [key, on === false && form === 'presence' ? undefined : on];
    }),
  );
}

/** The element of this name, if it is such a feature and the definition has it. */
export function formatSwitch(switches: Switches, name: string): OutputElement | undefined {
  const [key, written] = BY_ELEMENT.get(name) ?? [];
  const on = key !== undefined && isSwitch(key) ? switches[key] : undefined;
  if (on === undefined || !written) return undefined;
  switch (written.form) {
    case 'presence':
      return on ? element(name) : undefined;
    case 'enabled':
      return element(name, { enabled: on ? 'yes' : 'no' });
    case 'state':
    case 'required state':
      return element(name, { state: on ? 'on' : 'off' });
  }
}

function isSwitch(key: string): key is FeatureSwitch {
  return Object.hasOwn(SWITCHES, key);
}
