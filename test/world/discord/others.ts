import type { APIMessage } from 'discord.js';
import type { Place, Posted, Upload } from '../platform.ts';
import { remove, told } from './messages.ts';
import { messageOf, newId, userOf } from './objects.ts';
import { FLAGS, versionOf } from './versions.ts';
import { attach, channelIdOf, placeOf, type Stored, type World } from './world.ts';

/** Kinds of components that show a picture, and of those that they stand in. */
const TYPE = { section: 9, text: 10, thumbnail: 11, gallery: 12, file: 13, container: 17 };
const IS_COMPONENTS_V2 = 1 << 15;

export type Layout = 'gallery' | 'thumbnail' | 'file' | 'container';

const LAYOUTS: Readonly<Record<Layout, (media: object) => object>> = {
  gallery: (media) => ({ type: TYPE.gallery, id: 1, items: [{ media, description: null, spoiler: false }] }),
  thumbnail: (media) => ({
    ...{ type: TYPE.section, id: 1, components: [{ type: TYPE.text, id: 2, content: 'Look' }] },
    accessory: { type: TYPE.thumbnail, id: 3, media, spoiler: false },
  }),
  file: (file) => ({ type: TYPE.file, id: 1, file, spoiler: false }),
  container: (media) => ({
    ...{ type: TYPE.container, id: 1, accent_color: null, spoiler: true },
    components: [LAYOUTS.gallery(media)],
  }),
};

/** Another bot posts a picture in a layout (Components V2). @param onlyFor who alone is shown it; all unless told */
export function postLayout(
  world: World,
  { upload, place, layout, onlyFor }: { upload: Upload; place: Place; layout: Layout; onlyFor?: string },
): Posted {
  const channel = channelIdOf(place);
  const { url, proxy_url } = attach(world, channel, upload);
  const media = { url, proxy_url, width: 640, height: 480, content_type: upload.type };
  const message = messageOf(channel, userOf(newId(), 'painter', true), {
    components: [LAYOUTS[layout](media)] as unknown as NonNullable<APIMessage['components']>,
    flags: (IS_COMPONENTS_V2 | (onlyFor === undefined ? 0 : FLAGS.ephemeral)) as NonNullable<
      APIMessage['flags']
    >,
  });
  return put(world, message, onlyFor);
}

/** A webhook posts what somebody wrote in their place, and what they wrote is deleted, as PluralKit does it. */
export function repost(world: World, original: Posted): Posted {
  const stored = world.messages.get(original.id)!;
  const { id: _, author, ...said } = stored.message;
  const [webhook, application] = [newId(), newId()];
  const copy = messageOf(said.channel_id, userOf(webhook, `${author.username} (proxied)`, true), {
    ...said,
    id: newId(),
    webhook_id: webhook,
    application_id: application,
  });
  const posted = put(world, copy);
  remove(world, stored);
  return posted;
}

/** Discord shows the picture of a link in a message, some time after it was sent. @param shown its copy, at the proxy */
export function showPreview(world: World, on: Posted, link: string, shown: string): void {
  const stored = world.messages.get(on.id)!;
  const thumbnail = { url: link, proxy_url: shown, width: 640, height: 480 };
  const embed = { type: 'image', url: link, thumbnail } as unknown as APIMessage['embeds'][number];
  stored.message = { ...stored.message, embeds: [embed] };
  world.dispatch('MESSAGE_UPDATE', told(world, stored.message));
}

function put(world: World, message: APIMessage, onlyFor?: string): Posted {
  const stored: Stored = {
    message,
    versions: [versionOf({ ...message, components: [] }, [], {})],
    files: new Map(),
    pings: [],
    ...(onlyFor !== undefined && { onlyFor }),
  };
  world.messages.set(message.id, stored);
  if (onlyFor === undefined) world.dispatch('MESSAGE_CREATE', told(world, message));
  return { id: message.id, place: placeOf(world, message.channel_id) };
}
