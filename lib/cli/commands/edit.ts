/** `virtainer edit`. */
import { VirtError, type Domain } from '../../index.js';
import { defineCommand } from '../command.js';
import { editText } from '../edit-text.js';

export const edit = defineCommand({
  name: 'edit',
  summary: 'change the stored definition of a domain in your editor',
  positionals: ['NAME'],
  options: {
    'skip-validate': { type: 'boolean', help: 'ignore elements and attributes that are not known' },
  },
  async run({ io, json, print, connect, findDomain }, { values, positionals: [name = ''] }) {
    const connection = await connect();
    let domain = await findDomain(name);
    const text = await storedXml(domain);
    const changed = await editText(io, {
      text,
      fileName: `${domain.uuid}.xml`,
      keepStdout: json,
      use: async (edited) => {
        if ((await storedXml(domain)) !== text) throw changedMeanwhile(domain);
        domain = await connection.defineDomain(edited, { validate: !values['skip-validate'] });
      },
    });
    const outcome = changed ? 'edited' : 'not changed';
    await print.done(`Domain '${domain.name}' XML configuration ${outcome}.`, {
      name: domain.name,
      uuid: domain.uuid,
      changed,
    });
    return 0;
  },
});

/** With secrets, as virsh asks for it: a read-only connection refuses before anything is typed. */
function storedXml(domain: Domain): Promise<string> {
  return domain.getXMLDesc({ inactive: true, secure: true });
}

function changedMeanwhile({ name }: Domain): VirtError {
  return new VirtError(
    'OPERATION_FAILED',
    `the XML configuration of domain '${name}' was changed by another user`,
  );
}
