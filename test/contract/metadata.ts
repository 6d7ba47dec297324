import { expectCode, type Suite } from './suite.js';

const URI = 'urn:example:contract:1';

export function describeMetadata(suite: Suite): void {
  describe('metadata', () => {
    test.each(['title', 'description'] as const)('%s is set, read and removed', async (type) => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await expectCode(domain.getMetadata({ type }), 'NO_DOMAIN_METADATA');
      await domain.setMetadata({ type, value: 'A <text> & more' });
      expect(await domain.getMetadata({ type })).toBe('A <text> & more');
      expect(await domain.getXMLDesc()).toContain('A &lt;text&gt; &amp; more');
      await domain.setMetadata({ type, value: null });
      await expectCode(domain.getMetadata({ type }), 'NO_DOMAIN_METADATA');
    });

    test('an element is set, replaced, read and removed by its namespace', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      const element = { type: 'element', uri: URI, key: 'c' } as const;
      await expectCode(domain.getMetadata(element), 'NO_DOMAIN_METADATA');
      await domain.setMetadata({ ...element, value: '<one a="1"/>' });
      expect(await domain.getMetadata(element)).toMatch(/^<one a=['"]1['"]\/>$/u);
      await domain.setMetadata({ ...element, value: '<two/>' });
      expect(await domain.getMetadata(element)).toBe('<two/>');
      expect(await domain.getXMLDesc()).toContain(URI);
      await domain.setMetadata({ type: 'element', uri: URI, value: null });
      await expectCode(domain.getMetadata(element), 'NO_DOMAIN_METADATA');
    });

    test('of an active domain is the live one by default, or the one asked for, or both', async () => {
      const domain = await suite.started();
      await domain.setMetadata({ type: 'title', value: 'live' });
      expect(await domain.getMetadata({ type: 'title' })).toBe('live');
      await expectCode(domain.getMetadata({ type: 'title', config: true }), 'NO_DOMAIN_METADATA');
      await domain.setMetadata({ type: 'title', value: 'config', config: true });
      expect(await domain.getMetadata({ type: 'title', live: true })).toBe('live');
      expect(await domain.getMetadata({ type: 'title', config: true })).toBe('config');
      await domain.setMetadata({ type: 'title', value: 'both', live: true, config: true });
      expect(await domain.getMetadata({ type: 'title', live: true })).toBe('both');
      expect(await domain.getMetadata({ type: 'title', config: true })).toBe('both');
    });

    test('of a definition that does not exist fails with OPERATION_INVALID', async () => {
      const off = await suite.connection().defineDomain(suite.fresh());
      await expectCode(off.setMetadata({ type: 'title', value: 'x', live: true }), 'OPERATION_INVALID');
      await expectCode(off.getMetadata({ type: 'title', live: true }), 'OPERATION_INVALID');
      const transient = await suite.connection().createDomain(suite.fresh());
      await expectCode(
        transient.setMetadata({ type: 'title', value: 'x', config: true }),
        'OPERATION_INVALID',
      );
    });

    test("of the package's own elements is for the stored definition only", async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await domain.create();
      const uri = 'urn:virtainer:domain:1';
      const own = { type: 'element', uri, key: 'v', value: "<domain><pids limit='5'/></domain>" } as const;
      await expectCode(domain.setMetadata(own), 'OPERATION_UNSUPPORTED');
      await expectCode(domain.setMetadata({ ...own, live: true, config: true }), 'OPERATION_UNSUPPORTED');
      expect((await domain.getDefinition({ inactive: true })).extensions).toBeUndefined();
      await domain.setMetadata({ ...own, config: true });
      expect((await domain.getDefinition({ inactive: true })).extensions).toEqual({ pids: { limit: 5 } });
      expect((await domain.getDefinition()).extensions).toBeUndefined();
    });

    test('refuses what can not be with INVALID_ARG', async () => {
      const domain = await suite.connection().defineDomain(suite.fresh());
      await expectCode(domain.setMetadata({ type: 'title', value: 'two\nlines' }), 'INVALID_ARG');
      await expectCode(
        domain.setMetadata({ type: 'element', uri: '', key: 'c', value: '<a/>' }),
        'INVALID_ARG',
      );
      await expectCode(
        domain.setMetadata({ type: 'element', uri: URI, key: '', value: '<a/>' }),
        'INVALID_ARG',
      );
      await expectCode(domain.getMetadata({ type: 'title', live: true, config: true }), 'INVALID_ARG');
    });
  });
}
