/** `virtainer dumpxml`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';

export const dumpxml = defineCommand({
  name: 'dumpxml',
  summary: 'print the definition of a domain as XML',
  positionals: ['NAME'],
  options: {
    inactive: { type: 'boolean', help: 'the definition for the next start, also while it is active' },
    'security-info': { type: 'boolean', help: 'with secrets, of which containers have none' },
  },
  async run({ print, findDomain }, { values, positionals: [name = ''] }) {
    const inactive = values.inactive ?? false;
    const domain = await findDomain(name);
    const xml = await domain.getXMLDesc({ inactive, secure: values['security-info'] ?? false });
    const definition = await domain.getDefinition({ inactive });
    await print.answer(xml, { ...identify(domain), xml, definition });
    return 0;
  },
});
