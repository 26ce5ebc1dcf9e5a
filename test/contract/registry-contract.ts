import assert from "node:assert/strict";
import { type Subject, useBench } from "./bench";
import { concurrencyCases } from "./cases/concurrency";
import { contactCases } from "./cases/contacts";
import { contentCases } from "./cases/contents";
import { handleCases } from "./cases/handles";
import { historyCases } from "./cases/history";
import { ownershipCases } from "./cases/ownership";
import { recordCases } from "./cases/records";
import { resolutionCases } from "./cases/resolution";
import { textCases } from "./cases/texts";
import { updateCases } from "./cases/updates";

/** The promise of `TopologyRegistry`, case by case. Only what a backend declares to lack is left out. */
export function registryContract(name: string, subject: Subject): void {
  describe(`${name} keeps the registry's promise`, function () {
    this.timeout(20_000);
    const bench = useBench(subject);
    after(function () {
      let all = 0;
      let passed = 0;
      this.test?.parent?.eachTest(({ state }) => {
        all += 1;
        if (state === "passed") passed += 1;
      });
      console.log(`    ${name}: ${passed} of ${all} cases pass`);
    });

    it("declares its capabilities", () => {
      assert.deepEqual(bench.registry.capabilities, subject.capabilities);
    });

    describe("records", () => recordCases(bench));
    describe("updates", () => updateCases(bench));
    describe("texts", () => textCases(bench));
    describe("contacts", () => contactCases(bench));
    describe("resolution", () => resolutionCases(bench));
    describe("concurrency", () => concurrencyCases(bench));
    describe("contents", () => contentCases(bench, bench.anotherStore));
    describe("handles", () => handleCases(bench));
    if (subject.capabilities.ownership) describe("ownership", () => ownershipCases(bench));
    if (subject.capabilities.history) describe("history", () => historyCases(bench));
  });
}
