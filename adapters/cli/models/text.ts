import type { ListedVariant } from '../../../src/models/listing.ts';

/** 1234 -> "1.2 kB": as disks and downloads are measured, in powers of ten. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  const value = bytes / size;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** 75 -> "1 min 15 s" */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "about 720 MB", or without "about" where it is known. */
export const variantSize = ({ bytes, exact }: ListedVariant): string =>
  `${exact ? '' : 'about '}${sizeText(bytes)}`;
