/** What a command reads and writes: the process's own, or a spec's. */
export type Io = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Pick<NodeJS.WritableStream, 'write'>;
  readonly stderr: Pick<NodeJS.WritableStream, 'write'>;
  readonly signal: AbortSignal;
};

export function print(io: Io, text: string): void {
  io.stdout.write(`${text}\n`);
}

export function printJson(io: Io, value: unknown): void {
  print(io, JSON.stringify(value, null, 2));
}

/** Beside the result: progress, warnings, problems. */
export function tell(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}

/** For what runs on: with the time of it. */
export function tellNow(io: Io, text: string): void {
  tell(io, `${new Date().toISOString()} ${text}`);
}
