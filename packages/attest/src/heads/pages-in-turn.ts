import { HashPlan } from '../sha256/hash-plan.ts';
import { HeadsPage } from './heads-page.ts';
import { HASH } from './map-hash.ts';
import { hashingLater } from './page-hasher.ts';
import { FRAME_BYTES, type Frame, frameIn, type PageStore } from './page-store.ts';

/** With the plan of their hashes they fit into the processor's cache. */
const FRAMES = 64;

type Taken = { readonly frame: Frame; readonly page: HeadsPage; number: number };

/** Pages that change in one step, some at a time, so that they are hashed together. */
export class PagesInTurn {
  readonly #store: PageStore;
  readonly #save: (number: number, page: HeadsPage) => void;
  readonly #plan = new HashPlan(FRAMES * FRAME_BYTES + HASH);
  readonly #frames: readonly Taken[];
  #taken = 0;

  /** @param save told of each page that was taken, once it is hashed */
  constructor(store: PageStore, save: (number: number, page: HeadsPage) => void) {
    this.#store = store;
    this.#save = save;
    const { bytes } = this.#plan;
    this.#frames = Array.from({ length: FRAMES }, (_, n) => {
      const frame = frameIn(bytes.subarray(n * FRAME_BYTES, (n + 1) * FRAME_BYTES));
      const hasher = hashingLater(this.#plan, frame.page.byteOffset - bytes.byteOffset, FRAMES * FRAME_BYTES);
      return { frame, page: HeadsPage.of(frame.page, hasher), number: 0 };
    });
  }

  /** Forgets what was taken and is not saved. */
  clear(): void {
    this.#taken = 0;
    this.#plan.clear();
  }

  /** Reads a page. It is another's room with the next call, unless it is taken. */
  next(number: number): HeadsPage {
    if (this.#taken === FRAMES) this.finish();
    const next = this.#frames[this.#taken]!;
    next.number = number;
    this.#store.read(number, next.frame);
    return next.page.exchanged();
  }

  /** Keeps the page that was read last for being hashed and saved. */
  take(): void {
    this.#frames[this.#taken++]!.page.hash();
  }

  /** Hashes and saves what was taken. */
  finish(): void {
    this.#plan.run();
    for (const { number, page } of this.#frames.slice(0, this.#taken)) {
      page.seal();
      this.#save(number, page);
    }
    this.#taken = 0;
  }
}
