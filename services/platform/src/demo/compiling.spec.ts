import { derivedEventId, type JsonObject } from '@cytoledger/attest';
import { describe, expect, it } from 'vitest';
import { compile } from './compiling.ts';
import { thingId } from './identities.ts';
import type { RecordStep, Step } from './step.ts';
import type { Tables } from './tables.ts';

const tables: Tables = new Map([
  [
    'bags',
    [
      { bag: '01', h: 'a' },
      { bag: '02', h: 'b' },
      { bag: '03', h: 'a' },
    ],
  ],
]);

const step = (over: JsonObject = {}): JsonObject => ({
  as: 'lab.operator@lab-a',
  type: 'batch.split.v1',
  stream: 'batch-@batch/pool',
  occurredAt: '2026-08-12 09:30',
  data: {},
  ...over,
});

const compiled = (...steps: JsonObject[]) =>
  compile({
    name: 'story',
    title: { zh: '情景', en: 'story' },
    story: { zh: '', en: '' },
    points: { pool: '@batch/pool' },
    capture: { mode: 'import', precision: 'min' },
    steps,
    tables,
  });

const only = (...steps: JsonObject[]) => compiled(...steps).steps[0] as RecordStep;

describe('a step', () => {
  it('names things, times and digests in the words of the story', () => {
    const { stream, occurredAt, data } = only(step({ data: { unit: '@unit/pool-01', image: 'sha256:a scan' } }));
    expect(stream).toBe(`batch-${thingId('story', 'batch', 'pool')}`);
    expect(occurredAt).toBe('2026-08-12T09:30:00+08:00');
    expect(data['unit']).toBe(thingId('story', 'unit', 'pool-01'));
    expect(data['image']).toMatch(/^[\w-]{43}$/);
  });

  it('names what the platform appends because of a step, and because of that', () => {
    const restriction = '@derived/warm/shipment.excursion-detected.v1/shipment-S1/0/excursion-beyond-limit/batch-pool/2';
    const [warm, lifted] = compiled(step({ name: 'warm' }), step({ data: { restriction } })).steps as [RecordStep, RecordStep];
    const stream = (kind: string, name: string) => `${kind}-${thingId('story', kind, name)}`;
    const first = { triggerId: warm.id, purpose: 'shipment.excursion-detected.v1', stream: stream('shipment', 'S1'), n: 0 };
    const second = { purpose: 'excursion-beyond-limit', stream: stream('batch', 'pool'), n: 2 };
    expect(lifted.data['restriction']).toBe(derivedEventId({ triggerId: derivedEventId(first), ...second }));
  });

  it('has an id of its own time, the same at every compilation and another for every step', () => {
    const ids = () =>
      compiled(step(), step(), step({ name: 'third', occurredAt: null })).steps.map((each) => (each as RecordStep).id);
    expect(ids()).toEqual(ids());
    expect(new Set(ids()).size).toBe(3);
    for (const id of ids()) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.parse('2026-08-12T09:30:00+08:00'));
    }
  });

  it('that posts a pair has an id for each of the two, which later steps can name', () => {
    const pair = { infusion: { type: 'a', stream: 's', data: {} }, record: { type: 'b', stream: 't', data: {} } };
    const given = step({ name: 'given', path: '/v1/x', pair });
    const named = step({ name: 'later', data: { first: '@event/given/infusion', second: '@event/given/record' } });
    const data = (compiled(given, named).steps[1] as RecordStep).data;
    const sent = Object.values((compiled(given).steps[0] as Step & { kind: 'pair' }).members);
    expect([data['first'], data['second']]).toEqual(sent.map(({ id }) => id));
  });

  it('keeps its id when another stream’s step comes before it', () => {
    const other = step({ stream: 'batch-@batch/other' });
    const idOf = (steps: JsonObject[]) => (compiled(...steps).steps.at(-1) as RecordStep).id;
    expect(idOf([other, step()])).toBe(idOf([step()]));
  });

  it('is repeated for the rows of a table that fit', () => {
    const { steps } = compiled(step({ each: 'bags', where: { h: 'a' }, data: { unit: '@unit/{bag}' } }));
    expect(steps.map((each) => (each as RecordStep).data['unit'])).toEqual(
      ['01', '03'].map((bag) => thingId('story', 'unit', bag)),
    );
  });

  it('repeats items of a list, with numbers where numbers are asked for, and leaves UCUM annotations alone', () => {
    const { data } = only(
      step({ data: { units: [{ each: '1..2', item: { ordinal: '{n#}', name: '{nn}', unit: '10*6.{cells}' } }] } }),
    );
    expect(data['units']).toEqual([
      { ordinal: 1, name: '01', unit: '10*6.{cells}' },
      { ordinal: 2, name: '02', unit: '10*6.{cells}' },
    ]);
  });

  it('that says how it was captured keeps no reason of the others', () => {
    expect(only(step({ capture: { mode: 'paper' } })).capture).toEqual({ mode: 'paper', precision: 'min' });
  });
});

describe('what a story names wrongly', () => {
  it('is told with the step', () => {
    expect(() => compiled(step({ name: 'one', data: { event: '@event/never' } }))).toThrow(/step "one": @event\/never/);
    expect(() => compiled(step({ name: 'one' }), step({ name: 'one' }))).toThrow(/two steps are called "one"/);
    expect(() => compiled(step({ each: 'nothing' }))).toThrow(/"nothing" is neither a range nor a table/);
  });
});
