/** `virtainer doctor`. */
import type { HostCheck, HostReport } from '../../index.js';
import { defineCommand } from '../command.js';
import { EXIT_CODES } from '../failure.js';
import { formatTable } from '../table.js';

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'print what this host can do for containers, and how to mend what it can not',
  positionals: [],
  options: {
    folder: { type: 'string', value: 'DIR', help: 'where the root file systems of containers are' },
  },
  async run({ io, print }, { values: { folder } }) {
    const report = await io.checkHost(folder === undefined ? {} : { folder });
    await print.answer(format(report), report);
    return report.ok ? 0 : EXIT_CODES.error;
  },
});

function format({ ok, checks }: HostReport): string {
  const hints = checks.flatMap(({ name, hint }) => (hint === undefined ? [] : [`${name}: ${hint}\n`]));
  return [
    formatTable(
      ['Check', 'Result', 'Found'],
      checks.map((check) => [check.name, resultWord(check), check.found]),
    ),
    ...(hints.length > 0 ? ['\n', ...hints] : []),
    `\n${ok ? 'Containers can start on this host.' : 'Containers can not start on this host.'}\n`,
  ].join('');
}

function resultWord({ ok, level }: HostCheck): string {
  if (ok) return 'ok';
  return { required: 'FAIL', recommended: 'warn', optional: 'note' }[level];
}
