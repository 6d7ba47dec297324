import { open } from 'virtainer';

test('each connection is a world of its own that begins with a running domain', async () => {
  await using one = await open('test:///default');
  await using other = await open('test:///default');
  const domain = await one.lookupDomainByUUID('6695eb01-f6a4-8304-79aa-97f2502e193f');
  expect(domain).toMatchObject({ name: 'test', id: 1 });
  expect(await one.getType()).toBe('TEST');
  expect(await one.getVersion()).toBe(2);
  await domain.destroy();
  await domain.undefine();
  expect(await one.listAllDomains()).toEqual([]);
  expect(await (await other.lookupDomainByName('test')).isActive()).toBe(true);
});

test('the journal begins with the predefined domain', async () => {
  await using connection = await open('test:///default');
  const seen: string[] = [];
  for await (const event of connection.events({ since: 0 })) {
    if (event.type === 'lifecycle') seen.push(`${event.sequence} ${event.event}`);
    if (seen.length === 2) break;
  }
  expect(seen).toEqual(['1 defined', '2 started']);
});

test('reboot gives a new id and no lifecycle event', async () => {
  await using connection = await open('test:///default');
  const domain = await connection.lookupDomainByName('test');
  const listener = jest.fn();
  connection.on('lifecycle', listener);
  await domain.reboot();
  expect(domain.id).toBe(2);
  await domain.destroy();
  expect(listener.mock.calls).toMatchObject([[{ event: 'stopped' }]]);
});

test('shutdown is obeyed, and the exit of init is told', async () => {
  await using connection = await open('test:///default');
  const domain = await connection.lookupDomainByName('test');
  await domain.shutdown();
  expect(await domain.getState()).toEqual({
    state: 'shutoff',
    reason: 'shutdown',
    lastExit: { exitCode: 0, signal: null },
  });
});

test('the console shows a banner', async () => {
  await using connection = await open('test:///default');
  const console = await (await connection.lookupDomainByName('test')).openConsole();
  const [banner] = (await console.take(1).toArray()) as Buffer[];
  expect(banner?.toString()).toBe("Connected to console0 of domain 'test'\r\n");
});

test('commands may be named by path, and complain as their namesakes do', async () => {
  await using connection = await open('test:///default');
  const domain = await connection.lookupDomainByName('test');
  expect((await domain.exec(['/bin/echo', '-n', 'x'])).stdout).toBe('x');
  expect((await domain.exec(['/usr/bin/printenv'], { env: { A: '1' } })).stdout).toMatch(/^PATH=[^]*A=1$/u);
  expect(await domain.exec(['sleep', 'x'])).toMatchObject({ exitCode: 1 });
  expect(await domain.exec(['sleep', '0.001'])).toMatchObject({ exitCode: 0 });
  expect(await domain.exec(['uname'])).toMatchObject({ exitCode: 1 });
  const command = domain.exec(['stty', 'size'], { tty: true });
  command.resize(10, 5);
  expect(await command).toMatchObject({ exitCode: 0 });
});

test('signals that end no process end none', async () => {
  await using connection = await open('test:///default');
  const command = (await connection.lookupDomainByName('test')).exec(['sleep', '1000']);
  command.kill('SIGWINCH');
  command.kill(0);
  command.kill(15);
  expect(await command).toMatchObject({ signal: 'SIGTERM' });
});
