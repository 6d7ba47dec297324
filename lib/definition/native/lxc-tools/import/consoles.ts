/** Terminals. */
import { quote } from '../../../../errors.js';
import type { Console } from '../../../domain/index.js';
import { refusal } from '../../../refusal.js';
import type { Config } from '../config.js';
import { wholeNumber } from '../values.js';

/** More than anybody looks at, fewer than hurt. */
const MAX_CONSOLES = 1024;

export function importConsoles(config: Config): readonly Console[] {
  const entry = config.first('lxc.tty.max', 'lxc.tty');
  const count = entry ? wholeNumber(entry.value, 'failed to parse int') : 0;
  if (count < 0 || count > MAX_CONSOLES) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      `lxc.tty.max ${quote(String(count))} must be between 0 and ${MAX_CONSOLES}`,
    );
  }
  return Array.from({ length: count }, () => ({ type: 'pty' }) as const);
}
