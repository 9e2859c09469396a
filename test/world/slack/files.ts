import type { Upload } from '../platform.ts';
import { type Filed, newId, type World } from './world.ts';

/** A file is put where Slack keeps its files. */
export function file(world: World, upload: Upload, owner: string, alt = '', id = newId('F')): Filed {
  const url = world.files.put(upload, `/files-pri/${world.team}-${id}/${upload.name}`);
  const filed: Filed = { id, upload, owner, url, alt, title: upload.name, asked: 0, channels: new Set() };
  world.filed.set(id, filed);
  return filed;
}

/** As Slack shows it. */
export function shown(
  world: World,
  { id, upload, owner, url, alt, title, channels }: Filed,
): Record<string, unknown> {
  const { name, type, bytes, told } = upload;
  const created = Math.floor(Date.now() / 1000);
  const extension = name.split('.').at(-1) ?? '';
  return {
    id,
    created,
    timestamp: created,
    name,
    title,
    mimetype: type,
    filetype: extension,
    pretty_type: extension.toUpperCase(),
    user: owner,
    user_team: world.team,
    editable: false,
    size: bytes.length,
    mode: 'hosted',
    is_external: false,
    external_type: '',
    is_public: true,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: url,
    url_private_download: url,
    media_display_type: 'unknown',
    permalink: `${world.origin}/files/${owner}/${id}/${name}`,
    has_rich_preview: false,
    file_access: 'visible',
    channels: [...channels],
    ...(alt !== '' && { alt_txt: alt }),
    ...told,
  };
}

/** What is known of a file that has to be asked for. */
export const stub = ({ id }: Filed): Record<string, unknown> => ({
  id,
  created: 0,
  timestamp: 0,
  user: '',
  mode: 'file_access',
  file_access: 'check_file_info',
});

/** A file that is not processed yet: known, but without a type and an address. */
export function unfinished(world: World, filed: Filed): Record<string, unknown> {
  const { url_private, url_private_download, ...rest } = shown(world, filed);
  return { ...rest, mimetype: '', filetype: '', pretty_type: '' };
}
