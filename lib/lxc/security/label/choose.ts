/** Which `<seclabel>` labels a container on this host. */
import type { DynamicSeclabel, Seclabel, StaticSeclabel } from '../../../definition/domain/index.js';
import { VirtError, quote } from '../../../errors.js';
import type { LabelModule } from '../../host/security.js';

export interface Choice {
  readonly module: LabelModule;
  readonly seclabel: DynamicSeclabel | StaticSeclabel;
}

/**
 * Undefined: the container is not labelled, because the host labels nothing or `type='none'` asks for that. Where
 * nothing is asked for, a label is made: stricter than libvirt, which leaves containers unlabelled then.
 *
 * @throws VirtError CONFIG_UNSUPPORTED for a label of a module that is not active here, and for several labels.
 */
export function chooseSeclabel(
  seclabels: readonly Seclabel[] | undefined,
  active: readonly LabelModule[],
): Choice | undefined {
  const wanted = (seclabels ?? []).flatMap((seclabel) =>
    seclabel.type === 'none' ? [] : { seclabel, module: moduleOf(seclabel, active) },
  );
  if (wanted.length > 1) {
    throw new VirtError('CONFIG_UNSUPPORTED', 'several <seclabel>: a container has the label of one module', {
      domain: 'SECURITY',
      hint: "use type='none' for the other models",
    });
  }
  return wanted[0] ?? defaultChoice(seclabels ?? [], active);
}

function defaultChoice(seclabels: readonly Seclabel[], active: readonly LabelModule[]): Choice | undefined {
  const declined = (module: LabelModule): boolean =>
    seclabels.some(({ model }) => model === undefined || model === 'none' || model === module);
  const module = active.find((each) => !declined(each));
  return module && { module, seclabel: { type: 'dynamic', model: module } };
}

function moduleOf(seclabel: Choice['seclabel'], active: readonly LabelModule[]): LabelModule {
  const { type, model } = seclabel;
  const module = model === undefined ? active[0] : active.find((each) => each === model);
  if (module !== undefined) return module;
  const element =
    model === undefined ? `<seclabel type='${type}'>` : `<seclabel type='${type}' model=${quote(model)}>`;
  const available =
    active.length === 0
      ? 'no security module is active on this host'
      : `this host has ${active.join(' and ')}`;
  throw new VirtError(
    'CONFIG_UNSUPPORTED',
    `${element}: security model ${model === undefined ? '' : `${quote(model)} `}is not available: ${available}`,
    {
      domain: 'SECURITY',
      hint: "switch the module on in the host's kernel, or use <seclabel type='none'/> to run without a label",
    },
  );
}

/** The live definition's list: the chosen label with what was made, the others as they are. */
export function withLiveSeclabel(
  seclabels: readonly Seclabel[] | undefined,
  { seclabel }: Choice,
  live: Seclabel,
): readonly Seclabel[] {
  const list = seclabels ?? [];
  return list.includes(seclabel) ? list.map((each) => (each === seclabel ? live : each)) : [...list, live];
}
