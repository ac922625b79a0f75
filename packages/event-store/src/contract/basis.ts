import { describe, expect, it } from 'vitest';
import type { Subject } from './describe-event-store.ts';
import { newEvent, newEvents, newStream, streamOf } from './events.ts';

export function appendsUnderABasis(subject: Subject): void {
  describe('basis', () => {
    it('stores the append while the heads that it was based on stand', async () => {
      const [donor, absent, batch] = [newStream('person-'), newStream('person-'), newStream()];
      await subject.store.append(donor, 'none', newEvents(2));
      const basis = [
        { stream: donor, revision: 1 },
        { stream: absent, revision: 'none' as const },
      ];
      await subject.store.append(batch, 'none', [newEvent()], { basis });
      expect(await streamOf(subject.store, batch)).toHaveLength(1);
    });

    it('fails when one of those heads has moved, stores nothing and tells the true head', async ({ skip }) => {
      if (!subject.store.checksBasis) skip('the adapter leaves the basis to its caller');
      const [donor, batch] = [newStream('person-'), newStream()];
      await subject.store.append(donor, 'none', newEvents(2));
      await expect(
        subject.store.append(batch, 'none', [newEvent()], { basis: [{ stream: donor, revision: 0 }] }),
      ).rejects.toMatchObject({ code: 'basis-moved', details: { stream: donor, expected: 0, actual: 1 } });
      await expect(
        subject.store.append(batch, 'none', [newEvent()], { basis: [{ stream: donor, revision: 'none' }] }),
      ).rejects.toMatchObject({ code: 'basis-moved', details: { stream: donor, expected: 'none', actual: 1 } });
      expect(await streamOf(subject.store, batch)).toEqual([]);
    });

    it('never lets two appends at once each go by the head that the other one moves', async ({ skip }) => {
      if (!subject.store.checksBasis) skip('the adapter leaves the basis to its caller');
      for (let round = 0; round < 20; round++) {
        const [donor, batch] = [newStream('person-'), newStream()];
        await Promise.all([donor, batch].map((stream) => subject.store.append(stream, 'none', [newEvent()])));
        const tries = await Promise.allSettled([
          subject.store.append(donor, 0, [newEvent()], { basis: [{ stream: batch, revision: 0 }] }),
          subject.store.append(batch, 0, [newEvent()], { basis: [{ stream: donor, revision: 0 }] }),
        ]);
        expect(tries.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(tries.find((each) => each.status === 'rejected')?.reason).toMatchObject({
          code: 'basis-moved',
          details: { actual: 1 },
        });
      }
    });

    it('ignores the basis where it says that it does not check it', async ({ skip }) => {
      if (subject.store.checksBasis) skip('the adapter checks the basis');
      const [donor, batch] = [newStream('person-'), newStream()];
      await subject.store.append(donor, 'none', newEvents(2));
      await subject.store.append(batch, 'none', [newEvent()], { basis: [{ stream: donor, revision: 0 }] });
      expect(await streamOf(subject.store, batch)).toHaveLength(1);
    });
  });
}
