/** A Node process with everything a careless parent can leave it with, which starts a container. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DomainDefinition } from '../../lib/index.js';

const LIBRARY = join(__dirname, '..', '..', 'dist', 'index.js');
const FIRST = 600;
const COUNT = 500;
export const GROUPS = [4, 24, 27];
const CAPABILITIES = '+chown,+dac_override,+net_admin,+sys_ptrace,+sys_admin,+mknod';

/** What the host sees of a process. */
export interface Seen {
  readonly descriptors: readonly string[];
  /** As the host numbers it. */
  readonly gid: string;
  readonly groups: string;
  readonly inheritable: string;
  readonly ambient: string;
  readonly umask: string;
}

export interface HostileResult {
  readonly init: Seen;
  readonly command: Seen;
  /** A child that Node makes by itself: what would be inherited. */
  readonly child: Seen;
}

/** Node marks the descriptors it finds up to the first gap; these are beyond it. */
const PARENT = `
  for (( fd = ${FIRST}; fd < ${FIRST + COUNT}; fd++ )); do eval "exec $fd</"; done
  umask "$1"
  exec setpriv --groups ${GROUPS.join(',')} --inh-caps=${CAPABILITIES} --ambient-caps=${CAPABILITIES} "$2" -e "$3"
`;

const PROGRAM = `
  const { readFileSync, readdirSync, readlinkSync } = require('node:fs');
  const { spawn } = require('node:child_process');
  const [library, uri, definition, idle] = JSON.parse(process.env.ATTACK);
  const field = (pid, name) => new RegExp('^' + name + ':\\\\s*(.*?)\\\\s*$', 'm').exec(readFileSync('/proc/' + pid + '/status', 'utf8'))?.[1];
  const link = (pid, fd) => { try { return fd + ' ' + readlinkSync('/proc/' + pid + '/fd/' + fd); } catch { return fd; } };
  const see = (pid) => ({
    descriptors: readdirSync('/proc/' + pid + '/fd').map((fd) => link(pid, fd)),
    gid: field(pid, 'Gid').split(/\\s+/)[0], groups: field(pid, 'Groups'), inheritable: field(pid, 'CapInh'), ambient: field(pid, 'CapAmb'), umask: field(pid, 'Umask'),
  });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
  require(library).open(uri).then(async (connection) => {
    const domain = await connection.createDomain(definition);
    const controller = await domain.getID();
    await pause();
    const [pid] = readFileSync('/proc/' + controller + '/task/' + controller + '/children', 'utf8').trim().split(' ');
    const command = domain.exec(['/idle']);
    const child = spawn(idle, { stdio: 'ignore' });
    await pause();
    const result = { init: see(pid), command: see(await command.pid), child: see(child.pid) };
    child.kill('SIGKILL');
    command.kill('SIGKILL');
    await domain.destroy();
    await connection.close();
    console.log(JSON.stringify(result));
  }).catch((error) => { console.error(error); process.exit(1); });
`;

/** The definition's root must have `/idle`; `idle` is the same program on the host. */
export async function startFromHostileNode(
  uri: string,
  definition: DomainDefinition,
  { idle, umask = '022' }: { readonly idle: string; readonly umask?: string },
): Promise<HostileResult> {
  const env = { ...process.env, ATTACK: JSON.stringify([LIBRARY, uri, definition, idle]) };
  const argv = ['-c', PARENT, 'bash', umask, process.execPath, PROGRAM];
  const { stdout } = await promisify(execFile)('bash', argv, { env });
  return JSON.parse(stdout) as HostileResult;
}
