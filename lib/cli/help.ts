/** Help, made from the dispatch table. */
import { GLOBAL_OPTIONS } from './arguments.js';
import type { Command, OptionSpec, OptionTable } from './command.js';

/** `virtainer exec NAME [OPTIONS] -- CMD...`. */
export function usageLine({ name, positionals, options, runsCommand }: Command): string {
  const hasOptions = Object.keys(options).length > 0;
  return [
    'virtainer',
    name,
    ...positionals,
    ...(hasOptions ? ['[OPTIONS]'] : []),
    ...(runsCommand ? ['-- CMD...'] : []),
  ].join(' ');
}

/** All verbs. */
export function formatOverview(commands: readonly Command[]): string {
  const verbs = commands.map(({ name, summary }) => [name, summary] as const);
  const options = formatOptions(GLOBAL_OPTIONS);
  return `Usage: virtainer [OPTIONS] VERB ...\n\nVerbs:\n${columns(verbs)}\nOptions of all verbs:\n${options}`;
}

/** One verb. */
export function formatHelp(command: Command): string {
  const { summary, options } = command;
  const own = Object.keys(options).length > 0 ? `Options:\n${formatOptions(options)}\n` : '';
  const text = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  return `Usage: ${usageLine(command)}\n\n${text}\n\n${own}Options of all verbs:\n${formatOptions(GLOBAL_OPTIONS)}`;
}

/** What `help --json` prints of a verb. */
export function describeCommand(command: Command): object {
  const { name, summary, options } = command;
  const described = Object.entries(options).map(([option, spec]) => ({ name: option, ...spec }));
  return { name, summary, usage: usageLine(command), options: described };
}

/** What `help --json` prints of all verbs. */
export function describeCommands(commands: readonly Command[]): object {
  return { commands: commands.map(describeCommand) };
}

/** The table in docs/cli.md. */
export function formatMarkdown(commands: readonly Command[]): string {
  const rows = commands.map((command) => {
    const options = Object.entries(command.options).map((option) => `\`${optionUsage(...option)}\``);
    return `| \`${usageLine(command).replace('virtainer ', '')}\` | ${command.summary} | ${options.join(' ')} |\n`;
  });
  return `| verb | what it does | options |\n| --- | --- | --- |\n${rows.join('')}`;
}

function formatOptions(options: OptionTable): string {
  return columns(
    Object.entries(options).map(([name, spec]) => [optionUsage(name, spec), spec.help] as const),
  );
}

function optionUsage(name: string, { short, value }: OptionSpec): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
