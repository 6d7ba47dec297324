/** Command lines run in this process, one after the other on the same connection. */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { main } from '../../lib/cli/main.js';
import type { Io } from '../../lib/cli/io.js';
import { Connection, open, type HostReport } from '../../lib/index.js';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stream that can be looked at like a terminal. */
export class FakeTerminal extends PassThrough {
  isTTY = false;
  columns = 0;
  rows = 0;
  /** What raw mode was set to, in order. */
  readonly raw: boolean[] = [];

  setRawMode(on: boolean): void {
    this.raw.push(on);
  }

  setSize(columns: number, rows: number): void {
    Object.assign(this, { isTTY: true, columns, rows });
    this.emit('resize');
  }
}

const GOOD_HOST: HostReport = {
  ok: true,
  checks: [{ name: 'root', ok: true, level: 'required', found: 'user 0' }],
};

/** One command line under way. */
export class Running {
  readonly stdin = new FakeTerminal();
  readonly stdout = new FakeTerminal();
  readonly stderr = new FakeTerminal();
  readonly signals = new EventEmitter();
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(openIt: Io['open'], argv: readonly string[], prepare: (running: Running) => void = () => {}) {
    prepare(this);
    this.stdout.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString();
    });
    this.stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    const { stdin, stdout, stderr, signals } = this;
    const io = { stdin, stdout, stderr, signals, open: openIt, checkHost: () => Promise.resolve(GOOD_HOST) };
    this.ended = main(argv, io).then((code) => ({
      code,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  get output(): string {
    return this.#stdout;
  }

  /** Resolves when stdout has this in it. */
  async shows(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) {
      await new Promise((resolve) => this.stdout.once('data', resolve));
    }
  }
}

export interface Session {
  start(argv: readonly string[], prepare?: (running: Running) => void): Running;
  run(...argv: string[]): Promise<Ended>;
  runWith(stdin: string, ...argv: string[]): Promise<Ended>;
  json(...argv: string[]): Promise<unknown>;
  readonly connection: Connection;
}

/** Call inside `describe`: each test has a fresh world with one running domain, `test`. */
export function useSession(): Session {
  let current: Connection | undefined;
  const connection = (): Connection => {
    if (!current) throw new Error('no connection outside of tests');
    return current;
  };
  beforeEach(async () => {
    // What a command line closes at its end is needed by the next.
    current = Object.assign(await open('test:///default'), { close: () => Promise.resolve() });
  });
  afterEach(() => Connection.prototype.close.call(connection()));
  const start: Session['start'] = (argv, prepare) =>
    new Running(() => Promise.resolve(connection()), argv, prepare);
  const runWith: Session['runWith'] = (stdin, ...argv) => {
    const running = start(argv);
    running.stdin.end(stdin);
    return running.ended;
  };
  return {
    start,
    runWith,
    run: (...argv) => runWith('', ...argv),
    json: async (...argv) => {
      const { code, stdout, stderr } = await runWith('', ...argv, '--json');
      if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
      return JSON.parse(stdout) as unknown;
    },
    get connection() {
      return connection();
    },
  };
}

/** A definition as XML. */
export function xmlOf(
  name: string,
  filesystems = "<filesystem><source dir='/srv/x'/><target dir='/'/></filesystem>",
): string {
  return `<domain type='lxc'><name>${name}</name><memory unit='MiB'>64</memory>
    <os><type>exe</type><init>/bin/sleep</init><initarg>infinity</initarg></os>
    <devices>${filesystems}<console type='pty'/></devices></domain>`;
}
