/** Running a command inside a container. */
import { closeSync } from 'node:fs';
import type { ExecHandle, ExecRequest } from '../driver.js';
import { VirtError } from '../errors.js';
import { signalNumber } from '../signals.js';
import { notRunning, whileActive, type ActiveDomain } from './active.js';
import { commandGroups } from './cgroup/command-groups.js';
import { isFrozen } from './cgroup/freezer.js';
import { supervisorIn } from './cgroup/layout.js';
import type { Context } from './context.js';
import { oomCounter } from './events/limit-watches.js';
import { openStdio, type Stdio } from './exec-stdio.js';
import { launch, type Handshake } from './handshake.js';
import { buildEnterPlan } from './plan/enter-plan.js';
import { openProcess } from './process.js';
import { execLabelOf } from './security/label/index.js';
import { confinementFacts } from './security/process-limits.js';

export function execInContainer(context: Context, uuid: string, request: ExecRequest): Promise<ExecHandle> {
  return whileActive(context, uuid, (active) => enter(context, active, request));
}

async function enter(context: Context, active: ActiveDomain, request: ExecRequest): Promise<ExecHandle> {
  const { definition, cgroups, security, ids } = active.record;
  if (await isFrozen(cgroups.groups)) {
    throw new VirtError('OPERATION_INVALID', 'domain is paused', { hint: 'resume it first' });
  }
  const init = openProcess(active.init);
  if (init === undefined) throw notRunning();
  let stdio: Stdio | undefined;
  try {
    stdio = openStdio(request);
    const supervisors = cgroups.supervisors ?? context.hierarchies.map(supervisorIn);
    const filter = security.seccomp === undefined ? undefined : await context.live.filter(definition.uuid);
    const plan = buildEnterPlan(definition, request, {
      groups: await commandGroups(cgroups.groups, active.init.pid),
      supervisors,
      oomCounter: oomCounter(cgroups.groups),
      profile: security,
      ids,
      confinement: confinementFacts(definition, security, { filter, label: execLabelOf(definition) }),
    });
    const doing = `cannot execute '${request.argv[0]}' in domain '${definition.name}'`;
    const handshake = await launch(plan, doing, { stdio: stdio.theirs, extra: [init] });
    // The command's ends are the command's now: ours would keep its pipes open after its end.
    stdio.closeTheirs();
    return await started(handshake, stdio);
  } catch (cause) {
    stdio?.closeOurs();
    throw cause;
  } finally {
    stdio?.closeTheirs();
    closeSync(init);
  }
}

async function started(handshake: Handshake, stdio: Stdio): Promise<ExecHandle> {
  const { exited } = handshake;
  const { process } = await handshake.running;
  const close = (): void => {
    handshake.close();
  };
  exited.then(close, close);
  return {
    pid: process.pid,
    ...stdio.streams(),
    exit: exited,
    kill: (signal) => {
      handshake.send('signal', signalNumber(signal));
    },
    resize: (rows, cols) => {
      handshake.send('resize', rows, cols);
    },
  };
}
