/** devices of the host by number, by a node that is there, by a peer; and its files by handle. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CapabilityName, DomainDefinition } from '../../../lib/index.js';
import { PROGRAMS, SHARED, useArena } from '../arena.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { attack, evidenceOf, parseLines, type AttackLine } from '../lines.js';
import { KINDS } from '../weakened.js';

const SOCKET = join(SHARED, 'socket');

describeAttacks('devices', (attacks) => {
  const arena = useArena(attacks, 'devices');
  const { everywhere } = arena;
  const program = join(PROGRAMS, 'devices');

  let isPrepared = false;
  /** Device nodes of the host in a folder that containers share: on the host they would open. */
  function nodes(): string {
    const folder = join(arena.shared(), 'nodes');
    if (!isPrepared) {
      mkdirSync(folder);
      execFileSync(arena.program('devices'), ['make-nodes', folder]);
      isPrepared = true;
    }
    return join(SHARED, 'nodes');
  }

  everywhere('A-062', 'nodes made in every directory, and opened', {
    program: 'devices',
    args: () => (nodes(), ['make']),
    // The device rules hold in a weakened container, too.
    teeth: false,
  });
  everywhere('A-062', 'nodes that somebody else has made, opened', {
    program: 'devices',
    args: () => ['open', nodes()],
    teeth: false,
  });
  /** As in a container, but where no rules hold. */
  const unruled = (...argv: readonly string[]): Promise<Evidence> => {
    const all = ['--pid', '--fork', arena.program('devices'), ...argv];
    return Promise.resolve(evidenceOf(parseLines(execFileSync('unshare', all, { encoding: 'utf8' }))));
  };
  attacks.teeth('A-062', 'nodes are made where no rules hold', () => unruled('make-in', arena.shared()));
  attacks.teeth('A-062', 'nodes that somebody else has made open where no rules hold', () => {
    nodes();
    return unruled('open', join(arena.shared(), 'nodes'));
  });

  const withMknod = withCapability('mknod');
  for (const kind of KINDS) {
    let times = 0;
    const count = { times: () => Math.max(times, 1) };
    const counted = (lines: readonly AttackLine[]): readonly AttackLine[] => {
      times += lines.length;
      return lines;
    };
    attacks.attempt(
      'A-062',
      `with CAP_MKNOD, so that the device rules are alone, ${kind}`,
      async () => {
        nodes();
        const domain = await arena.start(kind, { definition: { features: withMknod } });
        const lines = counted(await attack(domain, [program, 'make']));
        await domain.destroy();
        return evidenceOf(lines, [/^A-062\/(mknod\/|nested-user|tmpfs-with-devices)/]);
      },
      count,
    );

    attacks.attempt(
      'A-062',
      `descriptors from a peer over a socket, ${kind}`,
      async () => {
        const folder = nodes();
        const peer = await arena.start(kind);
        const sending = peer.exec([program, 'send', folder, SOCKET], { reject: false });
        for await (const line of sending) if (line === 'listening') break;
        const lines = counted(await attack(await arena.victim(kind), [program, 'receive', SOCKET]));
        await peer.destroy();
        return evidenceOf(lines);
      },
      count,
    );
  }
  attacks.noTeeth(
    'A-062',
    'descriptors from a peer: the peer cannot open them, and what it opens is no secret',
  );
  attacks.notApplicable(
    'A-063',
    'a window in which a program of rules is replaced',
    'cgroup v2 without controllers',
  );

  /** A file of the host beside the container's own, on the same file system: the attacker knows its handle. */
  function handle(): readonly string[] {
    const secret = attacks.canary().file;
    const known = execFileSync(arena.program('devices'), ['tell-handle', secret], {
      encoding: 'utf8',
    }).trim();
    return ['handle', SHARED, known, String(statSync(secret).ino)];
  }

  everywhere('A-064', 'files of the host by their handles', {
    program: 'devices',
    args: handle,
    // A name of its own files, which an init system may ask for.
    allowed: (kind) => (kind === 'systemd' || kind === 'booted' ? [/^A-064\/name-to-handle$/] : []),
  });
  for (const kind of KINDS) {
    let times = 0;
    const alone = async (definition: Partial<DomainDefinition>): Promise<Evidence> => {
      const domain = await arena.start(kind, { definition });
      const lines = await attack(domain, [program, ...handle()]);
      await domain.destroy();
      times = lines.length;
      return evidenceOf(lines, [/^A-064\/name-to-handle/]);
    };
    const count = { times: () => Math.max(times, 1) };
    const features = withCapability('dac_read_search');
    attacks.attempt('A-064', `the filter alone, ${kind}`, () => alone({ features }), count);
    attacks.attempt(
      'A-064',
      `the missing capability alone, ${kind}`,
      () => alone({ extensions: { seccomp: { profile: 'unconfined' } } }),
      count,
    );
  }
  test('lines that do not end are no result', () => {
    expect(() => parseLines('A-062/x blocked 1\n')).toThrow('has not ended');
  });
});

function withCapability(name: CapabilityName): NonNullable<DomainDefinition['features']> {
  return { capabilities: { policy: 'default', states: { [name]: 'on' } } };
}
