/** The user's terminal: raw while a console or command has it, and its size. */
import type { TerminalSize } from '../index.js';
import type { Io } from './io.js';

/** Calls `use` with the terminal in raw mode, when stdin is one, and puts it back whatever happens. */
export async function withRawTerminal<T>({ stdin }: Io, use: () => Promise<T>): Promise<T> {
  if (!stdin.isTTY) return use();
  stdin.setRawMode?.(true);
  try {
    return await use();
  } finally {
    stdin.setRawMode?.(false);
  }
}

/** Size of the terminal; undefined when stdout is none. */
export function terminalSize({ stdout }: Io): TerminalSize | undefined {
  const { isTTY, columns = 0, rows = 0 } = stdout;
  return isTTY && columns > 0 && rows > 0 ? { columns, rows } : undefined;
}

/** Passes on each new size; Node turns SIGWINCH into `resize`. Returns how to stop. */
export function followSize(io: Io, resize: (size: TerminalSize) => void): () => void {
  const pass = (): void => {
    const size = terminalSize(io);
    if (size) resize(size);
  };
  io.stdout.on('resize', pass);
  return () => {
    io.stdout.off('resize', pass);
  };
}
