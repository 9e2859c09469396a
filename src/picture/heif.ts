import { createFile, type ISOFile, MP4BoxBuffer } from 'mp4box';

interface Property {
  readonly type?: string;
  readonly image_width?: number;
  readonly image_height?: number;
}

/**
 * How many pixels a decoder makes of an AVIF or HEIC picture: those of every tile, as often as the picture refers to it, and those
 * that are cropped away afterwards. The size that the header gives says neither.
 * @returns undefined where the structure cannot be read
 */
export function heifPixels(bytes: Uint8Array): number | undefined {
  try {
    const file = createFile();
    file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(copyOf(bytes), 0), true);
    file.flush();
    return pixelsOf(file.meta);
  } catch {
    return undefined;
  }
}

function pixelsOf(meta: ISOFile['meta']): number | undefined {
  const properties = (meta?.iprp?.ipco?.boxes ?? []) as readonly Property[];
  const sizes = new Map<number, number>();
  for (const { id, props } of (meta?.iprp?.ipmas ?? []).flatMap(({ associations }) => associations)) {
    const areas = props.map(({ property_index: i }) => areaOf(properties[i - 1]));
    sizes.set(id, Math.max(0, ...areas));
  }
  if (sizes.size === 0) return undefined;
  const tiles = (meta?.iref?.references ?? [])
    .filter(({ type }) => type === 'dimg')
    .flatMap(({ references }) => references.map(({ to_item_ID: id }) => sizes.get(id) ?? 0));
  return Math.max(sum(tiles), ...sizes.values());
}

const areaOf = ({ image_width: width = 0, image_height: height = 0 }: Property = {}): number =>
  width * height;

const sum = (all: readonly number[]): number => all.reduce((total, each) => total + each, 0);

const copyOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
