/** What attach-device, detach-device and update-device share. */
import type { DeviceOptions, Domain } from '../index.js';
import { AFFECT_OPTIONS, affectOptions } from './affect-options.js';
import type { Arguments, Context, OptionTable } from './command.js';
import { identify } from './lookup.js';
import { readSource } from './read-source.js';

export const DEVICE_OPTIONS = {
  ...AFFECT_OPTIONS,
  persistent: { type: 'boolean', help: 'the stored definition, and the container if it runs' },
  validate: { type: 'boolean', help: 'refuse elements and attributes that are not known' },
} as const satisfies OptionTable;

/** One of the three verbs. */
export interface DeviceVerb {
  readonly verb: string;
  /** What has become of the device. */
  readonly done: string;
  readonly change: (domain: Domain, xml: string, options: DeviceOptions) => Promise<void>;
}

export async function changeDevice(
  { io, print, findDomain }: Context,
  { values, positionals: [name = '', file = ''] }: Arguments<typeof DEVICE_OPTIONS>,
  { verb, done, change }: DeviceVerb,
): Promise<number> {
  const { config = false, live = false } = affectOptions(values, verb);
  const domain = await findDomain(name);
  const isActive = (await domain.getID()) !== null;
  const { persistent = false, validate = false } = values;
  await change(domain, await readSource(io, file), {
    config: config || persistent,
    live: live || (persistent && isActive),
    validate,
  });
  await print.done(`Device ${done} successfully`, identify(domain));
  return 0;
}
