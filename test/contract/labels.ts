import { expectCode, type Suite } from './suite.js';

export function describeLabels(suite: Suite): void {
  describe('security labels', () => {
    test('getSecurityModel() is the first of the capabilities, or empty', async () => {
      const connection = suite.connection();
      const [model, { host }] = await Promise.all([
        connection.getSecurityModel(),
        connection.getCapabilities(),
      ]);
      const [first] = host.securityModels;
      expect(model).toEqual(first ? { model: first.model, doi: first.doi } : { model: '', doi: '' });
    });

    test('a running domain has the labels of the host, an inactive one has none', async () => {
      const domain = await suite.started();
      const { host } = await suite.connection().getCapabilities();
      const labels = await domain.getSecurityLabelList();
      expect(labels).toHaveLength(host.securityModels.length);
      for (const { label, enforcing } of labels)
        expect([typeof enforcing, label]).toEqual(['boolean', label.trim()]);
      expect(await domain.getSecurityLabel()).toEqual(labels[0]);
      await domain.destroy();
      expect(await domain.getSecurityLabel()).toBeUndefined();
      expect(await domain.getSecurityLabelList()).toEqual([]);
    });

    test('they can be read on a read-only connection, and not of a domain that is gone', async () => {
      const domain = await suite.started();
      await using connection = await suite.open({ readOnly: true });
      expect((await connection.getSecurityModel()).model).toBe(
        (await suite.connection().getSecurityModel()).model,
      );
      await domain.destroy();
      await domain.undefine();
      await expectCode(domain.getSecurityLabel(), 'NO_DOMAIN');
      await expectCode(domain.getSecurityLabelList(), 'NO_DOMAIN');
    });

    test('after close() they fail with INVALID_CONN', async () => {
      const connection = await suite.open();
      const domain = await connection.defineDomain(suite.fresh());
      await domain.undefine();
      await connection.close();
      await expectCode(connection.getSecurityModel(), 'INVALID_CONN');
      await expectCode(domain.getSecurityLabel(), 'INVALID_CONN');
      await expectCode(domain.getSecurityLabelList(), 'INVALID_CONN');
    });
  });
}
