import { type EvidenceQuestions, verifyEvidence, viewOf, viewOfCheckpoint } from '@cytoledger/attest/evidence';
import { describe, expect, it } from 'vitest';
import { type BundleOptions, Ledger, ORIGIN } from './ledger.fixture.ts';
import { BATCH, optionsOf, storyOf } from './story.fixture.ts';

async function ask(ledger: Ledger, options: BundleOptions, questions: EvidenceQuestions) {
  const { report } = verifyEvidence([Buffer.from(await ledger.bundle(options))], ledger.policy, questions);
  return report;
}

const codeOf = async (ledger: Ledger, options: BundleOptions, questions: EvidenceQuestions) =>
  (await ask(ledger, options, questions)).code;

/** The same log until the end of the story, then two: what the operator shows one reader, and what it shows another. */
function split(): { one: Ledger; other: Ledger } {
  const [one, other] = [storyOf().ledger, storyOf().ledger];
  one.append(BATCH, { type: 'batch.quarantined.v1', data: { reason: 'sterility' } });
  other.append(BATCH, { type: 'batch.unit-allocated.v1', data: { unit: 'u-3' } });
  one.checkpoint();
  other.checkpoint();
  return { one, other };
}

describe('an old checkpoint shown again is caught', () => {
  const story = storyOf();
  const { ledger, options } = story;
  const sizes = [...ledger.notes.keys()];
  const [old, newest] = [sizes.at(-2)!, sizes.at(-1)!];
  const before = { ...options, size: old, checkpoints: sizes.slice(0, -2) };

  it('by who knows a size', async () => {
    expect(await codeOf(ledger, before, { minSize: newest })).toBe('size-below-minimum');
    expect(await codeOf(ledger, options, { minSize: newest })).toBe('ok');
  });

  it('by who asks for a recent one', async () => {
    expect(await codeOf(ledger, before, { notBefore: '2026-11-21T17:00:00+08:00' })).toBe('older-than-asked');
    expect(await codeOf(ledger, options, { notBefore: '2026-11-21T17:00:00+08:00' })).toBe('ok');
  });

  it('by who saved a checkpoint or a heads note', async () => {
    for (const saved of [ledger.notes.get(newest)!, ledger.headsNotes.get(newest)!]) {
      expect(await codeOf(ledger, before, { saved })).toBe('older-than-saved');
      expect(await ask(ledger, options, { saved })).toMatchObject({ code: 'ok' });
    }
  });
});

describe('who saved a checkpoint', () => {
  const { ledger, options } = storyOf();
  const [first] = [...ledger.notes.keys()] as [number];
  const saved = ledger.notes.get(first)!;

  it('is told that the log still begins with it, where the bundle gives its size', async () => {
    expect((await ask(ledger, options, { saved })).claims.at(-1)).toEqual({ claim: 'saved', size: first });
    const prefix = { ...options, checkpoints: options.checkpoints!.filter((size) => size !== first), prefixes: [first] };
    expect(await codeOf(ledger, prefix, { saved })).toBe('ok');
  });

  it('has to ask for another bundle where it does not', async () => {
    expect(await codeOf(ledger, { ...options, checkpoints: [], prefixes: [] }, { saved })).toBe('saved-not-covered');
  });

  it('sees that the log was written anew', async () => {
    const anew = new Ledger();
    anew.append('log', { type: 'log.created.v1', data: { origin: ORIGIN, mode: 'production', anew: true } });
    const other = storyOf({ ledger: anew });
    const prefixed = { ...optionsOf(other.ledger), checkpoints: [], prefixes: [first] };
    expect(await codeOf(other.ledger, prefixed, { saved })).toBe('split-view');
  });

  it('sees that a heads map was exchanged', async () => {
    const { ledger: two, options: same } = storyOf();
    const map = two.headsNotes.get(two.size)!;
    two.publishHeads([], Buffer.alloc(32, 7));
    const forged = two.headsNotes.get(two.size)!;
    two.headsNotes.set(two.size, map);
    expect(await codeOf(two, same, { saved: forged })).toBe('split-view');
    expect(await codeOf(two, same, { saved: map })).toBe('ok');
  });

  it('is told that what they saved is nothing that this log signed', async () => {
    const text = saved.replace('\n10\n', '\n11\n');
    for (const note of ['', 'a\n', text, saved.replace(ORIGIN, 'other.example')])
      expect(await codeOf(ledger, options, { saved: note })).toBe('saved-malformed');
    const other = new Ledger(['lab', 'hospital'], 'second log key');
    other.append('log', { type: 'log.created.v1' });
    expect(await codeOf(ledger, options, { saved: other.checkpoint() })).toBe('saved-malformed');
    const empty = new Ledger();
    const ofNothing = empty.checkpoint();
    expect(await codeOf(ledger, options, { saved: ofNothing })).toBe('saved-malformed');
    expect(await codeOf(ledger, options, { saved: empty.headsNotes.get(0)! })).toBe('saved-not-covered');
  });
});

describe('two histories are found by two readers who compare', () => {
  const bundleOf = async (ledger: Ledger, options: BundleOptions) => {
    const { bundle } = verifyEvidence([Buffer.from(await ledger.bundle(options))], ledger.policy);
    return viewOf(bundle!);
  };

  it('two checkpoints of one size', async () => {
    const { one, other } = split();
    const compare = viewOfCheckpoint([...other.notes.values()].at(-1)!, one.policy);
    expect(await codeOf(one, optionsOf(one), { compare })).toBe('split-view');
    expect(await codeOf(other, optionsOf(other), { compare })).toBe('ok');
  });

  it('two bundles of one batch, of any sizes', async () => {
    const { one, other } = split();
    other.append('person-late', { type: 'person.registered.v1' });
    other.checkpoint();
    const options = { ...optionsOf(other), checkpoints: [], prefixes: [] };
    const compare = await bundleOf(other, options);
    expect(await codeOf(one, { ...optionsOf(one), checkpoints: [], prefixes: [] }, { compare })).toBe('split-view');
    const honest = storyOf();
    expect(await ask(honest.ledger, { ...honest.options, checkpoints: [], prefixes: [] }, { compare })).toMatchObject({
      code: 'ok',
    });
  });

  it('an entry that one reader was not shown', async () => {
    const [one, other] = [storyOf().ledger, storyOf().ledger];
    one.append(BATCH, { type: 'batch.quarantined.v1' });
    for (const ledger of [one, other]) {
      ledger.append('person-late', { type: 'person.registered.v1' });
      ledger.checkpoint();
    }
    const alone = (ledger: Ledger) => ({ ...optionsOf(ledger), checkpoints: [], prefixes: [] });
    expect(await codeOf(one, alone(one), { compare: await bundleOf(other, alone(other)) })).toBe('split-view');
  });

  it('a record that one reader was told there is none of', async () => {
    const [one, other] = [storyOf().ledger, storyOf().ledger];
    one.append('batch-recalled', { type: 'batch.recalled.v1' });
    for (let n = 0; n < 2; n++) other.append('person-late', { type: 'person.registered.v1' });
    for (const ledger of [one, other]) ledger.checkpoint();
    const options = { subject: 'batch-recalled' };
    expect(await codeOf(one, options, { compare: await bundleOf(other, options) })).toBe('split-view');
    expect(await codeOf(other, options, { compare: await bundleOf(one, options) })).toBe('split-view');
  });

  it('and nothing is said where they have nothing in common', async () => {
    const { ledger, options } = storyOf();
    const sizes = [...ledger.notes.keys()];
    const compare = viewOfCheckpoint(ledger.notes.get(sizes[1]!)!, ledger.policy);
    expect(await codeOf(ledger, { ...options, checkpoints: [], prefixes: [] }, { compare })).toBe('compare-not-covered');
  });

  it('a checkpoint that was cosigned by strangers is nothing to compare with', () => {
    const { ledger } = storyOf();
    expect(() => viewOfCheckpoint(ledger.checkpoint({ by: [] }), ledger.policy)).toThrow(
      expect.objectContaining({ code: 'quorum-not-met' }),
    );
  });
});
