import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { EVENT_TOPICS, TOPICS, writeCloudEvent } from '@cytoledger/messaging';
import { type Bench, openBench, report, signedTogether } from '@cytoledger/relay/specification';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

type Document = {
  readonly asyncapi: string;
  readonly channels: Readonly<Record<string, { readonly address: string; readonly messages: object }>>;
  readonly components: { readonly messages: Readonly<Record<string, { readonly payload: object }>>; readonly schemas: object };
};

let document: Document;
let bench: Bench;
beforeAll(async () => {
  document = parse(await readFile(join(import.meta.dirname, 'asyncapi.yaml'), 'utf8')) as Document;
  bench = await openBench();
});
afterAll(() => bench.close());

const ajv = () => formats.default(new Ajv({ strict: false, allErrors: true, validateSchema: false }));

/** Of one message, with everything that it refers to. */
const checkOf = (name: string) => {
  const { payload } = document.components.messages[name]!;
  return ajv().compile({ ...payload, components: document.components });
};

describe('asyncapi.yaml', () => {
  it('is AsyncAPI 3.0, by the schema that the AsyncAPI Initiative publishes', () => {
    const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json') as object;
    const validator = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false, logger: false });
    formats.default(validator);
    const valid = validator.compile(schema);
    expect(valid(document), JSON.stringify(valid.errors?.slice(0, 5))).toBe(true);
    expect(valid({ ...document, channels: { batch: { address: 7 } } })).toBe(false);
  });

  it('tells of every topic that there is, by its address', () => {
    const addresses = Object.values(document.channels).map(({ address }) => address);
    const { relayCheckpoint: _, ...talk } = TOPICS;
    expect(addresses.sort()).toEqual([...EVENT_TOPICS, ...Object.values(talk)].sort());
  });

  it('describes the events as they are sent: each of a log is valid by the message of its type, and by no other', async () => {
    let events = 0;
    for await (const page of bench.store.readAll()) {
      for (const event of page) {
        const sent: unknown = JSON.parse(writeCloudEvent(event, 'asyncapi.spec/log').value.toString());
        const valid = checkOf(event.type);
        expect(valid(sent), `${event.type}: ${JSON.stringify(valid.errors)}`).toBe(true);
        expect(checkOf('treatment.planned.v1')(sent)).toBe(false);
        events++;
      }
    }
    expect(events).toBeGreaterThan(5);
  });

  it('describes the results as they are taken', () => {
    const [value] = signedTogether([{ batch: bench.batch, data: report(bench) }], bench.key);
    const valid = checkOf('qc-result');
    expect(valid(JSON.parse(value!.toString()))).toBe(true);
    expect(valid({ content: 7 })).toBe(false);
  });

  it('never describes a personal field in clear: digests stand in its place', () => {
    const { payload } = document.components.messages['person.registered.v1']!;
    const text = JSON.stringify(payload);
    expect([text.includes('"_sd"'), text.includes('"name"')]).toEqual([true, false]);
  });
});
