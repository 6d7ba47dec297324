import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainIdmapFailure, IDMAP_CALL } from '../../../../lib/lxc/security/idmap-failure.js';

test('a file system without idmapped mounts is an error with the ways out', () => {
  const { why, hint } = explainIdmapFailure('EINVAL');
  expect(why).toBe('its file system has no idmapped mounts');
  for (const way of ['ext4', '<idmap>', "<virtainer:userNamespace mode='none'/>"])
    expect(hint).toContain(way);
});

test('a mount that is mapped already is another error', () => {
  expect(explainIdmapFailure('EPERM').why).toMatch(/mapped to other owners already/);
});

test('the controller names the call as it is known here', () => {
  const source = readFileSync(join(__dirname, '../../../../cpp/controller/mounts.cc'), 'utf8');
  expect(source).toContain(`"${IDMAP_CALL}"`);
});
