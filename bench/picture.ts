import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { STARTER_INPUT } from '../src/detector/starter/starter.ts';
import { readPicture } from '../src/picture/read.ts';
import { toTensor } from '../src/picture/tensor.ts';
import { inTurns, type Row, row } from './row.ts';

const PHOTO = fileURLToPath(new URL('../examples/two-dogs.jpg', import.meta.url));
const ROUNDS = 40;

/** What reading a picture costs beside the decoding that nobody can do without. */
export async function bench(): Promise<Row[]> {
  const bytes = readFileSync(PHOTO);
  const picture = await readPicture(bytes);
  const buffer = new Float32Array(STARTER_INPUT.width * STARTER_INPUT.height * 3);
  const decode = () => sharp(bytes).raw().toBuffer();
  const resize = () =>
    sharp(bytes).resize(STARTER_INPUT.width, STARTER_INPUT.height, { fit: 'inside' }).raw().toBuffer();
  const [sharpDecode = 0, sharpResize = 0, read = 0, tensor = 0] = await inTurns(
    ROUNDS,
    decode,
    resize,
    () => readPicture(bytes),
    () => toTensor(picture, STARTER_INPUT, buffer),
  );
  return [
    row('reading a picture (checks, hash, orientation, decoding)', read, "sharp's own decoding", sharpDecode),
    row('picture -> tensor, decoded', tensor, "sharp's own decoding", sharpDecode),
    row('bytes -> tensor', read + tensor, "sharp's own decoding and resizing", sharpResize),
  ];
}
