/** `virtainer update-device`. */
import { defineCommand } from '../command.js';
import { changeDevice, DEVICE_OPTIONS } from '../device-command.js';

export const updateDevice = defineCommand({
  name: 'update-device',
  summary: 'change a device of a domain to that of an XML file; - reads stdin',
  positionals: ['NAME', 'FILE'],
  options: DEVICE_OPTIONS,
  run: (context, given) =>
    changeDevice(context, given, {
      verb: 'update-device',
      done: 'updated',
      change: (domain, xml, options) => domain.updateDevice(xml, options),
    }),
});
