import { describe, expect, it } from 'vitest';
import { serverProperties } from './server-properties.ts';

const nodes = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: n + 1, port: 9000 + n, controllerPort: 9100 + n }));

const propertiesOf = (count: number) => {
  const all = nodes(count);
  const text = serverProperties(all[0]!, all, '/data');
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2) as [string, string]),
  );
};

describe('a node’s configuration', () => {
  it('keeps three replicas on three nodes, of which one may be missing', () => {
    expect(propertiesOf(3)).toMatchObject({
      'default.replication.factor': '3',
      'transaction.state.log.replication.factor': '3',
      'offsets.topic.replication.factor': '3',
      'min.insync.replicas': '2',
      'controller.quorum.voters': '1@127.0.0.1:9100,2@127.0.0.1:9101,3@127.0.0.1:9102',
    });
  });

  it('keeps one on one', () => {
    expect(propertiesOf(1)).toMatchObject({ 'default.replication.factor': '1', 'min.insync.replicas': '1' });
  });

  it('listens on loopback only', () => {
    expect(propertiesOf(1)['listeners']).toBe('PLAINTEXT://127.0.0.1:9000,CONTROLLER://127.0.0.1:9100');
  });
});
