/** Limits of every process of a container that its definition does not set. */
import type { Rlimit } from '../domain/index.js';

export const DEFAULT_RLIMITS: readonly Rlimit[] = [
  { name: 'core', soft: 0, hard: 'unlimited' },
  { name: 'nofile', soft: 1024, hard: 1_048_576 },
  { name: 'memlock', soft: 65_536, hard: 65_536 },
];
