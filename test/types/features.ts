import type { Clock, DomainDefinition, Features } from 'virtainer';
import { having, xmlWith, type Mistake } from './mistake.js';

const features = (value: Features): DomainDefinition => having({ features: value });
const featuresXml = (inside: string): string => xmlWith(`<features>${inside}</features>`);
const clock = (value: Clock): DomainDefinition => having({ clock: value });

export const FEATURE_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a feature that does not exist',
    // @ts-expect-error no such property
    typed: features({ nesting: true }),
    typedFailure: /^INVALID_ARG unknown property 'nesting' in domain\.features$/,
    xml: featuresXml('<nesting/>'),
    xmlFailure: /^CONFIG_UNSUPPORTED unexpected feature 'nesting'/,
  },
  {
    mistake: 'a private network that is switched by a word',
    // @ts-expect-error a boolean, no word
    typed: features({ privnet: 'yes' }),
    typedFailure: /^INVALID_ARG domain\.features\.privnet must be a boolean/,
    xml: featuresXml("<privnet state='yes'/>"),
    xmlFailure: /^XML_INVALID_SCHEMA .* unexpected attribute 'state' of <privnet>/,
  },
  {
    mistake: 'a policy that does not exist',
    // @ts-expect-error not in the list
    typed: features({ capabilities: { policy: 'drop' } }),
    typedFailure: /^XML_ERROR unknown value for domain\.features\.capabilities\.policy 'drop'/,
    xml: featuresXml("<capabilities policy='drop'/>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'policy' of <capabilities> .*'drop'/,
  },
  {
    mistake: 'a capability with its prefix',
    // @ts-expect-error not in the list
    typed: features({ capabilities: { policy: 'deny', states: { cap_chown: 'on' } } }),
    typedFailure: /^CONFIG_UNSUPPORTED .*'cap_chown' in <capabilities>/,
    xml: featuresXml("<capabilities policy='deny'><cap_chown state='on'/></capabilities>"),
    xmlFailure: /^CONFIG_UNSUPPORTED .*'cap_chown' in <capabilities>/,
  },
  {
    mistake: 'a state that does not exist',
    // @ts-expect-error not in the list
    typed: features({ capabilities: { policy: 'deny', states: { chown: 'yes' } } }),
    typedFailure: /^XML_ERROR unknown value for domain\.features\.capabilities\.states\.chown 'yes'/,
    xml: featuresXml("<capabilities policy='deny'><chown state='yes'/></capabilities>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'state' of <chown> .*'yes'/,
  },
];

export const CLOCK_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'an offset that does not exist',
    // @ts-expect-error not in the list
    typed: clock({ offset: 'local' }),
    typedFailure: /^CONFIG_UNSUPPORTED unknown clock offset 'local'/,
    xml: xmlWith("<clock offset='local'/>"),
    xmlFailure: /^CONFIG_UNSUPPORTED unknown clock offset 'local'/,
  },
  {
    mistake: 'a time zone that is missing',
    // @ts-expect-error timezone is required
    typed: clock({ offset: 'timezone' }),
    typedFailure: /^INTERNAL_ERROR missing 'timezone' attribute for clock/,
    xml: xmlWith("<clock offset='timezone'/>"),
    xmlFailure: /^INTERNAL_ERROR missing 'timezone' attribute for clock/,
  },
  {
    mistake: 'a basis that does not exist',
    // @ts-expect-error not in the list
    typed: clock({ offset: 'variable', basis: 'gmt' }),
    typedFailure: /^CONFIG_UNSUPPORTED unknown clock basis 'gmt'/,
    xml: xmlWith("<clock offset='variable' basis='gmt'/>"),
    xmlFailure: /^CONFIG_UNSUPPORTED unknown clock basis 'gmt'/,
  },
  {
    mistake: 'an absolute time that is missing',
    // @ts-expect-error startEpochSeconds is required
    typed: clock({ offset: 'absolute' }),
    typedFailure: /^INTERNAL_ERROR missing 'start' attribute for clock/,
    xml: xmlWith("<clock offset='absolute'/>"),
    xmlFailure: /^INTERNAL_ERROR missing 'start' attribute for clock/,
  },
  {
    mistake: 'a timer that does not exist',
    // @ts-expect-error not in the list
    typed: clock({ offset: 'utc', timers: [{ name: 'acpi' }] }),
    typedFailure: /^XML_ERROR unknown value for domain\.clock\.timers\[0\]\.name 'acpi'/,
    xml: xmlWith("<clock offset='utc'><timer name='acpi'/></clock>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'name' of <timer> .*'acpi'/,
  },
  {
    mistake: 'a timer with a word for its presence',
    // @ts-expect-error a boolean, no word
    typed: clock({ offset: 'utc', timers: [{ name: 'rtc', present: 'on' }] }),
    typedFailure: /^INVALID_ARG domain\.clock\.timers\[0\]\.present must be a boolean/,
    xml: xmlWith("<clock offset='utc'><timer name='rtc' present='on'/></clock>"),
    xmlFailure: /^XML_ERROR unknown value for attribute 'present' of <timer> .*'on'/,
  },
];
