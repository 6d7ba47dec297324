/** `virtainer attach-device`. */
import { defineCommand } from '../command.js';
import { changeDevice, DEVICE_OPTIONS } from '../device-command.js';

export const attachDevice = defineCommand({
  name: 'attach-device',
  summary: 'add a device from an XML file to a domain; - reads stdin',
  positionals: ['NAME', 'FILE'],
  options: DEVICE_OPTIONS,
  run: (context, given) =>
    changeDevice(context, given, {
      verb: 'attach-device',
      done: 'attached',
      change: (domain, xml, options) => domain.attachDevice(xml, options),
    }),
});
