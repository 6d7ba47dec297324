/**
 * Drives build/Release/virtainer-controller with plans written byte by byte: nothing of lib/ is used, so
 * that a mistake in the library's encoder can't hide one in the controller.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Duplex } from 'node:stream';

export const CONTROLLER = process.env.VIRTAINER_CONTROLLER ?? resolve('build/Release/virtainer-controller');

/** Why the tests can't run here; undefined when they can. */
export const SKIP_REASON =
  process.getuid?.() !== 0 ? 'needs root' : !existsSync(CONTROLLER) ? `needs ${CONTROLLER}` : undefined;

/** `describe`, or a skipped one that says why. */
export const describeController = (name: string, body: () => void): void => {
  if (SKIP_REASON === undefined) describe(name, body);
  else describe.skip(`${name} (skipped: ${SKIP_REASON})`, body);
};

export const NUMBERS = {
  hello: 1,
  planRead: 2,
  cgroupJoined: 3,
  namespacesCreated: 4,
  idsMapped: 5,
  networkReady: 6,
  rootReady: 7,
  execing: 8,
  running: 9,
  failed: 10,
  exited: 11,
  signal: 12,
  resize: 13,
  query: 32,
  state: 33,
  stop: 34,
  reboot: 35,
  ended: 36,
  rebooted: 37,
  accepted: 38,
  refused: 39,
  attachConsole: 40,
  consoleOutput: 41,
  consoleInput: 42,
  consoleResize: 43,
  consoleGap: 44,
} as const;
export type Name = keyof typeof NUMBERS;
const NAMES = new Map<number, Name>(Object.entries(NUMBERS).map(([name, number]) => [number, name as Name]));

export type Step = readonly [string, ...(string | number | Buffer)[]];

function token(value: string | number | Buffer): Buffer {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export function encodePlan(steps: readonly Step[]): Buffer {
  const parts = steps.map((step) => {
    const count = Buffer.alloc(4);
    count.writeUInt32LE(step.length);
    return Buffer.concat([count, ...step.map(token)]);
  });
  return Buffer.concat([Buffer.from('VTPLAN1\n'), ...parts]);
}

export function encodeMessage(name: Name, ...tokens: (string | number | Buffer)[]): Buffer {
  const body = Buffer.concat(tokens.map(token));
  const header = Buffer.alloc(6);
  header.writeUInt32LE(body.length + 2);
  header.writeUInt16LE(NUMBERS[name], 4);
  return Buffer.concat([header, body]);
}

export interface Message {
  readonly name: Name;
  readonly tokens: readonly Buffer[];
  readonly text: readonly string[];
}

/** One end of a message stream: collects what comes, and waits for it. */
export class MessageStream {
  readonly messages: Message[] = [];
  readonly closed: Promise<void>;
  isClosed = false;
  #buffer = Buffer.alloc(0);
  #waiting: (() => void)[] = [];

  constructor(readonly socket: Duplex) {
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((done) => {
      const end = (): void => {
        this.isClosed = true;
        this.#wake();
        done();
      };
      socket.once('end', end);
      socket.once('close', end);
    });
  }

  send(name: Name, ...tokens: (string | number | Buffer)[]): void {
    this.socket.write(encodeMessage(name, ...tokens));
  }

  names(): Name[] {
    return this.messages.map(({ name }) => name);
  }

  /** The first message of these names, waiting for it; fails after ten seconds. */
  async next(...names: Name[]): Promise<Message> {
    return this.until(() => this.messages.find(({ name }) => names.includes(name)), names.join(' or '));
  }

  async until<T>(find: () => T | undefined, what: string): Promise<T> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const seen = this.messages.map(
        ({ name, text }) => `${name} ${name === 'consoleOutput' ? '' : text.join(' ')}`,
      );
      if (this.isClosed) throw new Error(`closed before ${what}; got: ${seen.join(', ')}`);
      if (Date.now() > deadline) throw new Error(`no ${what} in time; got: ${seen.join(', ')}`);
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, 1000);
        this.#waiting.push(() => {
          clearTimeout(timer);
          wake();
        });
      });
    }
  }

  /** All console output so far. */
  output(): string {
    return Buffer.concat(
      this.messages.filter(({ name }) => name === 'consoleOutput').flatMap(({ tokens }) => tokens),
    ).toString('latin1');
  }

  async outputUntil(text: string): Promise<string> {
    return this.until(() => (this.output().includes(text) ? this.output() : undefined), `output '${text}'`);
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    while (this.#buffer.length >= 6 && this.#buffer.length >= this.#buffer.readUInt32LE(0) + 4) {
      const end = this.#buffer.readUInt32LE(0) + 4;
      this.messages.push(parse(this.#buffer.subarray(0, end)));
      this.#buffer = this.#buffer.subarray(end);
    }
    this.#wake();
  }
}

function parse(frame: Buffer): Message {
  const name = NAMES.get(frame.readUInt16LE(4));
  if (name === undefined) throw new Error('unknown message');
  const tokens: Buffer[] = [];
  for (let offset = 6; offset < frame.length;) {
    const end = offset + 4 + frame.readUInt32LE(offset);
    tokens.push(Buffer.from(frame.subarray(offset + 4, end)));
    offset = end;
  }
  return { name, tokens, text: tokens.map((bytes) => bytes.toString()) };
}

/**
 * Node can't make a pidfd, and destroys the stdin of a child whose first process has ended: perl moves the
 * descriptors from 5 on to 0, 1 and 2 and becomes the controller, with a pidfd as descriptor 5.
 */
const withPidfd = (before: string): string => `
use POSIX ();
my ($init, $controller, $pipes) = @ARGV;
POSIX::dup2(5 + $_, $_) for 0 .. $pipes - 1;
my $fd = syscall(434, $init + 0, 0);
POSIX::dup2($fd, 5);
${before}
exec { $controller } 'virtainer-controller', 'enter';
`;

const CGROUP_ROOT = '/sys/fs/cgroup';

interface Hierarchy {
  readonly version: 1 | 2;
  readonly mountPoint: string;
}

function hierarchies(): Hierarchy[] {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(
      ([, mountPoint, type]) =>
        type?.startsWith('cgroup') === true && mountPoint?.startsWith(CGROUP_ROOT) === true,
    )
    .map(([, mountPoint = '', type]) => ({ version: type === 'cgroup2' ? 2 : 1, mountPoint }));
}

/** Runs a test in a sandbox and removes everything, whatever happens. */
export async function inSandbox(body: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = new Sandbox();
  try {
    await body(sandbox);
  } finally {
    await sandbox.dispose();
  }
}

/** The reboot(2) call, which busybox and coreutils only make through a running init. */
export const REBOOT = rebootCall(0x01234567);
export const POWER_OFF = rebootCall(0x4321fedc);

function rebootCall(command: number): string {
  const number = { x64: 169, arm64: 142 }[process.arch as string];
  return `perl -e 'syscall(${number ?? 0}, 0xfee1dead, 672274793, ${command}, 0)'`;
}

export interface Running {
  readonly controller: number;
  readonly init: number;
  readonly startTime: string;
}

/** A folder with a root file system, cgroups and a state folder; `dispose` removes all of it. */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'virtainer-controller-'));
  readonly root = join(this.folder, 'root');
  readonly state = join(this.folder, 'state');
  readonly journal = join(this.folder, 'journal');
  readonly log = join(this.folder, 'log');
  readonly consoleLog = join(this.folder, 'console.log');
  readonly persistentFile = join(this.folder, 'persistent.xml');
  readonly cgroups: (Hierarchy & { readonly directory: string })[] = [];
  #controllers: { readonly pid: number; readonly startTime: string | undefined }[] = [];
  #streams: MessageStream[] = [];

  constructor() {
    mkdirSync(this.state, { mode: 0o700 });
    for (const name of ['usr', 'etc', 'proc', 'sys', 'dev', 'run', 'tmp', 'root', 'home']) {
      mkdirSync(join(this.root, name), { recursive: true });
    }
    for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(this.root, name));
    writeFileSync(
      join(this.root, 'etc/passwd'),
      'root:x:0:0:root:/root:/bin/sh\nworker:x:1234:2345:a worker:/home/worker:/bin/sh\n4321:x:77:78::/:/bin/sh\n',
    );
    writeFileSync(
      join(this.root, 'etc/group'),
      'root:x:0:\nworkers:x:2345:\nextra:x:3456:other,worker\nmore:x:3457:worker\n',
    );
    const name = `virtainer-test-${basename(this.folder).slice(-6)}`;
    for (const hierarchy of hierarchies()) {
      const directory = join(hierarchy.mountPoint, name);
      mkdirSync(directory);
      this.cgroups.push({ ...hierarchy, directory });
      if (existsSync(join(directory, 'cpuset.cpus'))) {
        for (const file of ['cpuset.cpus', 'cpuset.mems']) {
          writeFileSync(join(directory, file), readFileSync(join(hierarchy.mountPoint, file)));
        }
      }
    }
  }

  /** Steps about everything but the container's inside. */
  supervision(onReboot: 'restart' | 'destroy' = 'restart'): Step[] {
    return [
      ['domain', '11111111-2222-3333-4444-555555555555', 'test\nname'],
      ['state-directory', this.state],
      ['journal', this.journal, '{"domain":"test"'],
      ['persistent-file', this.persistentFile],
      ['console-log', this.consoleLog],
      ...this.cgroups.flatMap(({ version, mountPoint, directory }): Step[] => [
        [`supervisor-cgroup-v${version}`, mountPoint],
        [`cgroup-v${version}`, directory],
        ['remove-directory', directory],
      ]),
      ['on-reboot', onReboot],
      ['namespaces', 'mount', 'pid', 'net', 'ipc', 'uts', 'cgroup'],
      ['hostname', 'inside'],
      ['loopback-up'],
    ];
  }

  /** The usual root file system; `more` comes after /usr. */
  rootSteps(...more: Step[]): Step[] {
    return [
      ['root', this.root, '-'],
      ['bind', '/usr', '/usr', 'ro'],
      ['mount', 'proc', 'proc', '/proc', 'nosuid,noexec,nodev,nosymlinks'],
      ['mount', 'sysfs', 'sysfs', '/sys', 'nosuid,noexec,nodev,nosymlinks,ro'],
      ['mount', 'tmpfs', 'devfs', '/dev', 'nosuid,noexec,nosymlinks', 'mode=755', 'size=65536'],
      ['device', '/dev/null', 'c', 1, 3, '666'],
      ['device', '/dev/zero', 'c', 1, 5, '666'],
      ['device', '/dev/tty', 'c', 5, 0, '666'],
      ['directory', '/dev/pts', '755'],
      [
        'mount',
        'devpts',
        'devpts',
        '/dev/pts',
        'nosuid,noexec',
        'newinstance',
        'ptmxmode=666',
        'mode=620',
        'gid=5',
      ],
      ['symlink', '/proc/self/fd', '/dev/fd'],
      ['symlink', '/proc/self/fd/1', '/dev/stdout'],
      ['open-consoles', 2, '/dev/pts'],
      ['bind-console', 0, '/dev/tty1'],
      ['bind-console', 1, '/dev/tty2'],
      ['bind-console', 0, '/dev/console'],
      ...more,
    ];
  }

  shell(script: string): Step[] {
    return this.command('/bin/sh', '-c', script);
  }

  command(...argv: [string, ...string[]]): Step[] {
    return [
      ['capabilities', '000001ffffffffff'],
      ['environment', 'PATH=/bin:/sbin'],
      ['environment', 'TERM=linux'],
      ['executable', argv[0]],
      ...argv.map((argument): Step => ['argument', argument]),
    ];
  }

  /** A whole run of a shell script as init. */
  scriptPlan(script: string): Step[] {
    return [...this.supervision(), ...this.rootSteps(), ...this.shell(script)];
  }

  /** Starts the controller on these bytes. */
  launch(plan: Buffer): MessageStream {
    const planFile = join(this.folder, 'plan');
    writeFileSync(planFile, plan);
    const planFd = openSync(planFile, 'r');
    const lockFd = openSync(join(this.folder, 'lock'), 'w');
    const logFd = openSync(this.log, 'a', 0o600);
    try {
      const child = spawn(CONTROLLER, ['run'], { stdio: ['ignore', logFd, logFd, 'pipe', planFd, lockFd] });
      child.once('error', () => undefined);
      const stream = new MessageStream(child.stdio[3] as Duplex);
      this.#streams.push(stream);
      return stream;
    } finally {
      for (const fd of [planFd, lockFd, logFd]) closeSync(fd);
    }
  }

  /** Starts a container and waits until it runs. */
  async start(steps: readonly Step[]): Promise<Running> {
    const running = this.launch(encodePlan(steps));
    const { text } = await running.next('running', 'failed').then((message) => {
      if (message.name === 'failed') throw new Error(`start failed: ${message.text.join(' ')}`);
      return message;
    });
    this.#controllers.push({ pid: Number(text[1]), startTime: text[2] });
    return { controller: Number(text[1]), init: Number(text[3]), startTime: text[4] ?? '' };
  }

  /** For starts whose handshake nobody hears. */
  async untilStarted(): Promise<void> {
    await eventually(() => this.stateFiles().includes('controller'), 'the start');
    const [, pid, startTime] = readFileSync(join(this.state, 'controller'), 'utf8').split(' ');
    this.#controllers.push({ pid: Number(pid), startTime });
  }

  /** A connection to the control socket, greeted. */
  async control(): Promise<MessageStream> {
    const folder = openSync(this.state, 'r');
    const socket = connect({ path: `/proc/self/fd/${folder}/control` });
    try {
      await once(socket, 'connect');
    } finally {
      closeSync(folder);
    }
    const stream = new MessageStream(socket);
    this.#streams.push(stream);
    await stream.next('hello');
    return stream;
  }

  /** Attaches to a console. */
  async watch(index = 0): Promise<MessageStream> {
    const stream = await this.control();
    stream.send('attachConsole', index);
    return stream;
  }

  /** Runs a script as init to its end; its output on console 0, with plain newlines, and `ended`. */
  async runScript(script: string, ...more: Step[]): Promise<{ output: string; ended: readonly string[] }> {
    return this.runSteps([
      ...this.supervision(),
      ...this.rootSteps(...more),
      ...this.shell(`read go; ${script}`),
    ]);
  }

  /** Runs steps whose init waits for a line on its console. */
  async runSteps(steps: readonly Step[]): Promise<{ output: string; ended: readonly string[] }> {
    await this.start(steps);
    const console = await this.watch();
    console.send('consoleInput', 'go\n');
    const ended = await console.next('ended');
    return { output: console.output().replaceAll('\r\n', '\n').replace('go\n', ''), ended: ended.text };
  }

  /** Runs a command in the container. */
  enter(
    init: number,
    steps: readonly Step[],
    options: { readonly terminal?: boolean; readonly before?: string } = {},
  ): Entered {
    const planFile = join(this.folder, 'enter-plan');
    writeFileSync(planFile, encodePlan(steps));
    const planFd = openSync(planFile, 'r');
    const pipes = options.terminal === true ? (['pipe'] as const) : (['pipe', 'pipe', 'pipe'] as const);
    const script = withPidfd(options.before ?? '');
    try {
      const child = spawn('perl', ['-e', script, String(init), CONTROLLER, String(pipes.length)], {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe', planFd, ...pipes],
      });
      child.once('error', () => undefined);
      const stream = new MessageStream(child.stdio[3] as Duplex);
      this.#streams.push(stream);
      const [input, output, errors] = child.stdio.slice(5) as (Duplex | undefined)[];
      if (!input) throw new Error('no input');
      return new Entered(stream, input, output, errors);
    } finally {
      closeSync(planFd);
    }
  }

  enterPlan(...command: Step[]): Step[] {
    return [
      ...this.cgroups.map(({ version, directory }): Step => [`cgroup-v${version}`, directory]),
      ['join-namespaces', 'mount', 'pid', 'net', 'ipc', 'uts', 'cgroup'],
      ...command,
    ];
  }

  events(): Record<string, unknown>[] {
    const text = existsSync(this.journal) ? readFileSync(this.journal, 'utf8') : '';
    if (text.length % 1024 !== 0) throw new Error('the journal is not made of records');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  logText(): string {
    return readFileSync(this.log, 'utf8');
  }

  /** What a process has open. */
  descriptors(pid: number): string[] {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  }

  stateFiles(): string[] {
    return existsSync(this.state) ? readdirSync(this.state).sort() : [];
  }

  /** What an ended container must not have left; empty when all is well. */
  leftovers(): string[] {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(this.folder));
    const groups = this.cgroups
      .map(({ directory }) => directory)
      .filter((directory) => existsSync(directory));
    const processes = this.#liveControllers().map((pid) => `process ${pid}`);
    return [...mounts, ...groups, ...processes, ...this.stateFiles().filter((name) => name !== 'exit')];
  }

  /** Everything that belongs to the container's cgroups. */
  processes(): number[] {
    const pids = this.cgroups.flatMap(({ directory }) =>
      existsSync(directory)
        ? readFileSync(join(directory, 'cgroup.procs'), 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map(Number)
        : [],
    );
    return [...new Set(pids)];
  }

  #liveControllers(): number[] {
    return this.#controllers
      .filter(({ pid, startTime }) => startTimeOf(pid) === startTime)
      .map(({ pid }) => pid);
  }

  async dispose(): Promise<void> {
    for (const stream of this.#streams) stream.socket.destroy();
    for (const pid of this.#liveControllers()) process.kill(pid, 'SIGTERM');
    await eventually(() => this.#liveControllers().length === 0, 'the controllers to end');
    for (const pid of this.processes()) process.kill(pid, 'SIGKILL');
    await eventually(() => this.processes().length === 0, 'the processes to end');
    for (const { directory } of this.cgroups) if (existsSync(directory)) rmdirSync(directory);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A command that runs in a container. */
export class Entered {
  #output: Buffer[] = [];
  #errors: Buffer[] = [];
  readonly outputEnded: Promise<unknown>;

  constructor(
    readonly handshake: MessageStream,
    readonly input: Duplex,
    output: Duplex | undefined,
    errors: Duplex | undefined,
  ) {
    const source = output ?? input;
    source.on('data', (chunk: Buffer) => this.#output.push(chunk));
    source.on('error', () => undefined);
    input.on('error', () => undefined);
    errors?.on('data', (chunk: Buffer) => this.#errors.push(chunk));
    errors?.on('error', () => undefined);
    const ended = (stream: Duplex): Promise<void> =>
      new Promise((done) =>
        stream.once('end', () => {
          done();
        }),
      );
    this.outputEnded = Promise.all([source, ...(errors ? [errors] : [])].map(ended));
  }

  output(): Buffer {
    return Buffer.concat(this.#output);
  }

  errors(): string {
    return Buffer.concat(this.#errors).toString();
  }

  /** `exited 0`, `signaled 9` or `failed <stage> <step> <errno> <syscall> <path>`. */
  async result(): Promise<string> {
    const { name, text } = await this.handshake.next('exited', 'failed');
    if (name === 'failed') return ['failed', ...text].join(' ');
    await this.outputEnded;
    return text.slice(0, 2).join(' ');
  }

  async outputUntil(text: string): Promise<string> {
    await eventually(
      () => this.output().includes(text),
      `output '${text}', got '${this.output().toString('latin1')}'`,
    );
    return this.output().toString('latin1');
  }
}

/** The start time of a process that is alive, which makes its number unique. */
function startTimeOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  return startTimeOf(pid) !== undefined;
}

/** Waits for a condition of another process; fails after ten seconds. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((wake) => setTimeout(wake, 5));
  }
}
