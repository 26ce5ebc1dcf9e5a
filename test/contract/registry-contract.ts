import assert from "node:assert/strict";
import { KIND_LABELS } from "../../provider/registry/records";
import { useBench } from "./bench";
import { claimCases, ownershipCases } from "./cases/claims";
import { concurrencyCases, raceCases } from "./cases/concurrency";
import { contactCases } from "./cases/contacts";
import { contentCases } from "./cases/contents";
import { describedUserCases } from "./cases/described-users";
import { endpointChangeCases } from "./cases/endpoint-changes";
import { handleCases } from "./cases/handles";
import { historyCases } from "./cases/history";
import { lackCases } from "./cases/lacks";
import { listCases } from "./cases/lists";
import { observedSipDomainCases, observedSipUserCases } from "./cases/observed";
import { observedPoolCases } from "./cases/observed-pools";
import { poolCases, poolUpdateCases } from "./cases/pools";
import { emptyCases, recordCases } from "./cases/records";
import { referenceCases } from "./cases/references";
import { resolutionCases } from "./cases/resolution";
import { samplesFor } from "./cases/samples";
import { sipDomainCases } from "./cases/sip-domains";
import { textCases } from "./cases/texts";
import { updateCases } from "./cases/updates";
import { userRaceCases } from "./cases/user-races";
import { userCases } from "./cases/users";
import type { Subject } from "./subject";

/** The promise of `TopologyRegistry`, case by case. Which cases there are, the capabilities decide and nothing else. */
export function registryContract(name: string, subject: Subject): void {
  describe(`${name} keeps the registry's promise`, function () {
    this.timeout(subject.slow ? 60_000 : 20_000);
    const bench = useBench(subject);
    const { capabilities, manages } = bench;
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
      assert.deepEqual(bench.registry.capabilities, capabilities);
    });

    describe("an empty store", () => emptyCases(bench));
    for (const sample of samplesFor(bench))
      describe(`a ${KIND_LABELS[sample.kind]}`, () => {
        describe("record", () => recordCases(bench, sample));
        describe("list", () => listCases(bench, sample));
        describe("update", () => updateCases(bench, sample));
        describe("claim", () => claimCases(bench, sample));
        if (capabilities.ownership) describe("owner", () => ownershipCases(bench, sample));
        describe("race", () => raceCases(bench, sample));
      });
    if (manages("pool")) {
      describe("a pool that is made", () => poolCases(bench));
      describe("a pool that is changed", () => poolUpdateCases(bench));
    } else describe("an observed pool", () => observedPoolCases(bench));
    if (manages("sip-domain")) describe("the default mark", () => sipDomainCases(bench));
    else describe("an observed SIP domain", () => observedSipDomainCases(bench));
    if (!manages("sip-user")) describe("an observed SIP user", () => observedSipUserCases(bench));
    else describe("a described SIP user", () => describedUserCases(bench));
    describe("a SIP user who gives its address up", () => userCases(bench));
    describe("a SIP user whom several want to give its address up", () => userRaceCases(bench));
    describe("a change of an endpoint", () => endpointChangeCases(bench));
    describe("contacts", () => contactCases(bench));
    describe("references", () => referenceCases(bench));
    describe("resolution", () => resolutionCases(bench));
    describe("texts", () => textCases(bench));
    describe("concurrency", () => concurrencyCases(bench));
    describe("handles", () => handleCases(bench));
    if (capabilities.transferable) describe("contents", () => contentCases(bench, bench.anotherStore));
    if (capabilities.history) describe("history", () => historyCases(bench));
    lackCases(bench);
  });
}
