/** What the compiler refuses (test/types) is refused in XML, and in programs without a compiler, too. */
import { checkDomainDefinition, parseDomain } from '../../../../lib/definition/domain/index.js';
import { DISK_MISTAKES } from '../../../types/disk.js';
import { EXTENSION_MISTAKES } from '../../../types/extensions.js';
import { CLOCK_MISTAKES, FEATURE_MISTAKES } from '../../../types/features.js';
import { FILESYSTEM_MISTAKES } from '../../../types/filesystem.js';
import { GENERAL_MISTAKES } from '../../../types/general.js';
import { HOSTDEV_MISTAKES } from '../../../types/hostdev.js';
import { INTERFACE_MISTAKES } from '../../../types/interface.js';
import { TUNING_MISTAKES } from '../../../types/tuning.js';
import { describeFailure } from '../failure.js';

describe.each([
  ['the domain and its os', GENERAL_MISTAKES],
  ['tuning', TUNING_MISTAKES],
  ['features', FEATURE_MISTAKES],
  ['the clock', CLOCK_MISTAKES],
  ['filesystems and consoles', FILESYSTEM_MISTAKES],
  ['disks', DISK_MISTAKES],
  ['interfaces', INTERFACE_MISTAKES],
  ['host devices', HOSTDEV_MISTAKES],
  ['extensions', EXTENSION_MISTAKES],
])('mistakes in %s', (_, mistakes) => {
  it.each(mistakes)('$mistake: refused in both forms, naming the place', (row) => {
    expect(describeFailure(() => checkDomainDefinition(row.typed))).toMatch(row.typedFailure);
    expect(describeFailure(() => parseDomain(row.xml, { validate: true }))).toMatch(row.xmlFailure);
  });
});
