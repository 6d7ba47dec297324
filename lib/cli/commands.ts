/** The dispatch table. */
import type { Command } from './command.js';
import { attachDevice } from './commands/attach-device.js';
import { autostart } from './commands/autostart.js';
import { blkiotune } from './commands/blkiotune.js';
import { capabilities } from './commands/capabilities.js';
import { console } from './commands/console.js';
import { cpuStats } from './commands/cpu-stats.js';
import { create } from './commands/create.js';
import { define } from './commands/define.js';
import { destroy } from './commands/destroy.js';
import { detachDevice } from './commands/detach-device.js';
import { doctor } from './commands/doctor.js';
import { domblkstat } from './commands/domblkstat.js';
import { domcapabilities } from './commands/domcapabilities.js';
import { domifstat } from './commands/domifstat.js';
import { dominfo } from './commands/dominfo.js';
import { dommemstat } from './commands/dommemstat.js';
import { domstate } from './commands/domstate.js';
import { domstats } from './commands/domstats.js';
import { domxmlFromNative } from './commands/domxml-from-native.js';
import { domxmlToNative } from './commands/domxml-to-native.js';
import { dumpxml } from './commands/dumpxml.js';
import { edit } from './commands/edit.js';
import { events } from './commands/events.js';
import { exec } from './commands/exec.js';
import { help } from './commands/help.js';
import { list } from './commands/list.js';
import { memtune } from './commands/memtune.js';
import { numatune } from './commands/numatune.js';
import { pidstune } from './commands/pidstune.js';
import { reboot } from './commands/reboot.js';
import { resume } from './commands/resume.js';
import { run } from './commands/run.js';
import { schedinfo } from './commands/schedinfo.js';
import { security } from './commands/security.js';
import { setmaxmem } from './commands/setmaxmem.js';
import { setmem } from './commands/setmem.js';
import { shutdown } from './commands/shutdown.js';
import { start } from './commands/start.js';
import { stats } from './commands/stats.js';
import { suspend } from './commands/suspend.js';
import { top } from './commands/top.js';
import { undefine } from './commands/undefine.js';
import { updateDevice } from './commands/update-device.js';
import { uri } from './commands/uri.js';
import { version } from './commands/version.js';

/** Every verb, in the order of help. */
export const COMMANDS: readonly Command[] = [
  define,
  undefine,
  autostart,
  attachDevice,
  detachDevice,
  updateDevice,
  create,
  start,
  shutdown,
  reboot,
  destroy,
  suspend,
  resume,
  run,
  exec,
  console,
  list,
  dominfo,
  domstate,
  security,
  memtune,
  schedinfo,
  blkiotune,
  numatune,
  pidstune,
  setmem,
  setmaxmem,
  stats,
  top,
  domstats,
  cpuStats,
  dommemstat,
  domblkstat,
  domifstat,
  dumpxml,
  edit,
  domxmlFromNative,
  domxmlToNative,
  events,
  capabilities,
  domcapabilities,
  doctor,
  uri,
  version,
  help,
];
