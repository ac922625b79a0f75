import type { Batch } from '@cytoledger/event-store';

/** Nothing came for so long. */
export const SILENCE = Symbol('silence');

/**
 * The batches of a subscription, and {@link SILENCE} whenever none came for `ms`. Nothing is asked of the log before it is asked of this: a
 * reader who is slow holds one page.
 *
 * @param subscribe must end when its signal is aborted
 */
export async function* withSilences(
  subscribe: (signal: AbortSignal) => AsyncIterable<Batch>,
  ms: number,
): AsyncGenerator<Batch | typeof SILENCE> {
  const ended = new AbortController();
  const source = subscribe(ended.signal)[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<Batch>> | undefined;
  try {
    for (;;) {
      next ??= source.next();
      const got = await orSilence(next, ms);
      if (got === SILENCE) {
        yield SILENCE;
        continue;
      }
      next = undefined;
      if (got.done) return;
      yield got.value;
    }
  } finally {
    ended.abort();
    await next?.catch(() => undefined);
    await source.return?.();
  }
}

async function orSilence<T>(promise: Promise<T>, ms: number): Promise<T | typeof SILENCE> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(() => resolve(SILENCE), ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
