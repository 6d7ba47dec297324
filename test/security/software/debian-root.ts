/** A Debian system for containers: made once per machine, copied for each test file. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRoot } from '../../system/world.js';

/** What is needed beyond the smallest system. */
const PACKAGES = [
  'apt-utils',
  'dbus',
  'gcc',
  'git',
  'iproute2',
  'libc6-dev',
  'nodejs',
  'procps',
  'python3',
  'sudo',
  'systemd-sysv',
];
const SCRIPT = join(__dirname, 'make-root.sh');
/** Downloads included. */
const MAKE_TIMEOUT_MS = 400_000;
const CACHE = process.env.VIRTAINER_TEST_CACHE ?? '/var/cache/virtainer-test';

/** The system that copies are made of, or why there is none. */
export type DebianSystem =
  { readonly directory: string; readonly missing?: never } | { readonly missing: string };

/** Blocks for about a minute the first time: tests are skipped, or not, before any of them runs. */
export function debianSystem(): DebianSystem {
  if (!isRoot) return { missing: 'needs root' };
  const recipe = createHash('sha256').update(readFileSync(SCRIPT)).update(PACKAGES.join()).digest('hex');
  const directory = join(CACHE, `debian-${recipe.slice(0, 16)}`);
  if (existsSync(directory)) return { directory };
  if (spawnSync('which', ['debootstrap']).status !== 0) return { missing: 'needs debootstrap' };
  const made = spawnSync(SCRIPT, [directory, PACKAGES.join()], {
    encoding: 'utf8',
    timeout: MAKE_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  if (made.status === 0) return { directory };
  const [last = made.error?.message ?? 'killed'] = made.stderr.trim().split('\n').slice(-1);
  return { missing: `debootstrap failed: ${last}` };
}

/** A private copy; whoever asks for it removes it. */
export interface RootCopy {
  readonly directory: string;
  remove(): void;
}

export function copySystem({ directory }: { readonly directory: string }): RootCopy {
  // The outer folder keeps the host's users away from the set-user-id programs inside.
  const outer = mkdtempSync(join(tmpdir(), 'virtainer-debian-'));
  const copy = join(outer, 'root');
  const remove = (): void => {
    rmSync(outer, { recursive: true, force: true });
  };
  const { status, stderr } = spawnSync('cp', ['--archive', '--reflink=auto', directory, copy], {
    encoding: 'utf8',
  });
  if (status === 0) return { directory: copy, remove };
  remove();
  throw new Error(`cannot copy ${directory}: ${stderr}`);
}
