/** settings of the kernel, and the programs it starts for them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useArena } from '../arena.js';
import { describeAttacks } from '../harness.js';
import { evidenceOf, parseLines } from '../lines.js';

const CORE_PATTERN = '/proc/sys/kernel/core_pattern';

describeAttacks('kernel-writes', (attacks) => {
  const arena = useArena(attacks, 'kernel-writes');
  const { everywhere } = arena;
  let pattern = '';
  beforeAll(() => {
    pattern = readFileSync(CORE_PATTERN, 'utf8');
  });
  afterEach(() => {
    if (readFileSync(CORE_PATTERN, 'utf8') === pattern) return;
    writeFileSync(CORE_PATTERN, pattern);
    throw new Error('an attacker has left its core handler behind');
  });

  everywhere('A-040...A-056', 'settings in /proc and /sys', {
    program: 'kernel-writes',
    args: () => ['settings'],
  });

  // The container's network is its own: what is open of it is that.
  everywhere('A-068', 'settings of the network', {
    program: 'kernel-writes',
    args: () => ['network'],
    allowed: () => [/^A-068\/ip_forward\//],
  });

  /** A program on the host that tells it has run, by a file that no container sees. */
  function handler(name: string): string {
    const path = join(arena.shared(), name);
    writeFileSync(path, `#!/bin/sh\necho ran >> ${proof(name)}\n`);
    chmodSync(path, 0o755);
    return path;
  }
  const proof = (name: string): string => join(attacks.world().directory, `${name}.ran`);

  everywhere('A-057', 'a handler of crashes', {
    program: 'kernel-writes',
    args: () => ['core', handler('core')],
  });
  test('A-057 has run its handler on the host only in the weakened container', () => {
    expect(existsSync(proof('core'))).toBe(true);
  });

  everywhere('A-058', 'an agent for empty control groups', {
    program: 'kernel-writes',
    args: () => ['release', handler('release')],
    // A namespace of control groups keeps new hierarchies away, and every container has one.
    teeth: false,
  });
  test('A-058 has run no agent', () => {
    expect(existsSync(proof('release'))).toBe(false);
  });
  attacks.teeth('A-058', 'the agent of a hierarchy of its own runs on the host where no namespace is', () => {
    const argv = [
      '--pid',
      '--mount',
      '--fork',
      arena.program('kernel-writes'),
      'release-once',
      handler('once'),
    ];
    const lines = parseLines(execFileSync('unshare', argv, { encoding: 'utf8' }));
    return Promise.resolve(existsSync(proof('once')) ? evidenceOf(lines) : []);
  });
});
