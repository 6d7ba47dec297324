/** SELinux's label of files that a container makes in file systems of its own. */
import { takesContext } from '../security/label/index.js';
import type { Plan, Step } from './steps.js';

/** Adds the mount option to every file system of the plan that takes it. */
export function labelMounts(plan: Plan, context: string | undefined): void {
  if (context === undefined) return;
  plan.steps.forEach((step, index) => {
    if (isLabelled(step)) plan.steps[index] = { ...step, tokens: [...step.tokens, `context=${context}`] };
  });
}

function isLabelled({ name, tokens }: Step): boolean {
  if (name === 'view') return true;
  return name === 'mount' && takesContext(String(tokens[0]));
}
