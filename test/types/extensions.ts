import type { DomainDefinition, Extensions } from 'virtainer';
import { having, ownXml, type Mistake } from './mistake.js';

const extensions = (value: Extensions): DomainDefinition => having({ extensions: value });

export const EXTENSION_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'an extension that does not exist',
    // @ts-expect-error no such property
    typed: extensions({ secomp: { profile: 'default' } }),
    typedFailure: /^INVALID_ARG unknown property 'secomp' in domain\.extensions/,
    xml: ownXml("<secomp profile='default'/>"),
    xmlFailure: /^CONFIG_UNSUPPORTED unknown element <virtainer:secomp> in <virtainer:domain>/,
  },
  {
    mistake: 'a reaper that is switched by a word',
    // @ts-expect-error a boolean, not a word
    typed: extensions({ reaper: 'off' }),
    typedFailure: /^INVALID_ARG domain\.extensions\.reaper must be a boolean/,
    xml: ownXml('<reaper>off</reaper>'),
    xmlFailure: /^XML_ERROR unexpected text in <virtainer:reaper>/,
  },
  {
    mistake: 'a security profile that does not exist',
    // @ts-expect-error not in the list
    typed: extensions({ security: { kind: 'privileged' } }),
    typedFailure:
      /^XML_ERROR unknown value for domain\.extensions\.security\.kind 'privileged': must be generic, /,
    xml: ownXml("<security kind='privileged'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'kind' of <virtainer:security> .*'privileged'/,
  },
  {
    mistake: 'a security profile without its kind',
    // @ts-expect-error kind is required
    typed: extensions({ security: {} }),
    typedFailure: /^XML_ERROR missing attribute 'kind' of <virtainer:security>/,
    xml: ownXml('<security/>'),
    xmlFailure: /^XML_ERROR missing attribute 'kind' of <virtainer:security>/,
  },
  {
    mistake: 'a mode of the user namespace that does not exist',
    // @ts-expect-error not in the list
    typed: extensions({ userNamespace: { mode: 'host' } }),
    typedFailure:
      /^XML_ERROR unknown value for domain\.extensions\.userNamespace\.mode 'host': must be auto or none/,
    xml: ownXml("<userNamespace mode='host'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'mode' of <virtainer:userNamespace> .*'host'/,
  },
  {
    mistake: 'an insecure user namespace without opting out of it',
    // @ts-expect-error a property of another member
    typed: extensions({ userNamespace: { mode: 'auto', insecure: true } }),
    typedFailure: /^XML_ERROR attribute 'insecure' of <virtainer:userNamespace> goes with mode='none' only/,
    xml: ownXml("<userNamespace mode='auto' insecure='yes'/>"),
    xmlFailure: /^XML_ERROR attribute 'insecure' of <virtainer:userNamespace> goes with mode='none' only/,
  },
  {
    mistake: 'a seccomp profile that does not exist',
    // @ts-expect-error not in the list
    typed: extensions({ seccomp: { profile: 'none' } }),
    typedFailure:
      /^XML_ERROR unknown value for domain\.extensions\.seccomp\.profile 'none': must be default, /,
    xml: ownXml("<seccomp profile='none'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'profile' of <virtainer:seccomp> .*'none'/,
  },
  {
    mistake: 'a seccomp profile that is missing',
    // @ts-expect-error profile is required
    typed: extensions({ seccomp: { file: '/etc/profile.json' } }),
    typedFailure: /^XML_ERROR missing attribute 'profile' of <virtainer:seccomp>/,
    xml: ownXml("<seccomp file='/etc/profile.json'/>"),
    xmlFailure: /^XML_ERROR missing attribute 'profile' of <virtainer:seccomp>/,
  },
  {
    mistake: 'a seccomp file of a named profile',
    // @ts-expect-error a property of another member
    typed: extensions({ seccomp: { profile: 'default', file: '/etc/profile.json' } }),
    typedFailure: /^XML_ERROR attribute 'file' of <virtainer:seccomp> goes with profile='file' only/,
    xml: ownXml("<seccomp profile='default' file='/etc/profile.json'/>"),
    xmlFailure: /^XML_ERROR attribute 'file' of <virtainer:seccomp> goes with profile='file' only/,
  },
  {
    mistake: 'a seccomp profile in a file, without the file',
    // @ts-expect-error file is required
    typed: extensions({ seccomp: { profile: 'file' } }),
    typedFailure: /^XML_ERROR missing attribute 'file' of <virtainer:seccomp>/,
    xml: ownXml("<seccomp profile='file'/>"),
    xmlFailure: /^XML_ERROR missing attribute 'file' of <virtainer:seccomp>/,
  },
  {
    mistake: 'noNewPrivs with a word that is no state',
    // @ts-expect-error a boolean, not a word
    typed: extensions({ noNewPrivs: 'yes' }),
    typedFailure: /^INVALID_ARG domain\.extensions\.noNewPrivs must be a boolean/,
    xml: ownXml("<noNewPrivs state='yes'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'state' of <virtainer:noNewPrivs> .*'yes'/,
  },
  {
    mistake: 'a pids limit that is no number',
    // @ts-expect-error a number or 'unlimited'
    typed: extensions({ pids: { limit: 'max' } }),
    typedFailure: /^INVALID_ARG domain\.extensions\.pids\.limit must be a number or 'unlimited', not 'max'/,
    xml: ownXml("<pids limit='max'/>"),
    xmlFailure: /^XML_ERROR attribute 'limit' of <virtainer:pids> .*'max'/,
  },
  {
    mistake: 'a pids limit by another name',
    // @ts-expect-error no such property
    typed: extensions({ pids: { limit: 5, max: 5 } }),
    typedFailure: /^INVALID_ARG unknown property 'max' in domain\.extensions\.pids/,
    xml: ownXml("<pids limit='5' max='5'/>"),
    xmlFailure: /^CONFIG_UNSUPPORTED unknown attribute 'max' of <virtainer:pids>/,
  },
  {
    mistake: 'masked paths without their list',
    // @ts-expect-error an object with a list
    typed: extensions({ maskedPaths: ['/proc/kcore'] }),
    typedFailure: /^INVALID_ARG domain\.extensions\.maskedPaths must be an object/,
    xml: ownXml('<maskedPaths>/proc/kcore</maskedPaths>'),
    xmlFailure: /^XML_ERROR unexpected text in <virtainer:maskedPaths>/,
  },
  {
    mistake: 'read-only paths by the name of a filesystem',
    // @ts-expect-error no such property
    typed: extensions({ readonlyPaths: { dir: '/proc' } }),
    typedFailure: /^INVALID_ARG unknown property 'dir' in domain\.extensions\.readonlyPaths/,
    xml: ownXml("<readonlyPaths><path dir='/proc'>/proc</path></readonlyPaths>"),
    xmlFailure: /^CONFIG_UNSUPPORTED unknown attribute 'dir' of <virtainer:path>/,
  },
  {
    mistake: 'an rlimit by its name in C',
    // @ts-expect-error not in the list
    typed: extensions({ rlimits: [{ name: 'RLIMIT_NOFILE', soft: 1, hard: 2 }] }),
    typedFailure: /^XML_ERROR unknown value for domain\.extensions\.rlimits\[0\]\.name 'RLIMIT_NOFILE'/,
    xml: ownXml("<rlimit name='RLIMIT_NOFILE' soft='1' hard='2'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'name' of <virtainer:rlimit> .*'RLIMIT_NOFILE'/,
  },
  {
    mistake: 'an rlimit without its hard limit',
    // @ts-expect-error hard is required
    typed: extensions({ rlimits: [{ name: 'nofile', soft: 1 }] }),
    typedFailure: /^XML_ERROR missing attribute 'hard' of <virtainer:rlimit>/,
    xml: ownXml("<rlimit name='nofile' soft='1'/>"),
    xmlFailure: /^XML_ERROR missing attribute 'hard' of <virtainer:rlimit>/,
  },
  {
    mistake: 'a view of nobody’s resources',
    // @ts-expect-error not in the list
    typed: extensions({ resourceView: { mode: 'guest' } }),
    typedFailure: /^XML_ERROR unknown value for domain\.extensions\.resourceView\.mode 'guest'/,
    xml: ownXml("<resourceView mode='guest'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'mode' of <virtainer:resourceView> .*'guest'/,
  },
  {
    mistake: 'a view without a mode',
    // @ts-expect-error mode is required
    typed: extensions({ resourceView: {} }),
    typedFailure: /^XML_ERROR missing attribute 'mode' of <virtainer:resourceView>/,
    xml: ownXml('<resourceView/>'),
    xmlFailure: /^XML_ERROR missing attribute 'mode' of <virtainer:resourceView>/,
  },
  {
    mistake: 'a time offset by the names of OCI',
    // @ts-expect-error no such property
    typed: extensions({ timeOffsets: { boottime: { secs: 5 } } }),
    typedFailure: /^XML_ERROR missing attribute 'seconds' of <virtainer:boottime>/,
    xml: ownXml("<timeOffsets><boottime secs='5'/></timeOffsets>"),
    xmlFailure: /^CONFIG_UNSUPPORTED unknown attribute 'secs' of <virtainer:boottime>/,
  },
  {
    mistake: 'an offset of a clock that has none',
    // @ts-expect-error no such property
    typed: extensions({ timeOffsets: { realtime: { seconds: 5 } } }),
    typedFailure: /^INVALID_ARG unknown property 'realtime' in domain\.extensions\.timeOffsets/,
    xml: ownXml("<timeOffsets><realtime seconds='5'/></timeOffsets>"),
    xmlFailure: /^CONFIG_UNSUPPORTED unknown element <virtainer:realtime> in <virtainer:timeOffsets>/,
  },
  {
    mistake: 'a restart policy that does not exist',
    // @ts-expect-error not in the list
    typed: extensions({ restart: { policy: 'on-abort' } }),
    typedFailure: /^XML_ERROR unknown value for domain\.extensions\.restart\.policy 'on-abort'/,
    xml: ownXml("<restart policy='on-abort'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'policy' of <virtainer:restart> .*'on-abort'/,
  },
  {
    mistake: 'retries of a policy that has none',
    // @ts-expect-error a property of another member
    typed: extensions({ restart: { policy: 'always', maxRetries: 5 } }),
    typedFailure:
      /^XML_ERROR attribute 'maxRetries' of <virtainer:restart> goes with policy='on-failure' only/,
    xml: ownXml("<restart policy='always' maxRetries='5'/>"),
    xmlFailure: /^XML_ERROR attribute 'maxRetries' of <virtainer:restart> goes with policy='on-failure' only/,
  },
  {
    mistake: 'a restart delay without its unit',
    // @ts-expect-error no such property
    typed: extensions({ restart: { policy: 'always', delay: 5 } }),
    typedFailure: /^INVALID_ARG unknown property 'delay' in domain\.extensions\.restart/,
    xml: ownXml("<restart policy='always' delay='5'/>"),
    xmlFailure: /^CONFIG_UNSUPPORTED unknown attribute 'delay' of <virtainer:restart>/,
  },
  {
    mistake: 'a restart delay of a container that is not restarted',
    // @ts-expect-error a property of another member
    typed: extensions({ restart: { policy: 'no', delayMs: 5 } }),
    typedFailure: /^XML_ERROR attribute 'delayMs' of <virtainer:restart> goes with another policy only/,
    xml: ownXml("<restart policy='no' delayMs='5'/>"),
    xmlFailure: /^XML_ERROR attribute 'delayMs' of <virtainer:restart> goes with another policy only/,
  },
  {
    mistake: 'a health check without command',
    // @ts-expect-error command is required
    typed: extensions({ health: { intervalMs: 5 } }),
    typedFailure: /^XML_ERROR missing program of <virtainer:health>/,
    xml: ownXml("<health intervalMs='5'/>"),
    xmlFailure: /^XML_ERROR missing program of <virtainer:health>/,
  },
  {
    mistake: 'a health command for a shell',
    // @ts-expect-error a list of arguments
    typed: extensions({ health: { command: 'curl -f http://x' } }),
    typedFailure: /^INVALID_ARG domain\.extensions\.health\.command must be an array/,
    xml: ownXml('<health>curl -f http://x</health>'),
    xmlFailure: /^XML_ERROR .*<virtainer:health>/,
  },
  {
    mistake: 'a health interval in the words of docker',
    // @ts-expect-error a number, no text
    typed: extensions({ health: { command: ['a'], intervalMs: '30s' } }),
    typedFailure: /^INVALID_ARG domain\.extensions\.health\.intervalMs must be a number/,
    xml: ownXml("<health intervalMs='30s'><arg>a</arg></health>"),
    xmlFailure: /^XML_ERROR attribute 'intervalMs' of <virtainer:health> .*'30s'/,
  },
  {
    mistake: 'a health action that does not exist',
    // @ts-expect-error not in the list
    typed: extensions({ health: { command: ['a'], onFailure: 'reboot' } }),
    typedFailure: /^XML_ERROR unknown value for domain\.extensions\.health\.onFailure 'reboot'/,
    xml: ownXml("<health onFailure='reboot'><arg>a</arg></health>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'onFailure' of <virtainer:health> .*'reboot'/,
  },
  {
    mistake: 'an image without reference',
    // @ts-expect-error reference is required
    typed: extensions({ image: { digest: 'sha256:0' } }),
    typedFailure: /^XML_ERROR missing attribute 'reference' of <virtainer:image>/,
    xml: ownXml("<image digest='sha256:0'/>"),
    xmlFailure: /^XML_ERROR missing attribute 'reference' of <virtainer:image>/,
  },
  {
    mistake: 'a protocol that has no ports',
    // @ts-expect-error not in the list
    typed: extensions({ ports: [{ protocol: 'icmp', hostPort: 1, containerPort: 1 }] }),
    typedFailure: /^XML_ERROR unknown value for domain\.extensions\.ports\[0\]\.protocol 'icmp'/,
    xml: ownXml("<port protocol='icmp' hostPort='1' containerPort='1'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'protocol' of <virtainer:port> .*'icmp'/,
  },
  {
    mistake: 'a published port without that of the container',
    // @ts-expect-error containerPort is required
    typed: extensions({ ports: [{ hostPort: 80 }] }),
    typedFailure: /^XML_ERROR missing attribute 'containerPort' of <virtainer:port>/,
    xml: ownXml("<port hostPort='80'/>"),
    xmlFailure: /^XML_ERROR missing attribute 'containerPort' of <virtainer:port>/,
  },
];
