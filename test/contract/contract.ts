/** What every driver must do: one suite, run over each of them. */
import { describeConnection } from './connection.js';
import { describeConsole } from './console.js';
import { describeDefinition } from './definition.js';
import { describeDevices } from './devices.js';
import { describeEvents } from './events.js';
import { describeExec } from './exec.js';
import { describeLabels } from './labels.js';
import { describeLifecycle } from './lifecycle.js';
import { describeLimits } from './limits.js';
import { describeLookup } from './lookup.js';
import { describeMetadata } from './metadata.js';
import { describeSecurity } from './security.js';
import { describeStatistics } from './statistics.js';
import { setUp, type DriverUnderTest } from './suite.js';

export interface ContractOptions {
  /** True when several connections see the same domains. */
  readonly shared: boolean;
  /** Why the suite can't run here. */
  readonly skip?: string | undefined;
}

const PARTS = [
  describeConnection,
  describeLookup,
  describeDefinition,
  describeLifecycle,
  describeMetadata,
  describeDevices,
  describeSecurity,
  describeLabels,
  describeLimits,
  describeStatistics,
  describeEvents,
  describeExec,
  describeConsole,
];

export function describeDriver(
  name: string,
  open: DriverUnderTest['open'],
  makeDefinition: DriverUnderTest['makeDefinition'],
  { shared, skip }: ContractOptions,
): void {
  const title = skip === undefined ? `${name} driver` : `${name} driver (skipped: ${skip})`;
  (skip === undefined ? describe : describe.skip)(title, () => {
    const suite = setUp({ open, makeDefinition, shared });
    for (const part of PARTS) part(suite);
  });
}
