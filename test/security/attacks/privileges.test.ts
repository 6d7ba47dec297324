/** rights from files, for a user of the container and for its root. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Domain } from '../../../lib/index.js';
import { PROGRAMS, SHARED, useArena, type Victim } from '../arena.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { initOf } from '../inside.js';
import { attack, evidenceOf } from '../lines.js';
import { KINDS } from '../weakened.js';

const USER = 1234;
/** su and sudo are to work in an operating system: its own root is what they lead to. */
const BOOTED_MAY = [/^A-082\/(set-user-id|file-capabilities)$/];

describeAttacks('privileges', (attacks) => {
  const arena = useArena(attacks, 'privileges');
  const program = join(PROGRAMS, 'privileges');

  /** Files with more rights than the user has, made by the host, and a folder for the user's own. */
  function files(): string[] {
    const folder = arena.shared();
    const [setUserId, capable, own] = ['set-user-id', 'capable', 'own'].map((name) => join(folder, name));
    if (setUserId === undefined || capable === undefined || own === undefined) return [];
    for (const path of [setUserId, capable]) copyFileSync(arena.program('privileges'), path);
    chmodSync(setUserId, 0o6755);
    chmodSync(capable, 0o755);
    execFileSync(arena.program('privileges'), ['give', capable]);
    mkdirSync(own, { recursive: true });
    chmodSync(own, 0o777);
    return [join(SHARED, 'own'), program, join(SHARED, 'set-user-id'), join(SHARED, 'capable')];
  }

  async function asUser(of: Victim): Promise<ReturnType<typeof attack>> {
    const argv = [program, 'attack', ...files()];
    return attack(await arena.victim(of), argv, { user: USER, group: USER });
  }

  for (const kind of KINDS) {
    let times = 0;
    attacks.attempt(
      'A-082',
      `a user and files with more rights, ${kind}`,
      async () => {
        const lines = await asUser(kind);
        times = lines.length;
        return evidenceOf(lines, kind === 'booted' ? BOOTED_MAY : []);
      },
      { times: () => times },
    );
    let tries = 0;
    attacks.attempt(
      'A-082',
      `what root has lost does not come back, ${kind}`,
      async () => {
        const lines = await arena.lines(kind, 'privileges', 'root');
        tries = lines.length;
        return evidenceOf(lines);
      },
      { times: () => Math.max(tries, 1) },
    );
    attacks.attempt('A-082', `root is no user of the host, ${kind}`, async () =>
      hostUsers(await arena.victim(kind)),
    );
  }

  attacks.teeth('A-082', 'a user and files with more rights', async () =>
    evidenceOf(await asUser('weakened')),
  );
  attacks.teeth('A-082', 'root is a user of the host', async () => hostUsers(await arena.victim('weakened')));
  attacks.noTeeth('A-082', 'what root has lost: a weakened container has lost nothing');
});

/** As the host sees the container's init. */
async function hostUsers(domain: Domain): Promise<Evidence> {
  const status = readFileSync(`/proc/${await initOf(domain)}/status`, 'utf8');
  return ['Uid', 'Gid']
    .filter((name) => new RegExp(`^${name}:.*\\t0(\\t|$)`, 'm').test(status))
    .map((name) => `${name} 0 of the host`);
}
