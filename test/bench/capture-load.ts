import { type LoadResult, postRequest, run as sendAll } from './http-load.ts';
import { bodyOf, everyday, lineOf, newBatches, newBatchesOfBags, openings } from './laboratory.ts';
import { assertRecorded, piecesOf, sendLines } from './ndjson-load.ts';

export const CONNECTIONS = 64;
export const PER_CONNECTION = 300;

/** Everyday entries about 1,000 batches: seven of ten in culture, three divided into bags. */
export const batches = [...newBatches(700), ...newBatchesOfBags(300)];

export async function openBatches(port: number, token: string): Promise<void> {
  assertRecorded(await sendLines(port, '/v1/events', token, piecesOf(openings(batches).map(lineOf))));
}

/** Single events over HTTP; how many a second. */
export async function capture(port: number, round: number, token: string): Promise<number> {
  const result = await sendAll({ port, requests: requestsOf(round, token) });
  assertAllRecorded(result);
  return result.answered / result.seconds;
}

/** Made before the clock starts, their ids in the order of sending. */
function requestsOf(round: number, token: string): Uint8Array[][] {
  const requests = Array.from({ length: CONNECTIONS }, (): Uint8Array[] => []);
  for (let n = 0; n < PER_CONNECTION; n++) {
    for (const [connection, own] of requests.entries()) {
      const entry = everyday(batches[(n * CONNECTIONS + connection) % batches.length]!, n + round * PER_CONNECTION);
      own.push(postRequest(entry.path, bodyOf(entry), token));
    }
  }
  return requests;
}

function assertAllRecorded({ answered, statuses }: LoadResult): void {
  if (statuses['201'] !== answered || answered !== CONNECTIONS * PER_CONNECTION) {
    throw new Error(`not all were recorded: ${JSON.stringify(statuses)} of ${CONNECTIONS * PER_CONNECTION}`);
  }
}
