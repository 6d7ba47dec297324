/** Containers that run into their limits: what is told, and what survives. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type {
  DomainEvent,
  DomainDefinition,
  LifecycleEvent,
  OomEvent,
  RecordedEvent,
} from '../../lib/index.js';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

const ROOT = join(__dirname, '..', '..');
const LIMIT_KIB = 32 * 1024;
const LIMITED: Partial<DomainDefinition> = { memoryKiB: LIMIT_KIB, currentMemoryKiB: LIMIT_KIB };
/** Wants six times as much. */
const HOG = ['/usr/bin/perl', '-e', '$0 = "hog"; my $n = 200_000_000; my $x = "a" x $n; sleep 100'] as const;

/** Prints every event of the state folder as a line of JSON, in a process of its own. */
function watchElsewhere(uri: string): ChildProcess {
  const script = `
    const { open } = require(${JSON.stringify(join(ROOT, 'dist', 'index.js'))});
    open(${JSON.stringify(uri)}).then(async (connection) => {
      const stream = connection.events({ since: 0 });
      console.log('{}');
      for await (const event of stream) console.log(JSON.stringify(event));
    });`;
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describeAsRoot(`limits that are reached${SKIP_REASON}`, () => {
  const world = useWorld();

  /** Events of a domain until one is the last that matters. */
  async function eventsUntil(
    uuid: string,
    isLast: (event: RecordedEvent, seen: readonly RecordedEvent[]) => boolean,
  ): Promise<RecordedEvent[]> {
    const seen: RecordedEvent[] = [];
    for await (const event of world().connection.events({ domain: uuid, since: 0 })) {
      if (event.type === 'overflow') continue;
      seen.push(event);
      if (isLast(event, seen)) break;
    }
    return seen;
  }
  const isStop = (event: DomainEvent): event is LifecycleEvent =>
    event.type === 'lifecycle' && event.event === 'stopped';
  const isOom = (event: DomainEvent): event is OomEvent => event.type === 'oom';
  const kills = (events: readonly RecordedEvent[]): number =>
    events.filter(isOom).reduce((sum, event) => sum + event.kills, 0);

  test('a hog that is executed in a container is killed at its limit, and nothing else', async () => {
    const elsewhere = watchElsewhere(world().uri);
    try {
      const lines = createInterface({ input: elsewhere.stdout as NodeJS.ReadableStream });
      const heard = lines[Symbol.asyncIterator]();
      await heard.next();
      const bystander = await world().connection.createDomain(world().define({ definition: LIMITED }));
      const domain = await world().connection.createDomain(world().define({ definition: LIMITED }));
      const hog = domain.exec(HOG);
      const pid = await hog.pid;
      const result = await hog;
      expect(result).toMatchObject({
        exitCode: null,
        signal: 'SIGKILL',
        isMemoryLimit: true,
        verdict: 'memory-limit',
      });
      const { peakMemoryKiB = 0 } = result.usage ?? {};
      expect(peakMemoryKiB).toBeGreaterThan(LIMIT_KIB / 2);
      expect(peakMemoryKiB).toBeLessThan(LIMIT_KIB * 2);
      let event: Partial<OomEvent> = {};
      while (event.type !== 'oom')
        event = JSON.parse((await heard.next()).value as string) as Partial<OomEvent>;
      expect(event).toMatchObject({
        domain: domain.name,
        uuid: domain.uuid,
        kills: 1,
        process: { pid, name: 'hog' },
        limitKiB: LIMIT_KIB,
      });
      for (const each of [domain, bystander]) {
        expect((await each.getState()).state).toBe('running');
        expect(await each.exec(['/bin/true'])).toMatchObject({ verdict: 'ok' });
        await each.destroy();
      }
    } finally {
      elsewhere.kill('SIGKILL');
      await once(elsewhere, 'exit');
    }
  });

  test('an init killed for want of memory ends its domain as crashed, with who, the limit and how many', async () => {
    const definition = world().define({ init: [...HOG], definition: LIMITED });
    const domain = await world().connection.defineDomain(definition);
    await domain.create();
    const events = await eventsUntil(domain.uuid, isStop);
    const oom = events.find(isOom);
    const process = { pid: expect.any(Number) as number, name: 'hog' };
    expect(oom).toMatchObject({ kills: 1, process, limitKiB: LIMIT_KIB });
    expect(events.at(-1)).toMatchObject({
      event: 'stopped',
      detail: 'crashed',
      exit: { exitCode: null, signal: 'SIGKILL', oomKilled: true },
      oom: { kills: 1, process: oom?.process, limitKiB: LIMIT_KIB },
    });
    expect(await domain.getState()).toEqual({
      state: 'shutoff',
      reason: 'crashed',
      lastExit: { exitCode: null, signal: 'SIGKILL', oomKilled: true },
    });
    expect(readFileSync(join(world().directory, 'run', domain.uuid, 'exit'), 'utf8')).toMatch(
      /^1 crashed signaled 9 \d+ oom\n$/u,
    );
    await domain.undefine();
  });

  test('twenty times killed for memory and twenty times by somebody: each has its own reason', async () => {
    const domain = await world().connection.createDomain(world().define({ definition: LIMITED }));
    for (let round = 0; round < 20; round++) {
      // At the same time: a kill in the same container must not be taken for the other one's.
      const waiting = domain.exec(['/bin/sh', '-c', 'echo $$; exec sleep 100']);
      await once(waiting.stdout, 'data');
      expect(await domain.exec(HOG)).toMatchObject({ verdict: 'memory-limit', isMemoryLimit: true });
      waiting.kill('SIGKILL');
      expect(await waiting).toMatchObject({ verdict: 'signal', isMemoryLimit: false, signal: 'SIGKILL' });
    }
    await domain.destroy();
    const events = await eventsUntil(domain.uuid, isStop);
    expect(kills(events)).toBe(20);
    expect(events.at(-1)).toMatchObject({ detail: 'destroyed', exit: { signal: 'SIGKILL' } });
    expect(events.at(-1)).not.toHaveProperty('oom');
    expect(events.at(-1)).not.toHaveProperty('exit.oomKilled');
  }, 120_000);

  test('an init that somebody kills has not crashed for want of memory, also after OOM kills in its container', async () => {
    const domain = await world().connection.createDomain(world().define({ definition: LIMITED }));
    expect(await domain.exec(HOG)).toMatchObject({ verdict: 'memory-limit' });
    await eventsUntil(domain.uuid, isOom);
    const [, , , init] = readFileSync(
      join(world().directory, 'run', domain.uuid, 'controller'),
      'utf8',
    ).split(' ');
    process.kill(Number(init), 'SIGKILL');
    const last = (await eventsUntil(domain.uuid, isStop)).at(-1);
    expect(last).toMatchObject({ detail: 'shutdown', exit: { signal: 'SIGKILL' } });
    expect(last).not.toHaveProperty('oom');
  });

  test('many kills in a short time are counted all, in a bounded number of events', async () => {
    const script = `for (1..60) { my $pid = fork; if (!$pid) { my $n = 200_000_000; my $x = "a" x $n; exit } waitpid $pid, 0; print $? & 127, "\\n" }`;
    const domain = await world().connection.createDomain(world().define({ definition: LIMITED }));
    const { stdout } = await domain.exec(['/usr/bin/perl', '-e', script]);
    expect(stdout.split('\n')).toEqual(Array(60).fill('9'));
    await domain.destroy();
    const events = await eventsUntil(domain.uuid, isStop);
    expect(kills(events)).toBe(60);
    const told = events.filter(isOom);
    expect(told.length).toBeGreaterThan(1);
    expect(told.length).toBeLessThan(25);
    for (const event of told) expect(event.process === undefined ? event.kills : 1).toBe(event.kills);
  }, 60_000);

  test('a fork bomb is told of, in a bounded number of events', async () => {
    const limit = 64;
    const bomb = [
      '/usr/bin/perl',
      '-e',
      'for (1..3000) { my $pid = fork; if (defined $pid && !$pid) { close STDOUT; close STDERR; sleep 100 } }',
    ];
    const domain = await world().connection.createDomain(
      world().define({ definition: { memoryKiB: 256 * 1024, extensions: { pids: { limit } } } }),
    );
    await domain.exec(bomb);
    const [first] = (
      await eventsUntil(domain.uuid, (event) => event.type === 'limit' && event.resource === 'pids')
    ).slice(-1);
    expect(first).toMatchObject({ type: 'limit', resource: 'pids', limit });
    await domain.destroy();
    const told = (await eventsUntil(domain.uuid, isStop)).flatMap((event) =>
      event.type === 'limit' && event.resource === 'pids' ? [event.hits] : [],
    );
    expect(told.length).toBeLessThanOrEqual(2);
    expect(told.reduce((sum, hits) => sum + hits, 0)).toBeGreaterThan(2900);
  }, 60_000);

  test('a container that has almost no memory left is told of, a bounded number of times', async () => {
    const domain = await world().connection.createDomain(world().define({ definition: LIMITED }));
    await domain.exec(HOG);
    await domain.exec(HOG);
    await domain.destroy();
    const told = (await eventsUntil(domain.uuid, isStop)).filter(
      (event) => event.type === 'limit' && event.resource === 'memory',
    );
    expect(told[0]).toMatchObject({ limitKiB: LIMIT_KIB });
    expect(told.length).toBeLessThanOrEqual(2);
  });

  test('what a command has used is measured: CPU time, memory, time', async () => {
    const domain = await world().connection.createDomain(world().define());
    const script =
      'my $n = 50_000_000; my $x = "a" x $n; $n++ for 1..2_000_000; select undef, undef, undef, 0.1; my @t = times; print 1000 * ($t[0] + $t[1])';
    const { usage, stdout } = await domain.exec(['/usr/bin/perl', '-e', script]);
    // A clock tick of ten milliseconds is what perl counts in.
    expect(usage?.cpuTimeMs).toBeGreaterThanOrEqual(Number(stdout) - 20);
    expect(usage?.cpuTimeMs).toBeLessThan(Number(stdout) + 200);
    expect(usage?.peakMemoryKiB).toBeGreaterThan(48_000);
    expect(usage?.wallMs).toBeGreaterThanOrEqual(100);
    expect(usage?.cpuTimeMs).toBeCloseTo((usage?.userTimeMs ?? 0) + (usage?.systemTimeMs ?? 0));
    const child = await domain.exec([
      '/bin/sh',
      '-c',
      `perl -e 'my $n = 50_000_000; my $x = "a" x $n'; true`,
    ]);
    expect(child.usage?.peakMemoryKiB).toBeGreaterThan(48_000);
    await domain.destroy();
  });

  test('an init that is killed for want of memory before it runs is a start that says so', async () => {
    const tiny = { memoryKiB: 16, currentMemoryKiB: 16 };
    // It may be killed at any step of those who prepare its root.
    for (let round = 0; round < 10; round++) {
      await expect(
        world().connection.createDomain(world().define({ definition: tiny })),
      ).rejects.toMatchObject({
        errno: 'ENOMEM',
        hint: 'give it more <memory>',
        message: expect.stringContaining(
          'its first process was killed: the memory limit is too small',
        ) as unknown,
      });
    }
  });
});
