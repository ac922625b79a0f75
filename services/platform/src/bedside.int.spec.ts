import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Position } from '@cytoledger/event-store';
import { ReadModelError } from '@cytoledger/read-models';
import type { Question } from '@cytoledger/service-kit';
import type { TraceModel } from '@cytoledger/trace';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBedside } from './bedside.ts';
import { readConfig } from './config.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedside-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('says "not now", and when to ask again, where the traces are behind the log', async () => {
  const behind = { ask: () => Promise.reject(new ReadModelError('not-yet', 'not projected yet', { retryAfterMs: 200 })) };
  const { queries } = await openBedside(readConfig({ DATA_DIR: folder }), {
    ...{ origin: 'cells.example.org/log', attested: undefined },
    store: { headPosition: async () => '7' as Position },
    trace: behind as unknown as TraceModel,
  });
  const caller = { org: 'hosp-a', person: 'staff-0001', roles: ['hospital.nurse'], client: null, treatments: [], batches: [] };
  const light = queries.find(({ path }) => path === '/v1/bedside/light')!;
  const asked = { caller, query: { unit: 'B-1', patient: 'patient-000001' }, signal: new AbortController().signal };
  await expect(Promise.resolve(light.handle(asked as unknown as Question))).rejects.toMatchObject({
    problem: { status: 503, code: 'not-yet' },
    headers: { 'retry-after': '1' },
  });
});
