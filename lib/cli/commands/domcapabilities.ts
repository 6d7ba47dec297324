/** `virtainer domcapabilities`. */
import { defineCommand } from '../command.js';

export const domcapabilities = defineCommand({
  name: 'domcapabilities',
  summary: 'print what a domain may ask for on this host as XML',
  positionals: [],
  options: {
    arch: { type: 'string', value: 'ARCH', help: "architecture of the domain (the host's)" },
    virttype: { type: 'string', value: 'TYPE', help: 'type of the domain (lxc)' },
  },
  async run({ print, connect }, { values }) {
    const connection = await connect();
    const xml = await connection.getDomainCapabilitiesXML(values);
    await print.answer(xml, await connection.getDomainCapabilities(values));
    return 0;
  },
});
