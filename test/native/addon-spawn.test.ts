import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../../lib/lxc/native';

const addon = native();
const folder = mkdtempSync(join(tmpdir(), 'virtainer-spawn-'));

/**
 * Daemonises itself, as the controller does, then writes to descriptor 0: its session, parent, arguments,
 * environment, signals and open descriptors. `exit N` and `abort` end the first process in another way.
 */
const SOURCE = `
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern char **environ;
int main(int argc, char **argv) {
  if (argc > 2 && !strcmp(argv[1], "exit")) return atoi(argv[2]);
  if (argc > 1 && !strcmp(argv[1], "abort")) abort();
  pid_t first = getpid();
  setsid();
  if (fork() > 0) _exit(0);
  while (getppid() == first) usleep(1000);
  sigset_t mask;
  sigprocmask(SIG_BLOCK, 0, &mask);
  int blocked = 0, ignored = 0;
  for (int s = 1; s < 32; s++) {
    struct sigaction action;
    sigaction(s, 0, &action);
    blocked += sigismember(&mask, s);
    ignored += action.sa_handler == SIG_IGN;
  }
  dprintf(0, "{\\"sid\\":%d,\\"first\\":%d,\\"ppid\\":%d,\\"blocked\\":%d,\\"ignored\\":%d,\\"environment\\":%d,",
          getsid(0), first, getppid(), blocked, ignored, environ[0] != 0);
  dprintf(0, "\\"argv\\":[");
  for (int i = 0; i < argc; i++) dprintf(0, "%s\\"%s\\"", i ? "," : "", argv[i]);
  dprintf(0, "],\\"fds\\":{");
  DIR *dir = opendir("/proc/self/fd");
  struct dirent *entry;
  int any = 0;
  while ((entry = readdir(dir))) {
    char path[64], target[256];
    int fd = atoi(entry->d_name);
    if (entry->d_name[0] == '.' || fd == dirfd(dir)) continue;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(path, target, sizeof target - 1);
    target[n < 0 ? 0 : n] = 0;
    dprintf(0, "%s\\"%d\\":\\"%s\\"", any++ ? "," : "", fd, target);
  }
  dprintf(0, "}}\\n");
  return 0;
}
`;

interface Report {
  readonly sid: number;
  readonly first: number;
  readonly ppid: number;
  readonly blocked: number;
  readonly ignored: number;
  readonly environment: number;
  readonly argv: readonly string[];
  readonly fds: Readonly<Record<string, string>>;
}

let executable: number | undefined;

beforeAll(() => {
  const [source, program] = [join(folder, 'report.c'), join(folder, 'report')];
  writeFileSync(source, SOURCE);
  const compiled = spawnSync('cc', ['-static', '-O1', '-w', '-o', program, source], { encoding: 'utf8' });
  if (compiled.error) console.warn('skipped: no C compiler');
  else if (compiled.status !== 0) throw new Error(compiled.stderr);
  else executable = addon.memfd('report', readFileSync(program), { executable: true });
});
afterAll(() => {
  if (executable !== undefined) closeSync(executable);
  rmSync(folder, { recursive: true });
});

/** Tests that need the compiled program; without a compiler they pass, with the warning above. */
function withProgram(name: string, run: (program: number) => Promise<void>): void {
  test(name, async () => {
    if (executable !== undefined) await run(executable);
  });
}

function zombies(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'utf8');
      } catch {
        return ''; // ended meanwhile
      }
    })
    .filter((stat) => stat.slice(stat.lastIndexOf(')')).startsWith(`) Z ${process.pid} `));
}

/** Runs the program with a pipe as descriptor 0, then the others, and gives what it reported. */
async function report(program: number, others: readonly number[], ...argv: string[]): Promise<Report> {
  const [from, to] = addon.pipe();
  try {
    await addon.spawnDetached(program, ['report', ...argv], [to, ...others]);
  } finally {
    closeSync(to);
  }
  const text = readFileSync(from, 'utf8'); // the end of file comes when the last process has ended
  closeSync(from);
  return JSON.parse(text) as Report;
}

function target(fd: number): string {
  return readlinkSync(`/proc/self/fd/${fd}`);
}

describe('spawnDetached()', () => {
  withProgram('leaves the process tree and session of the caller, and no zombie', async (program) => {
    const result = await report(program, [], 'some', 'words');
    expect(result.argv).toEqual(['report', 'some', 'words']);
    expect(result.sid).toBe(result.first);
    expect(result.ppid).not.toBe(process.pid);
    expect(result.ppid).not.toBe(result.first);
    expect(zombies()).toEqual([]);
  });

  withProgram('gives an empty environment, no blocked and no ignored signals', async (program) => {
    // Node itself ignores SIGPIPE.
    expect(await report(program, [])).toMatchObject({ environment: 0, blocked: 0, ignored: 0 });
  });

  withProgram('passes exactly the descriptors given, in their order', async (program) => {
    const files = ['/dev/null', '/dev/zero', '/dev/full'].map((path) => openSync(path, 'r'));
    const { fds } = await report(program, files);
    expect(Object.keys(fds)).toEqual(['0', '1', '2', '3']);
    expect([fds['1'], fds['2'], fds['3']]).toEqual(['/dev/null', '/dev/zero', '/dev/full']);
    files.forEach((fd) => {
      closeSync(fd);
    });
  });

  withProgram('source numbers may overlap the targets, be swapped and be there twice', async (program) => {
    const file = openSync('/dev/zero', 'r');
    const sources = [2, 1, 0, 1, file, file, program, 3, 2];
    const expected = sources.map(target);
    const { fds } = await report(program, sources);
    expect(sources.map((_, index) => fds[String(index + 1)])).toEqual(expected);
    expect(Object.keys(fds)).toHaveLength(sources.length + 1);
    closeSync(file);
  });

  withProgram('the executable may have the number of a target', async (program) => {
    // More targets than the number of the executable.
    const sources = Array.from({ length: program + 20 }, () => 2);
    const { fds } = await report(program, sources);
    expect(Object.keys(fds)).toHaveLength(sources.length + 1);
    expect(new Set(sources.map((_, index) => fds[String(index + 1)]))).toEqual(new Set([target(2)]));
  });

  withProgram('an inheritable descriptor of the embedding program is not passed', (program) => {
    const script = `
      const addon = require(process.argv[1]);
      const { readFileSync, closeSync } = require('node:fs');
      const [from, to] = addon.pipe();
      const program = addon.memfd('report', readFileSync(process.argv[2]), { executable: true });
      addon.spawnDetached(program, ['report'], [to]).then(() => {
        closeSync(to);
        process.stdout.write(readFileSync(from));
      });`;
    const path = require.resolve('../../build/Release/virtainer.node');
    expect(program).toBeGreaterThan(2);
    // The shell opens descriptors 7 and 9 without close-on-exec.
    const shell = 'exec "$0" -e "$1" "$2" "$3" 7</dev/zero 9</dev/full';
    const output = execFileSync('sh', ['-c', shell, process.execPath, script, path, join(folder, 'report')], {
      encoding: 'utf8',
    });
    expect(Object.keys((JSON.parse(output) as Report).fds)).toEqual(['0']);
    return Promise.resolve();
  });

  withProgram('rejects when the first process ends with a status or by a signal', async (program) => {
    await expect(addon.spawnDetached(program, ['report', 'exit', '3'], [0])).rejects.toMatchObject({
      code: 'ECHILD',
      syscall: 'spawn',
      message: 'ECHILD: the process ended with exit status 3, spawn',
    });
    await expect(addon.spawnDetached(program, ['report', 'abort'], [0])).rejects.toMatchObject({
      message: 'ECHILD: the process was killed by signal 6, spawn',
    });
    expect(zombies()).toEqual([]);
  });

  withProgram('resolves also when SIGCHLD is ignored and the first process vanishes', (program) => {
    // Node sets SIGCHLD back when it starts; a library that is loaded later ignores it again.
    const [source, library] = [join(folder, 'ignore.c'), join(folder, 'ignore.so')];
    writeFileSync(
      source,
      '#include <signal.h>\n__attribute__((constructor)) void ignore(void) { signal(SIGCHLD, SIG_IGN); }\n',
    );
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, source]);
    const script = `
      const addon = require(process.argv[1]);
      const { readFileSync, closeSync } = require('node:fs');
      try { process.dlopen({ exports: {} }, process.argv[3]); } catch {}
      const ignored = BigInt('0x' + /SigIgn:\\s+(\\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
      const [from, to] = addon.pipe();
      const program = addon.memfd('report', readFileSync(process.argv[2]), { executable: true });
      const text = addon.memfd('text', Buffer.from('no program'), { executable: true });
      addon.spawnDetached(program, ['report'], [to]).then(async () => {
        closeSync(to);
        const { argv } = JSON.parse(readFileSync(from, 'utf8'));
        const { code, syscall } = await addon.spawnDetached(text, ['text'], [0]).catch((error) => error);
        console.log(JSON.stringify([Number(ignored >> 16n & 1n), argv, code, syscall]));
      });`;
    const path = require.resolve('../../build/Release/virtainer.node');
    expect(program).toBeGreaterThan(2);
    const output = execFileSync(process.execPath, ['-e', script, path, join(folder, 'report'), library], {
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual([1, ['report'], 'ENOEXEC', 'execveat']);
    return Promise.resolve();
  });

  withProgram('the executable may be closed as soon as the call has returned', async () => {
    const copy = addon.memfd('report', readFileSync(join(folder, 'report')), { executable: true });
    const started = addon.spawnDetached(copy, ['report', 'exit', '0'], [0]);
    closeSync(copy);
    await started;
  });

  test('rejects when the executable cannot be executed', async () => {
    const text = addon.memfd('text', Buffer.from('not a program'), { executable: true });
    await expect(addon.spawnDetached(text, ['text'], [0])).rejects.toMatchObject({
      code: 'ENOEXEC',
      errno: -8,
      syscall: 'execveat',
    });
    closeSync(text);
    expect(zombies()).toEqual([]);
  });

  test('rejects when a descriptor is not open', async () => {
    const bad = { code: 'EBADF', syscall: 'fcntl' };
    await expect(addon.spawnDetached(99999, ['x'], [0])).rejects.toMatchObject(bad);
    await expect(addon.spawnDetached(0, ['x'], [0, 99999])).rejects.toMatchObject(bad);
  });

  withProgram('64 at a time do not disturb one another', async (program) => {
    const results = await Promise.all(
      Array.from({ length: 64 }, (_, index) => report(program, [], String(index))),
    );
    expect(results.map(({ argv }) => argv[1])).toEqual(results.map((_, index) => String(index)));
    expect(zombies()).toEqual([]);
  });

  withProgram('2000 calls leave neither descriptors nor zombies behind', async (program) => {
    const before = readdirSync('/proc/self/fd').length;
    for (let round = 0; round < 2000; round++) {
      await addon.spawnDetached(program, ['report', 'exit', '0'], [0, 1, 2]);
    }
    expect(readdirSync('/proc/self/fd').length).toBe(before);
    expect(zombies()).toEqual([]);
  });
});
