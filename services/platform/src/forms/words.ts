import { CODE_WORDS } from './code-words.ts';
import { MEMBER_WORDS } from './member-words.ts';

type Worded = { readonly en: string; readonly zh: string | null };

/** Both languages of a member's name: `roomId` is `room id` and 房间记录. */
export function worded(member: string): Worded {
  const en = member.replace(/([a-z])([A-Z0-9])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return { en: en.charAt(0).toUpperCase() + en.slice(1), zh: MEMBER_WORDS[member] ?? null };
}

/** Both languages of a code: by the titles of its list, or as it is called in every list. */
export function codeWorded(code: string, title: { readonly en: string; readonly zh: string } | undefined): Worded {
  return title ?? { en: code, zh: CODE_WORDS[code] ?? null };
}
