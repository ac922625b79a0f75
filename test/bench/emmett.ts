import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';

export type Emmett = AsyncDisposable & {
  /** Appends `perWriter` events from each of `writers`, each after its last was durable; events per second. */
  append(writers: number, perWriter: number, data: readonly object[]): Promise<number>;
};

type Captured = { readonly type: 'captured'; readonly data: Record<string, unknown> };

/** emmett-postgresql as its documentation shows it: the expected version is checked, nothing is validated, sealed or sent over HTTP. */
export async function openEmmett(connectionString: string): Promise<Emmett> {
  const store = getPostgreSQLEventStore(connectionString);
  await store.schema.migrate();
  let streams = 0;
  return {
    append: async (writers, perWriter, data) => {
      const names = Array.from({ length: writers }, () => `batch-${++streams}`);
      const start = performance.now();
      await Promise.all(
        names.map(async (stream, writer) => {
          for (let n = 0; n < perWriter; n++) {
            const event = { type: 'captured', data: data[(n * writers + writer) % data.length]! } as Captured;
            await store.appendToStream<Captured>(stream, [event], {
              expectedStreamVersion: n === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(n),
            });
          }
        }),
      );
      return (writers * perWriter * 1000) / (performance.now() - start);
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
}
