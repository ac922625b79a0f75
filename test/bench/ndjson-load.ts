import { request } from 'node:http';

export type LinesResult = {
  readonly lines: number;
  readonly seconds: number;
  readonly statuses: Record<string, number>;
  /** First answers that were not 201. */
  readonly unexpected: readonly string[];
};

const PIECE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const SHOWN = 3;

/** Lines as bytes, made before the clock starts. */
export function piecesOf(lines: Iterable<string>): Buffer[] {
  const pieces: Buffer[] = [];
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length >= PIECE_BYTES) {
      pieces.push(Buffer.from(text));
      text = '';
    }
  }
  if (text !== '') pieces.push(Buffer.from(text));
  return pieces;
}

/** Streams the pieces over one connection and reads the answers meanwhile. */
export function sendLines(port: number, path: string, token: string, pieces: readonly Buffer[]): Promise<LinesResult> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const statuses: Record<string, number> = {};
    const unexpected: string[] = [];
    let lines = 0;
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson', 'transfer-encoding': 'chunked' },
        agent: false,
      },
      (answer) => {
        let rest: Buffer = Buffer.alloc(0);
        answer.on('data', (chunk: Buffer) => {
          const held = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
          let from = 0;
          for (let end = held.indexOf(NEWLINE); end >= 0; end = held.indexOf(NEWLINE, from)) {
            count(held, from, end);
            from = end + 1;
          }
          rest = held.subarray(from);
        });
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode !== 200) reject(new Error(`${path} answered ${answer.statusCode}: ${rest.toString()}`));
          else resolve({ lines, seconds: (performance.now() - start) / 1000, statuses, unexpected });
        });
      },
    );

    function count(held: Buffer, from: number, end: number): void {
      lines++;
      const status = /"status":(\d+)/.exec(held.toString('latin1', from, Math.min(end, from + 60)))?.[1] ?? 'none';
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status !== '201' && unexpected.length < SHOWN) unexpected.push(held.toString('utf8', from, end));
    }

    outgoing.on('error', reject);
    let next = 0;
    const push = () => {
      while (next < pieces.length) {
        if (!outgoing.write(pieces[next++]!)) {
          outgoing.once('drain', push);
          return;
        }
      }
      outgoing.end();
    };
    push();
  });
}

/** @throws Error when a line was not recorded as new */
export function assertRecorded({ lines, statuses, unexpected }: LinesResult): void {
  if (statuses['201'] !== lines) throw new Error(`${JSON.stringify(statuses)}: ${unexpected.join('\n')}`);
}
