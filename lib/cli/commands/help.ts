/** `virtainer help`. */
import { defineCommand } from '../command.js';
import { usageError } from '../failure.js';
import { describeCommand, describeCommands, formatHelp, formatOverview } from '../help.js';

export const help = defineCommand({
  name: 'help',
  summary: 'explain a verb, or list all',
  positionals: ['[VERB]'],
  options: {},
  async run({ print, commands }, { positionals: [verb] }) {
    if (verb === undefined) {
      await print.answer(formatOverview(commands), describeCommands(commands));
      return 0;
    }
    const command = commands.find(({ name }) => name === verb);
    if (!command) throw usageError(`unknown command: '${verb}'`);
    await print.answer(formatHelp(command), describeCommand(command));
    return 0;
  },
});
