import { definitionOf, refused, reported } from './importing.js';

const nics = (...lines: string[]): unknown => definitionOf(...lines).devices?.interfaces;

describe('networks of lxc-tools', () => {
  test('interfaces are told apart by index, in both generations in one file', () => {
    const { devices, features } = definitionOf(
      'lxc.network.type = veth',
      'lxc.net.10.type = macvlan',
      'lxc.net.10.link = eth1',
      'lxc.net.2.type = veth',
      'lxc.net.2.link = br0',
      'lxc.net.2.flags = up',
      'lxc.network.type = phys',
      'lxc.network.link = eth2',
    );
    expect(devices?.interfaces).toEqual([
      { type: 'ethernet', link: 'down' },
      { type: 'bridge', bridge: 'br0', link: 'up' },
      { type: 'direct', dev: 'eth1', mode: 'private', link: 'down' },
    ]);
    expect(devices?.hostdevs).toEqual([{ mode: 'capabilities', type: 'net', interface: 'eth2' }]);
    expect(features).not.toHaveProperty('privnet');
  });

  test('everything an interface may have', () => {
    expect(
      nics(
        'lxc.net.0.type = veth',
        'lxc.net.0.hwaddr = 00:16:3E:01:02:03',
        'lxc.net.0.name = eth5',
        'lxc.net.0.mtu = 1400',
        'lxc.net.0.veth.pair = web0',
        'lxc.net.0.ipv4.address = 10.0.0.2/24 10.0.0.255',
        'lxc.net.0.ipv6 = fd00::2/64',
        'lxc.net.0.ipv4.gateway = 10.0.0.1',
        'lxc.net.0.ipv6.gateway = fd00::1',
      ),
    ).toEqual([
      {
        type: 'ethernet',
        mac: '00:16:3e:01:02:03',
        ips: [
          { family: 'ipv4', address: '10.0.0.2', prefix: 24 },
          { family: 'ipv6', address: 'fd00::2', prefix: 64 },
        ],
        routes: [
          { family: 'ipv4', address: '0.0.0.0', gateway: '10.0.0.1' },
          { family: 'ipv6', address: '::', gateway: 'fd00::1' },
        ],
        targetDev: 'web0',
        guestDev: 'eth5',
        link: 'down',
        mtuBytes: 1400,
      },
    ]);
  });

  test.each([
    [[], true],
    [['lxc.net.0.type = empty'], true],
    [['lxc.net.0.type ='], true],
    [['lxc.net.0.type = none'], undefined],
    [['lxc.network.type = none'], undefined],
  ])('%j: privnet is %s', (lines, privnet) => {
    expect(definitionOf(...lines).features?.privnet).toBe(privnet);
  });

  test.each(['phys', 'vlan', 'macvlan'])('%s needs a link', (type) => {
    expect(() => nics(`lxc.net.0.type = ${type}`)).toThrow(
      expect.objectContaining(refused('CONFIG_UNSUPPORTED', "Missing 'link' attribute for NIC")),
    );
  });

  test.each(['10.0.0.2', '10.0.0.2/x', 'fd00::1/64', '/24', 'web/24'])('address %s is refused', (address) => {
    expect(() => nics('lxc.net.0.type = veth', `lxc.net.0.ipv4.address = ${address}`)).toThrow(
      expect.objectContaining(refused('INVALID_ARG', `Invalid CIDR address: '${address}'`)),
    );
  });

  test('what has no equivalent is reported', () => {
    expect(
      reported(
        'lxc.network.mtu = 1',
        'lxc.net.0.type = veth',
        'lxc.net.0.hwaddr = 00:16:3e:xx:xx:xx',
        'lxc.net.0.script.up = /bin/true',
        'lxc.net.0.ipv4.gateway = auto',
        'lxc.net.0.flags = down',
        'lxc.net.0.flags = up',
        'lxc.net.1.type = ipvlan',
        'lxc.net.1.link = eth0',
      ),
    ).toEqual([
      'lxc.network.mtu: -',
      'lxc.net.0.hwaddr: no address: a random one is made up',
      'lxc.net.0.script.up: -',
      'lxc.net.0.ipv4.gateway: a route needs the address of its gateway',
      'lxc.net.0.flags: given again below',
      "lxc.net.1.type: interfaces of type 'ipvlan' have no equivalent",
      "lxc.net.1.link: interfaces of type 'ipvlan' have no equivalent",
    ]);
  });
});
