import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type ChildOptions = {
  /** For messages. */
  readonly name: string;
  /** Node's arguments, asked for at each start. */
  readonly args: () => readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly onLine: (line: string) => void;
  readonly onFault: (message: string) => void;
  /** An end with this code is meant, and no reason to begin again. */
  readonly final?: number;
};

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Who lived that long had begun well. */
const SETTLED_MS = 30_000;
const STOP_PATIENCE_MS = 3_000;

/**
 * A process of its own, begun again with growing pauses when it ends unasked. It ends when its standard input does, so that it outlives this process by
 * no more than a moment, however this one ends.
 */
export class SupervisedChild {
  readonly #options: ChildOptions;
  #child: ChildProcess | undefined;
  #startedAt = 0;
  #pause = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: ChildOptions) {
    this.#options = options;
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin!.end();
    const killing = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
    await ended;
    clearTimeout(killing);
  }

  #start(): void {
    const { args, env, onLine, onFault, name } = this.#options;
    this.#startedAt = Date.now();
    // A group of its own: Ctrl-C at the terminal is for the platform, which stops the others when it needs them no more.
    const child = spawn(process.execPath, [...args()], { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    child.stdin!.on('error', () => undefined);
    createInterface({ input: child.stdout! }).on('line', onLine);
    createInterface({ input: child.stderr! }).on('line', (line) => onFault(`${name}: ${line}`));
    child.once('error', (error) => onFault(`${name}: ${error.message}`));
    child.once('close', (code) => this.#ended(code));
  }

  #ended(code: number | null): void {
    this.#child = undefined;
    if (this.#stopping || code === this.#options.final) return;
    if (Date.now() - this.#startedAt >= SETTLED_MS) this.#pause = FIRST_PAUSE_MS;
    this.#options.onFault(`${this.#options.name} ended (${code ?? 'killed'}) and begins again in ${this.#pause / 1000} s`);
    this.#timer = setTimeout(() => this.#start(), this.#pause);
    this.#pause = Math.min(LONGEST_PAUSE_MS, 2 * this.#pause);
  }
}
