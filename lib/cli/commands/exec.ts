/** `virtainer exec`. */
import { attachCommand } from '../attach-command.js';
import { defineCommand } from '../command.js';
import { COMMAND_OPTIONS, commandRequest } from '../command-options.js';
import { SignalForwarder } from '../signal-forwarder.js';

export const exec = defineCommand({
  name: 'exec',
  summary: 'run a command in a running container',
  positionals: ['NAME'],
  options: COMMAND_OPTIONS,
  runsCommand: true,
  async run(context, { values, positionals: [name = ''], argv }) {
    const request = commandRequest(values, argv, context.json);
    const domain = await context.findDomain(name);
    using signals = new SignalForwarder(context.io);
    return await attachCommand(context, domain, request, signals);
  },
});
