import { type Box, iou } from '../box.ts';

/** IoU from which a box is the reference box. */
export const HIT_IOU = 0.5;

export const hits = (box: Box | undefined, reference: Box | undefined): boolean =>
  box !== undefined && reference !== undefined && iou(box, reference) >= HIT_IOU;
