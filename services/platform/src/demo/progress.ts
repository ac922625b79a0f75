import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How many steps of each scenario are done, kept beside the data: a start that was cut off goes on from here. */
export class Progress {
  readonly #path: string;
  readonly #done: Map<string, number>;

  private constructor(path: string, done: Map<string, number>) {
    this.#path = path;
    this.#done = done;
  }

  static async open(path: string): Promise<Progress> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      return new Progress(path, new Map(Object.entries(JSON.parse(await readFile(path, 'utf8')) as Record<string, number>)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return new Progress(path, new Map());
    }
  }

  done(scenario: string): number {
    return this.#done.get(scenario) ?? 0;
  }

  /** Replaces the file whole, so that a kill leaves the old one or the new one. */
  async reached(scenario: string, steps: number): Promise<void> {
    this.#done.set(scenario, steps);
    const next = `${this.#path}.next`;
    await writeFile(next, `${JSON.stringify(Object.fromEntries(this.#done), null, 2)}\n`);
    await rename(next, this.#path);
  }
}
