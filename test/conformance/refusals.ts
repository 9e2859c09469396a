import { expect } from 'vitest';
import type { Question, Upload } from '../world/platform.ts';
import type { Scenario, Scenarios } from './scenario.ts';
import { dogs } from './world.ts';

const notes: Upload = { name: 'notes.txt', bytes: Buffer.from('no picture at all'), type: 'text/plain' };

/** A question that cannot be answered, and what the person is told of it. */
const refused =
  (question: Question, words: RegExp): Scenario =>
  async (world) => {
    await world.ann.mention({ ...question, place: world.place });
    const reply = await world.answer();
    expect(reply.text).toMatch(words);
    expect(reply.buttons).toEqual([]);
    expect(world.pictures()).toEqual([]);
    // Nothing is left of it, neither here nor to be done.
    await expect.poll(world.waiting).toBe(0);
    expect(world.answers()).toHaveLength(1);
  };

const text = 'the dog';
const some = (served: NonNullable<Upload['served']>): Question => ({ text, images: [dogs(served)] });

/** Questions that cannot be answered. */
export const REFUSALS: Scenarios = {
  'no picture': refused({ text }, /^There is no picture to look at\. Attach one/),
  'not a picture': refused({ text, images: [notes] }, /not a picture[\s\S]*I read JPEG, PNG/),
  'an expired link': refused(some('expired'), /expired/),
  'HTML instead of a file': refused(some('html'), /web page|files:read/),
  'an empty expression': refused({ text: '', images: [dogs()] }, /nothing to look for.*Say what/),
  'an overlong expression': refused({ text: 'x'.repeat(501), images: [dogs()] }, /has 501 characters/),
  'a file without end': refused(some('huge'), /too large.*Send a smaller one/),
  'a file of 5 GB': refused(some('vast'), /too large.*Send a smaller one/),
  'a file that breaks off': refused(some('cut'), /^The picture could not be fetched: /),
  'a file that stops coming': refused(some('stalled'), /took too long to arrive. Try again/),
  'a file that has moved to where nobody should look': refused(
    some({ redirect: 'http://169.254.169.254/latest/meta-data/' }),
    /not on one of the platform's own hosts/,
  ),
  'something else under the name of a picture': refused(
    { text, images: [{ ...notes, name: 'dogs.jpg', type: 'image/jpeg' }] },
    /not a picture/,
  ),
  'a damaged picture': refused(
    { text, images: [{ ...dogs(), bytes: dogs().bytes.subarray(0, 3000) }] },
    /damaged/,
  ),
};
