import { Refusal } from './errors.ts';
import { file, shown, unfinished } from './files.ts';
import { type Methods, need, writable } from './methods.ts';
import { checked, post, remove } from './posting.ts';
import { type Conversation, type Filed, type Message, newId, type World } from './world.ts';

export const FILES: Methods = {
  'files.info': (world, args) => {
    const filed = world.filed.get(need(args, 'file'));
    if (!filed) throw new Refusal('file_not_found');
    filed.asked++;
    const isReady = filed.asked > world.settings.infoAfter;
    return { file: isReady ? shown(world, filed) : unfinished(world, filed), comments: [] };
  },
  'files.delete': (world, args) => {
    const filed = world.filed.get(need(args, 'file'));
    if (!filed) throw new Refusal('file_not_found');
    if (filed.owner !== world.bot.user) throw new Refusal('cant_delete_file');
    world.filed.delete(filed.id);
    // A message that was nothing but the file goes with it.
    const isOnlyIt = ({ text, files }: Message): boolean =>
      text === '' && files?.length === 1 && (files[0] as { id?: string }).id === filed.id;
    for (const stored of world.messages) if (isOnlyIt(stored.message)) remove(world, stored);
    return {};
  },
  'files.getUploadURLExternal': (world, args) => {
    const length = Number(need(args, 'length'));
    if (!Number.isInteger(length) || length <= 0) throw new Refusal('invalid_arguments');
    const id = newId('F');
    // The method documents "alt_txt"; "alt_text", which the client's own helper sends, is not known to it.
    world.uploads.set(id, { name: need(args, 'filename'), length, alt: String(args.alt_txt ?? '') });
    return { upload_url: `${world.files.origin}/upload/v1/${id}`, file_id: id };
  },
  'files.completeUploadExternal': (world, args) => {
    const { files } = args;
    if (!Array.isArray(files) || files.length === 0) throw new Refusal('invalid_arguments');
    const conversation = args.channel_id === undefined ? undefined : writable(world, args, 'channel_id');
    const comment = args.initial_comment as string | undefined;
    // Where there is a comment, blocks are not looked at.
    const blocks = comment ? undefined : checked(world, args.blocks);
    const filed = (files as readonly { id: string; title?: string }[]).map((each) => complete(world, each));
    if (conversation) {
      const letter = { text: comment, blocks, thread_ts: args.thread_ts as string | undefined };
      setTimeout(() => share(world, conversation, filed, letter, args), world.settings.shareAfter);
    }
    return { files: filed.map((each) => unfinished(world, each)) };
  },
};

function complete(world: World, { id, title }: { id: string; title?: string }): Filed {
  const upload = world.uploads.get(id);
  if (!upload?.bytes) throw new Refusal('file_not_found');
  world.uploads.delete(id);
  const { name, bytes, alt } = upload;
  const filed = file(world, { name, bytes, type: typeOf(name) }, world.bot.user, alt, id);
  filed.title = title ?? name;
  return filed;
}

/** Some time after the upload is complete, its message is there. */
function share(
  world: World,
  conversation: Conversation,
  filed: readonly Filed[],
  letter: Parameters<typeof post>[1]['letter'],
  sent: unknown,
): void {
  for (const { channels } of filed) channels.add(conversation.id);
  const files = filed.map((each) => {
    const delivered = { name: each.upload.name, bytes: Buffer.from(each.upload.bytes), alt: each.alt };
    return { shown: shown(world, each), delivered };
  });
  post(world, { conversation, letter, sent, files });
}

const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  txt: 'text/plain',
};
const typeOf = (name: string): string => TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
