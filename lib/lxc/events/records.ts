/** What a record of the journal says. Format in docs/protocol.md. Pure. */
import {
  LIFECYCLE_EVENTS,
  type ExitStatus,
  type LifecycleEvent,
  type LimitEvent,
  type OomEvent,
  type OomKills,
  type RecordedEvent,
} from '../../driver.js';
import { exitStatus } from '../store/live.js';

type JournalRecord = Readonly<Record<string, unknown>>;
type Common = Pick<RecordedEvent, 'uuid' | 'domain' | 'sequence' | 'at'>;

/** The beginning of every record of a type about a domain. The controller completes it by itself. */
export function recordPrefix(
  type: 'lifecycle' | 'limit',
  { uuid, name }: { readonly uuid: string; readonly name: string },
): string {
  return JSON.stringify({ v: 1, type, uuid, domain: name }).slice(0, -1);
}

/** The event in a record; undefined for one that is of a later version or damaged. */
export function parseRecord(text: string, sequence: number): RecordedEvent | undefined {
  const record = parse(text);
  if (record?.v !== 1) return undefined;
  const { type, uuid, domain, at } = record;
  if (typeof uuid !== 'string' || typeof domain !== 'string' || typeof at !== 'number') return undefined;
  const common = { domain, uuid, sequence, at: new Date(at) };
  if (type === 'lifecycle') return lifecycleEvent(record, common);
  return type === 'limit' ? limitEvent(record, common) : undefined;
}

function parse(text: string): JournalRecord | undefined {
  try {
    return JSON.parse(text) as JournalRecord;
  } catch {
    return undefined;
  }
}

function lifecycleEvent(record: JournalRecord, common: Common): LifecycleEvent | undefined {
  const event = LIFECYCLE_EVENTS.find((candidate) => candidate === record.event);
  if (event === undefined) return undefined;
  const oom =
    typeof record.oom === 'object' && record.oom ? oomKills(record.oom as JournalRecord) : undefined;
  const exit = recordedExit(record);
  return {
    type: 'lifecycle',
    ...common,
    event,
    detail: String(record.detail),
    ...(exit ? { exit: { ...exit, ...(oom ? { oomKilled: true } : {}) } } : {}),
    ...(oom ? { oom } : {}),
  };
}

function recordedExit({ exitCode, signal }: JournalRecord): ExitStatus | undefined {
  if (typeof exitCode === 'number') return exitStatus('exited', exitCode);
  return typeof signal === 'number' ? exitStatus('signaled', signal) : undefined;
}

function limitEvent(record: JournalRecord, common: Common): OomEvent | LimitEvent | undefined {
  const hits = countOf(record);
  switch (record.event) {
    case 'oom':
      return { type: 'oom', ...common, ...oomKills(record) };
    case 'pids':
      return {
        type: 'limit',
        resource: 'pids',
        ...common,
        hits,
        ...(typeof record.limit === 'number' ? { limit: record.limit } : {}),
      };
    case 'memory':
      return { type: 'limit', resource: 'memory', ...common, hits, ...memoryLimit(record) };
    default:
      return undefined;
  }
}

function oomKills(record: JournalRecord): OomKills {
  const { pid, process } = record;
  return {
    kills: countOf(record),
    ...(typeof pid === 'number' && typeof process === 'string' ? { process: { pid, name: process } } : {}),
    ...memoryLimit(record),
  };
}

function countOf({ count }: JournalRecord): number {
  return typeof count === 'number' ? count : 1;
}

/** Version 1 says "unlimited" with the largest multiple of a page that there is. */
function memoryLimit({ limit }: JournalRecord): Pick<OomKills, 'limitKiB'> {
  return Number.isSafeInteger(limit) ? { limitKiB: Math.floor(Number(limit) / 1024) } : {};
}
