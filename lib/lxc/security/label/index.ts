/** Labels of security modules: see docs/labels.md. */
export { readProcessLabels } from './current.js';
export { labelHost, type LabelHost } from './host.js';
export {
  execLabelOf,
  prepareLabel,
  releaseLabel,
  sweepLabels,
  takesContext,
  type PreparedLabel,
} from './prepare.js';
export type { ExecLabel, SecurityKind } from './types.js';
