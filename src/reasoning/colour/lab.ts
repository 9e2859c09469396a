/** Lightness 0..100, chroma >= 0, hue angle in degrees 0..360. */
export type Lch = readonly [lightness: number, chroma: number, hue: number];

const LINEAR = Float64Array.from({ length: 256 }, (_, i) => {
  const v = i / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});
const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116);

/** sRGB (0..255) to CIE LCh(ab) under D65. */
export function toLch(r: number, g: number, b: number): Lch {
  const R = LINEAR[r] ?? 0;
  const G = LINEAR[g] ?? 0;
  const B = LINEAR[b] ?? 0;
  const x = f((0.4124564 * R + 0.3575761 * G + 0.1804375 * B) / 0.95047);
  const y = f(0.2126729 * R + 0.7151522 * G + 0.072175 * B);
  const z = f((0.0193339 * R + 0.119192 * G + 0.9503041 * B) / 1.08883);
  const a = 500 * (x - y);
  const bb = 200 * (y - z);
  const hue = (Math.atan2(bb, a) * 180) / Math.PI;
  return [116 * y - 16, Math.hypot(a, bb), hue < 0 ? hue + 360 : hue];
}
