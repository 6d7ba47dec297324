/** What attach-device, detach-device and update-device share. */
import type { DeviceOptions, Domain } from '../index.js';
import type { Arguments, Context, OptionTable, OptionValues } from './command.js';
import { usageError } from './failure.js';
import { identify } from './lookup.js';
import { readSource } from './read-source.js';

export const DEVICE_OPTIONS = {
  config: { type: 'boolean', help: 'the stored definition, for the next start' },
  live: { type: 'boolean', help: 'the running container' },
  current: { type: 'boolean', help: 'the running container, or else the stored definition (the default)' },
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
  refuseContradiction(values, verb);
  const domain = await findDomain(name);
  const isActive = (await domain.getID()) !== null;
  const { config = false, live = false, persistent = false, validate = false } = values;
  await change(domain, await readSource(io, file), {
    config: config || persistent,
    live: live || (persistent && isActive),
    validate,
  });
  await print.done(`Device ${done} successfully`, identify(domain));
  return 0;
}

/** As virsh has it. */
function refuseContradiction(values: OptionValues<typeof DEVICE_OPTIONS>, verb: string): void {
  if (!values.current) return;
  const other = (['config', 'live', 'persistent'] as const).find((option) => values[option]);
  if (other !== undefined) throw usageError(`--current and --${other} exclude each other`, verb);
}
