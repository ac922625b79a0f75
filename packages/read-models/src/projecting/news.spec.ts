import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { News } from './news.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** After how many milliseconds the projector would look again. */
async function lookedAgain(news: News, workedMs: number, meanwhile: () => void = () => undefined): Promise<number> {
  const began = performance.now();
  let at: number | undefined;
  const next = news.next(workedMs).then(() => {
    at = performance.now() - began;
  });
  meanwhile();
  while (at === undefined) await vi.advanceTimersByTimeAsync(1);
  await next;
  return at;
}

describe('news of the log', () => {
  it('lets a projector that worked long rest longer, so that its commits grow under load', async () => {
    const news = new News();
    expect(await lookedAgain(news, 10, () => news.tell())).toBe(100);
    news.taken();
    expect(await lookedAgain(news, 50, () => news.tell())).toBe(500);
    news.taken();
    expect(await lookedAgain(news, 5_000, () => news.tell())).toBe(1_000);
  });

  it('is looked at once when somebody waits, however long the work before was', async () => {
    const news = new News();
    expect(await lookedAgain(news, 5_000, () => news.hurry())).toBeLessThanOrEqual(1);
  });

  it('is not lost when it came while the projector worked', async () => {
    const news = new News();
    news.taken();
    news.tell();
    expect(await lookedAgain(news, 0)).toBeLessThanOrEqual(1);
  });

  it('is looked for every second when nobody tells', async () => {
    expect(await lookedAgain(new News(), 0)).toBe(1_000);
  });
});
