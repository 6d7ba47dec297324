/** What a test may leave on the host: nothing. Counted from the host's side. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CGROUP_ROOT = '/sys/fs/cgroup';

/** Everything on this host that mentions one of these texts: their uses are unique to a test. */
export function findTraces(markers: readonly string[]): string[] {
  const mentions = (text: string): boolean => markers.some((marker) => text.includes(marker));
  return [
    ...processes().flatMap((pid) => processTraces(pid, mentions)),
    ...cgroups()
      .filter(mentions)
      .map((path) => `cgroup ${path}`),
  ];
}

function processTraces(pid: string, mentions: (text: string) => boolean): string[] {
  if (pid === String(process.pid)) return [];
  const traces: string[] = [];
  if (mentions(readText(`/proc/${pid}/mountinfo`))) traces.push(`mount in process ${describe(pid)}`);
  for (const fd of list(`/proc/${pid}/fd`)) {
    const target = readLink(`/proc/${pid}/fd/${fd}`);
    if (mentions(target)) traces.push(`descriptor ${fd} -> ${target} of process ${describe(pid)}`);
  }
  return traces;
}

/** Everything of ours on this host, whoever made it. */
export function takeStock(): Set<string> {
  const named = (directory: string): string[] =>
    list(directory)
      .filter((entry) => entry.startsWith('virtainer'))
      .map((entry) => `path ${join(directory, entry)}`);
  return new Set([
    ...controllers().map((pid) => `controller ${describe(pid)}`),
    ...cgroups().map((path) => `cgroup ${path}`),
    ...[...networkNamespaces()].map((namespace) => `network namespace ${namespace}`),
    ...readText('/proc/self/mountinfo')
      .split('\n')
      .map((line) => `mount ${line}`),
    ...named(tmpdir()),
    ...named('/run'),
  ]);
}

/** Groups of containers, in every hierarchy. */
export function cgroups(): string[] {
  const found: string[] = [];
  const walk = (directory: string, depth: number): void => {
    for (const entry of list(directory, true)) {
      const path = join(directory, entry);
      if (entry.endsWith('.virtainer') || entry.startsWith('virtainer')) found.push(path);
      else if (depth < 4) walk(path, depth + 1);
    }
  };
  walk(CGROUP_ROOT, 0);
  return found;
}

function controllers(): string[] {
  return processes().filter((pid) => !isGone(pid) && readText(`/proc/${pid}/comm`).startsWith('virtainer'));
}

/** True when a process has ended, also when its parent has not looked yet. */
export function isGone(pid: number | string): boolean {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === '' || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

/** Children of this process that nobody has waited for. */
export function zombies(): string[] {
  return processes().filter((pid) => defunctParent(pid) === String(process.pid));
}

/** Controllers and commands that have ended, and that their parent has not looked after yet. */
export function unreapedControllers(): Unreaped[] {
  return processes().flatMap((pid) => {
    const parent = defunctParent(pid);
    const name = readText(`/proc/${pid}/comm`).trim();
    return parent !== undefined && name.startsWith('virtainer') ? [{ pid, name, parent }] : [];
  });
}

export interface Unreaped {
  readonly pid: string;
  readonly name: string;
  readonly parent: string;
}

/** Undefined for a process that has not ended. */
function defunctParent(pid: string): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? parent : undefined;
}

export function openDescriptors(): string[] {
  return list('/proc/self/fd')
    .map((fd) => ({ fd, link: readLink(`/proc/self/fd/${fd}`) }))
    .filter(({ link }) => link !== '') // that of the listing itself, under whatever number
    .map(({ fd, link }) => `${fd} -> ${link}`);
}

function networkNamespaces(): Set<string> {
  return new Set(
    processes()
      .map((pid) => readLink(`/proc/${pid}/ns/net`))
      .filter((link) => link !== ''),
  );
}

function processes(): string[] {
  return list('/proc').filter((entry) => /^\d+$/.test(entry));
}

function describe(pid: string): string {
  return `${pid} (${readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()})`;
}

function list(directory: string, onlyDirectories = false): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !onlyDirectories || entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
