declare module 'heic-decode' {
  /** RGBA pixels of the first picture, oriented. */
  export default function decode(given: {
    readonly buffer: Uint8Array;
  }): Promise<{ readonly width: number; readonly height: number; readonly data: Uint8ClampedArray }>;
}
