/** Whether file systems can be served by a process of ours. */
import { closeSync, constants, openSync } from 'node:fs';

const DEVICE = '/dev/fuse';

/** Why not, in the kernel's words; undefined when they can. Opening the device also loads the kernel's module. */
export function fuseProblem(device: string = DEVICE): string | undefined {
  try {
    closeSync(openSync(device, constants.O_RDWR));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
