import { join } from 'node:path';
import { readExpression } from '../../language/read.ts';
import type { PictureReader } from '../../picture/read.ts';
import { ground } from '../../reasoning/ground.ts';
import { sight } from '../../reasoning/sighting.ts';
import type { Specialist } from '../../specialist/specialist.ts';
import { featuresOf } from '../../verdict/features.ts';
import type { Annotation } from '../annotations.ts';
import { hits } from '../hits.ts';
import type { Observation, Unnamed } from './fit-reasoning.ts';
import { placed } from './trial.ts';

export interface ObserveOptions {
  readonly annotations: readonly Annotation[];
  /** The folder that file names of annotations are relative to. */
  readonly images: string;
  readonly specialist: Specialist;
  readonly reader: PictureReader;
  readonly signal: AbortSignal;
  readonly onDone?: () => void;
}

/**
 * Answers every question up to its features, one after the other.
 * @throws SpotterError for a photo that cannot be read, and what the specialist throws
 */
export async function observe(
  options: ObserveOptions,
): Promise<{ readonly observations: readonly Observation[]; readonly unnamed: Unnamed }> {
  const { annotations, images, specialist, reader, signal, onDone = () => {} } = options;
  const observations: Observation[] = [];
  let unnamed: Unnamed = { present: 0, all: 0 };
  for (const { row, photo } of placed(annotations).values()) {
    const picture = await reader.read(join(images, row.file), { signal });
    const query = readExpression(row.expression);
    const scene = await sight(query, picture, specialist, { signal });
    const candidates = ground(query.target, scene);
    const sighting = scene.sightings.get(query.target)!;
    const present = row.negative === undefined;
    onDone();
    if (sighting.match === 'unknown') {
      unnamed = { present: unnamed.present + (present ? 1 : 0), all: unnamed.all + 1 };
      continue;
    }
    observations.push({
      photo,
      features: featuresOf(query.target, candidates, sighting, picture),
      present,
      right: hits(candidates[0]?.box, row.reference),
    });
  }
  return { observations, unnamed };
}
