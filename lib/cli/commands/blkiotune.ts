/** `virtainer blkiotune`. */
import type { BlkioParameters } from '../../index.js';
import { AFFECT_OPTIONS } from '../affect-options.js';
import { defineCommand } from '../command.js';
import { given, optional, tune } from '../parameters.js';
import { parseCount } from '../units.js';

const DEVICES = { type: 'string', value: 'DEV,N,...' } as const;

export const blkiotune = defineCommand({
  name: 'blkiotune',
  summary: 'print or change the limits of block I/O of a domain; 0 removes one',
  positionals: ['NAME'],
  options: {
    weight: { type: 'string', value: 'N', help: 'share among all containers, 1 to 10000' },
    'device-weights': { ...DEVICES, help: 'the same for single devices, as /dev/sda,500' },
    'device-read-iops-sec': { ...DEVICES, help: 'reads a second' },
    'device-write-iops-sec': { ...DEVICES, help: 'writes a second' },
    'device-read-bytes-sec': { ...DEVICES, help: 'bytes read a second' },
    'device-write-bytes-sec': { ...DEVICES, help: 'bytes written a second' },
    ...AFFECT_OPTIONS,
  },
  run(context, arguments_) {
    const { values } = arguments_;
    return tune(context, arguments_, {
      verb: 'blkiotune',
      what: 'block I/O limits',
      changes: given<BlkioParameters>({
        weight: optional(values.weight, (text) => parseCount('weight', text)),
        device_weight: values['device-weights'],
        device_read_iops_sec: values['device-read-iops-sec'],
        device_write_iops_sec: values['device-write-iops-sec'],
        device_read_bytes_sec: values['device-read-bytes-sec'],
        device_write_bytes_sec: values['device-write-bytes-sec'],
      }),
      read: (domain, options) => domain.getBlkioParameters(options),
      change: (domain, changes, options) => domain.setBlkioParameters(changes, options),
    });
  },
});
