/** `virtainer events`. */
import { defineCommand } from '../command.js';
import { formatEvent } from '../event-words.js';
import { onSignals } from '../signal-forwarder.js';
import { parseCount } from '../units.js';

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
