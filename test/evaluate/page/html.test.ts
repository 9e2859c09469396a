import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asMarkup, clipped, foreign, html } from '../../../src/evaluate/page/html.ts';
import { elementsOf } from './markup.ts';

describe('html', () => {
  it('escapes texts, and takes numbers, markup, lists of these, and nothing', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p>${1} ${inner}${[inner, 'a & b']}${undefined}</p>`.markup).toBe(
      '<p>1 <b>&#60;i&#62;</b><b>&#60;i&#62;</b>a &#38; b</p>',
    );
    expect(html`${asMarkup('<hr>')}`.markup).toBe('<hr>');
  });

  it('lets no text end an attribute or begin an element, and keeps every text as it is', () => {
    const nasty = fc.array(
      fc.constantFrom('<', '>', '"', "'", '&', '`', '=', ' ', '/', 'script', '&lt;', '&#60;'),
    );
    fc.assert(
      fc.property(nasty, (parts) => {
        const text = parts.join('');
        const elements = elementsOf(html`<p title="${text}">${text}</p>`);
        expect(elements).toHaveLength(1);
        expect(elements[0]).toMatchObject({ name: 'p', attributes: { title: text }, text });
      }),
    );
  });

  it('shows control characters as what they are: no text', () => {
    expect(html`${'a\u0000b\u001bc\td'}`.markup).toBe('a\ufffdb\ufffdc\td');
  });
});

describe('foreign', () => {
  it('keeps what turns the direction of writing to itself', () => {
    expect(foreign('a\u202eb').markup).toBe('<bdi>a\u202eb</bdi>');
  });

  it('cuts what is too long', () => {
    expect(foreign('x'.repeat(1e6)).markup).toHaveLength('<bdi></bdi>'.length + 500);
    expect(foreign('abcdef', 4).markup).toBe('<bdi>abc…</bdi>');
  });
});

describe('clipped', () => {
  it('keeps a text that is just short enough, and never cuts a character in two', () => {
    expect(clipped('abcd', 4)).toBe('abcd');
    expect(clipped('🐕🐕🐕', 3)).toBe('🐕🐕🐕');
    expect(clipped('🐕🐕🐕🐕', 3)).toBe('🐕🐕…');
  });
});
