import { setTimeout as pause } from "node:timers/promises";
import { locationOf, type PostgresqlSettings } from "../../registry/postgresql-settings";
import type { BackendOptions } from "../backend";
import type { PostgresqlConnection } from "./postgresql-connection";
import {
  ConnectionLost,
  isOvertaken,
  isReadOnly,
  isUseless,
  overtakenTooOften,
  ServerSilent,
  storeFailure,
  unknownOutcome,
} from "./postgresql-errors";
import { PostgresqlHosts } from "./postgresql-hosts";

/** How often work is begun that other writes overtake, and how often again after a connection made for it was lost. */
const MOST_OVERTAKEN = 15;
const MOST_LOST = 3;
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 250;

/** Work on a connection; it says when it sends what takes effect, so that from there on it is not begun again. */
export type Work<T> = (connection: PostgresqlConnection, committing: () => void) => Promise<T>;

/** Runs work on a server that fits, and begins it again, within bounds, where that loses and repeats nothing. */
export class PostgresqlAttempts {
  readonly #hosts: PostgresqlHosts;
  readonly #several: boolean;
  readonly #location: string;
  readonly #random: () => number;

  constructor(settings: PostgresqlSettings, options: BackendOptions) {
    this.#hosts = new PostgresqlHosts(settings, options);
    this.#several = settings.hosts.length > 1;
    this.#location = locationOf(settings);
    this.#random = options.random;
  }

  async run<T>(doing: string, work: Work<T>): Promise<T> {
    for (let overtaken = 0, lost = 0; ; ) {
      const { connection, isNew, giveBack } = await this.#hosts.lend(doing);
      let committed = false;
      try {
        const answer = await work(connection, () => {
          committed = true;
        });
        giveBack(true);
        return answer;
      } catch (error) {
        giveBack(!isUseless(error));
        if (isOvertaken(error)) {
          overtaken += 1;
          if (overtaken === MOST_OVERTAKEN) throw overtakenTooOften(doing, this.#location, overtaken, error);
          const longest = Math.min(FIRST_PAUSE * 2 ** overtaken, LONGEST_PAUSE);
          await pause(longest * this.#random());
          continue;
        }
        const isLost = error instanceof ConnectionLost;
        if (isLost && committed) throw unknownOutcome(doing, this.#location, error);
        // All idle connections may have ended unseen; and a primary that we were connected to may be one no more.
        if (isNew) lost += 1;
        // Each further connection would take as long to fall silent as this one.
        if (
          error instanceof ServerSilent ||
          lost > MOST_LOST ||
          !(isLost || (this.#several && isReadOnly(error)))
        )
          throw storeFailure(doing, this.#location, error);
      }
    }
  }

  close(): Promise<void> {
    return this.#hosts.close();
  }
}
