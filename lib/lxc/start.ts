/** Starting a container, from a complete definition to a running init. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { debuglog } from 'node:util';
import type { CompleteDomain } from '../definition/domain/index.js';
import { compact } from '../definition/plain/compact.js';
import { securityKind, securityProfile, type SecurityProfile } from '../definition/security/index.js';
import { VirtError, systemError } from '../errors.js';
import { findActive, recover } from './active.js';
import { createCgroups } from './cgroup/create.js';
import { delegateGroups } from './cgroup/delegate.js';
import { limitFiles } from './cgroup/limits.js';
import { resourcesOf, type Resources } from './cgroup/resources.js';
import type { Context } from './context.js';
import { limitWatches } from './events/limit-watches.js';
import { recordPrefix } from './events/records.js';
import { fuseProblem } from './host/fuse.js';
import { launch } from './handshake.js';
import { planPlace, takePlace, type Place, type PlannedPlace } from './place.js';
import { hostSources } from './plan/host-directories.js';
import { refuseInsecure } from './plan/insecure.js';
import { refuseUnsafe } from './plan/refusals.js';
import { bootId } from './process.js';
import { hasResourceView } from './plan/resource-view.js';
import { buildRunPlan, type RunFacts } from './plan/run-plan.js';
import { refuseUnsupported, type StartableDomain } from './plan/unsupported.js';
import { claimIsolation, type Isolation } from './security/isolation.js';
import { maskedCpuPaths } from './security/cpu-paths.js';
import { confinementFacts } from './security/process-limits.js';
import { rootOf } from './security/user-ids.js';
import { deviceGroup } from './security/devices/apply.js';
import { resolveHostNodes, type HostNode } from './security/devices/host-nodes.js';
import { deviceRules } from './security/devices/rules.js';
import { LIVE_FORMAT, type LiveRecord } from './store/live-record.js';
import type { HeldLock } from './store/lock.js';

const debug = debuglog('virtainer');

/** A start that has been found possible, and of which nothing has happened yet. */
export interface PreparedRun extends PlannedPlace {
  readonly definition: StartableDomain;
  readonly nodes: readonly HostNode[];
  readonly profile: SecurityProfile;
  readonly resources: Resources;
  /** Whether it sees its own resources, not the host's. */
  readonly hasView: boolean;
}

/** Decides where the container will live, and refuses what must not or can't be started. */
export function prepareRun(context: Context, definition: CompleteDomain): PreparedRun {
  const { where, host } = context;
  refuseUnsupported(definition, host);
  const boots = refuseUnsafe(definition, [where.live, where.definitions, where.logs]);
  const profile = securityProfile(definition, securityKind(definition, boots));
  refuseInsecure(definition, profile);
  const hasView = hasResourceView(definition, fuseProblem());
  const resources = resourcesOf(definition, profile.pids);
  const place = planPlace(context, {
    name: definition.name,
    partition: definition.resource?.partition,
    run: randomBytes(4).toString('hex'),
  });
  limitFiles(place.cgroups.groups, resources);
  deviceGroup(place.cgroups.groups);
  return { ...place, definition, nodes: resolveHostNodes(definition), profile, resources, hasView };
}

/** Takes the domain's place among the active ones. From here on a crash is recovered by whoever looks. */
export async function beginRun(context: Context, run: PreparedRun): Promise<void> {
  const { definition } = run;
  if (await findActive(context, definition.uuid)) {
    throw new VirtError('OPERATION_INVALID', `domain '${definition.name}' is already active`);
  }
  await context.live.begin(definition.uuid, liveRecord(run));
}

/** Starts what was begun. Whatever fails, nothing of the start is left. */
export async function startContainer(context: Context, lock: HeldLock, prepared: PreparedRun): Promise<void> {
  const { definition, profile } = prepared;
  let place: Place | undefined;
  let isolation: Isolation | undefined;
  try {
    place = await takePlace(context, prepared);
    const { cgroups } = place;
    const run = { ...prepared, cgroups };
    // What systemd has not made is ours to remove, and known only now.
    if (run.scope) await context.live.write(definition.uuid, liveRecord(run));
    const limits = limitFiles(cgroups.groups, run.resources);
    await createCgroups(cgroups, limits, deviceRules(profile.capabilities, run.nodes));
    isolation = await claimIsolation(context, definition, profile);
    await recordIsolation(context, run, isolation);
    if (profile.cgroup === 'readwrite') await delegateGroups(cgroups.groups, rootOf(isolation.ids));
    await runController(context, lock, run, isolation);
  } catch (cause) {
    await abandonRun(context, definition.uuid);
    await isolation?.undo();
    throw cause;
  } finally {
    isolation?.release();
    place?.release();
  }
}

function liveRecord({ definition, cgroups, profile }: PreparedRun): LiveRecord {
  const { groups, partitions, supervisors } = cgroups;
  return {
    format: LIVE_FORMAT,
    bootId: bootId(),
    definition,
    cgroups: { groups, partitions, supervisors },
    security: profile,
  };
}

/** What commands that come later need: whose ids, the filter, and the label that was made. */
async function recordIsolation(context: Context, run: PreparedRun, isolation: Isolation): Promise<void> {
  const { uuid } = run.definition;
  const { ids, filter, label } = isolation;
  if (filter) await context.live.writeFilter(uuid, filter);
  const definition = { ...run.definition, ...compact({ seclabels: label.seclabels }) };
  const maps = ids && { uids: ids.uids, gids: ids.gids };
  await context.live.write(uuid, { ...liveRecord(run), definition, ...compact({ ids: maps }) });
}

/** Removes what a failed start has left; the first error is the one to report. */
async function abandonRun(context: Context, uuid: string): Promise<void> {
  try {
    await recover(context, uuid);
    // A controller that failed has cleaned up by itself, and left it to us to say so.
    if (await context.definitions.exists(uuid)) await context.live.writeExit(uuid, 'failed');
  } catch (error) {
    debug('cannot clean up after a failed start of %s: %s', uuid, error);
  }
}

async function runController(
  context: Context,
  lock: HeldLock,
  run: PreparedRun,
  isolation: Isolation,
): Promise<void> {
  const { definition } = run;
  const plan = buildRunPlan(definition, runFacts(context, run, isolation));
  const nothing = openSync('/dev/null', 'r');
  let log: number | undefined;
  try {
    log = openLog(join(context.where.logs, `${definition.uuid}.log`));
    const doing = `cannot start domain '${definition.name}'`;
    const extra = [lock.fd, ...isolation.descriptors];
    const handshake = await launch(plan, doing, { stdio: [nothing, log, log], extra });
    try {
      const { times } = await handshake.running;
      debug('stages of the start of %s: %o', definition.name, times);
    } finally {
      handshake.close();
    }
  } finally {
    closeSync(nothing);
    if (log !== undefined) closeSync(log);
  }
}

function runFacts(context: Context, run: PreparedRun, isolation: Isolation): RunFacts {
  const { definition, cgroups, nodes, profile } = run;
  const { uuid } = definition;
  const { ids, shared, claims, filter, label } = isolation;
  return {
    stateFolder: context.live.folder(uuid),
    journal: context.where.journal,
    journalPrefix: recordPrefix('lifecycle', definition),
    limitPrefix: recordPrefix('limit', definition),
    watches: limitWatches(cgroups.groups),
    definitionFile: context.definitions.path(uuid),
    consoleLog: join(context.where.logs, `${uuid}.console.log`),
    hostSources: hostSources(definition),
    hasView: run.hasView,
    cpuPaths: maskedCpuPaths(definition),
    runFiles: [context.live.resumedFile(uuid), context.live.filterFile(uuid)],
    cgroups,
    nodes,
    profile,
    namespaces: { ids, shared, claims },
    confinement: confinementFacts(definition, profile, { filter, label: label.execLabel }),
    label,
  };
}

function openLog(path: string): number {
  try {
    return openSync(
      path,
      constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW,
      0o600,
    );
  } catch (cause) {
    throw systemError('cannot open the domain log', cause, { path });
  }
}
