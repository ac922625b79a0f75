// Any laboratory may record a receipt, since what arrived has arrived. The newest receipt stood for all: it took the record from the laboratory that had
// received the donation before, and turned what that had rejected into accepted material.
import { describe, expect, it } from 'vitest';
import { folded } from '../specification.ts';
import { donation, examples, received } from './index.ts';

const ID = '0192f5c4-0000-7000-8000-0000000000d0';
type Past = Parameters<typeof folded>[2][number];
const by = (org: string, outcome: string): Past => [received, examples.received({ outcome }), { org }];
const after = (...past: Past[]) => folded(donation, ID, past);

describe('a donation that another laboratory says it received', () => {
  it('stays known to the first', () => {
    const state = after(by('lab-a', 'accepted'), by('lab-b', 'accepted'));
    expect([donation.relations(state, 'lab-a'), donation.relations(state, 'lab-b')]).toEqual([['custodian'], ['custodian']]);
    expect(state.received).toMatchObject({ by: 'lab-b', outcome: 'accepted' });
  });

  it('stays rejected until who rejected it accepts it, and becomes so by whoever rejects it', () => {
    expect(after(by('lab-a', 'rejected'), by('lab-b', 'accepted')).received?.outcome).toBe('rejected');
    expect(after(by('lab-a', 'quarantined'), by('lab-a', 'accepted')).received?.outcome).toBe('accepted');
    expect(after(by('lab-a', 'accepted'), by('lab-b', 'rejected')).received?.outcome).toBe('rejected');
  });
});
