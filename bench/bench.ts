/**
 * What a container costs, as ratios against util-linux's unshare and nsenter in the same run: `npm run bench`, as root.
 * unshare makes the same namespaces but no mounts, cgroups, capabilities or supervision; nsenter joins them alike.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostRoot, open, type DomainDefinition } from 'virtainer';
import { measure, report, summarize, WARM_UP } from './measure.js';

const UNSHARE = ['--pid', '--fork', '--mount', '--uts', '--ipc', '--net', '--cgroup', '/bin/true'];

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
    const create = await measure('create() to running', () => domain.create(), {
      after: async () => {
        const start = performance.now();
        await domain.destroy();
        destroyed.push(performance.now() - start);
      },
    });
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

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
