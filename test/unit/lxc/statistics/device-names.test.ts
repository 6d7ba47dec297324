import { DeviceNames } from '../../../../lib/lxc/statistics/device-names.js';

test('a device is looked up once, and has its numbers for a name when it has no other', () => {
  const asked: string[] = [];
  const devices = new DeviceNames((directory, file) => {
    asked.push(`${directory}/${file}`);
    return directory.endsWith('8:0') ? 'MAJOR=8\nMINOR=0\nDEVNAME=mapper/sda\nDEVTYPE=disk\n' : undefined;
  });
  expect(devices.nameOf('8:0')).toBe('mapper/sda');
  expect(devices.nameOf('8:0')).toBe('mapper/sda');
  expect(devices.nameOf('9:9')).toBe('9:9');
  expect(devices.nameOf('../etc')).toBe('../etc');
  expect(asked).toEqual(['/sys/dev/block/8:0/uevent', '/sys/dev/block/9:9/uevent']);
});
