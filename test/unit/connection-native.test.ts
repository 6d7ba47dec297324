import { open, type DomainDefinition } from '../../lib/index.js';

const CONFIG = 'lxc.uts.name = web\nlxc.rootfs.path = /srv/web\nlxc.hook.start = /bin/true\n';
const DEFINITION: DomainDefinition = {
  type: 'lxc',
  name: 'web',
  memoryKiB: 65_536,
  os: { type: 'exe', init: '/sbin/init' },
};

describe('conversions of a connection', () => {
  test('domainXMLFromNative() gives XML that can be defined, and the lines left behind', async () => {
    await using connection = await open('test:///default');
    const { xml, unmapped } = await connection.domainXMLFromNative('lxc-tools', CONFIG);
    expect(unmapped).toEqual([
      { key: 'lxc.hook.start', value: '/bin/true', line: 3, reason: expect.any(String) as unknown },
    ]);
    expect((await connection.defineDomain(xml)).name).toBe('web');
  });

  test('domainXMLToNative() takes XML and objects alike', async () => {
    await using connection = await open('test:///default');
    const domain = await connection.defineDomain(DEFINITION);
    const fromObject = await connection.domainXMLToNative('oci', await domain.getDefinition());
    expect(await connection.domainXMLToNative('oci', await domain.getXMLDesc())).toEqual(fromObject);
    expect(JSON.parse(fromObject.config)).toMatchObject({ hostname: 'web' });
  });

  test('another format is INVALID_ARG', async () => {
    await using connection = await open('test:///default');
    const error = { code: 'INVALID_ARG', message: "unsupported config type 'vmx'" };
    // @ts-expect-error no such format
    await expect(connection.domainXMLFromNative('vmx', CONFIG)).rejects.toMatchObject(error);
    // @ts-expect-error no such format
    await expect(connection.domainXMLToNative('vmx', DEFINITION)).rejects.toMatchObject(error);
    // @ts-expect-error can be written, not read
    await expect(connection.domainXMLFromNative('oci', '{}')).rejects.toMatchObject({ code: 'INVALID_ARG' });
  });

  test('a bad definition has its usual error', async () => {
    await using connection = await open('test:///default');
    await expect(connection.domainXMLToNative('oci', '<domain')).rejects.toMatchObject({ code: 'XML_ERROR' });
    // @ts-expect-error no definition
    await expect(connection.domainXMLToNative('oci', null)).rejects.toMatchObject({ code: 'INVALID_ARG' });
  });

  test('a read-only or closed connection converts nothing, as in libvirt', async () => {
    const connection = await open('test:///default', { readOnly: true });
    await expect(connection.domainXMLFromNative('lxc-tools', CONFIG)).rejects.toMatchObject({
      code: 'OPERATION_DENIED',
    });
    await expect(connection.domainXMLToNative('oci', DEFINITION)).rejects.toMatchObject({
      code: 'OPERATION_DENIED',
    });
    await connection.close();
    await expect(connection.domainXMLToNative('oci', DEFINITION)).rejects.toMatchObject({
      code: 'INVALID_CONN',
    });
  });
});
