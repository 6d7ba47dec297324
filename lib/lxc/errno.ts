/** Failed system calls by their symbol. */

/** Whether a system call failed with this errno. By the code alone: in jest, Node's errors are of another realm. */
export function isErrno(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code;
}

/** Whether an error says that a container, its processes or its cgroups are gone. */
export function isGoneError(error: unknown): boolean {
  return ['ENOENT', 'ENODEV', 'ESRCH'].some((code) => isErrno(error, code) || hasErrno(error, code));
}

function hasErrno(error: unknown, code: string): boolean {
  return (error as { readonly errno?: unknown } | undefined)?.errno === code;
}
