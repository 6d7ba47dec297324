import fc from 'fast-check';
import { devices } from './devices.js';
import { extensions } from './extensions.js';
import { general } from './general.js';
import { interfaces } from './interfaces.js';
import { optional } from './optional.js';
import { tuning } from './tuning.js';

/** Definitions of all families at once. */
export const whole = fc
  .record({ general, tuning, devices, interfaces, extensions: optional(extensions) })
  .map(({ general: base, tuning: part, devices: parts, interfaces: nics, extensions: own }) => ({
    ...base,
    ...part,
    devices: { ...parts, consoles: base.devices?.consoles, interfaces: nics },
    // There is nothing to map without a user namespace.
    idmap: own?.userNamespace?.mode === 'none' ? undefined : base.idmap,
    extensions: own,
  }));
