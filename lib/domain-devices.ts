/** Changing one device of a domain: which definitions are changed, and how. */
import {
  changeDevice,
  checkDevice,
  describeDevice,
  parseDevice,
  validateDomain,
  type CompleteDomain,
  type Device,
  type DeviceAction,
} from './definition/domain/index.js';
import type { AffectOptions } from './affected.js';
import type { DomainView } from './domain-view.js';
import { VirtError } from './errors.js';

/** How {@link Domain.attachDevice} and its like take a device, and which definition they change. */
export interface DeviceOptions extends AffectOptions {
  /** Refuse elements and attributes of the XML that libvirt's schema does not have. Default: false. */
  readonly validate?: boolean;
}

/** The device and what is to be changed by it. */
export interface DeviceChange {
  readonly device: string | Device;
  readonly options: DeviceOptions;
}

/** libvirt's names. */
const FUNCTIONS: Readonly<Record<DeviceAction, string>> = {
  attach: 'virDomainAttachDeviceFlags',
  detach: 'virDomainDetachDeviceFlags',
  update: 'virDomainUpdateDeviceFlags',
};

/** Nothing is changed unless all of it can be. */
export async function changeDeviceOf(
  view: DomainView,
  action: DeviceAction,
  { device: given, options }: DeviceChange,
): Promise<void> {
  const driver = await view.session.changing(FUNCTIONS[action]);
  const device =
    typeof given === 'string'
      ? parseDevice(given, { validate: options.validate ?? false, action })
      : checkDevice(given);
  await driver.updateDefinition(view.uuid, options, (definition, scope) => {
    if (scope === 'live') throw cannotChangeLive(definition, action, device);
    const changed = changeDevice(definition, action, device);
    validateDomain(changed, driver.host);
    return changed;
  });
}

function cannotChangeLive({ name }: CompleteDomain, action: DeviceAction, device: Device): VirtError {
  return new VirtError(
    'OPERATION_UNSUPPORTED',
    `cannot ${action} ${describeDevice(device)}: this version does not modify the devices of the running domain '${name}'`,
    { hint: `${action} it with config: true (--config); it takes effect at the next start` },
  );
}
