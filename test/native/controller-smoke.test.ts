import { describeController, Sandbox } from './controller-harness.js';

describeController('smoke', () => {
  it('starts', async () => {
    const sandbox = new Sandbox();
    try {
      const t = process.hrtime.bigint();
      const running = await sandbox.start(sandbox.scriptPlan('echo hello; tty; id; cat /proc/self/mountinfo; exec sleep 1000'));
      console.log(running, Number(process.hrtime.bigint() - t) / 1e6);
      const console0 = await sandbox.watch();
      console.log(await console0.outputUntil('/dev/tty2'));
      const command = sandbox.enter(running.init, sandbox.enterPlan(...sandbox.shell('id; ps ax; exit 3')));
      console.log(await command.result(), command.output().toString(), command.errors());
      const control = await sandbox.control();
      control.send('stop', 'destroyed', 0);
      console.log((await control.next('ended')).text);
      await control.closed;
    } finally {
      console.log(sandbox.logText(), sandbox.events(), sandbox.leftovers());
      await sandbox.dispose();
    }
  });
});
