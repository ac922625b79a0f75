import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaServerError } from './errors.ts';

/**
 * Runs a program that ends with us, however we end: when our end of its standard input closes, it is killed. What it is called with is
 * the program's own process id on its first line.
 */
const ENDS_WITH_US = `"$@" </dev/null & program=$!; echo "$program"; { cat; kill -9 "$program"; } <&3 >/dev/null 2>&1 & wait "$program"`;

const LISTENS_MS = 60_000;
const STOP_MS = 15_000;
const POLL_MS = 50;
const SAID_CHARS = 4000;
/**
 * A broker that lives for minutes beside everything else: compiling and collecting for the hours of a server took three quarters of its
 * processor time, 50 of 66 µs for each event that was sent to it.
 */
const SHORT_LIVED = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** One broker in a JVM of its own. */
export class KafkaNode {
  readonly address: string;
  readonly #port: number;
  readonly #libraries: string;
  readonly #properties: string;
  #child: ChildProcess | undefined;
  #pid = 0;
  #said = '';
  #ended: Promise<void> = Promise.resolve();

  constructor(port: number, libraries: string, properties: string) {
    this.#port = port;
    this.address = `127.0.0.1:${port}`;
    this.#libraries = libraries;
    this.#properties = properties;
  }

  /** Process id; 0 while it does not run. */
  get pid(): number {
    return this.#child ? this.#pid : 0;
  }

  /** What it wrote on its outputs lately. */
  get said(): string {
    return this.#said;
  }

  /** Begins; {@link listens} tells when it can be spoken to. */
  begin(): void {
    this.#said = '';
    const java = ['java', ...SHORT_LIVED, '-cp', join(this.#libraries, '*'), 'kafka.Kafka', this.#properties];
    const child = spawn('sh', ['-c', `exec 3<&0; ${ENDS_WITH_US}`, 'sh', ...java], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C at the terminal is for the one who started it.
      detached: true,
    });
    this.#child = child;
    child.stdin!.on('error', () => undefined);
    const listen = (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      if (this.#pid === 0) this.#pid = Number.parseInt(text, 10) || 0;
      this.#said = (this.#said + text).slice(-SAID_CHARS);
    };
    this.#pid = 0;
    child.stdout!.on('data', listen);
    child.stderr!.on('data', listen);
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()));
    void this.#ended.then(() => {
      if (this.#child === child) this.#child = undefined;
      child.stdin!.end();
    });
  }

  /** @throws KafkaServerError `did-not-start` */
  async listens(): Promise<void> {
    const until = Date.now() + LISTENS_MS;
    while (!(await accepts(this.#port))) {
      if (!this.#child || Date.now() > until) {
        throw new KafkaServerError('did-not-start', `Kafka did not start on ${this.address}: ${this.#said}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** kill -9: it has no time for anything. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#ended;
  }

  async stop(): Promise<void> {
    this.#signal('SIGTERM');
    const patience = setTimeout(() => this.#signal('SIGKILL'), STOP_MS);
    await this.#ended;
    clearTimeout(patience);
  }

  /** Holds it still (SIGSTOP), as a machine does that has hung; `SIGCONT` lets it go on. */
  hold(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#signal(signal);
  }

  #signal(signal: NodeJS.Signals): void {
    if (!this.#child || this.#pid === 0) return;
    try {
      process.kill(this.#pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
