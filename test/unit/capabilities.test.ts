import { formatCapabilities } from '../../lib/capabilities.js';

test("capabilities are printed as libvirt's document, with escapes", () => {
  const xml = formatCapabilities({
    host: {
      uuid: 'u',
      arch: 'x86_64',
      cpus: 4,
      memoryKiB: 1024,
      securityModels: [{ model: 'selinux', doi: '0' }],
    },
    guests: [{ osType: 'exe', arch: 'x86_64', wordsize: 64, emulator: "/a&b'<c>", domainType: 'lxc' }],
  });
  expect(xml).toContain('<secmodel>\n      <model>selinux</model>\n      <doi>0</doi>\n    </secmodel>');
  expect(xml).toContain("<memory unit='KiB'>1024</memory>");
  expect(xml).toContain("<cpus num='4'/>");
  expect(xml).toContain('<emulator>/a&amp;b&apos;&lt;c&gt;</emulator>');
  expect(xml).toContain("<arch name='x86_64'>\n      <wordsize>64</wordsize>");
});
