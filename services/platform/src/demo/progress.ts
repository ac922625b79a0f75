import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { digestOfText } from './identities.ts';
import type { Scenario, Step } from './step.ts';

type Played = { readonly done: number; readonly of: number; readonly digest: string };

/** How far each scenario was played, kept beside the data: a start that was cut off goes on from here. */
export class Progress {
  readonly #path: string;
  readonly #played: Map<string, Played>;

  private constructor(path: string, played: Map<string, Played>) {
    this.#path = path;
    this.#played = played;
  }

  static async open(path: string): Promise<Progress> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      return new Progress(path, new Map(Object.entries(JSON.parse(await readFile(path, 'utf8')) as Record<string, Played>)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return new Progress(path, new Map());
    }
  }

  /**
   * Steps that need not be sent again. What was played whole stays as it is, also when a newer version tells the scenario otherwise; one that was cut off
   * and has changed since is sent from its beginning, and what is stored already is answered as such.
   */
  done({ name, steps }: Scenario): number {
    const played = this.#played.get(name);
    if (!played) return 0;
    if (played.done >= played.of) return steps.length;
    return played.digest === digestOf(steps) ? played.done : 0;
  }

  /** Replaces the file whole, so that a kill leaves the old one or the new one. */
  async reached({ name, steps }: Scenario, done: number): Promise<void> {
    this.#played.set(name, { done, of: steps.length, digest: digestOf(steps) });
    const next = `${this.#path}.next`;
    await writeFile(next, `${JSON.stringify(Object.fromEntries(this.#played), null, 2)}\n`);
    await rename(next, this.#path);
  }
}

function digestOf(steps: readonly Step[]): string {
  return digestOfText(steps.map(({ name }) => name).join('\n'));
}
