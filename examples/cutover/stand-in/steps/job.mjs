/** @import { StepValues } from "../../../../provider/cutover/step-values.js" */

/**
 * What a step is told on standard input, beside its name and what it shall do; and the world that it acts on.
 *
 * `begun`: an earlier run began the same and did not end it. `image`: what `before` answered. `result`: what `do` answered,
 * null where it never ended. `folder`: a folder of the step's own, the same for `do` and `undo`.
 * @template {keyof StepValues} Name
 * @template [Image=null]
 * @template [Result=null]
 * @typedef {object} Job
 * @property {string} world
 * @property {string} [registry] The registry in which addresses are looked up.
 * @property {StepValues[Name]} values
 * @property {boolean} begun
 * @property {Image} image
 * @property {Result | null} result
 * @property {string} folder
 */

export {};
