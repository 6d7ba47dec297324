/** What the parts of the contract share. */
import type { Connection, Domain, DomainDefinition, OpenOptions, VirtErrorCode } from 'virtainer';

export interface DriverUnderTest {
  readonly open: (options?: OpenOptions) => Promise<Connection>;
  readonly makeDefinition: (name: string) => DomainDefinition;
  /** True when several connections see the same domains. */
  readonly shared: boolean;
}

/** One test's connection and domains. */
export interface Suite extends DriverUnderTest {
  readonly connection: () => Connection;
  /** A definition under a name nobody has yet. */
  readonly fresh: (prefix?: string) => DomainDefinition;
  /** A persistent domain, started. */
  readonly started: () => Promise<Domain>;
}

/** Opens a connection before each test; after it, removes every domain the test has made, and closes. */
export function setUp(driver: DriverUnderTest): Suite {
  let current: Connection | undefined;
  let count = 0;
  const connection = (): Connection => {
    if (!current) throw new Error('no connection outside of a test');
    return current;
  };
  const fresh = (prefix = 'contract'): DomainDefinition => {
    count += 1;
    return driver.makeDefinition(`${prefix}-${count}`);
  };
  beforeEach(async () => {
    current = await driver.open();
  });
  afterEach(async () => {
    if (current?.closed === false) await removeAll(current);
    await current?.close();
    current = undefined;
  });
  const started = async (): Promise<Domain> => {
    const domain = await connection().defineDomain(fresh());
    await domain.create();
    return domain;
  };
  return { ...driver, connection, fresh, started };
}

export async function removeAll(connection: Connection): Promise<void> {
  for (const domain of await connection.listAllDomains()) {
    if (domain.id !== null) await domain.destroy();
  }
  for (const domain of await connection.listAllDomains()) await domain.undefine();
}

/** Expects a rejection with this code. */
export async function expectCode(work: PromiseLike<unknown>, code: VirtErrorCode): Promise<void> {
  await expect(Promise.resolve(work)).rejects.toMatchObject({ name: 'VirtError', code });
}

/** A domain's names, sorted. */
export function names(domains: readonly Domain[]): string[] {
  return domains.map(({ name }) => name).sort();
}
