/** Attaching to a container's console through its controller. */
import { Readable } from 'node:stream';
import type { ConsoleHandle } from '../driver.js';
import { VirtError } from '../errors.js';
import { notRunning, recoverIfStale, requireActive } from './active.js';
import type { Context } from './context.js';
import { ControlConnection, refusal } from './control.js';
import { tokenNumber } from './protocol/messages.js';

export async function openContainerConsole(
  context: Context,
  uuid: string,
  index: number,
): Promise<ConsoleHandle> {
  const active = await requireActive(context, uuid);
  if (index < 0 || index >= active.record.definition.devices.consoles.length) {
    throw new VirtError('INTERNAL_ERROR', `cannot find console device 'console${index}'`);
  }
  const control = await ControlConnection.connect(context.live.folder(uuid));
  if (!control) {
    await recoverIfStale(context, uuid);
    throw notRunning();
  }
  return attach(control, index);
}

function attach(control: ControlConnection, index: number): ConsoleHandle {
  const output = new Readable({
    read: () => {
      control.resume();
    },
    destroy: (error, done) => {
      control.close();
      done(error);
    },
  });
  control.onMessage((message) => {
    if (message.name === 'consoleOutput' && !output.push(message.tokens[0])) control.pause();
    if (message.name === 'consoleGap') output.emit('gap', tokenNumber(message, 0));
    if (message.name === 'refused') output.destroy(refusal('cannot attach the console', message));
  });
  void control.closed.then(() => {
    output.push(null);
  });
  control.send('attachConsole', index);
  return {
    output,
    write: (data, done) => {
      control.sendThen(done, 'consoleInput', data);
    },
    resize: (rows, cols) => {
      control.send('consoleResize', rows, cols);
    },
    close: () => {
      control.close();
    },
  };
}
