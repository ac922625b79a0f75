import { type Ratio, ratio, ratioOf, times } from './ratio.ts';

/** Exponents of base units; `1` has none. */
export type Dimension = Readonly<Record<string, number>>;

export interface Atom {
  readonly dimension: Dimension;
  readonly factor: Ratio;
  /** Takes prefixes (UCUM §11: metric). */
  readonly metric?: true;
  /** Zero elsewhere than at zero (UCUM §21–22): value in kelvin = (value + offset) · factor. */
  readonly offset?: Ratio;
}

const atom = (dimension: Dimension, factor: Ratio = ratio(1n), more?: Pick<Atom, 'metric' | 'offset'>): Atom => ({
  dimension,
  factor,
  ...more,
});
const metric = { metric: true } as const;
const SECOND: Dimension = { s: 1 };
const DAY = 86_400n;
const YEAR = ratio(36_525n * DAY, 100n);
const PRESSURE: Dimension = { g: 1, m: -1, s: -2 };

/**
 * The units of this field out of UCUM 2.2 (case-sensitive codes), with exact factors to m, s, g, K, C and mol. Units with an arbitrary definition
 * (UCUM §24) are their own dimension and convert to nothing else.
 *
 * `EU` is the one code here that is not UCUM's: the endotoxin unit has none. UCUM's `[EU]` is the Ehrlich unit, and `EU` would read there as
 * exa-(enzyme unit). 1 EU = 1 IU (second WHO international standard for endotoxin, 1997), so an export to UCUM writes `[IU]`: {@link ucumOf}.
 */
export const ATOMS: ReadonlyMap<string, Atom> = new Map(
  Object.entries({
    '10*': atom({}, ratio(10n)),
    '10^': atom({}, ratio(10n)),
    '%': atom({}, ratio(1n, 100n)),
    '[ppth]': atom({}, ratio(1n, 1000n)),
    '[ppm]': atom({}, ratio(1n, 1_000_000n)),
    '[ppb]': atom({}, ratio(1n, 1_000_000_000n)),
    m: atom({ m: 1 }, undefined, metric),
    L: atom({ m: 3 }, ratio(1n, 1000n), metric),
    l: atom({ m: 3 }, ratio(1n, 1000n), metric),
    g: atom({ g: 1 }, undefined, metric),
    t: atom({ g: 1 }, ratio(1_000_000n), metric),
    mol: atom({ mol: 1 }, undefined, metric),
    eq: atom({ mol: 1 }, undefined, metric),
    osm: atom({ mol: 1 }, undefined, metric),
    s: atom(SECOND, undefined, metric),
    min: atom(SECOND, ratio(60n)),
    h: atom(SECOND, ratio(3600n)),
    d: atom(SECOND, ratio(DAY)),
    wk: atom(SECOND, ratio(7n * DAY)),
    mo: atom(SECOND, times(YEAR, ratio(1n, 12n))),
    a: atom(SECOND, YEAR),
    Hz: atom({ s: -1 }, undefined, metric),
    Bq: atom({ s: -1 }, undefined, metric),
    K: atom({ K: 1 }, undefined, metric),
    Cel: atom({ K: 1 }, undefined, { ...metric, offset: ratioOf('273.15') }),
    '[degF]': atom({ K: 1 }, ratio(5n, 9n), { offset: ratioOf('459.67') }),
    N: atom({ g: 1, m: 1, s: -2 }, ratio(1000n), metric),
    Pa: atom(PRESSURE, ratio(1000n), metric),
    bar: atom(PRESSURE, ratio(100_000_000n), metric),
    'm[Hg]': atom(PRESSURE, ratio(133_322_000n), metric),
    'm[H2O]': atom(PRESSURE, ratio(9_806_650n), metric),
    J: atom({ g: 1, m: 2, s: -2 }, ratio(1000n), metric),
    W: atom({ g: 1, m: 2, s: -3 }, ratio(1000n), metric),
    Gy: atom({ m: 2, s: -2 }, undefined, metric),
    C: atom({ C: 1 }, undefined, metric),
    A: atom({ C: 1, s: -1 }, undefined, metric),
    V: atom({ g: 1, m: 2, s: -2, C: -1 }, ratio(1000n), metric),
    F: atom({ g: -1, m: -2, s: 2, C: 2 }, ratio(1n, 1000n), metric),
    kat: atom({ mol: 1, s: -1 }, undefined, metric),
    U: atom({ mol: 1, s: -1 }, ratio(1n, 60_000_000n), metric),
    '[g]': atom({ m: 1, s: -2 }, ratioOf('9.80665'), metric),
    deg: atom({ deg: 1 }),
    '[pH]': atom({ pH: 1 }),
    '[IU]': atom({ IU: 1 }, undefined, metric),
    '[iU]': atom({ IU: 1 }, undefined, metric),
    EU: atom({ IU: 1 }),
    "[USP'U]": atom({ USP: 1 }),
    '[CFU]': atom({ CFU: 1 }),
    '[PFU]': atom({ PFU: 1 }),
    '[FFU]': atom({ FFU: 1 }),
    '[TCID_50]': atom({ TCID50: 1 }),
    '[CCID_50]': atom({ CCID50: 1 }),
    '[ELU]': atom({ ELU: 1 }),
    '[drp]': atom({ drp: 1 }),
  } satisfies Record<string, Atom>),
);

/** UCUM §27, table 1, as powers of ten. */
export const PREFIXES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    Y: 24,
    Z: 21,
    E: 18,
    P: 15,
    T: 12,
    G: 9,
    M: 6,
    k: 3,
    h: 2,
    da: 1,
    d: -1,
    c: -2,
    m: -3,
    u: -6,
    n: -9,
    p: -12,
    f: -15,
    a: -18,
    z: -21,
    y: -24,
  }),
);

/** What was probably meant, for codes that are often written and are not UCUM's. */
export const MEANT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '[EU]': 'EU ([EU] is the Ehrlich unit)',
    IU: '[IU]',
    cells: '{cells}',
    cell: '{cells}',
    copies: '{copies}',
    '°C': 'Cel',
    '℃': 'Cel',
    hr: 'h',
    hour: 'h',
    sec: 's',
    day: 'd',
    CFU: '[CFU]',
    PFU: '[PFU]',
    pH: '[pH]',
    mmHg: 'mm[Hg]',
    'x g': '[g]',
  }),
);
