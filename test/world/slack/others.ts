import type { Place, Posted, Upload } from '../platform.ts';
import { tellOf } from './events.ts';
import { file } from './files.ts';
import type { Block } from './limits.ts';
import { type Message, newId, newTs, placeOf, type World } from './world.ts';

interface Posting {
  readonly place: Place;
  readonly blocks: readonly object[];
  /** In an attachment of the message, as older apps do it. */
  readonly attached?: boolean;
}

/** Another app posts a message with these blocks. */
export function postBlocks(world: World, { place, blocks, attached = false }: Posting): Posted {
  const conversation = world.conversations.get(place.channel)!;
  const message: Message = {
    ...{ type: 'message', subtype: 'bot_message', user: newId('U'), bot_id: newId('B'), app_id: newId('A') },
    ...{ text: 'A picture', ts: newTs(), team: world.team },
    ...(attached
      ? { attachments: [{ id: 1, fallback: 'A picture', blocks }] }
      : { blocks: blocks as Block[] }),
  };
  const version = { at: Date.now(), text: message.text, buttons: [], files: [], sent: blocks };
  const stored = { conversation, message, versions: [version], files: [], pings: [], reactions: new Map() };
  world.messages.push(stored);
  void tellOf(world, conversation, message);
  return { id: message.ts, place: placeOf(conversation) };
}

/** Another app posts a picture that it has uploaded. */
export function postPicture(world: World, upload: Upload, place: Place): Posted {
  const { id } = file(world, upload, newId('U'));
  return postBlocks(world, { place, blocks: [{ type: 'image', alt_text: 'A picture', slack_file: { id } }] });
}
