import type { MllmReply } from '../mllm/mllm.ts';
import { alone, leading, NONE, type Rule, stated, withinJson } from './answer-rules.ts';
import { plain } from './answer-text.ts';
import { lettersOf, type Offer, type Offerable } from './offer.ts';

/** What a model chose; `unreadable` is no choice, and never a guess. */
export type Choice<C> =
  | { readonly kind: 'option'; readonly letter: string; readonly candidate: C }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** The first rule that finds anything decides. docs/strategies.md says what each accepts. */
const RULES: readonly Rule[] = [alone, withinJson, leading, stated];

/**
 * Reads an answer to an offer: exactly one offered letter, or None where it was offered. Anything else (several
 * letters, a letter not offered, a refusal, prose without a choice, an answer cut off before it is clear) is
 * unreadable. Never throws.
 */
export function readAnswer<C extends Offerable>(
  reply: Pick<MllmReply, 'text' | 'finish'>,
  offer: Offer<C>,
): Choice<C> {
  if (reply.finish === 'refused') return unreadable('the model refused to answer');
  const text = plain(reply.text);
  if (text === undefined) return unreadable('the answer is too long');
  if (text === '') return unreadable('the answer is empty');
  const cut = reply.finish === 'length';
  for (const rule of RULES) {
    const said = rule(text, cut);
    if (said) return settled(said, offer);
  }
  return unreadable(cut ? 'the answer was cut off' : 'the answer names no option');
}

function settled<C extends Offerable>(said: readonly string[], offer: Offer<C>): Choice<C> {
  const letters = [...new Set(said.map((letter) => (letter === NONE ? (offer.none ?? NONE) : letter)))];
  const [letter] = letters;
  if (letter === undefined) return unreadable('the answer contradicts itself');
  if (letters.length > 1) return unreadable(`the answer names several options: ${letters.join(', ')}`);
  if (!lettersOf(offer).includes(letter)) return unreadable(`${letter} was not offered`);
  const option = offer.options.find((o) => o.letter === letter);
  return option ? { kind: 'option', ...option } : { kind: 'none' };
}

const unreadable = (why: string) => ({ kind: 'unreadable', why }) as const;
