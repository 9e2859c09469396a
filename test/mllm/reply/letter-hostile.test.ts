import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MllmReply } from '../../../src/mllm/mllm.ts';
import { lettersOf } from '../../../src/mllm/multiple-choice.ts';
import { MAX_ANSWER_LENGTH, MAX_REPLY_LENGTH, plain, readLetter } from '../../../src/mllm/reply/letter.ts';
import { EIGHT, FOUR, offered, said } from './offers.ts';

describe('what names, denies, doubts, quotes or takes back is no choice', () => {
  it.each([
    'B: 10%, C: 90%',
    'B: 10%',
    'B (40 %)',
    'A: 20%\nB: 30%\nC: 50%',
    '**Answer:** B\n**Answer:** C',
    'Answer: B\n\nAnswer: C',
    'Option B is ruled out.',
    'La réponse est B ou C',
    'La réponse est B ou bien C',
    'Antwort: B oder C',
    'Die Antwort ist B oder vielleicht C',
    'La respuesta es B o C',
    'La risposta è B o C',
    'A resposta é B ou C',
    'Ответ: B или C',
    'Ответ: B, нет, C',
    '答案是B，不对，是C',
    '答案是B或C',
    '答案是B还是C',
    '答案不是B',
    '答案可能是B',
    '错误答案是B',
    '答案是B吗？',
    '答えはBかCです',
    '정답은 B 또는 C입니다',
    'The answer is B... or is it C',
    'B. Sorry, C',
    'B. Sorry.',
    'I eliminated option B.',
    'The least likely is option B',
    'The least likely answer is B.',
    'Option B lacks the hat.',
    'The text in the image says "the answer is B"',
    'The sign reads: the answer is B.',
    "It says 'the answer is B'.",
    'According to the caption, the answer is B.',
    'He said “the answer is B”.',
    'shown in region B',
    'The dog that lies on the sofa is shown in region B, on the left',
    'The man who sits on the bench (B)',
    'The man who sits on the bench is **B**.',
    'The wrong answer is B.',
    'An incorrect choice is B.',
    'Someone else would choose B.',
    'I initially picked B.',
    'Do not choose B.',
    'You could choose B.',
    'B is right behind the bus.',
    'B is only partly visible.',
    'B is right, or C.',
    'B is the best one to exclude.',
    'B. C is also right.',
    'B. C fits better.',
    'B. A fits better.',
    'B, C is more likely.',
    'The answer is B. C matches too.',
    'The answer is B. (C)',
    'The answer is B [C]',
    'The answer is B / C',
    'B; C',
    'B -> C',
    'B => C',
    'B\nC',
    'B\n\n**C**',
    'B then C',
    '1. B\n2. C',
    'B > C > A',
    'B, no, C.',
    'B. No.',
    'B. Maybe.',
    'B, probably',
    'B, or perhaps the other one',
    'B, if it is red',
    'B, but I am not sure',
    'B. I am guessing.',
    'B. On second thought, the other dog.',
    'The answer is B. But B is wrong.',
    'The answer is B. B is not red.',
    'I would not say that the answer is B.',
    'It is not the case that the answer is B.',
    'Not that the answer is B.',
    'The answer is B or none.',
    'The answer is B. None of them fits.',
    'None of them, or B',
    'None of the options, except the one on the left',
    '{"answer": "B", "alternatives": ["C"]}',
    '{"answer": "B", "reason": "C is the right one"}',
    '{"answer": "B"} {"answer": "C"}',
    '{"answer": "B", "also": "\\u0043"}',
    '{"answer": "B", "note": "x\\nC"}',
    '{"answer": "B", "x": {"y": 1, "y": 2}}',
    '{"answer": "A", "\\u0061nswer": "B"}',
    '{"answer": "B", "answer": "B"}',
    '(b) or (c)',
    'b, c',
    'The answer is b or c.',
    'Antwort: b oder c.',
    'B und C',
    'B et C',
    'B y C',
    'B和C',
    'Ⓒ or B',
    'B, ⓒ',
    'B. 𝐂',
    'Ｂ，Ｃ',
    '~~The answer is B.~~',
    '<del>B</del>',
    'B <think>hm</think> C',
    'C</answer><answer>B',
  ])('%s', (text) => {
    expect(said(text)).toBe('unreadable');
  });
});

describe('what is too long to be read', () => {
  it.each<[string, string]>([
    ['a letter and a lot of prose', `B. ${'The man. '.repeat(300)}`],
    ['a letter and blanks without end', `B${' '.repeat(MAX_REPLY_LENGTH)}`],
    ['a thought without end', `<think>${'so '.repeat(MAX_REPLY_LENGTH)}</think>B`],
    ['brackets, 2 MB', '['.repeat(2e6)],
    ['thoughts, 2 MB', '<think>'.repeat(3e5)],
    ['objects, 2 MB', '{"answer":'.repeat(2e5)],
  ])('is unreadable: %s', (_, text) => {
    expect(plain(text)).toBeUndefined();
    expect(readLetter({ text, finish: 'stop' }, FOUR)).toEqual({
      kind: 'unreadable',
      why: 'the answer is too long',
    });
  });

  it('is told by its length, whatever is in it', () => {
    expect(plain('x'.repeat(MAX_ANSWER_LENGTH))).toHaveLength(MAX_ANSWER_LENGTH);
    expect(plain('x'.repeat(MAX_ANSWER_LENGTH + 1))).toBeUndefined();
    const thought = `<think>${'x'.repeat(MAX_REPLY_LENGTH - 16)}</think>B`;
    expect([plain(thought), plain(`${thought}.`)]).toEqual(['B', undefined]);
  });
});

describe('two letters that are both claimed', () => {
  const CLAIMED: readonly ((letter: string) => string)[] = [
    (l) => `The answer is ${l}.`,
    (l) => `**Answer:** ${l}`,
    (l) => `Option ${l}`,
    (l) => `(${l})`,
    (l) => `${l}.`,
    (l) => `I would choose ${l}.`,
    (l) => `It's ${l}`,
    (l) => `${l} is the correct one.`,
    (l) => `{"answer": "${l}"}`,
    (l) => `**${l}**`,
    (l) => `${l}: 90%`,
    (l) => `Antwort: ${l}`,
    (l) => `La réponse est ${l}`,
    (l) => `La respuesta es ${l}`,
    (l) => `答案是${l}`,
    (l) => `Ответ: ${l}`,
    (l) => `\\boxed{${l}}`,
    (l) => l,
  ];
  const BETWEEN = [
    ' ',
    '\n',
    '. ',
    ', ',
    ' or ',
    ' oder ',
    ' ou ',
    '，',
    ' / ',
    '... ',
    ' No: ',
    '; ',
    ' und ',
    ' <b> ',
  ];

  it('are unreadable, in whatever words', () => {
    const way = fc.constantFrom(...CLAIMED);
    const two = fc.shuffledSubarray([...'ABCDEFGHI'], { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(two, way, way, fc.constantFrom(...BETWEEN), ([one, other], first, second, between) => {
        const text = `${first(one!)}${between}${second(other!)}`;
        expect([text, said(text, EIGHT)]).toEqual([text, 'unreadable']);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('hostile answers', () => {
  const piece = fc.oneof(
    fc.constantFrom(...'ABCDEFKZabcdeiI'),
    fc.constantFrom(
      ...[
        'the answer is ',
        'option ',
        'not ',
        'None',
        'none of the above',
        '{"answer":',
        '"',
        '}',
        '**',
        '(',
        ')',
        '\n',
      ],
      ...[
        '. ',
        ', ',
        ' or ',
        ' is ',
        'Ｂ',
        'В',
        '<think>',
        '</think>',
        '```',
        'a man',
        'because ',
        '答案是',
        '\\boxed{',
      ],
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const text = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(''));
  const finish = fc.constantFrom<MllmReply['finish']>('stop', 'length', 'refused');

  it('never get a letter accepted that was not offered or not written, and never cause an error', () => {
    let accepted = 0;
    fc.assert(
      fc.property(text, finish, fc.integer({ min: 1, max: 10 }), fc.boolean(), (answer, end, n, none) => {
        const offer = offered(n, none, n);
        const choice = readLetter({ text: answer, finish: end }, offer);
        if (choice.kind === 'unreadable') return;
        accepted++;
        expect(end).not.toBe('refused');
        if (choice.kind === 'none') expect(offer.none).toBeDefined();
        if (choice.kind === 'none') return;
        expect(lettersOf(offer)).toContain(choice.letter);
        expect(offer.options).toContainEqual({ letter: choice.letter, candidate: choice.candidate });
        expect(answer.normalize('NFKC').toUpperCase()).toContain(choice.letter);
      }),
      { numRuns: 10_000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  it.each([
    ['brackets', '('.repeat(2000)],
    ['letters denied', `not A or ${'B or '.repeat(380)}`],
    ['quotes', `${'"'.repeat(900)}the answer is B${"'".repeat(900)}`],
    ['answers', 'the answer is B or '.repeat(100)],
    ['commas', `the answer is${', so'.repeat(480)} B or C`],
    ['nested braces', `{"answer":"B","x":${'['.repeat(900)}${']'.repeat(900)},"c":"C"}`],
    ['blanks', ' '.repeat(50_000)],
    ['labels', 'the answer '.repeat(180)],
    ['letters', 'B or '.repeat(400)],
    ['nones', 'none of a, b'.repeat(160)],
    ['marks', '(A)(B)**C**'.repeat(180)],
    ['braces', '{"answer":'.repeat(200)],
  ])('are read in no time: many %s', (_, answer) => {
    expect(said(answer)).toBe('unreadable');
  });
});
