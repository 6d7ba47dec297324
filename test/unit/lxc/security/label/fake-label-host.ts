/** A host that labels, in a temporary folder; what the kernel would be asked is kept in memory. */
import type { LabelHost } from '../../../../../lib/lxc/security/label/host.js';
import { useHosts, type Files } from '../../host/fake-host.js';

export const SELINUX: Files = {
  'sys/fs/selinux/enforce': '1',
  'sys/fs/selinux/context': '',
  'etc/selinux/config': 'SELINUX=enforcing\nSELINUXTYPE=targeted\n',
  'etc/selinux/targeted/contexts/lxc_contexts':
    'process = "system_u:system_r:svirt_lxc_net_t:s0"\ncontent = "system_u:object_r:virt_var_lib_t:s0"\n' +
    'file = "system_u:object_r:svirt_sandbox_file_t:s0"\n',
  'proc/self/attr/current': 'unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023\0',
};
export const APPARMOR: Files = {
  'sys/module/apparmor/parameters/enabled': 'Y\n',
  'sys/kernel/security/lsm': 'capability,yama,apparmor',
  'proc/self/attr/apparmor/current': 'unconfined\n',
};

export interface FakeLabelHost extends LabelHost {
  readonly root: string;
  /** Name and mode of the loaded profiles. */
  readonly loaded: Map<string, string>;
  /** The text of each policy that was loaded. */
  readonly policies: string[];
}

interface Behaviour {
  /** Contexts that the policy does not have. */
  readonly refuses?: (context: string) => boolean;
  /** The mode that loaded profiles get; undefined: they are not there. */
  readonly mode?: string | undefined;
}

/** Call inside `describe`. */
export function useLabelHosts(): (files: Files, behaviour?: Behaviour) => FakeLabelHost {
  const make = useHosts();
  return (files, behaviour = {}) => {
    const { root, tree } = make(files);
    const { refuses = () => false } = behaviour;
    const mode = 'mode' in behaviour ? behaviour.mode : 'enforce';
    const loaded = new Map([['docker-default', 'enforce']]);
    const policies: string[] = [];
    return {
      root,
      tree,
      registry: `${root}/run/virtainer`,
      loaded,
      policies,
      selinux: {
        canonical: (context) => Promise.resolve(refuses(context) ? undefined : context),
      },
      apparmor: {
        profiles: () => Promise.resolve(loaded),
        load: (policy) => {
          policies.push(policy);
          const name = /^profile "([^"]+)"/u.exec(policy)?.[1] ?? '';
          if (mode !== undefined) loaded.set(name, mode);
          return Promise.resolve();
        },
        remove: (name) => {
          loaded.delete(name);
          return Promise.resolve();
        },
      },
    };
  };
}
