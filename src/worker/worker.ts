/** A module that runs in a process or thread of its own, and is ended from here whatever it does. */
export interface Worker {
  /** Of a process. */
  readonly pid: number | undefined;
  /** Copies the message before it returns: what is in it may be reused. @throws what cannot be copied */
  send(message: unknown): void;
  /** Ends it at once, also in the middle of its work; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface WorkerOptions {
  /** The module, an absolute path of a TypeScript file. */
  readonly source: string;
  readonly args?: readonly string[];
  /** More memory than that is refused to it, in bytes. */
  readonly maxMemory?: number;
  readonly onMessage: (message: unknown) => void;
  /** Called once, however it ends. */
  readonly onDeath: (death: Death) => void;
}

/** How a worker ended. */
export interface Death {
  /** In words: "was killed by SIGKILL". */
  readonly reason: string;
  /** null where a signal ended it, or where it could not be started. */
  readonly exitCode: number | null;
  readonly outOfMemory?: boolean;
}

/** Starts a worker: see startProcess and startThread. */
export type StartWorker = (options: WorkerOptions) => Worker;
