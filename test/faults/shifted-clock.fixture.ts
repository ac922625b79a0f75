import { readFileSync } from 'node:fs';

/** Preloaded into a platform process: its clock is off by the milliseconds that stand in the file CLOCK_OFFSET_FILE. */
const file = process.env['CLOCK_OFFSET_FILE']!;
const real = Date.now.bind(Date);
Date.now = () => real() + Number(readFileSync(file, 'utf8'));
