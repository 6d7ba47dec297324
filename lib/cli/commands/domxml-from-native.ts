/** `virtainer domxml-from-native`. */
import { NATIVE_IMPORT_FORMATS } from '../../index.js';
import { defineCommand } from '../command.js';
import { readFormat } from '../native-format.js';
import { readSource } from '../read-source.js';
import { warnOfUnmapped } from '../unmapped.js';

export const domxmlFromNative = defineCommand({
  name: 'domxml-from-native',
  summary: 'print a configuration of lxc-tools (FORMAT lxc-tools) as XML; - reads stdin',
  positionals: ['FORMAT', 'FILE'],
  options: {},
  async run({ io, json, print, connect }, { positionals: [format = '', file = ''] }) {
    const from = readFormat(format, NATIVE_IMPORT_FORMATS);
    const connection = await connect();
    const { xml, unmapped } = await connection.domainXMLFromNative(from, await readSource(io, file));
    if (!json) await warnOfUnmapped(io.stderr, unmapped);
    await print.answer(xml, { xml, unmapped });
    return 0;
  },
});
