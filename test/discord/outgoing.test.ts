import { ButtonStyle } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { outgoing, rowsOf } from '../../adapters/discord/outgoing.ts';
import type { ButtonKind } from '../../src/chat/contract.ts';
import { buttonFor } from '../../src/chat/contract.ts';

const labels = (buttons: Parameters<typeof rowsOf>[0]) =>
  rowsOf(buttons).map((row) => row.toJSON().components.map((button) => 'label' in button && button.label));
const some = (kind: ButtonKind, n: number) =>
  Array.from({ length: n }, (_, i) => buttonFor(kind, 'turn', i + 1));
const actions = (['all', 'why', 'right', 'wrong'] as const).map((kind) => buttonFor(kind, 'turn'));
const ACTIONS = ['All candidates', 'Why?', 'Right', 'Wrong'];

describe('buttons', () => {
  it.each([
    ['none', [], []],
    ['actions', actions, [ACTIONS]],
    ['choices above them', [...actions, ...some('pick', 2)], [['1', '2'], ACTIONS]],
    ['seven choices', [...some('pick', 7), ...actions], [['1', '2', '3', '4', '5'], ['6', '7'], ACTIONS]],
  ])('%s', (_, buttons, rows) => {
    expect(labels(buttons)).toEqual(rows);
  });

  it('are never more than Discord takes, and what can be done is never lost', () => {
    const rows = labels([...some('pick', 40), ...actions]);
    expect(rows).toHaveLength(5);
    expect(rows.at(-1)).toEqual(ACTIONS);
  });

  it('carry their ids, and look like what they do', () => {
    const [row] = rowsOf([buttonFor('right', 'turn')]);
    expect(row!.toJSON().components).toMatchObject([
      { custom_id: 'spotter:right:turn:', style: ButtonStyle.Success },
    ]);
  });
});

describe('an answer', () => {
  const picture = { bytes: new Uint8Array([1, 2, 3]).subarray(1), name: 'spotter.jpg', alt: 'two dogs' };

  it('notifies nobody, and unfolds no links', () => {
    expect(outgoing({ text: 'https://dogs.example <@1>' })).toMatchObject({
      content: 'https://dogs.example \\<@1>',
      allowedMentions: { parse: [], repliedUser: false },
      flags: 4,
      files: [],
    });
  });

  it('has its picture with words for those who cannot see it', () => {
    const [file] = outgoing({ text: 'Found', picture }).files;
    expect(file).toMatchObject({ name: 'spotter.jpg', description: 'two dogs' });
    expect(file!.attachment).toEqual(Buffer.from([2, 3]));
    const long = outgoing({ text: 'Found', picture: { ...picture, alt: 'a'.repeat(3000) } });
    expect(long.files[0]!.description).toHaveLength(1024);
  });

  it('that is too long goes on in a file', () => {
    const text = Array.from({ length: 200 }, (_, i) => `step ${i}: *measured*`).join('\n');
    const { content, files } = outgoing({ text, picture });
    expect(content.length).toBeLessThanOrEqual(2000);
    expect(content).toMatch(/\n…$/);
    expect(files.map(({ name }) => name)).toEqual(['spotter.jpg', 'answer.txt']);
    expect(String(files[1]!.attachment)).toBe(text);
  });
});
