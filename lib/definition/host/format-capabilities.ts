/** Capabilities as libvirt's XML. */
import { formatCpuset } from '../domain/cpuset.js';
import { element, printXml, textElement, type OutputElement } from '../xml/index.js';
import type { Capabilities, GuestCapabilities, HostCell, HostCpu, SecurityModel } from './capabilities.js';

/** The document of `virConnectGetCapabilities`, blank lines and all. */
export function formatCapabilities({ host, guests }: Capabilities): string {
  const parts = [formatHost(host), ...guests.map(formatGuest)].map((part) =>
    printXml(part).replace(/^(?=.)/gmu, '  '),
  );
  return ['<capabilities>\n', ...parts, '</capabilities>\n'].join('\n');
}

function formatHost(host: Capabilities['host']): OutputElement {
  const { cells } = host.topology;
  return element('host', {}, [
    textElement('uuid', host.uuid),
    formatCpu(host),
    element(
      'power_management',
      {},
      host.powerManagement.map((target) => element(target)),
    ),
    element('iommu', { support: host.iommu ? 'yes' : 'no' }),
    element('topology', {}, [element('cells', { num: cells.length }, cells.map(formatCell))]),
    ...host.securityModels.map(formatSecurityModel),
  ]);
}

function formatCpu({ arch, cpu }: Capabilities['host']): OutputElement {
  const { sockets, dies, cores, threads } = cpu.topology;
  return element('cpu', {}, [
    textElement('arch', arch),
    element('topology', { sockets, dies, cores, threads }),
    ...cpu.pageSizesKiB.map((size) => element('pages', { unit: 'KiB', size })),
  ]);
}

function formatCell({ id, memoryKiB, pages, distances, cpus }: HostCell): OutputElement {
  const siblings = distances.map((distance) =>
    element('sibling', { id: distance.id, value: distance.value }),
  );
  return element('cell', { id }, [
    memoryKiB === 0 ? undefined : element('memory', { unit: 'KiB' }, String(memoryKiB)),
    ...pages.map(({ sizeKiB, count }) => element('pages', { unit: 'KiB', size: sizeKiB }, String(count))),
    siblings.length === 0 ? undefined : element('distances', {}, siblings),
    element('cpus', { num: cpus.length }, cpus.map(formatCellCpu)),
  ]);
}

function formatCellCpu({ id, socketId, dieId, coreId, siblings }: HostCpu): OutputElement {
  return element('cpu', {
    id,
    socket_id: socketId,
    die_id: dieId,
    core_id: coreId,
    siblings: formatCpuset(siblings),
  });
}

function formatSecurityModel({ model, doi, baselabels }: SecurityModel): OutputElement {
  return element('secmodel', {}, [
    textElement('model', model),
    textElement('doi', doi),
    ...baselabels.map(({ type, label }) => element('baselabel', { type }, label)),
  ]);
}

function formatGuest({ osType, arch, wordsize, emulator, domainType }: GuestCapabilities): OutputElement {
  return element('guest', {}, [
    textElement('os_type', osType),
    element('arch', { name: arch }, [
      textElement('wordsize', wordsize),
      textElement('emulator', emulator),
      element('domain', { type: domainType }),
    ]),
  ]);
}
