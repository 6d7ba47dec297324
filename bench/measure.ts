/** Times of actions, and the report of them. */

const ROUNDS = 40;
export const WARM_UP = 3;

export interface Measured {
  readonly what: string;
  readonly medianMs: number;
  readonly p90Ms: number;
}

export async function measure(
  what: string,
  action: () => Promise<unknown>,
  { after, rounds = ROUNDS }: { readonly after?: () => Promise<unknown>; readonly rounds?: number } = {},
): Promise<Measured> {
  const times: number[] = [];
  for (let round = 0; round < rounds + WARM_UP; round++) {
    const start = performance.now();
    await action();
    times.push(performance.now() - start);
    await after?.();
  }
  return summarize(what, times.slice(WARM_UP));
}

export function summarize(what: string, times: number[]): Measured {
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { what, medianMs: at(0.5), p90Ms: at(0.9) };
}

export function report(rows: readonly Measured[], ratios: readonly (readonly [string, number])[]): void {
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ rows, ratios: Object.fromEntries(ratios) }));
    return;
  }
  for (const { what, medianMs, p90Ms } of rows) {
    console.log(
      `${what.padEnd(30)} median ${medianMs.toFixed(3).padStart(8)} ms   p90 ${p90Ms.toFixed(3).padStart(8)} ms`,
    );
  }
  for (const [what, ratio] of ratios) console.log(`${what.padEnd(30)} ${ratio.toFixed(2)}`);
}
