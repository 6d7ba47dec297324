/** `virtainer domstate`. */
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { stateAndReason, stateWord } from '../words.js';

export const domstate = defineCommand({
  name: 'domstate',
  summary: 'print the state of a domain',
  positionals: ['NAME'],
  options: { reason: { type: 'boolean', help: 'also print why it is in this state' } },
  async run({ print, findDomain }, { values, positionals: [name = ''] }) {
    const domain = await findDomain(name);
    const state = await domain.getState();
    const text = values.reason ? stateAndReason(state) : stateWord(state.state);
    await print.answer(text, { ...identify(domain), ...state });
    return 0;
  },
});
