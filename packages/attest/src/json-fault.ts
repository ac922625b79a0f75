import { AttestError, type AttestErrorCode } from './errors.ts';
import { pointerTo } from './json.ts';
import { numberFault } from './json-number.ts';

/**
 * The first fault of a text as I-JSON (RFC 8259 grammar, RFC 7493 rules), in reading order, with pointer and UTF-16 offset; undefined
 * where there is none. The exact and slow look: {@link parseStrictJson} asks only when its quick pass found something odd.
 */
export function findJsonFault(text: string, maxDepth: number): AttestError | undefined {
  try {
    new Reader(text, maxDepth).readText();
    return undefined;
  } catch (error) {
    if (error instanceof AttestError) return error;
    throw error;
  }
}

class Reader {
  private readonly text: string;
  private readonly maxDepth: number;
  private at = 0;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  readText(): void {
    this.skipSpace();
    this.readValue('', 0);
    this.skipSpace();
    if (this.at < this.text.length) this.fail('invalid-json', '', 'something follows the JSON value');
  }

  private readValue(pointer: string, depth: number): void {
    const c = this.text[this.at];
    if (c === '{') this.readObject(pointer, depth + 1);
    else if (c === '[') this.readArray(pointer, depth + 1);
    else if (c === '"') this.readString(pointer);
    else if (c !== undefined && (c === '-' || (c >= '0' && c <= '9'))) this.readNumber(pointer);
    else if (this.match(LITERAL) === undefined) {
      this.fail(
        'invalid-json',
        pointer,
        c === undefined ? 'the text ends where a value should stand' : 'no JSON value begins here',
      );
    }
  }

  private readObject(pointer: string, depth: number): void {
    this.enter(pointer, depth);
    const seen = new Set<string>();
    if (this.take('}')) return;
    do {
      this.skipSpace();
      const start = this.at;
      if (this.text[start] !== '"') this.fail('invalid-json', pointer, 'a member name should stand here');
      const name = this.readString(pointer);
      const at = pointerTo(pointer, name);
      if (seen.has(name)) this.fail('duplicate-key', at, `member ${shown(at)} stands twice`, start);
      if (name === '__proto__') this.fail('forbidden-key', at, 'a member must not be named __proto__', start);
      seen.add(name);
      this.skipSpace();
      if (!this.take(':')) this.fail('invalid-json', at, 'a colon should stand here');
      this.skipSpace();
      this.readValue(at, depth);
      this.skipSpace();
    } while (this.take(','));
    if (!this.take('}')) this.fail('invalid-json', pointer, 'a comma or } should stand here');
  }

  private readArray(pointer: string, depth: number): void {
    this.enter(pointer, depth);
    if (this.take(']')) return;
    let index = 0;
    do {
      this.skipSpace();
      this.readValue(pointerTo(pointer, index++), depth);
      this.skipSpace();
    } while (this.take(','));
    if (!this.take(']')) this.fail('invalid-json', pointer, 'a comma or ] should stand here');
  }

  private readString(pointer: string): string {
    const start = this.at;
    const token = this.match(STRING);
    if (token === undefined)
      this.fail('invalid-json', pointer, 'the string is not closed, or holds a control character or a wrong escape');
    const value: string = JSON.parse(token);
    if (!value.isWellFormed())
      this.fail('lone-surrogate', pointer, `lone surrogate in a string at ${shown(pointer)} (RFC 7493 §2.1)`, start);
    return value;
  }

  private readNumber(pointer: string): void {
    const start = this.at;
    const token = this.match(NUMBER);
    if (token === undefined) this.fail('invalid-json', pointer, 'not a JSON number');
    const fault = numberFault(token);
    if (fault === 'number-out-of-range') {
      this.fail(fault, pointer, `number at ${shown(pointer)} lies beyond ±(2^53−1) (RFC 7493 §2.2); write it as a string`, start);
    }
    if (fault !== undefined)
      this.fail(fault, pointer, `number at ${shown(pointer)} has more digits than a double keeps; write it as a string`, start);
  }

  private enter(pointer: string, depth: number): void {
    if (depth > this.maxDepth) this.fail('too-deep', pointer, `nested deeper than ${this.maxDepth}`);
    this.at++;
    this.skipSpace();
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    this.match(SPACE);
  }

  private match(token: RegExp): string | undefined {
    token.lastIndex = this.at;
    const found = token.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private fail(code: AttestErrorCode, pointer: string, message: string, offset = this.at): never {
    throw new AttestError(code, `${message} (offset ${offset})`, { pointer, offset });
  }
}

function shown(pointer: string): string {
  return pointer === '' ? 'the top' : pointer.slice(0, 200);
}

const LITERAL = /(?:true|false|null)/y;
const SPACE = /[\t\n\r ]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold them unescaped
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
