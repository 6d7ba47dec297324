/** `virtainer security`. */
import type { SecurityReport } from '../../index.js';
import { defineCommand } from '../command.js';
import { identify } from '../lookup.js';
import { formatTable } from '../table.js';

export const security = defineCommand({
  name: 'security',
  summary: 'print how far a container is apart from the host, and what lowers its walls',
  positionals: ['NAME'],
  options: {},
  async run({ print, findDomain }, { positionals: [name = ''] }) {
    const domain = await findDomain(name);
    const report = await domain.getSecurityReport();
    await print.answer(format(report), { ...identify(domain), ...report });
    return 0;
  },
});

function format(report: SecurityReport): string {
  const rows = protectionRows(report).map(([protection, isolated, state]) => [
    protection,
    isolated ? 'yes' : 'NO',
    state,
  ]);
  const { relaxed } = report;
  const why = relaxed.map(({ element, effect }) => [element, effect]);
  return [
    `Kind: ${report.kind}, ${report.active ? 'running' : 'at the next start'}\n\n`,
    formatTable(['Protection', 'Isolated', 'State'], rows),
    ...(why.length > 0 ? ['\n', formatTable(['Weaker because of', 'Effect'], why)] : []),
  ].join('');
}

type Row = readonly [protection: string, isolated: boolean, state: string];

function protectionRows({ protections, root, network }: SecurityReport): readonly Row[] {
  const { namespaces, capabilities, noNewPrivs, maskedPaths, readonlyPaths } = protections;
  const { devices, labels, hostPaths } = protections;
  return [
    ['user namespace', protections.userNamespace.isolated, users(protections.userNamespace)],
    ...Object.entries(namespaces).map(([name, { isolated, sharedWith }]): Row => [
      `${name} namespace`,
      isolated,
      sharedWith ? `shared with ${sharedWith.type} ${sharedWith.value}` : 'its own',
    ]),
    ['capabilities', capabilities.isolated, listOr(capabilities.kept, 'none')],
    ['no new privileges', noNewPrivs.isolated, noNewPrivs.enabled ? 'on' : 'off'],
    ['system calls', protections.seccomp.isolated, protections.seccomp.file ?? protections.seccomp.profile],
    ['masked paths', maskedPaths.isolated, count(maskedPaths.paths, 'path')],
    ['read-only paths', readonlyPaths.isolated, count(readonlyPaths.paths, 'path')],
    [
      'devices',
      devices.isolated,
      listOr(
        devices.extra.map(({ device }) => device),
        'the usual',
      ),
    ],
    ['label', labels.isolated, label(labels)],
    ['limits', protections.limits.isolated, limits(protections.limits)],
    ['host paths', hostPaths.isolated, `${count(hostPaths.writable, 'path')} to write to`],
    ['root', true, root.readonly ? 'read-only' : 'writable'],
    ['network', true, listOr(network.interfaces, 'loopback only')],
  ];
}

function users({ mode, uids: [first] }: SecurityReport['protections']['userNamespace']): string {
  if (mode === 'none') return "none: the host's users";
  if (!first) return 'ids of its own, chosen at the start';
  return `ids from ${first.target} on, ${first.count} of them`;
}

function label({ labels, live }: SecurityReport['protections']['labels']): string {
  if (live?.length === 0) return 'none: no security module of the host labels it';
  return listOr(
    live?.map((each) => `${each.label}${each.enforcing ? '' : ' (not enforced)'}`) ??
      labels.map(({ type }) => type),
    "decided at the start: the host's module, if it has one",
  );
}

function limits({ pids, memoryKiB }: SecurityReport['protections']['limits']): string {
  return `${pids} processes, ${memoryKiB} KiB`;
}

function listOr(words: readonly string[], none: string): string {
  return words.length === 0 ? none : words.join(' ');
}

function count(items: readonly unknown[], noun: string): string {
  return `${items.length} ${noun}${items.length === 1 ? '' : 's'}`;
}
