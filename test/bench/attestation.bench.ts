import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWitness, openWitness, serveWitness } from '@cytoledger/witness';
import { capture, openBatches } from './capture-load.ts';
import { LABORATORY } from './laboratory.ts';
import { newFolder, type RunningPlatform, startPlatformProcess, UNATTESTED } from './platform.ts';
import { median, type Row, rounded } from './row.ts';
import { table } from './table.ts';

const ROUNDS = 7;
/** Of what is captured without attestation. */
const SHARE = 0.85;
const WITNESSES = ['one', 'two', 'three', 'four'].map((name) => `${name}.witness.example`);

/** The same capture with and without attestation beside it: signed every second, cosigned by three of four witnesses. */
export async function run(): Promise<Row[]> {
  const folder = await newFolder();
  await using witnesses = await fourWitnesses(join(folder, 'data', 'attestation'));
  await using attested = await startPlatformProcess({ folder, env: { WITNESSES: witnesses.addresses } });
  await using plain = await startPlatformProcess({ env: { SERVICES: UNATTESTED } });
  const tokens = new Map<RunningPlatform, string>();
  for (const platform of [attested, plain]) {
    tokens.set(platform, await platform.token(LABORATORY));
    await openBatches(platform.port, tokens.get(platform)!);
  }
  const ratios: number[] = [];
  const rates: number[] = [];
  const ceilings: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const without = await capture(plain.port, round, tokens.get(plain)!);
    const withIt = await capture(attested.port, round, tokens.get(attested)!);
    // The first round warms up.
    if (round === 0) continue;
    ratios.push(withIt / without);
    rates.push(withIt);
    ceilings.push(without);
  }
  const released = await releasedSize(attested.port);
  return [
    {
      name: 'capture of single events over HTTP while they are attested; ceiling: the same without attestation',
      value: Math.round(median(rates)),
      unit: 'events/s',
      ceiling: Math.round(median(ceilings)),
      ratio: rounded(median(ratios)),
      target: `≥ ${SHARE} of the ceiling`,
      met: median(ratios) >= SHARE,
      note: `the newest checkpoint that three of four witnesses had cosigned at the end is of ${released.toLocaleString('en')} entries`,
    },
  ];
}

async function fourWitnesses(folder: string): Promise<AsyncDisposable & { readonly addresses: string }> {
  const closing: (() => Promise<void>)[] = [];
  const addresses: string[] = [];
  for (const name of WITNESSES) {
    const own = join(folder, 'witnesses', name);
    await mkdir(own, { recursive: true });
    await makeWitness({ folder: own, name });
    const witness = await openWitness({ folder: own, policies: [join(folder, 'policy.txt')] });
    const { url, close } = await serveWitness(witness);
    addresses.push(`${name}=${url}`);
    closing.push(close, async () => witness.close());
  }
  return {
    addresses: addresses.join(','),
    [Symbol.asyncDispose]: async () => {
      for (const close of closing) await close();
    },
  };
}

/** @throws Error where no quorum has cosigned anything: then nothing was measured */
async function releasedSize(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/log/checkpoint`);
  if (!answer.ok) throw new Error(`no checkpoint was released: HTTP ${answer.status}`);
  return Number((await answer.text()).split('\n')[1]);
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
