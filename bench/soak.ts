import { playChaos } from '../test/queue/chaos.ts';
import { type Row, row } from './row.ts';

const QUESTIONS = 1000;

/** 1,000 questions over two bots and two workers, while a worker is killed every 5 s and Redis loses its data twice. */
export async function bench(): Promise<Row[]> {
  const { answered, refused, lost, doubled, wrong, kills, seconds } = await playChaos({
    ...{ questions: QUESTIONS, questionMs: 300, atOnce: 4, bots: 2, workers: 2 },
    ...{ killEveryMs: 5000, redisRestarts: [0.3, 0.6] },
  });
  const told = Object.entries(refused).map(([code, n]): Row => count(`refused with ${code}`, n));
  return [
    count('answered', answered),
    ...told,
    count('lost', lost),
    count('doubled', doubled),
    count('with the answer to another question', wrong),
    { ...row('workers killed', kills, 'in so many seconds', seconds), unit: '' },
  ];
}

const count = (what: string, n: number): Row => ({ ...row(what, n, 'asked', QUESTIONS), unit: 'questions' });
