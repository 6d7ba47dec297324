import { open } from 'virtainer';
import { defaultUri, parseLxcTarget, parseUri } from '../../lib/uri.js';
import { thrownBy } from '../thrown-by.js';

test('the default comes from VIRTAINER_DEFAULT_URI, then LIBVIRT_DEFAULT_URI, then is lxc:///system', () => {
  expect(defaultUri({ VIRTAINER_DEFAULT_URI: 'a:///', LIBVIRT_DEFAULT_URI: 'b:///' })).toBe('a:///');
  expect(defaultUri({ VIRTAINER_DEFAULT_URI: '', LIBVIRT_DEFAULT_URI: 'b:///' })).toBe('b:///');
  expect(defaultUri({})).toBe('lxc:///system');
});

test.each(['lxc:///system', 'lxc:///', 'lxc://', 'LXC:///system', 'lxc:/system'])(
  '%s means the system',
  (text) => {
    expect(parseLxcTarget(parseUri(text))).toEqual({ uri: 'lxc:///system' });
  },
);

test('embed needs a root, whose escapes are undone and whose plus signs stay', () => {
  expect(parseLxcTarget(parseUri('lxc:///embed?root=/srv/a+b%20c'))).toEqual({
    uri: 'lxc:///embed?root=/srv/a%2Bb%20c',
    embedRoot: '/srv/a+b c',
  });
  expect(thrownBy(() => parseLxcTarget(parseUri('lxc:///embed')))).toMatchObject({ code: 'INVALID_ARG' });
});

test('another path fails as in libvirt', async () => {
  await expect(open('lxc:///session')).rejects.toMatchObject({
    code: 'INTERNAL_ERROR',
    message: "Unexpected LXC URI path '/session', try lxc:///system",
  });
});

test.each(['qemu:///system', 'lxc+ssh://host/system', 'lxc://host/system', 'test://host/default'])(
  '%s fails with NO_CONNECT',
  async (uri) => {
    await expect(open(uri)).rejects.toMatchObject({
      code: 'NO_CONNECT',
      message: `no connection driver available for ${uri}`,
    });
  },
);

test.each(['', 'nonsense', '//host/path', 'lxc:///embed?root=%zz'])("'%s' is no URI", async (uri) => {
  await expect(open(uri)).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
});

test('the test driver knows only /default', async () => {
  await expect(open('test:///other')).rejects.toMatchObject({ code: 'INVALID_ARG' });
});

describe('the environment', () => {
  const before = process.env.VIRTAINER_DEFAULT_URI;
  afterEach(() => {
    if (before === undefined) delete process.env.VIRTAINER_DEFAULT_URI;
    else process.env.VIRTAINER_DEFAULT_URI = before;
  });

  test('decides where open() without a URI leads', async () => {
    process.env.VIRTAINER_DEFAULT_URI = 'test:///default';
    await using connection = await open();
    expect(connection.uri).toBe('test:///default');
  });
});
