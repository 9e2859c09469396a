import { describe, expect, it } from 'vitest';
import type { MllmReply } from '../../../src/mllm/mllm.ts';
import { makeMultipleChoice } from '../../../src/mllm/multiple-choice.ts';
import { readLetter } from '../../../src/mllm/reply/letter.ts';
import { EIGHT, FOUR, offered, said, things } from './offers.ts';

describe('one offered letter', () => {
  it.each<[string, string, string?]>([
    ['bare', 'B'],
    ['with a full stop', 'B.'],
    ['with white space around', '\n  B \n'],
    ['in brackets', '(B)'],
    ['in square brackets', '[B]'],
    ['small, and nothing else', 'b'],
    ['small, in brackets', '(b)'],
    ['a small a, and nothing else', 'a', 'A'],
    ['a small a in brackets', '(a)', 'A'],
    ['a large A, and nothing else', 'A', 'A'],
    ['in bold', '**B**'],
    ['in bold with its full stop', '**B.**'],
    ['in double quotes', '"B"'],
    ['in single quotes', "'B'"],
    ['in typographic quotes', '“B”'],
    ['as code', '`B`'],
    ['in a block of code', '```\nB\n```'],
    ['in a block of text', '```text\nB\n```'],
    ['in full width', 'Ｂ'],
    ['in full width, with its full stop', 'Ｂ。'],
    ['in a LaTeX box', '$\\boxed{B}$'],
    ['in a LaTeX box as text', '\\boxed{\\text{B}}'],
    ['in tags', '<answer>B</answer>'],
    ['before a token of a chat template', 'B<|im_end|>'],
    ['after a thought', '<think>It could be A or C.</think>\nB'],
    ['after a thought whose begin is not shown', 'It could be A or C.</think>B'],
    ['as an option', 'Option B'],
    ['as a small option', 'option b.'],
    ['as a region', 'Region B'],
    ['labelled', 'Answer: B'],
    ['labelled in bold', '**Answer:** B'],
    ['labelled in full', 'The correct answer is: **B**'],
    ['in a short sentence', 'The answer is B.'],
    ['in a short sentence, small', 'The answer is b.'],
    ['A, in a short sentence', 'The answer is A.', 'A'],
    ['with what it stands for', 'B. The man in red'],
    ['with what it stands for, in brackets', '(B) the dog on the left'],
    ['with what it stands for, in bold', '**B**: it is the only one that runs.'],
    ['with a dash', 'B - the second one'],
    ['with a reason below', 'B\n\nBecause A is not red.'],
    ['with a reason behind', 'B, because A is not red.'],
    ['with a reason right behind', 'B because A is white'],
    ['in bold with a reason right behind', '**B** since it is the dog'],
    ['small, as in a list', 'b) the dog'],
    ['A with what it stands for', 'A. The man in red', 'A'],
    ['A with a reason', 'A, because it is red.', 'A'],
    ['in JSON', '{"answer": "B"}'],
    ['in JSON, small', '{"answer":"b"}'],
    ['in JSON, in a block', '```json\n{"choice": "B", "reason": "A is not red"}\n```'],
    ['in JSON, as a labelled option', '{"answer": "Option B"}'],
    ['in JSON, as a list of one', '{"answer": ["B"]}'],
    ['in JSON, in prose', 'Here you are: {"letter": "B"} Hope this helps.'],
    ['as JSON text', '["B"]'],
    ['in prose', 'The answer is B because A is not red.'],
    ['A, in prose', 'The answer is A because B is not red.', 'A'],
    ['A, marked in prose', 'The answer is "A" for it is red.', 'A'],
    ['in prose after looking', 'Looking at the regions, the man in red stands on the left. The answer is B.'],
    ['in prose with the others denied', 'It is not A. The answer is B, not C.'],
    ['chosen', 'I would choose B, the one at the top.'],
    ['called correct', 'Having looked at all of them, B is the correct one.'],
    ['as the best match', 'The best match is B.'],
    ['in short', "It's B."],
    ['with another one denied', 'The answer is B, not A.'],
    ['with another one denied, alone', 'B, not A'],
    ['after two were denied', 'It is neither A nor C. The answer is B.'],
    ['in German', 'Die Antwort ist B.'],
    ['in French', 'La réponse est B.'],
    ['in Chinese', '答案是B。'],
    ['in Chinese, in full width', '答案：Ｂ'],
    ['in Russian', 'Ответ: B'],
    ['in prose with two described', 'The answer is B because A is red and C shows a cat.'],
    ['with another one that lacks something', 'B. A lacks the hat.'],
    ['with another one described', 'B. Region A shows the other dog.'],
    ['with another one denied in a sentence', 'The answer is B. A does not wear a hat.'],
    ['with two denied after', 'The answer is B, not A or C.'],
    ['rather than another', 'I choose B rather than C.'],
    ['after so', 'The man wears red, so the answer is B.'],
    ['after therefore', 'The man wears red. Therefore, the correct answer is **B**.'],
    ['labelled in bold, after a reason', 'The man wears red.\n**Answer:** B'],
    ['labelled in bold as a whole', 'The man wears red.\n**Final answer: B**'],
    ['as a result', 'Result: the answer is B.'],
    ['with the article A', 'B. A man in red stands there.'],
    ['with the article a', 'The answer is B, a man in red.'],
    ['with e.g.', 'B, since it has wheels, e.g. at the front.'],
    ['with the pronoun I', 'B, I think.'],
    ['with others called wrong', 'B. The others are wrong.'],
    ['with none of the others', 'B. None of the others wears red.'],
    ['in quotes as a whole', '"The answer is B."'],
    ['in JSON with another described', '{"answer": "B", "reason": "A shows a cat"}'],
    ['in JSON with an escape', '{"answer": "\\u0042"}', 'B'],
    ['after a long thought', `<think>${'A or C? '.repeat(2000)}</think>B`],
    ['between thoughts', '<think>A</think>B<thinking>C</thinking>'],
    ['in German with a reason', 'Die richtige Antwort ist B, weil A nicht rot ist.'],
    ['in German, denied', 'Antwort: B, nicht C.'],
    ['in Spanish', 'La respuesta es B.'],
    ['in Spanish, called correct', 'La respuesta correcta es B.'],
    ['in French with a reason', 'La réponse est B car le chien court.'],
    ['in Italian', 'La risposta è B.'],
    ['in Portuguese, with its article', 'A resposta é B.'],
    ['in Chinese, called correct', '正确答案是B。'],
    ['in Chinese, denied', '答案是B，不是C。'],
    ['in Japanese', '答えはBです。'],
    ['in Korean', '정답은 B입니다.'],
    ['in Russian, called correct', 'Правильный ответ: B.'],
  ])('%s', (_, text, letter = 'B') => {
    expect(said(text)).toBe(letter);
  });

  it('leads to the candidate by the offer, whatever its place in any list', () => {
    const candidates = things(5);
    const orders = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const offer = makeMultipleChoice(candidates, { sha256: '', expression: '' }, { seed });
      orders.add(offer.options.map(({ candidate }) => candidates.indexOf(candidate)).join(''));
      for (const { letter, candidate } of offer.options) {
        expect(readLetter({ text: letter, finish: 'stop' }, offer)).toEqual({
          kind: 'option',
          letter,
          candidate,
        });
      }
    }
    expect(orders.size).toBeGreaterThan(30);
  });

  it('is enough where the answer was cut off after it', () => {
    expect(said('B', FOUR, 'length')).toBe('B');
    expect(said('B. The man in red who', FOUR, 'length')).toBe('B');
    expect(said('(A', FOUR, 'stop')).toBe('A');
  });
});

describe('None', () => {
  it.each([
    'E',
    'e',
    '(E)',
    'E. None',
    'E: None of the above',
    '(E) none',
    'None',
    'none.',
    '**None**',
    '"None"',
    'None (E)',
    'None of the above',
    'None of these.',
    'None of the regions fits.',
    'None of A, B, C or D.',
    'No option fits.',
    'Neither.',
    'Nothing',
    'Not present.',
    'The answer is None.',
    'Answer: None',
    'The answer is E because the picture shows no dog.',
    'None, since there is no dog.',
    'None of the options shows a dog.',
    'The picture shows two cats. The correct answer is none of the above.',
    '{"answer": "None"}',
    '{"answer": null}',
    '{"answer": "E"}',
  ])('%s', (text) => {
    expect(said(text)).toBe('none');
  });

  it('is not accepted where it was not offered', () => {
    const offer = offered(4, false);
    for (const text of ['None', 'E', 'E. None', '{"answer":null}', 'None of the above']) {
      expect(readLetter({ text, finish: 'stop' }, offer)).toMatchObject({
        kind: 'unreadable',
        why: /not offered/,
      });
    }
  });

  it('is I among eight, which the pronoun is not', () => {
    expect(said('I', EIGHT)).toBe('none');
    expect(said('I. None', EIGHT)).toBe('none');
    expect(said('The answer is I.', EIGHT)).toBe('none');
    expect(said('I think it is the dog.', EIGHT)).toBe('unreadable');
    expect(said('I, for one, do not know.', EIGHT)).toBe('unreadable');
    expect(said('I would choose B.', EIGHT)).toBe('B');
    expect(said('I', EIGHT, 'length')).toBe('unreadable');
  });
});

describe('everything else is unreadable', () => {
  it.each<[string, string, MllmReply['finish']?]>([
    ['nothing', ''],
    ['white space', ' \n\t '],
    ['punctuation', '...'],
    ['a refusal', "I'm sorry, but I can't help with that."],
    ['a refusal by a filter', 'B', 'refused'],
    ['a letter that was not offered', 'Z'],
    ['the letter after None', 'F'],
    ['a letter that was not offered, in prose', 'The answer is Z.'],
    ['a letter that was not offered, in JSON', '{"answer": "Z"}'],
    ['the article a', 'a man in a red coat'],
    ['the article A', 'A man in a red coat'],
    ['the article A, alone with its noun', 'A man.'],
    ['the article as an answer', 'The answer is a man in red.'],
    ['the article A as an answer', 'The answer is A man in red.'],
    ['the article as an answer, cut off', 'The answer is a', 'length'],
    ['A, which may have begun a sentence', 'A', 'length'],
    ['A, which may have begun a noun', 'The answer is A', 'length'],
    ['two letters', 'A B'],
    ['two letters as one', 'AB'],
    ['two letters with a comma', 'A, B'],
    ['two letters with or', 'B or C'],
    ['two letters with and', 'B and C'],
    ['two letters with a stroke', 'A/B'],
    ['two letters in a list', '["A", "B"]'],
    ['two letters in JSON', '{"answer": ["A", "B"]}'],
    ['two keys that disagree', '{"answer": "A", "choice": "B"}'],
    ['one key twice', '{"answer": "A", "answer": "B"}'],
    ['two answers', 'The answer is A. The answer is B.'],
    ['two in one', 'The answer is B or C.'],
    ['one and then another', 'B. No wait, C.'],
    ['JSON and then another', '{"answer": "B"} Actually, the answer is C.'],
    ['all options again', 'A. (1,2),(3,4)\nB. (5,6),(7,8)\nC. (1,1),(2,2)'],
    ['a letter and None that disagree', 'B. None'],
    ['None and a letter', 'None, B'],
    ['None with an exception', 'None of the options except B.'],
    ['none of the others', 'none of the others is red'],
    ['two named in brackets', 'The man (A) and the dog (B)'],
    ['neither of two', 'The answer is neither A nor B.'],
    ['neither of two, alone', 'Neither A nor B'],
    ['it with an article', 'It is A man.'],
    ['it with a denial', "It's not B."],
    ['a denial', 'not A'],
    ['a denial with a full stop', 'Not A.'],
    ['a denial in a sentence', 'The answer is not A.'],
    ['a denial before', "I don't think the answer is B."],
    ['a denial behind', 'The answer B is wrong.'],
    ['a denial after a letter', 'B. is wrong'],
    ['a denial as a choice', 'I would not choose B.'],
    ['a denial as an option', 'It is not option B'],
    ['struck out', '~~B~~'],
    ['a condition', 'If the man wore red, the answer is B.'],
    ['a doubt', 'Maybe the answer is B.'],
    ['a question', 'The answer is B?'],
    ['a small letter in passing', 'it is shown by b on the left'],
    ['a letter within a word', 'B-side'],
    ['a letter within another word', 'T-shirt, the one with the logo'],
    ['a Cyrillic letter', 'В'],
    ['a Greek letter', 'Α'],
    ['a Roman numeral', 'Ⅽ'],
    ['a letter with an accent', 'Á'],
    ['a letter struck out by a combining line', 'B\u0336'],
    ['a number', '2'],
    ['a box', '(120,30),(400,500)'],
    ['prose without a choice', 'The man in the red coat stands left of the bus.'],
    ['a thought that never ends', '<think>It may be B', 'length'],
    ['prose, cut off', 'The regions show several men. I think the answer is B', 'length'],
    ['JSON, cut off', '{"answer":"B', 'length'],
    ['JSON without an answer', '{"B": 0.9}'],
    ['another language without a letter', 'Я не знаю'],
  ])('%s', (_, text, finish = 'stop') => {
    expect(readLetter({ text, finish }, FOUR)).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(/\w/),
    });
  });
});
