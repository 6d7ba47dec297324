import { parseDomain } from '../../../../lib/definition/domain/index.js';
import { domainXml } from '../documents.js';
import { describeFailure } from '../failure.js';
import { checked, parsed, printed, refusedXml } from './tuning.js';

describe('memory', () => {
  it.each([
    [true, "<memory dumpCore='on' unit='KiB'>1024</memory>"],
    [false, "<memory dumpCore='off' unit='KiB'>1024</memory>"],
    [undefined, "<memory unit='KiB'>1024</memory>"],
  ])('is printed with dumpCore %p before its unit', (memoryDumpCore, expected) => {
    expect(printed(memoryDumpCore === undefined ? {} : { memoryDumpCore })).toContain(expected);
  });

  it('refuses a dumpCore that is neither on nor off', () => {
    const xml = domainXml({ memory: "<memory dumpCore='yes'>1</memory>" });
    expect(describeFailure(() => parseDomain(xml))).toMatch(
      /^XML_ERROR unknown value for attribute 'dumpCore' of <memory> \(line 3\) 'yes': must be on or off/,
    );
  });

  it.each([
    "<maxMemory slots='1'>5</maxMemory>",
    '<maxMemory>5</maxMemory>',
    "<maxMemory slots='1'>0</maxMemory>",
  ])('refuses hotplug: %s', (rest) => {
    expect(refusedXml(rest)).toBe(
      'CONFIG_UNSUPPORTED memory hotplug tunables <maxMemory> are not supported by this hypervisor driver',
    );
  });

  it('refuses memory devices', () => {
    expect(refusedXml("<devices><memory model='dimm'/></devices>")).toMatch(
      /^CONFIG_UNSUPPORTED memory devices are not supported/,
    );
  });

  it('takes a maximum of 0 as none', () => {
    expect(parsed("<maxMemory slots='0'>0</maxMemory>")).toEqual(checked({}));
  });

  it('is the sum of the cells of <cpu> where there is no <memory>', () => {
    const cells = "<cpu><numa><cell memory='1' unit='MiB'/><cell memory='512'/></numa></cpu>";
    expect(parseDomain(domainXml({ memory: '', rest: cells })).memoryKiB).toBe(1536);
    expect(parseDomain(domainXml({ rest: cells })).memoryKiB).toBe(1024);
  });
});
