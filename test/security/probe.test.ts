/** How many gates to the host a container's own process finds open: see probe/probe.h. The numbers may only fall. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { basename, join } from 'node:path';
import type { DomainDefinition } from '../../lib/index.js';
import { SKIP_REASON, describeAsRoot, useWorld } from '../system/world.js';
import { hostFacts, listenAbstractly } from './probe/host-facts.js';
import { FACTS, PROBE, compileProbe, installProbe } from './probe/program.js';
import { openGates, parseReport, summarize, type Finding } from './probe/report.js';

/** The ratchet: lower a number when a gate is closed; raising one needs a reason in docs/security.md. */
const MOST_OPEN = { generic: 0, chroot: 0, systemd: 25, booted: 30 } as const;
/** A container with everything given away, or the probe is blind. */
const LEAST_OPEN_WITHOUT_DEFENCE = 120;
const LEAST_ROWS = 194;

/** What would have changed on the host, had a probe gone through a gate instead of trying its handle. */
const WATCHED = [
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/modprobe',
  '/proc/sys/kernel/hostname',
  '/proc/sys/kernel/pid_max',
  '/proc/sys/kernel/randomize_va_space',
  '/proc/swaps',
  '/proc/self/mountinfo',
];

const program = compileProbe();
const describeProbe = program ? describeAsRoot : describe.skip;
const reason = program ? SKIP_REASON : ' (skipped: needs a C compiler and a static C library)';

const DEFENCELESS: Partial<DomainDefinition> = {
  features: { capabilities: { policy: 'allow' } },
  extensions: {
    security: { kind: 'booted' },
    userNamespace: { mode: 'none', insecure: true },
    seccomp: { profile: 'unconfined' },
    noNewPrivs: false,
    maskedPaths: { defaults: false },
    readonlyPaths: { defaults: false },
  },
};

/** A chroot of its own mounts and processes, with the rest of the host's: what no definition of a domain can say. */
const WORSE = [
  ...['--mount', '--pid', '--fork', '--kill-child', '/bin/sh', '-c'],
  `mount -t proc proc "$0/proc" && mount --rbind /sys "$0/sys" && exec chroot "$0" ${PROBE} ${FACTS}`,
];
const ONLY_IN_WORSE = [
  ...['ns.net', 'ns.ipc', 'ns.uts', 'ns.cgroup', 'ns.time', 'cg.processes', 'cg.make_group'],
  ...['dev.mknod_mem', 'dev.open_kmsg', 'dev.open_fuse', 'w.uevent_trigger'],
  ...['leak.descriptors', 'leak.environment', 'leak.abstract_socket', 'leak.abstract_listing'],
  ...['leak.host_name', 'leak.session'],
];

describeProbe(`open gates${reason}`, () => {
  let socket: Server | undefined;
  // Before the world looks for what was left open.
  afterAll(() => {
    socket?.close();
    program?.remove();
  });
  const world = useWorld();
  beforeAll(async () => {
    if (!program) return;
    const { directory, root } = world();
    const name = `${basename(directory)}-host`;
    socket = await listenAbstractly(name);
    installProbe(program, root.directory, hostFacts(program.rows, directory, name));
  });

  async function probeByExec(definition: Partial<DomainDefinition>): Promise<Finding[]> {
    const domain = await world().connection.createDomain(world().define({ definition }));
    const { stdout } = await domain.exec([PROBE, FACTS]);
    await domain.destroy();
    return parseReport(stdout);
  }

  /** The file is in the root of the container, where the host can read it. */
  async function probeAsInit(definition: Partial<DomainDefinition>, report: string): Promise<Finding[]> {
    const events = world().connection.events();
    const init: [string, ...string[]] = [PROBE, FACTS, report];
    const domain = await world().connection.createDomain(world().define({ definition, init }));
    for await (const event of events) {
      if (event.type === 'lifecycle' && event.uuid === domain.uuid && event.event === 'stopped') break;
    }
    return parseReport(readFileSync(join(world().root.directory, report), 'utf8'));
  }

  const KINDS = ['generic', 'chroot', 'systemd', 'booted'] as const;
  test.each(KINDS)(
    'a command in a container of kind %s finds no more than the ratchet allows',
    async (kind) => {
      const findings = await probeByExec({ extensions: { security: { kind } } });
      process.stdout.write(summarize(`a command, ${kind}`, findings));
      expect(findings.map(({ id }) => id)).toEqual(program?.rows.map(({ id }) => id));
      expect(withinRatchet(kind, findings)).toEqual([]);
    },
  );

  test.each(KINDS)('nor does the init of a container of kind %s', async (kind) => {
    const findings = await probeAsInit({ extensions: { security: { kind } } }, `/probe/init-${kind}`);
    process.stdout.write(summarize(`init, ${kind}`, findings));
    expect(withinRatchet(kind, findings)).toEqual([]);
  });

  test('numbers behind the newest system call do not exist, and are not forbidden', async () => {
    const findings = await probeByExec({ extensions: { security: { kind: 'generic' } } });
    expect(findings.filter(({ id }) => id.startsWith('sc.unknown')).map(({ detail }) => detail)).toEqual([
      'ENOSYS',
      'ENOSYS',
    ]);
  });

  test('the probe has teeth: a container without its defences is open, and the host as it was', async () => {
    const before = WATCHED.map(readWatched);
    const findings = await probeByExec(DEFENCELESS);
    process.stdout.write(summarize('a container without defence', findings));
    expect(findings.length).toBeGreaterThanOrEqual(LEAST_ROWS);
    expect(openGates(findings).length).toBeGreaterThanOrEqual(LEAST_OPEN_WITHOUT_DEFENCE);
    expect(WATCHED.map(readWatched)).toEqual(before);
  });

  test("it sees what only a worse container has: the host's namespaces, devices, groups and leaks", () => {
    const before = WATCHED.map(readWatched);
    const { stdout, stderr } = spawnSync('unshare', [...WORSE, world().root.directory], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    expect(stderr).toBe('');
    const findings = parseReport(stdout);
    process.stdout.write(summarize('a mere chroot', findings));
    expect(openGates(findings)).toEqual(expect.arrayContaining(ONLY_IN_WORSE));
    expect(WATCHED.map(readWatched)).toEqual(before);
  });
});

/** The open gates when there are too many: a number alone would not say which. */
function withinRatchet(kind: keyof typeof MOST_OPEN, findings: readonly Finding[]): string[] {
  const open = openGates(findings);
  return open.length > MOST_OPEN[kind] ? open : [];
}

const readWatched = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : 'none');
