import { describe, expect, it } from 'vitest';
import { FIND, FIND_IN_IMAGE, FORGET } from '../../adapters/slack/on-interaction.ts';
import { read, sources } from '../project/sources.ts';
import { EVENTS, SCOPES } from '../world/slack/scopes.ts';

const manifest = read('adapters/slack/manifest.yaml');
const code = sources('adapters/slack')
  .map(({ text }) => text)
  .join('\n');

/** The items of a list of names in the manifest. */
function listOf(name: string): string[] {
  const [, items = ''] = new RegExp(`^ +${name}:\\n((?: +- .*\\n)+)`, 'm').exec(manifest) ?? [];
  return [...items.matchAll(/- (.*)/g)].map((match) => match[1]!);
}
const valuesOf = (key: string): string[] =>
  [...manifest.matchAll(new RegExp(`^ +-? *${key}: (.*)$`, 'gm'))].map((match) => match[1]!);

/** The methods of the Web API that the code calls. */
const called = [
  ...[...code.matchAll(/\bclient\s*\.(\w+)\s*\.(\w+)\(/g)].map(([, group, name]) => `${group}.${name}`),
  ...[...code.matchAll(/\bapiCall\(\s*'([\w.]+)'/g)].map((match) => match[1]!),
];
const methods = [...new Set(called)].sort();

/** A conversation may be of any kind that there is an event for. */
const kindsOf = (scopes: NonNullable<(typeof SCOPES)[string]>): string[] =>
  typeof scopes === 'string' ? [scopes] : Object.values(scopes);

describe('the manifest', () => {
  it('knows all methods that are called', () => {
    expect(methods).toEqual([
      'auth.test',
      'chat.delete',
      'chat.postEphemeral',
      'chat.postMessage',
      'chat.update',
      'conversations.history',
      'conversations.replies',
      'files.completeUploadExternal',
      'files.delete',
      'files.getUploadURLExternal',
      'files.info',
      'reactions.add',
      'reactions.remove',
      'views.open',
    ]);
    expect(methods.filter((method) => !(method in SCOPES))).toEqual([]);
  });

  it('asks for exactly the scopes that methods, events and commands need', () => {
    const needed = new Set([
      'commands',
      ...listOf('bot_events').map((event) => EVENTS[event as keyof typeof EVENTS]),
      ...methods.flatMap((method) => (SCOPES[method] ? kindsOf(SCOPES[method]) : [])),
    ]);
    expect(listOf('bot')).toEqual([...needed].sort());
  });

  it('has the events that are listened to, and no others', () => {
    const heard = [...code.matchAll(/app\.event\('(\w+)'/g)].map((match) => match[1]!);
    const told = listOf('bot_events');
    expect(told).toEqual(Object.keys(EVENTS));
    expect([...new Set(told.map((event) => event.split('.')[0]))].sort()).toEqual(heard.sort());
  });

  it('has the commands and the shortcut by the names that are listened to', () => {
    expect(valuesOf('command')).toEqual([FIND, FORGET]);
    expect(valuesOf('callback_id')).toEqual([FIND_IN_IMAGE]);
    expect(valuesOf('name')).toContain('Find in image…');
    for (const name of valuesOf('name')) expect(name.length).toBeLessThanOrEqual(24);
  });
});
