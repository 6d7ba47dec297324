/** Events as lines of text. */
import type { DomainEvent, LifecycleEvent, LimitEvent, OomKills } from '../index.js';
import { exitWords } from './words.js';

export function formatEvent(event: DomainEvent): string {
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
