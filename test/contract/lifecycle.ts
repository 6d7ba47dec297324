import { expectCode, type Suite } from './suite.js';

export function describeLifecycle(suite: Suite): void {
  describe('lifecycle', () => {
    test('create() boots, destroy() ends', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await domain.create();
      expect(domain.id).toBeGreaterThan(0);
      expect(await domain.getID()).toBe(domain.id);
      expect(await domain.getState()).toEqual({ state: 'running', reason: 'booted' });
      expect(await domain.getInfo()).toMatchObject({ state: 'running', maxMemoryKiB: 65_536, vcpus: 1 });
      await domain.destroy();
      expect(domain.id).toBeNull();
      expect(await domain.getState()).toMatchObject({ state: 'shutoff', reason: 'destroyed' });
      await domain.create();
      expect(await domain.getState()).toEqual({ state: 'running', reason: 'booted' });
    });

    test('suspend() pauses, also twice; resume() goes on', async () => {
      const domain = await suite.started();
      await domain.suspend();
      await domain.suspend();
      expect(await domain.getState()).toEqual({ state: 'paused', reason: 'user' });
      expect(await domain.isActive()).toBe(true);
      await domain.resume();
      expect(await domain.getState()).toEqual({ state: 'running', reason: 'unpaused' });
      await expectCode(domain.resume(), 'OPERATION_INVALID');
    });

    test('a paused domain can be destroyed', async () => {
      const domain = await suite.started();
      await domain.suspend();
      await domain.destroy();
      expect(await domain.getState()).toMatchObject({ state: 'shutoff', reason: 'destroyed' });
    });

    test('shutdown() resolves when the domain is off', async () => {
      const domain = await suite.started();
      await domain.shutdown({ timeoutMs: 500 });
      expect(domain.id).toBeNull();
      expect(await domain.getState()).toMatchObject({ state: 'shutoff' });
    });

    test('shutdown() with an aborted signal fails and leaves the domain alone', async () => {
      const domain = await suite.started();
      const reason = new Error('changed my mind');
      await expect(domain.shutdown({ signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
        code: 'OPERATION_FAILED',
        cause: reason,
      });
      expect(await domain.isActive()).toBe(true);
    });

    test('reboot() resolves when the domain runs again', async () => {
      const domain = await suite.started();
      await domain.reboot({ timeoutMs: 500 });
      expect(domain.id).toBeGreaterThan(0);
      expect(await domain.getState()).toMatchObject({ state: 'running' });
    });

    test('a transient domain is gone when it stops', async () => {
      const domain = await suite.connection().createDomain(suite.fresh());
      expect(await domain.isPersistent()).toBe(false);
      expect(await domain.getState()).toEqual({ state: 'running', reason: 'booted' });
      expect(await domain.getXMLDesc({ inactive: true })).not.toContain(' id=');
      await domain.destroy();
      await expectCode(domain.getState(), 'NO_DOMAIN');
    });

    test('create() of an active domain fails with OPERATION_INVALID', async () => {
      const domain = await suite.started();
      await expectCode(domain.create(), 'OPERATION_INVALID');
      const transient = await suite.connection().createDomain(suite.fresh());
      await expectCode(transient.create(), 'OPERATION_INVALID');
    });

    test('what needs an active domain fails with OPERATION_INVALID on an inactive one (TCK 090)', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      for (const work of [
        (): PromiseLike<unknown> => domain.suspend(),
        (): PromiseLike<unknown> => domain.resume(),
        (): PromiseLike<unknown> => domain.destroy(),
        (): PromiseLike<unknown> => domain.shutdown(),
        (): PromiseLike<unknown> => domain.reboot(),
        (): PromiseLike<unknown> => domain.sendProcessSignal(1, 'SIGTERM'),
        (): PromiseLike<unknown> => domain.openConsole(),
        (): PromiseLike<unknown> => domain.exec(['true']),
      ]) {
        await expect(Promise.resolve(work())).rejects.toMatchObject({
          code: 'OPERATION_INVALID',
          message: 'domain is not running',
        });
      }
    });

    test('bad times fail with INVALID_ARG', async () => {
      const domain = await suite.started();
      await expectCode(domain.shutdown({ timeoutMs: -1 }), 'INVALID_ARG');
      await expectCode(domain.reboot({ timeoutMs: Number.NaN }), 'INVALID_ARG');
      expect(await domain.isActive()).toBe(true);
    });
  });

  describe('sendProcessSignal()', () => {
    test('SIGKILL to init ends the domain; how init ended is known', async () => {
      const domain = await suite.started();
      const events = suite.connection().events({ domain });
      await domain.sendProcessSignal(1, 'SIGKILL');
      for await (const event of events) {
        if (event.type !== 'lifecycle' || event.event !== 'stopped') continue;
        expect(event.exit).toEqual({ exitCode: null, signal: 'SIGKILL' });
        break;
      }
      expect(await domain.getState()).toMatchObject({
        state: 'shutoff',
        lastExit: { exitCode: null, signal: 'SIGKILL' },
      });
    });

    test('signal 0 only asks', async () => {
      const domain = await suite.started();
      await domain.sendProcessSignal(1, 0);
      expect(await domain.isActive()).toBe(true);
    });

    test('refuses signals and pids that can not be with INVALID_ARG', async () => {
      const domain = await suite.started();
      await expect(domain.sendProcessSignal(1, 65)).rejects.toMatchObject({
        code: 'INVALID_ARG',
        message: 'signum value 65 is out of range',
      });
      await expectCode(domain.sendProcessSignal(0, 'SIGTERM'), 'INVALID_ARG');
      await expectCode(domain.sendProcessSignal(1.5, 'SIGTERM'), 'INVALID_ARG');
    });
  });
}
