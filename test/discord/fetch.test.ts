import { Events } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../adapters/discord/discord.ts';
import { createFetch, type Download, messageRef, picturesOf } from '../../adapters/discord/pictures.ts';
import { SpotterError } from '../../src/errors.ts';
import type { PictureRef } from '../../src/place.ts';
import { type Discord, startDiscord } from '../world/discord/server.ts';
import { dogs } from './bot.ts';

let discord: Discord;
let client: ReturnType<typeof createClient>;
let picture: PictureRef;
beforeAll(async () => {
  discord = await startDiscord();
  client = createClient(discord.apiUrl);
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  const posted = new Promise<PictureRef>((resolve) =>
    client.on(Events.MessageCreate, (message) => resolve(picturesOf(message)[0]!)),
  );
  await client.login(discord.token);
  await ready;
  await discord.person().direct({ text: 'the dog', images: [dogs()] });
  picture = await posted;
});
afterAll(async () => {
  await client.destroy();
  await discord.close();
});

const { signal } = new AbortController();
/** A download that notes what it is asked for, and lets only the true address through. */
function downloading(code: 'link-expired' | 'too-many-bytes' = 'link-expired') {
  const asked: string[] = [];
  const download: Download = async (url) => {
    asked.push(url);
    if (url !== picture.url) throw new SpotterError(code);
    return new Uint8Array([1]);
  };
  return { asked, fetch: createFetch(client, download) };
}
const ended = (): string => picture.url.replace(/ex=[\da-f]+/, 'ex=65f00000');

describe('a picture', () => {
  it('is fetched from where it is', async () => {
    const { asked, fetch } = downloading();
    expect(await fetch(picture, signal)).toEqual(new Uint8Array([1]));
    expect(asked).toEqual([picture.url]);
  });

  it('whose address has ended is not even tried there, but asked for anew', async () => {
    const { asked, fetch } = downloading();
    await fetch({ ...picture, url: ended() }, signal);
    expect(asked).toEqual([picture.url]);
  });

  it('that is no longer where it was is asked for anew, once', async () => {
    const { asked, fetch } = downloading();
    const moved = `${picture.url}moved`;
    await fetch({ ...picture, url: moved }, signal);
    expect(asked).toEqual([moved, picture.url]);
  });

  it.each([
    ['without a message', () => ({ url: ended(), origin: 'platform' }) as const, 'link-expired'],
    ['of a message that is gone', () => ({ ...picture, url: ended(), key: '1/2/3' }), 'link-expired'],
  ])('%s stays expired', async (_, ref, code) => {
    await expect(downloading().fetch(ref(), signal)).rejects.toMatchObject({ code });
  });

  it('that is too large is not asked for again', async () => {
    const { asked, fetch } = downloading('too-many-bytes');
    const large = `${picture.url}large`;
    await expect(fetch({ ...picture, url: large }, signal)).rejects.toMatchObject({ code: 'too-many-bytes' });
    expect(asked).toEqual([large]);
  });

  it('is found by its message alone', async () => {
    const [channel = '', message = ''] = picture.key!.split('/');
    expect(await downloading().fetch(messageRef(channel, message), signal)).toEqual(new Uint8Array([1]));
  });

  it('that Discord does not show us is said to be hidden', async () => {
    const posted = await discord.person().say({ images: [dogs()] });
    const hidden = messageRef(posted.place.channel, posted.id);
    await expect(downloading().fetch(hidden, signal)).rejects.toMatchObject({
      code: 'no-picture',
      message: expect.stringContaining('Find in image…'),
    });
  });
});
