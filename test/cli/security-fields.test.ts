import { securityFields } from '../../lib/cli/security-fields.js';
import { formatFields } from '../../lib/cli/table.js';

test('a host that labels nothing has no lines about it', () => {
  expect(securityFields(undefined)).toEqual([]);
});

test('the lines are those of virsh dominfo', () => {
  const label = { label: 'virtainer-x', enforcing: true };
  expect(formatFields(securityFields({ model: 'apparmor', doi: '0', label }))).toBe(
    'Security model: apparmor\nSecurity DOI:   0\nSecurity label: virtainer-x (enforcing)\n',
  );
  expect(
    securityFields({ model: 'selinux', doi: '0', label: { label: 'a:b:c', enforcing: false } })[2],
  ).toEqual(['Security label', 'a:b:c (permissive)']);
});

test('an inactive domain has no label', () => {
  expect(securityFields({ model: 'selinux', doi: '0' })).toHaveLength(2);
});
