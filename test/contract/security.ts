import { expectCode, type Suite } from './suite.js';

export function describeSecurity(suite: Suite): void {
  describe('the security report', () => {
    test('of a domain that is off is about its next start, of an active one about its run', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      const before = await domain.getSecurityReport();
      await domain.create();
      const during = await domain.getSecurityReport();
      await domain.destroy();
      expect([before.active, during.active]).toEqual([false, true]);
      // Only ids and labels are chosen at the start.
      const { userNamespace, labels } = before.protections;
      expect({ ...during.protections, userNamespace, labels }).toEqual(before.protections);
      await domain.undefine();
    });

    test('of an active domain is about what it runs with, not about what was stored since', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await domain.create();
      await domain.attachDevice("<filesystem><source dir='/srv/data'/><target dir='/data'/></filesystem>", {
        config: true,
      });
      const { relaxed } = await domain.getSecurityReport();
      expect(relaxed.some(({ element }) => element.includes('/data'))).toBe(false);
      await domain.destroy();
      expect((await domain.getSecurityReport()).relaxed).toContainEqual({
        protection: 'hostPaths',
        element: "<filesystem> target '/data'",
        effect: "it changes the host's /srv/data",
      });
      await domain.undefine();
    });

    test('of a domain that is gone rejects', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await domain.undefine();
      await expectCode(domain.getSecurityReport(), 'NO_DOMAIN');
    });
  });
}
