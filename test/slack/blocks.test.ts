import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formFor, readForm, type Target } from '../../adapters/slack/on-interaction.ts';
import { hasButtons, markIn, markOf, outgoing, rowsOf, sectionsOf } from '../../adapters/slack/outgoing.ts';
import { buttonFor } from '../../src/chat/contract.ts';
import { faultsOfBlocks, faultsOfView } from '../world/slack/limits.ts';

const MARK = { id: 'C1:1.2', conversation: 'C1:1.1' };

describe('sections', () => {
  it('are plain text', () => {
    expect(sectionsOf('*Found* <!channel>', 'x')).toEqual([
      {
        type: 'section',
        block_id: 'x',
        text: { type: 'plain_text', text: '*Found* <!channel>', emoji: false },
      },
    ]);
  });

  it('take a long text apart where its lines end', () => {
    const lines = Array.from({ length: 200 }, (_, i) => `${i}: ${'x'.repeat(30)}`);
    const texts = sectionsOf(lines.join('\n'), 'x').map(({ text }) => text!.text);
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.join('\n').split('\n')).toEqual(lines);
  });

  it('end where Slack has no more room', () => {
    const sections = sectionsOf('x'.repeat(100_000), 'x');
    expect(sections).toHaveLength(4);
    expect(sections.at(-1)!.text!.text.endsWith('x…')).toBe(true);
  });
});

describe('buttons', () => {
  it('stand in rows: what is chosen among above what can be done', () => {
    const buttons = [buttonFor('why', 't'), buttonFor('pick', 't', 1), buttonFor('wrong', 't')];
    const rows = rowsOf(buttons).map(({ elements }) => elements);
    expect(rows).toMatchObject([
      [{ action_id: 'spotter:pick:t:1', value: 'spotter:pick:t:1', text: { text: '1' }, style: 'primary' }],
      [{ text: { text: 'Why?' } }, { text: { text: 'Wrong' }, style: 'danger' }],
    ]);
    expect(rowsOf([])).toEqual([]);
  });
});

describe('a message', () => {
  it('is one that Slack takes, whatever it says', () => {
    const kinds = fc.constantFrom('pick', 'picture', 'all', 'why', 'right', 'wrong');
    const button = fc.record({
      id: fc.uuid(),
      kind: kinds,
      label: fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }),
    });
    const buttons = fc.uniqueArray(button, { maxLength: 40, selector: ({ id }) => id });
    fc.assert(
      fc.property(fc.string({ maxLength: 20_000, unit: 'binary', size: 'max' }), buttons, (text, some) => {
        const message = outgoing(text, some as never, MARK);
        expect(faultsOfBlocks(message.blocks)).toEqual([]);
        expect(message.text.length).toBeLessThanOrEqual(4000);
        expect(message.text).not.toMatch(/[<>]/);
      }),
      { numRuns: 50 },
    );
  });

  it('says which question it answers, and which conversation goes on from it', () => {
    const { blocks } = outgoing('Found.', [buttonFor('why', 't')], MARK);
    expect(markIn({ blocks: blocks as never })).toEqual(MARK);
    expect(hasButtons({ blocks: blocks as never })).toBe(true);
    expect(markIn({ blocks: [{ type: 'section', block_id: 'b1' }] })).toBeUndefined();
    expect(markIn({})).toBeUndefined();
    expect(markOf(MARK).length).toBeLessThanOrEqual(255);
  });
});

describe('the form', () => {
  const picture = {
    url: 'https://files.slack.com/files-pri/T1-F1/a.jpg',
    origin: 'platform',
    key: 'F1',
  } as const;
  const target: Target = { channel: 'C1', message: '1.2', pictures: [picture], responseUrl: 'https://x' };
  const filled = (view: { private_metadata?: string }, value?: string) =>
    readForm({
      private_metadata: view.private_metadata ?? '',
      state: { values: { expression: { expression: { value: value ?? null } } } },
    });

  it('is one that Slack takes, and says what it is about', () => {
    const view = formFor(target);
    expect(faultsOfView(view)).toEqual([]);
    expect(filled(view, 'the dog')).toEqual({ target, text: 'the dog' });
    expect(filled(view).text).toBe('');
  });

  it('has room for many pictures', () => {
    const many = Array.from({ length: 20 }, (_, i) => ({
      ...picture,
      key: `F${i}`,
      url: `https://files.slack.com/${'x'.repeat(200)}`,
      name: 'y'.repeat(200),
    }));
    const view = formFor({ ...target, pictures: many });
    expect(faultsOfView(view)).toEqual([]);
    const { pictures } = filled(view).target;
    expect(pictures.map(({ key }) => key)).toEqual(['F0', 'F1', 'F2', 'F3', 'F4']);
    expect(pictures[0]).toMatchObject({ url: '', origin: 'platform' });
  });
});
