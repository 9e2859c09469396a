import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapeText,
  expressionIn,
  linksIn,
  mentions,
  shortened,
  unescapeText,
} from '../../adapters/slack/outgoing.ts';

const ME = 'U0BOT';

describe('the expression in what Slack sends', () => {
  it.each([
    ['<@U0BOT> the upper dog', 'the upper dog'],
    ['<@U0BOT>, <@U0BOT|spotter>: the upper dog, please', 'the upper dog, please'],
    ['hey <@U0BOT|spotter>, the\n upper   dog', 'hey the upper dog'],
    ['<@U0BOT> the dog in <https://example.org/a.jpg>', 'the dog in'],
    ['<@U0BOT> the dog in <https://example.org/a.jpg|https://example.org/a.jpg>', 'the dog in'],
    ['the dog https://example.org/a.jpg?b=1&amp;c=2', 'the dog'],
    ['the <http://dog.to|dog.to> the left', 'the dog.to the left'],
    ['<mailto:a@b.org|a@b.org>', 'a@b.org'],
    ['<@U123|ann> near <#C1|general>', '@ann near #general'],
    ['<@U123> near', 'near'],
    ['<!here> <!subteam^S1|@team> the dog of <!date^1700000000^{date}|today>', 'the dog of'],
    ['the upper dog :eyes:', 'the upper dog'],
    ['<@U0BOT> :eyes: the upper dog :+1:', 'the upper dog'],
    ['<@U0BOT>: the clock that says 12:30:00', 'the clock that says 12:30:00'],
    ['the upper :dog: please :pray::skin-tone-3:', 'the upper dog please'],
    ['find the :dog:', 'find the dog'],
    ['&gt; the upper dog', 'the upper dog'],
    ['~the upper~ *dog* at `noon`', 'the upper dog at noon'],
    ['at 10:30: the dog', 'at 10:30: the dog'],
    ['a &lt; b &amp;amp; c &gt; d', 'a < b &amp; c > d'],
    ['the ❤ <3 cup', 'the ❤ <3 cup'],
    ['', ''],
  ])('%j', (text, expression) => {
    expect(expressionIn(text, ME)).toBe(expression);
  });

  it('mentions us, or not', () => {
    expect(mentions('<@U0BOT> the dog', ME)).toBe(true);
    expect(mentions('the dog <@U0BOT|spotter>', ME)).toBe(true);
    expect(mentions('<@U0BOTX> @U0BOT', ME)).toBe(false);
  });
});

describe('links', () => {
  it.each([
    [
      '<https://example.org/a.jpg> and <http://b.org|http://b.org>',
      ['https://example.org/a.jpg', 'http://b.org'],
    ],
    ['https://example.org/a.jpg?b=1&amp;c=2 the dog', ['https://example.org/a.jpg?b=1&c=2']],
    ['the <http://dog.to|dog.to> the left', []],
    ['<@U1> <mailto:a@b.org|a@b.org> ftp://x.org', []],
  ])('%j', (text, links) => {
    expect(linksIn(text)).toEqual(links);
  });
});

describe('text for Slack', () => {
  it('mentions nobody', () => {
    expect(escapeText('<!channel> <@U1> a & b')).toBe('&lt;!channel&gt; &lt;@U1&gt; a &amp; b');
  });

  it('is read as it was written, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeText(text)).not.toMatch(/[<>]/);
        expect(unescapeText(escapeText(text))).toBe(text);
      }),
    );
  });

  it('is cut between characters', () => {
    expect(shortened('dog', 3)).toBe('dog');
    expect(shortened('dogs', 3)).toBe('do…');
    expect(shortened('d🐕s', 3)).toBe('d…');
  });
});
