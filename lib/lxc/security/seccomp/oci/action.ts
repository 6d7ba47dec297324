/** OCI's actions. */
import { constants } from 'node:os';
import { ACTION, ERRNO, failWith, type Action } from '../abi.js';
import type { JsonPlace } from './json.js';

/** The kernel's `MAX_ERRNO`. */
const MAX_ERRNO = 4095;

const ERRNO_ACTION = 'SCMP_ACT_ERRNO';

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['SCMP_ACT_ALLOW', ACTION.ALLOW],
  ['SCMP_ACT_LOG', ACTION.LOG],
  ['SCMP_ACT_KILL', ACTION.KILL_THREAD],
  ['SCMP_ACT_KILL_THREAD', ACTION.KILL_THREAD],
  ['SCMP_ACT_KILL_PROCESS', ACTION.KILL_PROCESS],
  ['SCMP_ACT_TRAP', ACTION.TRAP],
]);

/** They need somebody outside of the container who answers for each call. */
const NEED_A_SUPERVISOR = ['SCMP_ACT_NOTIFY', 'SCMP_ACT_TRACE'];

/** Where the errno of an action is given: as a number, and by Podman also as a name. */
interface ErrnoPlaces {
  readonly number: JsonPlace | undefined;
  readonly name: JsonPlace | undefined;
}

export function readAction(place: JsonPlace, errno: ErrnoPlaces): Action {
  const text = place.string();
  const given = readErrno(errno);
  if (text === ERRNO_ACTION) return failWith(given ?? ERRNO.EPERM);
  if (NEED_A_SUPERVISOR.includes(text)) throw place.unsupported(`is not supported: ${text}`);
  const action = ACTIONS.get(text);
  if (action === undefined) throw place.wrong(`one of ${[...ACTIONS.keys(), ERRNO_ACTION].join(', ')}`);
  if (given !== undefined) throw (errno.number ?? place).error(`is for ${ERRNO_ACTION} only`);
  return action;
}

function readErrno({ number, name }: ErrnoPlaces): number | undefined {
  const value = number?.integer(MAX_ERRNO);
  if (!name || name.string() === '') return value;
  const named = new Map<string, number>(Object.entries(constants.errno)).get(name.string());
  if (named === undefined && value === undefined) throw name.wrong('the name of an errno');
  if (named !== undefined && value !== undefined && named !== value) {
    throw name.error(`is ${name.string()}, which is not ${value}`);
  }
  return value ?? named;
}
