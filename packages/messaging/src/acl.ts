import { EVENT_TOPICS, TOPICS } from './topics.ts';

/** Who the broker knows, by what they are here; principals such as `User:qc-centre`. */
export type Parties = {
  /** Relay and inbound of the platform. */
  readonly platform: readonly string[];
  /** Quality-control centres: they see everything, under pseudonyms, and ask. */
  readonly oversight: readonly string[];
  /** Testing laboratories. */
  readonly laboratories: readonly string[];
};

export type Acl = {
  readonly principal: string;
  readonly operation: 'Create' | 'Describe' | 'Read' | 'Write';
  readonly resource: 'topic' | 'group' | 'transactional-id';
  readonly name: string;
  /** `prefixed`: everything whose name begins so. */
  readonly pattern: 'literal' | 'prefixed';
};

const OWN_TOPICS = [...EVENT_TOPICS, ...Object.values(TOPICS)];
const OWN_NAMES = 'cytoledger-';

/**
 * What the access table allows on topics, as the broker is told; whatever is not named, it refuses (`allow.everyone.if.no.acl.found=false`).
 *
 * A topic holds the events of every organisation, so only who may see all of them may read one: oversight. Laboratories and hospitals read what is theirs over HTTP.
 * Consumer groups begin with the principal's own name and a point, so that nobody takes another's messages.
 */
export function topicAcls({ platform, oversight, laboratories }: Parties): Acl[] {
  return [
    ...platform.flatMap((principal) => [
      ...OWN_TOPICS.flatMap((name) => on(principal, 'topic', name, ['Create', 'Describe', 'Read', 'Write'])),
      ...on(principal, 'group', OWN_NAMES, ['Describe', 'Read'], 'prefixed'),
      ...on(principal, 'transactional-id', OWN_NAMES, ['Describe', 'Write'], 'prefixed'),
    ]),
    ...oversight.flatMap((principal) => [
      ...[...EVENT_TOPICS, TOPICS.qcReceipts].flatMap((name) => on(principal, 'topic', name, ['Describe', 'Read'])),
      ...on(principal, 'topic', TOPICS.oversightQueries, ['Describe', 'Write']),
      ...ownGroups(principal),
    ]),
    ...laboratories.flatMap((principal) => [
      ...on(principal, 'topic', TOPICS.qcResults, ['Describe', 'Write']),
      ...on(principal, 'topic', TOPICS.qcReceipts, ['Describe', 'Read']),
      ...ownGroups(principal),
    ]),
  ];
}

/** The same as arguments of Kafka's `kafka-acls.sh`. */
export function aclArguments({ principal, operation, resource, name, pattern }: Acl): string[] {
  return [
    '--add',
    '--allow-principal',
    principal,
    '--operation',
    operation,
    `--${resource}`,
    name,
    '--resource-pattern-type',
    pattern,
  ];
}

function ownGroups(principal: string): Acl[] {
  return on(principal, 'group', `${principal.slice(principal.indexOf(':') + 1)}.`, ['Describe', 'Read'], 'prefixed');
}

function on(
  principal: string,
  resource: Acl['resource'],
  name: string,
  operations: readonly Acl['operation'][],
  pattern: Acl['pattern'] = 'literal',
): Acl[] {
  return operations.map((operation) => ({ principal, operation, resource, name, pattern }));
}
