import { open } from 'virtainer';
import { describeDriver } from './contract.js';

describeDriver(
  'test',
  (options) => open('test:///default', options),
  (name) => ({
    type: 'lxc',
    name,
    memoryKiB: 65_536,
    os: { type: 'exe', init: '/bin/sleep', initargs: ['infinity'] },
    devices: {
      filesystems: [{ type: 'mount', source: '/srv/contract', target: '/' }],
      consoles: [{ type: 'pty' }],
    },
  }),
  { shared: false },
);
