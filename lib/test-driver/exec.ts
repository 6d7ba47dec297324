/** Commands in a test domain: streams and an end, without a process. */
import { constants } from 'node:os';
import { PassThrough } from 'node:stream';
import type { ExecHandle, ExecRequest, ExitStatus } from '../driver.js';
import { VirtError } from '../errors.js';
import { findCommand, type CommandContext } from './commands.js';
import { requireLive, testError, type Run, type TestDomain } from './world.js';

const BASIC_ENV = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  container: 'lxc-test',
};
/** Signals that end no process. */
const HARMLESS: readonly (string | undefined)[] = [
  'SIGCHLD',
  'SIGCONT',
  'SIGURG',
  'SIGWINCH',
  'SIGSTOP',
  'SIGTSTP',
  undefined,
];

/** Runs one of the built-in commands under this number of the host; anything else is missing in the container. */
export function execInTest(domain: TestDomain, request: ExecRequest, hostPid: number): ExecHandle {
  requireLive(domain);
  if (domain.state === 'paused') throw testError('OPERATION_INVALID', 'domain is paused');
  const [file, ...args] = request.argv;
  const command = findCommand(file);
  if (!command) throw missing(file, domain.name);
  domain.lastPid += 1;
  const process = new TestProcess(request, { pid: domain.lastPid, hostPid });
  domain.runs.add(process);
  domain.peakRuns = Math.max(domain.peakRuns, domain.runs.size);
  const ended = process.run(() => command({ ...process.context, args, hostname: domain.name }));
  void ended.finally(() => domain.runs.delete(process));
  return process.handle(ended);
}

class TestProcess implements Run {
  readonly pid: number;
  readonly hostPid: number;
  readonly uid: number;
  readonly argv: readonly string[];
  readonly startedAt = new Date();
  readonly context: Omit<CommandContext, 'args' | 'hostname'>;
  readonly #stdin: PassThrough | null;
  readonly #stdout = new PassThrough();
  readonly #stderr: PassThrough | null;
  readonly #killed = new AbortController();
  readonly #death: Promise<ExitStatus>;
  #size: { readonly rows: number; readonly cols: number } | undefined;

  constructor(request: ExecRequest, { pid, hostPid }: Pick<Run, 'pid' | 'hostPid'>) {
    const { user = '0', argv } = request;
    this.pid = pid;
    this.hostPid = hostPid;
    // Names are looked up in a file that test domains don't have.
    this.uid = /^\d+$/u.test(user) ? Number(user) : 0;
    this.argv = argv;
    this.#stdin = request.stdin ? new PassThrough() : null;
    this.#stderr = request.tty ? null : new PassThrough();
    this.#size = request.tty;
    const { signal } = this.#killed;
    this.#death = new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve({ exitCode: null, signal: signal.reason as NodeJS.Signals });
      });
    });
    this.context = {
      env: { ...BASIC_ENV, ...request.env },
      cwd: request.cwd ?? '/',
      terminal: () => this.#size,
      stdin: this.#stdin,
      stdout: this.#stdout,
      stderr: this.#stderr ?? this.#stdout,
      killed: signal,
    };
  }

  async run(command: () => Promise<number> | number): Promise<ExitStatus> {
    // A reader that has gone away is SIGPIPE's business.
    for (const stream of [this.#stdout, this.#stderr]) {
      stream?.once('close', () => {
        if (!stream.readableEnded) this.kill('SIGPIPE');
      });
    }
    const finished = Promise.resolve()
      .then(command)
      .then((exitCode): ExitStatus => ({ exitCode, signal: null }));
    const status = await Promise.race([this.#death, finished]).catch(() => this.#death);
    this.#stdout.end();
    this.#stderr?.end();
    this.#stdin?.destroy();
    return status;
  }

  kill(signal: NodeJS.Signals | number): void {
    const name = typeof signal === 'number' ? signalName(signal) : signal;
    if (name && !HARMLESS.includes(name)) this.#killed.abort(name);
  }

  handle(exit: Promise<ExitStatus>): ExecHandle {
    return {
      pid: this.hostPid,
      stdin: this.#stdin,
      stdout: this.#stdout,
      stderr: this.#stderr,
      exit,
      kill: (signal) => {
        this.kill(signal);
      },
      resize: (rows, cols) => {
        if (this.#size) this.#size = { rows, cols };
      },
    };
  }
}

/** The name of a signal; undefined for a number without one. */
export function signalName(number: number): NodeJS.Signals | undefined {
  const names = Object.keys(constants.signals) as NodeJS.Signals[];
  return names.find((name) => constants.signals[name] === number);
}

function missing(file: string, domainName: string): VirtError {
  return new VirtError(
    'SYSTEM_ERROR',
    `cannot execute '${file}' in domain '${domainName}': no such file or directory`,
    {
      domain: 'TEST',
      errno: 'ENOENT',
      syscall: 'execve',
      path: file,
      stage: 'execing',
    },
  );
}
