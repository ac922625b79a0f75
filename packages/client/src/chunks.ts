/** Lines and characters of one request: large enough to keep the link busy, small enough to be sent again. */
const MAX_LINES = 1_000;
const MAX_CHARACTERS = 2 * 1024 * 1024;
/** A source that pauses so long, ms, has its lines sent without waiting for more. */
const LINGER_MS = 50;

const PAUSED = Symbol('paused');

/** Gathers lines into chunks, without holding back what a slow source has already said. */
export async function* chunksOf<T extends { readonly text: string }>(source: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  const iterator = source[Symbol.asyncIterator]();
  let chunk: T[] = [];
  let characters = 0;
  let next = iterator.next();
  // A failure is seen where it is awaited, which may be after the chunk that is on its way.
  const guarded = (promise: Promise<IteratorResult<T>>) => {
    promise.catch(() => undefined);
    return promise;
  };
  guarded(next);
  try {
    for (;;) {
      const result = chunk.length === 0 ? await next : await soon(next);
      if (result === PAUSED) {
        yield chunk;
        [chunk, characters] = [[], 0];
        continue;
      }
      if (result.done) break;
      const { value } = result;
      if (chunk.length > 0 && (chunk.length >= MAX_LINES || characters + value.text.length > MAX_CHARACTERS)) {
        yield chunk;
        [chunk, characters] = [[], 0];
      }
      chunk.push(value);
      characters += value.text.length;
      next = guarded(iterator.next());
    }
    if (chunk.length > 0) yield chunk;
  } finally {
    await iterator.return?.();
  }
}

async function soon<R>(promise: Promise<R>): Promise<R | typeof PAUSED> {
  let timer: NodeJS.Timeout | undefined;
  const paused = new Promise<typeof PAUSED>((resolve) => {
    timer = setTimeout(() => resolve(PAUSED), LINGER_MS);
  });
  try {
    return await Promise.race([promise, paused]);
  } finally {
    clearTimeout(timer);
  }
}
