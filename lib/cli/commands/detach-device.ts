/** `virtainer detach-device`. */
import { defineCommand } from '../command.js';
import { changeDevice, DEVICE_OPTIONS } from '../device-command.js';

export const detachDevice = defineCommand({
  name: 'detach-device',
  summary: 'remove a device from a domain, described by an XML file; - reads stdin',
  positionals: ['NAME', 'FILE'],
  options: DEVICE_OPTIONS,
  run: (context, given) =>
    changeDevice(context, given, {
      verb: 'detach-device',
      done: 'detached',
      change: (domain, xml, options) => domain.detachDevice(xml, options),
    }),
});
