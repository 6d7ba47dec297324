/** Root file systems for test containers: a skeleton in a temporary directory, with the host's /usr read-only. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DomainDefinition } from 'virtainer';

const DIRECTORIES = ['usr', 'proc', 'sys', 'dev', 'run', 'tmp', 'root', 'etc', 'var'];
const LINKS = ['bin', 'sbin', 'lib', 'lib64'];

/** A new directory for one test file: `state` for the connection, and root file systems beside it. */
export class Scratch {
  readonly directory = mkdtempSync(join(tmpdir(), 'virtainer-test-'));
  readonly state = join(this.directory, 'state');

  constructor() {
    mkdirSync(this.state);
  }

  /** Makes the skeleton of a root file system, and gives its path. */
  makeRootfs(name: string): string {
    const root = join(this.directory, name);
    for (const directory of DIRECTORIES) mkdirSync(join(root, directory), { recursive: true });
    for (const link of LINKS) symlinkSync(`usr/${link}`, join(root, link));
    writeFileSync(
      join(root, 'etc/passwd'),
      'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n',
    );
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
    return root;
  }

  /** A container of its own root file system that sleeps. */
  makeDefinition(name: string): DomainDefinition {
    return {
      type: 'lxc',
      name,
      memoryKiB: 65_536,
      os: { type: 'exe', init: '/bin/sleep', initargs: ['infinity'] },
      devices: {
        filesystems: [
          { type: 'mount', source: this.makeRootfs(name), target: '/' },
          { type: 'mount', source: '/usr', target: '/usr', readonly: true },
        ],
        consoles: [{ type: 'pty' }],
      },
    };
  }

  /** Removes everything; refuses while something is mounted below, so that nothing of the host is ever deleted. */
  remove(): void {
    const mounted = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.split(' ')[4]?.startsWith(`${this.directory}/`));
    if (mounted.length > 0) throw new Error(`still mounted below ${this.directory}:\n${mounted.join('\n')}`);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
