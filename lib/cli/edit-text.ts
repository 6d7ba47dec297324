/** A text in the user's editor. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtError, type ExitStatus } from '../index.js';
import type { Io } from './io.js';
import { onSignals } from './signal-forwarder.js';

/** What the editor is to show, and what is done with the text afterwards. */
export interface Edit {
  readonly text: string;
  /** Name of the file: editors choose colours by its end. */
  readonly fileName: string;
  /** The editor's messages go to stderr, so that stdout holds nothing but the answer. */
  readonly keepStdout: boolean;
  /** Called when the text has been changed. */
  readonly use: (edited: string) => Promise<void>;
}

/** Signals that a terminal sends to the editor as well: it knows what to do. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const FORWARDED: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGTERM'];

/**
 * True when the text has been changed, and used. When using it fails the file stays, and the error says where.
 * @throws VirtError OPERATION_FAILED when the editor fails.
 */
export async function editText(io: Io, { text, fileName, keepStdout, use }: Edit): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'virtainer-edit-'));
  const file = join(folder, fileName);
  let keep = false;
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
    await runEditor(io, file, keepStdout);
    const edited = await readFile(file, 'utf8');
    if (edited === text) return false;
    keep = true;
    await use(edited);
    keep = false;
    return true;
  } catch (error) {
    throw keep ? withPlace(error, file) : error;
  } finally {
    if (!keep) await rm(folder, { recursive: true, force: true });
  }
}

async function runEditor({ signals }: Io, file: string, keepStdout: boolean): Promise<void> {
  const editor = [process.env.VISUAL, process.env.EDITOR].find((name) => name?.trim()) ?? 'vi';
  let child: ChildProcess | undefined;
  // Before the editor is there: it may be quicker than what comes after its start.
  const stops = [
    onSignals(signals, FROM_TERMINAL, () => undefined),
    onSignals(signals, FORWARDED, (signal) => child?.kill(signal)),
  ];
  try {
    // A shell, because the variables may hold arguments too.
    const started = spawn('/bin/sh', ['-c', `${editor} "$1"`, editor, file], {
      stdio: ['inherit', keepStdout ? 2 : 'inherit', 'inherit'],
    });
    child = started;
    const { exitCode, signal } = await new Promise<ExitStatus>((resolve, reject) => {
      started.once('error', reject);
      started.once('exit', (code, name) => {
        resolve({ exitCode: code, signal: name });
      });
    });
    if (exitCode === 0) return;
    const how = signal === null ? `exited with ${exitCode}` : `was ended by ${signal}`;
    throw new VirtError('OPERATION_FAILED', `the editor '${editor}' ${how}: nothing is changed`, {
      domain: 'NONE',
      hint: 'set VISUAL or EDITOR to the editor to use',
    });
  } finally {
    for (const stop of stops) stop();
  }
}

/** Nobody types it all again. */
function withPlace(error: unknown, file: string): unknown {
  if (!(error instanceof VirtError)) return error;
  const { code, message, domain, errno, syscall, stage } = error;
  const place = `the edited text is in '${file}'`;
  const hint = error.hint === undefined ? place : `${error.hint}; ${place}`;
  return new VirtError(code, message, { domain, errno, syscall, stage, path: file, hint, cause: error });
}
