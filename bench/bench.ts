/**
 * What a container costs, as ratios against util-linux's unshare and nsenter in the same run: `npm run bench`, as root.
 * unshare makes the same namespaces but no mounts, cgroups, capabilities or supervision; nsenter joins them alike.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostRoot, open, type DomainDefinition } from 'virtainer';

const ROUNDS = 40;
const WARM_UP = 3;
const UNSHARE = ['--pid', '--fork', '--mount', '--uts', '--ipc', '--net', '--cgroup', '/bin/true'];

interface Measured {
  readonly what: string;
  readonly medianMs: number;
  readonly p90Ms: number;
}

async function measure(
  what: string,
  action: () => Promise<unknown>,
  after?: () => Promise<unknown>,
): Promise<Measured> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const start = performance.now();
    await action();
    times.push(performance.now() - start);
    await after?.();
  }
  return summarize(what, times.slice(WARM_UP));
}

function summarize(what: string, times: number[]): Measured {
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { what, medianMs: at(0.5), p90Ms: at(0.9) };
}

async function main(): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'virtainer-bench-'));
  await using root = await createHostRoot();
  try {
    await using connection = await open(`lxc:///embed?root=${state}`);
    const definition: DomainDefinition = {
      type: 'lxc',
      name: 'bench',
      memoryKiB: 64 * 1024,
      os: { type: 'exe', init: '/bin/sleep', initargs: ['infinity'] },
      devices: { filesystems: root.filesystems, consoles: [{ type: 'pty' }] },
    };
    const domain = await connection.defineDomain(definition);
    const raw = await measure('unshare true (peer)', () => Promise.resolve(execFileSync('unshare', UNSHARE)));
    const destroyed: number[] = [];
    const create = await measure(
      'create() to running',
      () => domain.create(),
      async () => {
        const start = performance.now();
        await domain.destroy();
        destroyed.push(performance.now() - start);
      },
    );
    const destroy = summarize('destroy()', destroyed.slice(WARM_UP));
    await domain.create();
    const record = await readFile(join(state, 'run', domain.uuid, 'controller'), 'utf8');
    const init = record.split(' ')[3] ?? '';
    const enter = await measure('nsenter true (peer)', () =>
      Promise.resolve(execFileSync('nsenter', ['-t', init, '-m', '-u', '-i', '-n', '-p', '-C', '/bin/true'])),
    );
    const exec = await measure('exec true', () => domain.exec(['/bin/true'], { stdin: 'ignore' }).then());
    await domain.destroy();
    await domain.undefine();
    report(
      [raw, create, destroy, enter, exec],
      [
        ['create() / unshare', create.medianMs / raw.medianMs],
        ['exec / nsenter', exec.medianMs / enter.medianMs],
      ],
    );
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}

function report(rows: readonly Measured[], ratios: readonly (readonly [string, number])[]): void {
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ rows, ratios: Object.fromEntries(ratios) }));
    return;
  }
  for (const { what, medianMs, p90Ms } of rows) {
    console.log(
      `${what.padEnd(24)} median ${medianMs.toFixed(2).padStart(7)} ms   p90 ${p90Ms.toFixed(2).padStart(7)} ms`,
    );
  }
  for (const [what, ratio] of ratios) console.log(`${what.padEnd(24)} ${ratio.toFixed(2)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
