import { type Command, InvalidArgumentError } from 'commander';

/** What the formats need that do not say everything in one file. */
export const withSetFiles = (command: Command): Command =>
  command
    .option('--split <name>', 'which part of RefCOCO as it comes: train')
    .option('--instances <file>', "COCO's boxes for RefCOCO as it comes (default: instances.json beside it)")
    .option('--scene-graphs <file>', "GQA's boxes for FineCops-Ref as it comes")
    .option('--coco <file>', 'the same expressions with their boxes, in COCO format');

export function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It is between 0 and 1.');
  return value;
}

export function shard(text: string): { part: number; of: number } {
  const [, part, of] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text)?.map(Number) ?? [];
  if (part === undefined || of === undefined || part > of)
    throw new InvalidArgumentError('It is a part and their number, such as 1/4.');
  return { part, of };
}
