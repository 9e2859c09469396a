import type { Answer } from '../../src/ask.ts';
import { encodeJpeg } from '../../src/picture/text.ts';
import { answerJson } from '../../src/verdict.ts';
import { lessonFile } from '../web/server/lesson-file.ts';

export interface LessonOptions {
  /** As it was asked. */
  readonly expression: string;
  /** Which one looked, by its id. */
  readonly detector: string;
  /** From asking to answer in milliseconds. */
  readonly totalMs: number;
}

/** The lesson about an answer, as one HTML file; an answer that was explained has all of its steps. */
export async function lessonOf(
  { picture, verdict }: Answer,
  { expression, detector, totalMs }: LessonOptions,
): Promise<string> {
  const { width, height, raster } = picture;
  const { trace: steps, considered, explanation } = verdict;
  return lessonFile({
    answer: {
      ...{ ...answerJson(picture, verdict, { totalMs }), expression, detector, steps, considered },
      ...(explanation && { explanation }),
    },
    jpeg: await encodeJpeg(raster),
    size: { width, height },
  });
}
