import type { JSX } from 'preact';
import type { ExpressionReading, ReadPart } from '../../../../src/explanation.ts';
import { list } from '../../../../src/text.ts';
import { KINDS } from './words.ts';

export interface ReadingProps {
  readonly reading: ExpressionReading;
  /** Its parts, with what nothing can judge. */
  readonly parts: readonly ReadPart[];
  /** Reasoning went by it; what it could not read would be known. */
  readonly isJudged: boolean;
}

/** The expression with its parts coloured by what they were read as, and what the colours mean. */
export function Reading({ reading, parts, isJudged }: ReadingProps): JSX.Element {
  const { text, english, taken, question } = reading;
  const kinds = [...new Set(parts.map((part) => part.as))];
  const unread = parts.filter((part) => part.as === 'unresolved');
  return (
    <>
      <p class="lesson-expression">
        {piecesOf(text, parts).map(({ words, part }) =>
          part ? (
            <span
              key={part.start}
              class={`lesson-part ${part.as} ${part.negated ? 'negated' : ''}`}
              style={{ '--part': `var(${KINDS[part.as].colour})` }}
            >
              <b>{words}</b>
              <small>
                {part.negated ? 'not: ' : ''}
                {KINDS[part.as].name}
              </small>
            </span>
          ) : (
            <span key={words} class="lesson-unread">
              {words}
            </span>
          ),
        )}
      </p>
      <dl class="lesson-legend">
        {kinds.map((kind) => (
          <div key={kind} style={{ '--part': `var(${KINDS[kind].colour})` }}>
            <dt>{KINDS[kind].name}</dt>
            <dd>{KINDS[kind].meaning}</dd>
          </div>
        ))}
      </dl>
      {parts.some((part) => part.negated) && (
        <p>“Not” means that the opposite is asked for: a high score then says that it is not so.</p>
      )}
      {unread.length > 0 ? (
        <p>
          No rule can judge {list(unread.map(({ start, end }) => `“${text.slice(start, end)}”`))}: a language
          model might.
        </p>
      ) : (
        isJudged && <p>Everything that matters could be read.</p>
      )}
      {question && <p>It was asked as a question; above is what the question is about.</p>}
      {taken.map(({ said, meant }) => (
        <p key={said}>
          “{said}” is in no dictionary; it was taken for “{meant}”.
        </p>
      ))}
      {!english && <p>It does not look like English; it was tried all the same.</p>}
    </>
  );
}

/** The whole text in pieces, each with the part that it is, if any. */
function piecesOf(text: string, parts: readonly ReadPart[]): { words: string; part?: ReadPart }[] {
  const pieces: { words: string; part?: ReadPart }[] = [];
  let at = 0;
  for (const part of parts) {
    pieces.push({ words: text.slice(at, part.start) }, { words: text.slice(part.start, part.end), part });
    at = part.end;
  }
  return [...pieces, { words: text.slice(at) }].filter(({ words }) => words.trim() !== '');
}
