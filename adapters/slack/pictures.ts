import type { PictureRef } from '../../src/chat/contract.ts';
import type { SlackFile, SlackMessage } from './shapes.ts';
import { linksIn } from './words.ts';

/** Deleted, or hidden as the workspace has too many. */
const GONE: readonly (string | undefined)[] = ['tombstone', 'hidden_by_limit'];

/** The pictures of a message: its files, then those of messages that it shares and of pages that it links to. */
export function picturesIn(message: SlackMessage): PictureRef[] {
  const linked = (message.attachments ?? []).flatMap(({ image_url: url }) => (url ? [linkRef(url)] : []));
  return [...filesOf(message).filter(mayBePicture).flatMap(fileRef), ...linked];
}

/** Files of another kind count where there is no picture: so that it can be said that they are none. */
export function picturesOf(message: SlackMessage): PictureRef[] {
  const pictures = picturesIn(message);
  return pictures.length > 0 ? pictures : filesOf(message).flatMap(fileRef);
}

/** The pictures that a message is about: its own, or those it links to. */
export function picturesMeant(message: SlackMessage): PictureRef[] {
  const own = picturesOf(message);
  return own.length > 0 ? own : linksIn(message.text ?? '').map(linkRef);
}

const filesOf = (message: SlackMessage): SlackFile[] =>
  [message, ...(message.attachments ?? [])]
    .flatMap(({ files = [] }) => files)
    .filter(({ mode }) => !GONE.includes(mode));

/** A file of which only the id is told has no address yet: it is asked for when it is wanted. */
function fileRef({ id, is_external: elsewhere, name, size, ...file }: SlackFile): PictureRef[] {
  const url = file.url_private ?? file.url_private_download ?? '';
  if (id === undefined && url === '') return [];
  if (elsewhere && url) return [linkRef(url)];
  return [
    {
      url,
      origin: 'platform',
      ...(id !== undefined && { key: id }),
      ...(name && { name }),
      ...(size !== undefined && { size }),
    },
  ];
}

export const linkRef = (url: string): PictureRef => ({ url, origin: 'link', name: nameIn(url) });

/** Stands for pictures that we are not allowed to see; whoever fetches it is told. */
export const UNSEEN: PictureRef = { url: '', origin: 'platform' };

/** Of a file that Slack has not looked at yet, the type is not known. */
const mayBePicture = ({ mimetype }: SlackFile): boolean => !mimetype || mimetype.startsWith('image/');

function nameIn(url: string): string {
  const last = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : '';
  return last || 'a picture';
}
