/** The controller's steps and the list that a start or exec is made of. See docs/protocol.md. */
import { encodeToken, type Token } from '../protocol/tokens.js';

/** Every step with its smallest and largest number of tokens, and who understands it. */
export const STEPS = {
  domain: [2, 2, 'run'],
  'state-directory': [1, 1, 'run'],
  journal: [2, 3, 'run'],
  'persistent-file': [1, 1, 'run'],
  'console-log': [1, 1, 'run'],
  'supervisor-cgroup-v1': [1, 1, 'both'],
  'supervisor-cgroup-v2': [1, 1, 'both'],
  'cgroup-v1': [1, 1, 'both'],
  'cgroup-v2': [1, 1, 'both'],
  'remove-directory': [1, 1, 'run'],
  'remove-directory-if-empty': [1, 1, 'run'],
  'remove-file': [1, 1, 'run'],
  'remove-profile': [1, 1, 'run'],
  'on-reboot': [1, 1, 'run'],
  'keep-descriptor': [1, 1, 'run'],
  watch: [8, 8, 'run'],
  'oom-counter': [2, 2, 'enter'],
  namespaces: [1, -1, 'run'],
  'inherit-namespace': [2, 2, 'run'],
  'join-namespaces': [1, -1, 'enter'],
  'uid-map': [3, 3, 'both'],
  'gid-map': [3, 3, 'both'],
  'time-offset': [3, 3, 'run'],
  'boottime-from-start': [0, 0, 'run'],
  'nested-user-namespaces': [1, 1, 'run'],
  hostname: [1, 1, 'run'],
  'loopback-up': [0, 0, 'run'],
  view: [0, -1, 'run'],
  'view-source': [2, 2, 'run'],
  terminal: [2, 2, 'enter'],
  capabilities: [1, 1, 'both'],
  securebits: [1, 1, 'both'],
  'no-new-privileges': [0, 0, 'both'],
  'seccomp-filter': [1, 1, 'both'],
  'exec-label': [2, 2, 'both'],
  rlimit: [3, 3, 'both'],
  'memory-policy': [2, 2, 'both'],
  'oom-score-adjust': [1, 1, 'both'],
  'supervisor-oom-score-adjust': [1, 1, 'both'],
  user: [1, 1, 'both'],
  group: [1, 1, 'both'],
  'working-directory': [1, 1, 'both'],
  environment: [1, 1, 'both'],
  'home-from-user': [0, 0, 'enter'],
  executable: [1, 1, 'both'],
  argument: [1, 1, 'both'],
  root: [2, 2, 'run'],
  bind: [3, 3, 'run'],
  'bind-inside': [3, 3, 'run'],
  mount: [4, -1, 'run'],
  'remount-readonly': [1, 1, 'run'],
  readonly: [1, 1, 'run'],
  mask: [1, 1, 'run'],
  'view-file': [2, 2, 'run'],
  directory: [2, 2, 'run'],
  device: [5, 5, 'run'],
  symlink: [2, 2, 'run'],
  'open-consoles': [2, 2, 'run'],
  'bind-console': [2, 2, 'run'],
} as const satisfies Record<string, readonly [number, number, 'run' | 'enter' | 'both']>;
export type StepName = keyof typeof STEPS;

/** One step, and in words which part of the definition asked for it. */
export interface Step {
  readonly name: StepName;
  readonly tokens: readonly Token[];
  readonly origin: string;
}

const MAGIC = Buffer.from('VTPLAN1\n', 'latin1');

/** An ordered list of steps. */
export class Plan {
  readonly steps: Step[] = [];

  /** `run` starts a container, `enter` a command in one; `hold` has no steps. */
  constructor(readonly command: 'run' | 'enter' | 'hold') {}

  /** Adds a step; `origin` names the element it comes from, for error messages. */
  add(origin: string, name: StepName, ...tokens: readonly Token[]): this {
    this.steps.push({ name, tokens, origin });
    return this;
  }

  /** The bytes the controller reads. */
  encode(): Buffer {
    return Buffer.concat([MAGIC, ...this.steps.map(encodeStep)]);
  }

  /** One step a line, for golden tests and people. */
  toString(): string {
    return this.steps
      .map(
        ({ name, tokens }) =>
          [name, ...tokens.map((token) => JSON.stringify(String(token)))].join(' ') + '\n',
      )
      .join('');
  }
}

function encodeStep(step: Step): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(step.tokens.length + 1);
  return Buffer.concat([count, encodeToken(step.name), ...step.tokens.map(encodeToken)]);
}
