/** `virtainer domxml-to-native`. */
import { NATIVE_EXPORT_FORMATS } from '../../index.js';
import { defineCommand } from '../command.js';
import { usageError } from '../failure.js';
import { readFormat } from '../native-format.js';
import { readSource } from '../read-source.js';
import { warnOfUnmapped } from '../unmapped.js';

export const domxmlToNative = defineCommand({
  name: 'domxml-to-native',
  summary: 'print XML or a domain as a configuration of FORMAT: lxc-tools or oci; - reads stdin',
  positionals: ['FORMAT', '[FILE]'],
  options: {
    domain: { type: 'string', value: 'NAME', help: 'the definition of this domain instead of a file' },
  },
  async run({ io, json, print, connect, findDomain }, { values, positionals: [format = '', file] }) {
    const to = readFormat(format, NATIVE_EXPORT_FORMATS);
    if ((file === undefined) === (values.domain === undefined)) {
      throw usageError('needs either FILE or --domain', 'domxml-to-native');
    }
    const source =
      values.domain === undefined
        ? await readSource(io, file ?? '-')
        : await (await findDomain(values.domain)).getXMLDesc({ inactive: true });
    const { config, unmapped } = await (await connect()).domainXMLToNative(to, source);
    if (!json) await warnOfUnmapped(io.stderr, unmapped);
    await print.answer(config, { config, unmapped });
    return 0;
  },
});
