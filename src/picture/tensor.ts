import { letterbox, type Mapping, squash } from './mapping.ts';
import type { Picture, Raster, Rgb, Size } from './picture.ts';
import { type Kernel, resize } from './resize.ts';

/** What a model wants to be fed: f32[3, height, width], planes R, G, B, value (pixel * scale - mean) / std. */
export interface TensorSpec extends Size {
  /** `letterbox` keeps the aspect ratio and centres on `fill`; `squash` stretches. */
  readonly fit: 'letterbox' | 'squash';
  /** Colour around a letterboxed picture, 0..255, normalised like a pixel; black unless told. */
  readonly fill?: Rgb;
  readonly kernel: Kernel;
  /** Multiplies the 0..255 pixel value; 1 unless told. */
  readonly scale?: number;
  /** In units of the scaled value; 0 unless told. */
  readonly mean?: Rgb;
  /** In units of the scaled value; 1 unless told. */
  readonly std?: Rgb;
}

export interface PictureTensor {
  /** Length 3 * height * width, planar. */
  readonly data: Float32Array;
  readonly mapping: Mapping;
}

const FITS = { letterbox, squash };

/**
 * A picture as the planar float tensor of a model, and where in it the picture lies (see `fromTensor`).
 *
 * @param reuse written to and returned as `data` if it has the right length, so that no 3 MB are allocated for
 *   every question; the caller sees to it that no run still reads from it.
 */
export async function toTensor(
  picture: Pick<Picture, 'width' | 'height' | 'raster'>,
  spec: TensorSpec,
  reuse?: Float32Array,
): Promise<PictureTensor> {
  const mapping = FITS[spec.fit](picture, spec);
  const pixels = await resize(picture.raster, mapping, spec.kernel);
  const length = 3 * spec.width * spec.height;
  const data = reuse?.length === length ? reuse : new Float32Array(length);
  write(pixels, mapping, spec, data);
  return { data, mapping };
}

/** One pass over the pixels, three planes at once, rounded to single precision wherever the reference rounds. */
function write(pixels: Raster, mapping: Mapping, spec: TensorSpec, out: Float32Array): void {
  const { scale = 1, mean = [0, 0, 0], std = [1, 1, 1], fill = [0, 0, 0] } = spec;
  const { fround } = Math;
  const plane = spec.width * spec.height;
  const [mr, mg, mb] = [fround(mean[0]), fround(mean[1]), fround(mean[2])];
  const [sr, sg, sb] = [fround(std[0]), fround(std[1]), fround(std[2])];
  if (pixels.width * pixels.height < plane) {
    out.fill(fround(fround(fill[0] * scale) - mr) / sr, 0, plane);
    out.fill(fround(fround(fill[1] * scale) - mg) / sg, plane, 2 * plane);
    out.fill(fround(fround(fill[2] * scale) - mb) / sb, 2 * plane);
  }
  const { data } = pixels;
  let from = 0;
  for (let y = 0; y < pixels.height; y++) {
    let to = (y + mapping.top) * spec.width + mapping.left;
    for (const end = to + pixels.width; to < end; to++, from += 3) {
      out[to] = fround(fround(data[from]! * scale) - mr) / sr;
      out[to + plane] = fround(fround(data[from + 1]! * scale) - mg) / sg;
      out[to + 2 * plane] = fround(fround(data[from + 2]! * scale) - mb) / sb;
    }
  }
}
