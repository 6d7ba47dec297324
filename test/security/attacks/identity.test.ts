/** what processes of a container inherit, load, and are taken for. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VirtError, type Domain } from '../../../lib/index.js';
import { buildLibrary, useAttackers } from '../build-attacker.js';
import { changesBetween, tree } from '../canaries.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { GROUPS, startFromHostileNode, type HostileResult, type Seen } from '../hostile-node.js';
import { initOf, statusOf } from '../inside.js';
import { makeFolder, makeRoot, onRoot } from '../victims.js';

const STDIO = /^[012] /;
const INHERITED_MINIMUM = 500;
const EMPTY_MASK = /^0+$/;

describeAttacks('identity', ({ attempt, teeth, noTeeth, world }) => {
  const attacker = useAttackers('idle');
  let hostile: HostileResult | undefined;
  /** One start serves several attacks: each looks at another part of it. */
  async function fromHostileNode(): Promise<HostileResult> {
    const definition = onRoot(world(), makeRoot(world(), [attacker('idle')]), ['/idle']);
    hostile ??= await startFromHostileNode(world().uri, definition, { idle: attacker('idle') });
    return hostile;
  }
  const ofBoth = async (look: (seen: Seen) => Evidence): Promise<Evidence> => {
    const { init, command } = await fromHostileNode();
    return [...look(init), ...look(command)];
  };

  attempt('A-023', 'Node has 500 directories of the host open, none of them close-on-exec', () =>
    ofBoth(({ descriptors }) => descriptors.filter((text) => !STDIO.test(text))),
    { times: 2 }); // prettier-ignore
  teeth('A-023', 'a process that Node starts itself has them', async () => {
    const { descriptors } = (await fromHostileNode()).child;
    return descriptors.length > INHERITED_MINIMUM ? [`${descriptors.length} descriptors`] : [];
  });

  attempt('A-027', `Node is a member of groups ${GROUPS.join()}`, () =>
    ofBoth(({ gid, groups }) => groups.split(/\s+/).filter((group) => group !== '' && group !== gid)),
    { times: 2 }); // prettier-ignore
  teeth('A-027', 'a process that Node starts itself is, too', async () =>
    (await fromHostileNode()).child.groups.split(' ').filter((group) => GROUPS.includes(Number(group))),
  );

  attempt('A-028', 'Node has all its capabilities in the inheritable and the ambient set', () =>
    ofBoth(({ inheritable, ambient }) => [inheritable, ambient].filter((mask) => !EMPTY_MASK.test(mask))),
    { times: 2 }); // prettier-ignore
  teeth('A-028', 'a process that Node starts itself has them, too', async () => {
    const { inheritable, ambient } = (await fromHostileNode()).child;
    return [inheritable, ambient].filter((mask) => !EMPTY_MASK.test(mask));
  });

  const LIBRARIES = [
    'lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu', 'lib/aarch64-linux-gnu', 'lib64', 'usr/lib', 'evil',
  ].flatMap((folder) =>
    ['libnss_evil.so.2', 'libnss_files.so.2', 'libnss_compat.so.2', 'libseccomp.so.2', 'libgcc_s.so.1', 'libcap.so.2']
      .map((name) => join(folder, name)),
  ); // prettier-ignore

  /** A root in which every name that a libc or a runtime may load is the attacker's. */
  function makeLoadingRoot(): string {
    const root = makeRoot(world(), [attacker('idle')], ['proc', 'sys', 'dev', 'etc']);
    const library = join(makeFolder(world()), 'library.so');
    buildLibrary(library, 'library');
    for (const path of LIBRARIES) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), readFileSync(library));
    }
    const files = {
      'etc/nsswitch.conf': 'passwd: evil files\ngroup: evil files\n',
      'etc/ld.so.preload': '/evil/libgcc_s.so.1\n',
      'etc/ld.so.conf': '/evil\n',
      'etc/passwd': 'somebody:x:1234:1234::/:/bin/sh\n',
      'etc/group': 'some:x:1234:somebody\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    return root;
  }

  attempt('A-026', 'libraries, nsswitch.conf and ld.so.preload of the root, LD_* of init', async () => {
    const root = makeLoadingRoot();
    chmodSync(root, 0o777);
    const { os, ...definition } = onRoot(world(), root, ['/idle']);
    const initenv = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'GCONV_PATH', 'LOCPATH'].map((name) => ({
      name,
      value: name.endsWith('PATH') ? '/evil' : '/evil/libgcc_s.so.1',
    }));
    const named = { ...definition, os: { ...os, inituser: 'somebody', initgroup: 'some', initenv } };
    const domain = await world().connection.createDomain(named);
    for (const user of ['somebody', '0', 'nobody-here']) {
      await domain.exec(['/none'], { user, tty: user === '0' }).catch(() => undefined);
    }
    await domain.destroy();
    return existsSync(join(root, 'loaded')) ? ['a library of the root was loaded'] : [];
  }, { times: LIBRARIES.length }); // prettier-ignore
  teeth('A-026', 'getpwnam after chroot', () => {
    const root = makeLoadingRoot();
    execFileSync('perl', ['-e', `chroot '${root}'; chdir '/'; getpwnam('other')`]);
    return Promise.resolve(existsSync(join(root, 'loaded')) ? ['loaded'] : []);
  });

  const PASSWD = [
    'root:x:0:0:root:/:/bin/sh', '0:x:4242:4242::/:/bin/sh', '1000:x:0:0::/:/bin/sh', '0x3e8:x:0:0::/:/bin/sh',
    'twice:x:3001:3001::/:/bin/sh', 'twice:x:0:0::/:/bin/sh', 'short', 'short:x', 'short:x:', 'noshell:x:3002',
    'big:x:4294967296:0::/:/bin/sh', 'all:x:4294967295:0::/:/bin/sh', 'minus:x:-1:0::/:/bin/sh',
    'empty:x::0::/:/bin/sh', 'space:x: 0:0::/:/bin/sh', ':x:0:0::/:/bin/sh', `${'a'.repeat(70_000)}:x:0:0::/:/bin/sh`,
    'last:x:3003:3003::/:/bin/sh', '+:x:0:0::/:/bin/sh', '-1:x:0:0::/:/bin/sh', 'hex:x:0x0:0::/:/bin/sh',
  ]; // prettier-ignore
  /** The user that a text may become, as the container sees it; none: it must be refused. Some are names above. */
  const USERS: readonly (readonly [user: string, uids: readonly string[]])[] = [
    ['root', ['0']], ['+0', ['0']], ['0', ['0', '4242']], ['1000', ['1000']], ['+1000', ['1000']],
    ['0x0', []], ['0x3e8', ['0']], ['1 ', []], [' 1', []], ['-1', ['0']], ['+-1', []], ['1e3', []], ['00', ['0']], ['٠', []],
    ['2147483648', ['2147483648']], ['4294967294', ['4294967294']], ['4294967295', []], ['4294967296', []],
    ['18446744073709551616', []], ['99999999999999999999999', []], ['twice', ['3001']], ['short', []],
    ['noshell', []], ['big', []], ['all', []], ['minus', []], ['empty', []], ['space', []], ['hex', []],
    ['last', ['3003']], ['+', ['0']], ['a'.repeat(70_000), ['0']], ['root:x', []], ['root\n', []], ['*', []], ['', []],
  ]; // prettier-ignore

  /** The container's id of a process, from the host's and the map of its user namespace. */
  function insideId(pid: number): string {
    const uid = Number(statusOf(pid, 'Uid').split('\t')[0]);
    for (const line of readFileSync(`/proc/${pid}/uid_map`, 'utf8').trim().split('\n')) {
      const [inside = 0, outside = 0, length = 0] = line.trim().split(/\s+/).map(Number);
      if (uid >= outside && uid < outside + length) return String(inside + uid - outside);
    }
    return `unmapped ${uid}`;
  }

  async function userOf(domain: Domain, user: string): Promise<string | undefined> {
    const command = domain.exec(['/idle'], { user, group: '0' });
    try {
      const pid = await command.pid;
      return insideId(pid);
    } catch (error) {
      if (!(error instanceof VirtError)) throw error;
      return undefined;
    } finally {
      command.kill('SIGKILL');
      await command.catch(() => undefined);
    }
  }

  attempt('A-029', 'users that are numbers, names of numbers, too large or broken', async () => {
    const root = makeRoot(world(), [attacker('idle')], ['proc', 'sys', 'dev', 'etc']);
    writeFileSync(join(root, 'etc/passwd'), `${PASSWD.join('\n')}\n`);
    const domain = await world().connection.createDomain(onRoot(world(), root, ['/idle']));
    const evidence: string[] = [];
    for (const [user, uids] of USERS) {
      const uid = await userOf(domain, user);
      const name = JSON.stringify(user.slice(0, 30));
      if (uid !== undefined && !uids.includes(uid)) evidence.push(`${name} became ${uid}`);
    }
    await domain.destroy();
    return evidence;
  }, { times: USERS.length }); // prettier-ignore
  teeth('A-029', 'a number read as strtoul does', () =>
    Promise.resolve(['0x0', '-1', '1 ', '4294967296'].filter((text) => Number(text) >>> 0 === 0)),
  );

  attempt('A-030', 'line breaks in HOME, USER and arguments, of init and commands', async () => {
    const root = makeRoot(world(), [attacker('idle')], ['proc', 'sys', 'dev', 'etc']);
    for (const name of ['passwd', 'group', 'hosts', 'hostname', 'resolv.conf']) {
      writeFileSync(join(root, 'etc', name), name === 'passwd' ? 'root:x:0:0::/:/bin/sh\n' : '');
    }
    const before = tree(join(root, 'etc'));
    const line = 'x\nevil::0:0::/:/bin/sh\n';
    const { os, ...definition } = onRoot(world(), root, ['/idle']);
    const initenv = ['HOME', 'USER', 'LOGNAME', 'HOSTNAME'].map((name) => ({ name, value: line }));
    const evidence: string[] = [];
    for (const env of [initenv, []]) {
      try {
        const domain = await world().connection.createDomain({ ...definition, os: { ...os, initenv: env } });
        await domain.exec(['/none', line], { env: { HOME: line, USER: line }, cwd: '/' }).catch(() => undefined);
        await domain.exec(['/none'], { user: '1000', cwd: '/nowhere' }).catch(() => undefined);
        await domain.destroy();
      } catch (error) {
        if (!(error instanceof VirtError)) evidence.push(`no clean error: ${String(error)}`);
      }
    }
    return [...evidence, ...changesBetween(before, tree(join(root, 'etc')))];
  }, { times: 6 }); // prettier-ignore
  noTeeth('A-030', 'nothing of the package writes to /etc of a container, so there is nothing to imitate');

  test('a start with an init that is there works', async () => {
    const root = makeRoot(world(), [attacker('idle')]);
    const domain = await world().connection.createDomain(onRoot(world(), root, ['/idle']));
    expect(insideId(await initOf(domain))).toBe('0');
    await domain.destroy();
  });
});
