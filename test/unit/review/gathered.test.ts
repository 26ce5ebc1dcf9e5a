import assert from "node:assert/strict";
import { gathered } from "../../../provider/review/comment/gathered";
import { drawn, type Edge, type Node, type Piece } from "../../../provider/review/comment/picture";

const node = (id: string, more: Partial<Node> = {}): Node => ({
  id,
  kind: "",
  name: `sip:${id}`,
  fate: "changed",
  ...more,
});
const [old, next] = [node("old", { fate: "gone" }), node("next", { fate: "new" })];
const follow = (one: Node): Edge[] => [
  { from: one, to: next, fate: "new" },
  { from: one, to: old, fate: "gone" },
];
const many = (count: number, more?: Partial<Node>) =>
  Array.from({ length: count }, (_, index) => node(`n${index}`, more));

/** Each node that is drawn, and for how many it stands. */
function shown(pieces: readonly Piece[]): [string, number][] {
  const nodes = pieces.flatMap((piece) => ("from" in piece ? [piece.from, piece.to] : [piece]));
  return [...new Map(nodes.map(({ id, more = 0 }) => [id, more + 1]))];
}

describe("what is alike in a picture", () => {
  it("is one node, which says how many more there are", () => {
    const pieces = gathered(many(40).flatMap(follow));
    assert.deepEqual(shown(pieces), [
      ["n0", 40],
      ["next", 1],
      ["old", 1],
    ]);
    assert.equal(pieces.length, 2);
    assert.match(drawn(pieces).lines.join("\n"), /n0\[\["changed: sip#58;n0 and 39 more"\]\]/);
  });

  it("is drawn one by one where it is not much, and from six on as one", () => {
    assert.equal(shown(gathered(many(5).flatMap(follow))).length, 7);
    assert.equal(shown(gathered(many(6).flatMap(follow))).length, 3);
  });

  it("may be connected with nothing", () => {
    assert.deepEqual(shown(gathered(many(9))), [["n0", 9]]);
  });

  for (const [what, other] of [
    ["becomes something else", node("x", { fate: "new" })],
    ["is of another kind", node("x", { kind: "pool" })],
    ["stands in another frame", node("x", { frame: "registry of provider lab" })],
  ] as const)
    it(`is not what ${what}`, () => {
      const pieces = gathered([...many(40), other].flatMap(follow));
      assert.deepEqual(shown(pieces).slice(0, 1), [["n0", 40]]);
      assert.ok(shown(pieces).some(([id, count]) => id === "x" && count === 1));
    });

  for (const [what, edges] of [
    ["to another node", (x: Node) => follow(x).map((edge) => ({ ...edge, to: node("third") }))],
    ["to fewer nodes", (x: Node) => follow(x).slice(1)],
    ["the other way", (x: Node) => follow(x).map((edge) => ({ ...edge, from: edge.to, to: x }))],
    ["with other words", (x: Node) => follow(x).map((edge) => ({ ...edge, label: "next hop" }))],
    ["in another fate", (x: Node) => follow(x).map((edge) => ({ ...edge, fate: "same" as const }))],
  ] as const)
    it(`is not what is connected ${what}`, () => {
      const pieces = gathered([...many(40).flatMap(follow), ...edges(node("x"))]);
      assert.ok(shown(pieces).some(([id, count]) => id === "x" && count === 1));
    });
});
