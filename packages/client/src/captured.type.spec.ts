import { describe, expectTypeOf, it } from 'vitest';
import type { Client, DataOf, EventType, Statement, StreamStatement } from './index.ts';

type Data<T extends EventType> = Parameters<Client['capture']>[2] extends never ? never : DataOf<T>;

describe('what is captured is typed by its event type', () => {
  it('knows the types of the domain, and no derived one', () => {
    expectTypeOf<'batch.harvested.v1'>().toExtend<EventType>();
    expectTypeOf<'batch.origins-resolved.v1'>().not.toExtend<EventType>();
    expectTypeOf<'batch.harvestd.v1'>().not.toExtend<EventType>();
  });

  it('takes the data that the fact asks for', () => {
    expectTypeOf<{ batch: string }>().not.toExtend<Data<'batch.opened.v1'>>();
    expectTypeOf<Data<'batch.opened.v1'>['autologous']>().toEqualTypeOf<boolean>();
    expectTypeOf<Data<'person.registered.v1'>['role']>().not.toBeAny();
    expectTypeOf<{ role: 'donor'; name: string }>().toExtend<Data<'person.registered.v1'>>();
  });

  it('never takes digests: they are made', () => {
    expectTypeOf<Data<'person.registered.v1'>>().not.toHaveProperty('_sd');
  });

  it('leaves the mode "derived" to the platform', () => {
    expectTypeOf<Statement<'person.registered.v1'>['capture']['mode']>().toEqualTypeOf<
      'direct' | 'device' | 'paper' | 'import' | 'outbox'
    >();
  });

  it('keeps type and data together in a line of many', () => {
    type Line = Extract<StreamStatement, { type: 'batch.opened.v1' }>;
    expectTypeOf<Line['data']>().toEqualTypeOf<DataOf<'batch.opened.v1'>>();
  });
});
