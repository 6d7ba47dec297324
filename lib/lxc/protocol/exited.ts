/** The end of a command, as its controller tells it. */
import type { CommandExit, CommandUsage } from '../../driver.js';
import { exitStatus } from '../store/live.js';
import { tokenNumber, tokenText, type Message } from './messages.js';

/** Controllers of earlier versions send the first two tokens only. */
export function parseExited(message: Message): CommandExit {
  const usage = parseUsage(message);
  return {
    ...exitStatus(tokenText(message, 0), tokenNumber(message, 1)),
    ...(tokenText(message, 2) === 'memory-limit' ? { isMemoryLimit: true } : {}),
    ...(usage ? { usage } : {}),
  };
}

function parseUsage(message: Message): CommandUsage | undefined {
  const [user, system, peakMemoryKiB, wall] = [3, 4, 5, 6].map((index) => tokenNumber(message, index));
  if (user === undefined || system === undefined || peakMemoryKiB === undefined || wall === undefined)
    return undefined;
  if (Number.isNaN(user + system + peakMemoryKiB + wall)) return undefined;
  return {
    userTimeMs: user / 1000,
    systemTimeMs: system / 1000,
    cpuTimeMs: (user + system) / 1000,
    peakMemoryKiB,
    wallMs: wall / 1000,
  };
}
