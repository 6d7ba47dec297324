import { architectureFacts, kernelVersion } from '../../../../lib/lxc/host/facts.js';
import { useHosts } from './fake-host.js';

describe('facts of the host', () => {
  const host = useHosts();
  const archesOf = (node: string, files: Readonly<Record<string, string>>): readonly string[] =>
    architectureFacts(node, host(files).root).guestArches;

  test.each([
    ['x64', {}, ['x86_64']],
    ['x64', { 'proc/sys/abi/vsyscall32': '1' }, ['x86_64', 'i686']],
    ['x64', { 'proc/sys/abi/vsyscall32': '1', 'proc/cmdline': 'quiet ia32_emulation=0' }, ['x86_64']],
    ['x64', { 'proc/sys/abi/vsyscall32': '1', 'proc/cmdline': 'ia32_emulation=1' }, ['x86_64', 'i686']],
    ['arm64', {}, ['aarch64']],
    ['arm64', { 'proc/sys/abi/setend': '1' }, ['aarch64', 'armv7l']],
    ['ppc64', {}, ['ppc64le']],
    ['unheard-of', {}, ['unheard-of']],
  ])('%s with %j runs %j', (node, files, arches) => {
    expect(archesOf(node, files)).toEqual(arches);
  });

  test.each([
    ['6.18.44-fc-v657', 6_018_044],
    ['5.15', 5_015_000],
  ])('the release %s is the version %d', (release, version) => {
    expect(kernelVersion(release)).toBe(version);
  });

  test('a release that is no version is refused', () => {
    expect(() => kernelVersion('next')).toThrow('Unknown release: next');
  });
});
