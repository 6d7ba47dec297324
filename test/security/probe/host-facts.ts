/** What the probe has to know about the host to tell a closed gate from a missing one, and a leak from its own. */
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Row } from './program.js';

const NAMESPACES = ['user', 'pid', 'mnt', 'net', 'ipc', 'uts', 'cgroup', 'time'];
const CGROUP_ROOT = '/sys/fs/cgroup';
/** Every container may have its own of these. */
const OWN_VARIABLES = /^(PATH|HOME|TERM|SHELL|USER|LOGNAME|PWD|OLDPWD|LANG|LC_.*|SHLVL|_|container.*)$/;
/** What can be read without a wait, and without taking it away from the host's logger. */
const CONTENTS = /^\/proc\/(?!kmsg|sys|self|1\/)|^\/sys\/kernel\/notes$/;
/** The kernel makes these in each network namespace. */
const OWN_INTERFACES =
  /^(lo|tunl0|gre0|gretap0|erspan0|sit0|ip6tnl0|ip6gre0|ip_vti0|ip6_vti0|bonding_masters)$/;

/** In the probe's format: lines "key value". */
export function hostFacts(rows: readonly Row[], stateDirectory: string, socket: string): string[] {
  const root = statSync('/');
  return [
    ...NAMESPACES.map((name) => `namespace-${name} ${readlinkSync(`/proc/self/ns/${name}`)}`),
    ...missingFiles(rows).map((path) => `no-file ${path}`),
    ...missingCalls(rows).map((name) => `no-call ${name}`),
    ...environment().map((name) => `environment ${name}`),
    ...keyrings().map((serial) => `keyring ${serial}`),
    ...hostGroups().map((name) => `host-group ${name}`),
    ...names('/sys/class/net')
      .filter((name) => !OWN_INTERFACES.test(name))
      .map((name) => `interface ${name}`),
    ...['/dev', '/dev/pts'].map((path) => `terminal-device ${statSync(path).dev}`),
    `root ${root.dev}:${root.ino}`,
    `host-name ${hostname()}`,
    `host-process ${processOfHost()}`,
    `state-directory ${stateDirectory}`,
    `abstract-socket ${socket}`,
  ];
}

/** A socket without a file, which only its network namespace keeps to itself. */
export async function listenAbstractly(name: string): Promise<Server> {
  const server = createServer((connection) => connection.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(`\0${name}`, resolve);
  });
  return server;
}

function missingFiles(rows: readonly Row[]): string[] {
  const paths = rows.map(({ subject }) => subject).filter((subject) => subject.startsWith('/'));
  return [...new Set(paths)].filter(isMissing);
}

/** Also what is there without anything in it. */
function isMissing(path: string): boolean {
  try {
    if (statSync(path).isDirectory()) return readdirSync(path).length === 0;
    return CONTENTS.test(path) && isEmpty(path);
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

function isEmpty(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    return readSync(file, Buffer.alloc(8)) === 0;
  } finally {
    closeSync(file);
  }
}

/** The kernel has a weak symbol in place of what it was built without. */
function missingCalls(rows: readonly Row[]): string[] {
  const present = new Set(
    [...readFileSync('/proc/kallsyms', 'utf8').matchAll(/ T __\w+?_sys_(\w+)$/gm)].map(([, name]) => name),
  );
  if (present.size === 0) return [];
  return rows
    .filter(({ id, subject }) => id.startsWith('sc.') && /^\w+$/.test(subject) && !present.has(subject))
    .map(({ subject }) => subject);
}

/** Not those of `process.env`, which a test runner makes up. */
function environment(): string[] {
  return readFileSync('/proc/self/environ', 'utf8')
    .split('\0')
    .map((entry) => entry.split('=', 1).join(''))
    .filter((name) => name !== '' && !OWN_VARIABLES.test(name));
}

function keyrings(): string[] {
  const keys = existsSync('/proc/keys') ? readFileSync('/proc/keys', 'utf8') : '';
  return [...keys.matchAll(/^([0-9a-f]{8}) /gm)].map(([, serial = '']) => serial);
}

function hostGroups(): string[] {
  const directories = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  const hierarchies = directories(CGROUP_ROOT).map((name) => join(CGROUP_ROOT, name));
  return [...new Set(hierarchies.flatMap(directories))];
}

/** A thread that is no process: containers count from 1, and have none such of the same number. */
function processOfHost(): string {
  const thread = names('/proc/self/task').find((id) => id !== String(process.pid));
  return `/proc/${process.pid}/task/${thread ?? process.pid}`;
}

function names(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
