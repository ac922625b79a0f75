import { describe, expect, it } from 'vitest';
import { aclArguments, topicAcls } from './acl.ts';
import { EVENT_TOPICS, TOPICS } from './topics.ts';

const acls = topicAcls({ platform: ['User:relay'], oversight: ['User:qc-centre'], laboratories: ['User:lab-x'] });

const may = (principal: string, operation: string) =>
  acls
    .filter((acl) => acl.principal === principal && acl.operation === operation && acl.resource === 'topic')
    .map(({ name }) => name)
    .sort();

describe('who may what with topics', () => {
  it('oversight reads every event, asks, and reads what became of its queries', () => {
    expect(may('User:qc-centre', 'Read')).toEqual([...EVENT_TOPICS, TOPICS.qcReceipts].sort());
    expect(may('User:qc-centre', 'Write')).toEqual([TOPICS.oversightQueries]);
  });

  it('a testing laboratory reads no events: it hands in results and reads what became of them', () => {
    expect(may('User:lab-x', 'Read')).toEqual([TOPICS.qcReceipts]);
    expect(may('User:lab-x', 'Write')).toEqual([TOPICS.qcResults]);
  });

  it('nobody but the platform writes events, checkpoints, receipts or dead letters', () => {
    const spokenTo: readonly string[] = [TOPICS.qcResults, TOPICS.oversightQueries];
    const writers = acls.filter(({ operation, name }) => operation === 'Write' && !spokenTo.includes(name));
    expect(new Set(writers.map(({ principal }) => principal))).toEqual(new Set(['User:relay']));
  });

  it('everybody but the platform has groups of their own name only', () => {
    const groups = acls.filter(({ resource }) => resource === 'group').map(({ principal, name }) => `${principal} ${name}`);
    expect(new Set(groups)).toEqual(new Set(['User:relay cytoledger-', 'User:qc-centre qc-centre.', 'User:lab-x lab-x.']));
  });

  it('is said to the broker in its own words', () => {
    expect(aclArguments(acls.find(({ principal }) => principal === 'User:lab-x')!).join(' ')).toBe(
      `--add --allow-principal User:lab-x --operation Describe --topic ${TOPICS.qcResults} --resource-pattern-type literal`,
    );
  });
});
