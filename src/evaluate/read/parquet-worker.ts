// The process that decodes Parquet; see parquet.ts.

import { serve } from '../../worker/worker.ts';
import { parquetHead, parquetRows } from './parquet-decode.ts';

const TASKS = { head: parquetHead, rows: parquetRows };
export type ParquetTasks = typeof TASKS;

serve(TASKS);
