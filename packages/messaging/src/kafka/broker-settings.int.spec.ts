import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBrokerSettings } from './broker-settings.ts';

let folder: string;
let secret: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'broker-settings-'));
  secret = join(folder, 'secret');
  await writeFile(secret, 'from a file\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (env: Record<string, string>) => readBrokerSettings({ KAFKA_BROKERS: 'a:9092', ...env }, 'us');

describe('how brokers are reached', () => {
  it('is nothing where none is named', () => {
    expect(readBrokerSettings({}, 'us')).toBeUndefined();
  });

  it('takes several brokers', () => {
    expect(read({ KAFKA_BROKERS: 'a:9092, b:9093,[::1]:9094' })).toEqual({
      brokers: ['a:9092', 'b:9093', '[::1]:9094'],
      clientId: 'us',
      tls: false,
    });
  });

  it('takes a password from a file, and certificates', () => {
    const env = { KAFKA_USER: 'relay', KAFKA_PASSWORD_FILE: secret, KAFKA_TLS_CA: secret };
    expect(read(env)).toMatchObject({
      tls: { ca: 'from a file\n' },
      sasl: { mechanism: 'scram-sha-512', username: 'relay', password: 'from a file' },
    });
  });

  it('takes how events are compressed', () => {
    expect(read({ KAFKA_COMPRESSION: 'gzip' })).toMatchObject({ compression: 'gzip' });
  });

  it.each([
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'http://a' }],
    ['KAFKA_TLS', { KAFKA_TLS: 'yes' }],
    ['KAFKA_TLS_CA', { KAFKA_TLS_CA: '/nowhere/ca.pem' }],
    ['KAFKA_TLS_CERT', { KAFKA_TLS_CERT: 'a.pem' }],
    ['KAFKA_USER', { KAFKA_USER: 'relay' }],
    ['KAFKA_USER', { KAFKA_PASSWORD: 'x' }],
    ['KAFKA_SASL', { KAFKA_USER: 'relay', KAFKA_PASSWORD: 'x', KAFKA_SASL: 'kerberos' }],
    ['KAFKA_SASL', { KAFKA_USER: 'relay', KAFKA_PASSWORD: 'x', KAFKA_SASL: 'plain' }],
    ['KAFKA_COMPRESSION', { KAFKA_COMPRESSION: 'lz4' }],
  ])('names %s where it is wrong: %j', (name, env) => {
    expect(() => read(env)).toThrow(
      expect.objectContaining({ code: 'invalid-configuration', message: expect.stringContaining(name) }),
    );
  });
});
