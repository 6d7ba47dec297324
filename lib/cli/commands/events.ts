/** `virtainer events`. */
import type { DomainEvent, LifecycleEvent, LimitEvent, OomKills } from '../../index.js';
import { defineCommand } from '../command.js';
import { onSignals } from '../signal-forwarder.js';
import { parseCount } from '../units.js';
import { exitWords } from '../words.js';

export const events = defineCommand({
  name: 'events',
  summary: 'print events as they come, until interrupted',
  positionals: [],
  options: {
    since: { type: 'string', value: 'N', help: 'begin with the event after this number' },
    domain: { type: 'string', value: 'NAME', help: 'only events of this domain' },
  },
  async run({ io, print, connect }, { values: { since, domain } }) {
    const after = since === undefined ? {} : { since: parseCount('since', since) };
    const interrupted = new AbortController();
    const restore = onSignals(io.signals, ['SIGINT', 'SIGTERM'], () => {
      interrupted.abort();
    });
    try {
      const connection = await connect();
      const only = domain === undefined ? {} : { domain };
      const stream = connection.events({ ...after, ...only, signal: interrupted.signal });
      for await (const event of stream) await print.answer(formatEvent(event), event);
      return 0;
    } finally {
      restore();
    }
  },
});

function formatEvent(event: DomainEvent): string {
  if (event.type === 'overflow') return `(${event.dropped} events left out)`;
  const { sequence, at, domain } = event;
  return [sequence, at.toISOString(), domain, ...words(event)].join(' ');
}

function words(event: Exclude<DomainEvent, { type: 'overflow' }>): readonly string[] {
  switch (event.type) {
    case 'lifecycle':
      return lifecycleWords(event);
    case 'oom':
      return ['oom', `(killed ${victim(event)}${memoryLimit(event)})`];
    case 'limit':
      return ['limit', event.resource, `(${limitWords(event)})`];
  }
}

function lifecycleWords({ event, detail, exit, oom }: LifecycleEvent): readonly string[] {
  const end = exit ? exitWords(exit) : '';
  return [event, detail, ...(end === '' ? [] : [`(${end}${oom ? memoryLimit(oom) : ''})`])];
}

function victim({ kills, process }: OomKills): string {
  if (process) return `${process.name}, process ${process.pid}`;
  return kills === 1 ? 'one process' : `${kills} processes`;
}

function memoryLimit({ limitKiB }: OomKills): string {
  return limitKiB === undefined ? '' : `; limit ${limitKiB} KiB`;
}

function limitWords(event: LimitEvent): string {
  const times = event.hits === 1 ? 'once' : `${event.hits} times`;
  if (event.resource === 'memory') return `${times}${memoryLimit({ kills: 0, ...event })}`;
  return event.limit === undefined ? times : `${times}; limit ${event.limit}`;
}
