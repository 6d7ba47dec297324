/** the container's network and the host's. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { useArena } from '../arena.js';
import { describeAttacks } from '../harness.js';
import { evidenceOf, parseLines } from '../lines.js';

const NO_NETWORK = 'interfaces of containers are not made by this version';

describeAttacks('network', (attacks) => {
  const arena = useArena(attacks, 'network');
  const { everywhere } = arena;
  const servers: Server[] = [];
  let connections = 0;
  const names: string[] = [];
  let port = 0;

  /** On the host: in a namespace of sockets without files, and on every address. */
  async function listen(where: string | number): Promise<Server> {
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((done) => server.listen(where, done));
    servers.push(server);
    return server;
  }
  beforeAll(async () => {
    const mark = `attack-${process.pid}`;
    names.push(mark, `/tmp/.X11-unix/${mark}`, `/org/freedesktop/systemd1/${mark}`, `/run/dbus/${mark}`);
    for (const name of names) await listen(`\0${name}`);
    const address = (await listen(0)).address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  const abstract = (): string[] => ['abstract', names[0] ?? '', ...names];
  const services = (): string[] => [
    'services',
    String(port),
    ...Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
      .map(({ address }) => address),
  ];
  const onHost = (argv: readonly string[]): string[] =>
    evidenceOf(
      parseLines(
        execFileSync('unshare', ['--pid', '--fork', arena.program('network'), ...argv], { encoding: 'utf8' }),
      ),
    );

  // A weakened container has a network of its own, too.
  everywhere('A-090', 'sockets of the host without a file', {
    program: 'network',
    args: abstract,
    teeth: false,
  });
  everywhere('A-094', 'services of the host, and addresses beyond', {
    program: 'network',
    args: services,
    teeth: false,
  });
  test('A-090, A-094 no container has come through', () => {
    expect(connections).toBe(0);
  });
  attacks.teeth('A-090', "from the host's network they are reached", () =>
    Promise.resolve(onHost(abstract())),
  );
  attacks.teeth('A-094', "from the host's network they are reached", () =>
    Promise.resolve(onHost(services())),
  );

  // Here, for what is open after all tests counts as left behind.
  test('the servers of the host are closed', async () => {
    for (const server of servers) await new Promise((done) => server.close(done));
  });

  const interfaces = (): string[] =>
    readdirSync('/sys/class/net').map((name) => `${name} ${read(join('/sys/class/net', name, 'ifindex'))}`);
  let before: string[] = [];
  beforeAll(() => {
    before = interfaces();
  });
  everywhere('A-093', 'interfaces of the host by number', {
    program: 'network',
    args: () => ['interfaces'],
    teeth: 'it would take the network of this host away',
  });
  test('A-093 has left the interfaces of the host as they were', () => {
    expect(interfaces()).toEqual(before);
  });

  attacks.attempt('A-092', 'no program of the package has more rights than who starts it', () => {
    const programs = ['build/Release', 'dist', 'prebuilds'].flatMap((folder) => files(resolve(folder)));
    return Promise.resolve(programs.filter((path) => (statSync(path).mode & 0o6000) !== 0));
  });
  attacks.notApplicable(
    'A-091',
    'router advertisements, false ARP and MAC addresses, a DHCP server',
    NO_NETWORK,
  );
  attacks.notApplicable('A-093', 'interfaces of a container that clash, move and leave', NO_NETWORK);
  attacks.notApplicable('A-094', 'over a bridge to the host', NO_NETWORK);
});

function files(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

function read(path: string): string {
  return readFileSync(path, 'utf8').trim();
}
