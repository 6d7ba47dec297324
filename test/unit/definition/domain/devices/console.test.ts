import { parseDomain } from '../../../../../lib/definition/domain/index.js';
import { devicesXml } from '../../devices.js';
import { describeFailure } from '../../failure.js';

describe('<console>', () => {
  it.each(['null', 'file', 'tcp', 'unix', 'dbus'])("of libvirt's type %s is refused", (type) => {
    expect(describeFailure(() => parseDomain(devicesXml(`<console type='${type}'/>`)))).toBe(
      `CONFIG_UNSUPPORTED <console type='${type}'> is not supported: Only PTY console types are supported`,
    );
  });

  it('of an unknown type is refused with the list', () => {
    expect(describeFailure(() => parseDomain(devicesXml("<console type='x'/>")))).toMatch(
      /^XML_ERROR unknown value for .* 'x': must be pty, null/,
    );
  });
});
