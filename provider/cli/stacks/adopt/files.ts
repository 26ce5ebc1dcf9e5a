import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { importFile } from "../../../adopt/import-file";
import type { AdoptionPlan } from "../../../adopt/plan";
import { programText } from "../../../adopt/program";
import { textIfThere, writeWhole } from "../../../cutover/files";

type Planned = Pick<AdoptionPlan, "adoptions" | "lookups">;

/** The two files of an adoption in one folder. */
export class AdoptionFiles {
  readonly #importFile: string;
  readonly #program: string;

  constructor(
    private readonly folder: string,
    /** Whether the registry forgets what was taken over when its resource is deleted. */
    private readonly forgets: boolean,
  ) {
    this.#importFile = join(folder, "import.json");
    this.#program = join(folder, "index.ts");
  }

  get paths(): string[] {
    return [this.#importFile, this.#program];
  }

  /** A file that is there already and is not what would be written, which is known of the import file only when nothing is to be claimed. */
  occupied(planned: Planned, isClaiming: boolean): string | undefined {
    const { adoptions } = planned;
    if (adoptions.length === 0) return undefined;
    const isOther = (path: string, text: string | undefined) =>
      ![undefined, text].includes(textIfThere(path));
    if (isOther(this.#program, programText(planned))) return this.#program;
    const text = isClaiming ? undefined : importFile(adoptions, this.forgets);
    return isOther(this.#importFile, text) ? this.#importFile : undefined;
  }

  /** Each file whole, or not at all. */
  write(planned: Planned): void {
    const { adoptions } = planned;
    if (adoptions.length === 0) return;
    mkdirSync(this.folder, { recursive: true });
    writeWhole(this.#program, programText(planned));
    writeWhole(this.#importFile, importFile(adoptions, this.forgets));
  }
}
