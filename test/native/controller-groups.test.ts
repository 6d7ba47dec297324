/** A container's groups between two lives. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeController, eventually, inSandbox } from './controller-harness.js';

describeController('a restart', () => {
  it('begins in empty groups, whatever the last life has made below them', async () => {
    await inSandbox(async (sandbox) => {
      await sandbox.start([
        ...sandbox.supervision('restart'),
        ...sandbox.rootSteps(['mount', 'cgroup2', 'cgroup2', '/sys/fs/cgroup', '-']),
        ...sandbox.shell(
          '[ -e /once ] || { : > /once; mkdir -p /sys/fs/cgroup/a/b; (echo 0 > /sys/fs/cgroup/a/b/cgroup.procs; exec sleep 1000) & }; exec sleep 1000',
        ),
      ]);
      const unified = sandbox.cgroups.find(({ version }) => version === 2)?.directory ?? '';
      await eventually(() => existsSync(join(unified, 'a/b')), 'the nested group');
      const control = await sandbox.control();
      control.send('reboot', 9);
      await control.next('rebooted');
      expect(existsSync(unified)).toBe(true);
      expect(existsSync(join(unified, 'a'))).toBe(false);
      control.send('stop', 'destroyed', 0);
      await control.next('ended');
    });
  });
});
