/** A-024, and the calls that must not find: what our programs ask of the kernel, in order. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { useAttackers } from '../build-attacker.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { makeFolder, makeRoot, onRoot } from '../victims.js';

const LIBRARY = join(__dirname, '..', '..', '..', 'dist', 'index.js');
const hasStrace = spawnSync('strace', ['-V']).status === 0;
const CALLS = 'setns,unshare,pivot_root,chroot,execve,execveat,open,openat,openat2,setgroups,setresuid,prctl';
const PROGRAM = `
  const [library, uri, definition] = JSON.parse(process.env.ATTACK);
  require(library).open(uri).then(async (connection) => {
    const domain = await connection.createDomain(definition);
    await domain.exec(['/none'], { user: '1000' }).catch(() => {});
    await domain.exec(['/none'], { tty: true }).catch(() => {});
    await domain.destroy();
    await connection.close();
  }).catch((error) => { console.error(error); process.exit(1); });
`;

describeAttacks('calls', ({ attempt, noTeeth, notApplicable, world }) => {
  if (!hasStrace) {
    for (const id of ['A-024', 'A-026', 'A-030'])
      notApplicable(id, 'order of calls', 'strace is not installed');
    return;
  }
  const attacker = useAttackers('idle');
  let calls: ReadonlyMap<string, readonly string[]> | undefined;

  /** The calls of each process in a start and two commands, by its id. */
  async function trace(): Promise<ReadonlyMap<string, readonly string[]>> {
    if (calls) return calls;
    const definition = onRoot(world(), makeRoot(world(), [attacker('idle')], ['proc', 'sys', 'dev', 'etc']), [
      '/idle',
    ]);
    const log = join(makeFolder(world()), 'trace');
    const env = { ...process.env, ATTACK: JSON.stringify([LIBRARY, world().uri, definition]) };
    const argv = [
      '-f',
      '-o',
      log,
      '-e',
      `trace=${CALLS}`,
      '-e',
      'signal=none',
      process.execPath,
      '-e',
      PROGRAM,
    ];
    await promisify(execFile)('strace', argv, { env });
    const found = new Map<string, string[]>();
    for (const line of readFileSync(log, 'utf8').split('\n')) {
      const [, pid = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
      found.set(pid, [...(found.get(pid) ?? []), call]);
    }
    calls = found;
    return found;
  }

  /** Those of each process from its first call into the container on. */
  async function inside(): Promise<string[][]> {
    return [...(await trace()).values()].flatMap((list) => {
      const first = list.findIndex((call) => /^(?:pivot_root|setns)\(.*= 0$/.test(call));
      return first < 0 ? [] : [list.slice(first)];
    });
  }

  const joins = async (): Promise<string[][]> =>
    (await inside())
      .map((list) => list.filter((call) => /^setns\(.*= 0$/.test(call)))
      .filter(({ length }) => length > 0);

  attempt('A-024', 'a command joins the user namespace first and the mounts last', async () => {
    const lists = await joins();
    expect(lists.length).toBeGreaterThan(0);
    return lists.flatMap((list): Evidence => {
      const user = list.findIndex((call) => call.includes('CLONE_NEWUSER'));
      const mounts = list.findLastIndex((call) => call.includes('CLONE_NEWNS'));
      const isRight = user <= 0 && (mounts < 0 || mounts === list.length - 1);
      return isRight ? [] : [list.join('; ')];
    });
  }, { times: 2 }); // prettier-ignore
  noTeeth('A-024', 'the order is read from a trace');

  attempt('A-026', 'no library is opened in the container', async () =>
    (await inside()).flatMap((list) => list.filter((call) => /^open.*\.so\b/.test(call))), { times: 3 }); // prettier-ignore
  noTeeth('A-026 (trace)', 'shown by the one that loads them');

  attempt('A-030', 'no file of the container in /etc is opened for writing', async () =>
    (await inside()).flatMap((list) => list.filter((call) => /^open.*etc\/.*(?:O_WRONLY|O_RDWR|O_CREAT)/.test(call))),
    { times: 3 }); // prettier-ignore
});
