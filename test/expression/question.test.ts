import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeFollowUp } from '../../src/expression/follow-up/follow-up.ts';
import { putQuestion, readQuestion } from '../../src/expression/question.ts';
import { readExpression } from '../../src/expression/read.ts';
import { describeQuery } from './describe.ts';

/** "kind: how the expression in it is read", with what else is asked. */
function told(text: string): string {
  const query = readExpression(text);
  if (!query.question) return 'no question';
  const { kind, axis, garment, nameless } = query.question;
  const about = kind === 'unseen' || nameless ? '' : `: ${describeQuery(query)}`;
  return `${kind}${nameless ? ' of nothing' : ''}${axis === 'upright' ? ' upright' : ''}${garment ? ` ${garment}` : ''}${about}`;
}

describe('a question', () => {
  it.each([
    ['how many dogs are there?', 'count: dog+'],
    ['How many people are there on the couch?', 'count: person+: on(couch)'],
    ['how many dogs do you see', 'count: dog+'],
    ['how many brown dogs are on the couch?', 'count: dog+: brown, on(couch)'],
    ['can you tell me how many cars there are?', 'count: car+'],
    ['how many zebras are there?', 'count: zebra+'],
    ['count the dogs', 'count: dog+'],
    ['is there a cat?', 'exists: cat'],
    ["isn't there a cat?", 'exists: cat'],
    ['Are there two dogs?', 'exists: 2 dog+'],
    ['do you see a dog?', 'exists: dog'],
    ['any dogs?', 'exists: dog+'],
    ['is a dog on the couch?', 'exists: dog: on(couch)'],
    ['is the bus red?', 'exists: bus: red'],
    ['is anyone wearing red?', 'exists: person: red@torso'],
    ['how many cups are not red?', 'count: cup+: not red'],
    ['is the dog bigger than the cat?', 'exists: dog: larger-than(cat)'],
    ['is the cat on the left or on the right?', 'side: cat'],
    ['is the dog right or left?', 'side: dog'],
    ['which side is the dog on?', 'side: dog'],
    ['is the cat at the top or at the bottom?', 'side upright: cat'],
    ['which dog is higher?', 'which: dog: most top'],
    ['which of the cups is the smallest?', 'which: cup: least size'],
    ['which person is on the left?', 'which: person: at left'],
    ['what colour is the bus?', 'colour: bus'],
    ['what is the color of the car', 'colour: car'],
    ["What color is the man's shirt?", 'colour shirt: man'],
    ['what colour shirt is the man on the left wearing?', 'colour shirt: man: at left'],
    ['what does the sign say?', 'reads: sign'],
    ['what is written on the bus?', 'reads: bus'],
    ['read the sign', 'reads: sign'],
    ['what is left of the bottle?', 'seen: thing: left-of(bottle)'],
    ["what's on the table?", 'seen: thing: on(table)'],
    ['what do you see?', 'seen: thing+'],
    ['describe the picture', 'seen: thing+'],
    ['what animals are there?', 'seen: animal+'],
    ['what is the man holding?', 'seen: thing: holding^(man)'],
    ['what is the man riding?', 'seen: thing: riding^(man)'],
  ])('%s', (text, meaning) => {
    expect(told(text)).toBe(meaning);
  });

  it.each([
    'are all dogs brown?',
    'who won the cup?',
    'what time is it?',
    'is he happy?',
    'why is the sky blue?',
    'when was this?',
  ])('that no picture answers is known as such: %s', (text) => {
    expect(told(text)).toBe('unseen');
  });

  it.each(['what colour is it?', 'is it on the left or on the right?', 'which one is it?'])(
    'that names nothing is known as such: %s',
    (text) => {
      expect(told(text)).toMatch(/of nothing$/);
    },
  );
});

describe('no question', () => {
  it.each([
    'the dog on the left',
    'the dog?',
    'where is the dog?',
    'who is holding the umbrella?',
    'who is on the left?',
    'can you find the dog?',
    'show me the red cup',
    'which dog?',
    'the number of the bus',
    'can of soda',
    'do not enter sign',
    'what the man is holding',
    'there is a dog',
    'read book',
  ])('%s', (text) => {
    expect(told(text)).toBe('no question');
  });
});

describe('put to something else, a question', () => {
  it.each([
    ['is there a dog?', 'the red cup', 'is there a red cup?'],
    ['how many dogs are there?', 'all the red cups', 'how many red cups are there?'],
    ['what colour is the bus?', 'a car', 'what colour is the car?'],
    ["what colour is the man's shirt?", 'the woman', 'what colour is the shirt of the woman?'],
    ['is the cat at the top or at the bottom?', 'the dog', 'is the dog at the top or at the bottom?'],
    ['what does the sign say?', 'the bus', 'what does the bus say?'],
  ])('%s %s', (text, about, put) => {
    const question = readQuestion(text)!;
    expect(putQuestion(question, { about })).toBe(put);
    expect(readQuestion(put)?.kind).toBe(question.kind);
  });
});

/** What the last of several turns comes to. */
function after(turns: string): string {
  const [first = '', ...texts] = turns.split(' > ');
  return texts.reduce((expression, text) => {
    const said = mergeFollowUp(text, { expression });
    return said.kind === 'pick' ? `#${said.number}` : said.expression;
  }, first);
}

describe('a conversation', () => {
  it.each([
    ['how many dogs are there? > and the cats?', 'how many cats are there?'],
    ['how many dogs are there? > and the cat?', 'how many cats are there?'],
    ['how many dogs are there? > and on the left?', 'how many dogs on the left are there?'],
    ['how many dogs are there? > which one is higher?', 'which one is the higher dog?'],
    ['how many dogs are there? > how many of them are brown?', 'how many brown dogs are there?'],
    ['how many dogs are there? > what colour are they?', 'what colour are the dogs?'],
    ['how many dogs are there? > again', 'how many dogs are there?'],
    ['how many dogs are there? > the left one', 'the dog on the left'],
    ['how many dogs are there? > the cats', 'the cats'],
    ['is there a dog? > is it the left one?', 'is there a dog on the left?'],
    ['is there a dog? > and a cat?', 'is there a cat?'],
    ['is there a dog? > is it on the left or on the right?', 'is the dog on the left or on the right?'],
    ['is there a dog? > how many are there?', 'how many dogs are there?'],
    ['which dog is higher? > and the cats?', 'which one is the higher cat?'],
    ['what colour is the bus? > and the car?', 'what colour is the car?'],
    ['what is on the table? > and on the chair?', 'what is on the chair?'],
    ['what is left of the bottle? > and right of it?', 'what is right of the bottle'],
    ['the red cup > what colour is it?', 'what colour is the red cup?'],
    ['the red cup > how many are there?', 'how many red cups are there?'],
    ['the dog > who won the cup?', 'who won the cup?'],
    ['the man > is he happy?', 'is he happy?'],
  ])('%s', (turns, asked) => {
    expect(after(turns)).toBe(asked);
  });
});

describe('whatever is said', () => {
  const WORDS =
    'how many which what is are there the a dog dogs it on left or right colour of say do you see red'.split(
      ' ',
    );
  const texts = fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }).map((words) => `${words.join(' ')}?`);

  it('is taken apart, or not, without an error, and put again reads alike', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const question = readQuestion(text);
        readExpression(text);
        if (!question || question.kind === 'unseen' || question.kind === 'which' || question.kind === 'seen')
          return;
        expect(readQuestion(putQuestion(question, { about: 'the dog' }))?.kind).toBe(question.kind);
      }),
      { numRuns: 300 },
    );
  });

  it('takes no time that grows out of hand', () => {
    const long = `how many ${'are there of '.repeat(40)}`;
    const start = performance.now();
    readQuestion(long);
    readQuestion(`is ${'the left or right '.repeat(30)}`);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
