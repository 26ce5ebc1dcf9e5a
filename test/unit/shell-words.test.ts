import assert from "node:assert/strict";
import { shellArguments } from "../../provider/backends/shell/session/bootstrap";
import { wordsFromCmd, wordsFromPowerShell } from "../support/windows-words";

const SHELLS = { "cmd.exe": wordsFromCmd, "powershell.exe": wordsFromPowerShell };

describe("the words that start the script", () => {
  for (const [shell, wordsFrom] of Object.entries(SHELLS)) {
    // ssh puts a blank between the words, and nothing else.
    const arrive = (words: string[]) => wordsFrom(["powershell.exe", ...words].join(" ")).slice(1);

    it(`arrive as they are where ${shell} is the DefaultShell of the server`, () => {
      for (const words of [shellArguments(), shellArguments("C:\\Scripts\\persistent-chat.ps1")])
        assert.deepEqual(arrive(words), words);
    });

    it(`arrive through ${shell} with a path that holds a blank, in quotation marks`, () => {
      const path = "C:\\Program Files\\persistent-chat.ps1";
      assert.deepEqual(arrive(shellArguments(`"${path}"`)), shellArguments(path));
      assert.notDeepEqual(arrive(shellArguments(path)), shellArguments(path));
    });

    for (const word of ["a&b", "a|b", "<a", "a>b", "(a)", '"a'])
      it(`would not arrive through ${shell} with ${word} in them`, () => {
        let arrived: string[] = [];
        try {
          arrived = arrive([word]);
        } catch {
          return;
        }
        assert.notDeepEqual(arrived, [word]);
      });
  }

  it("would be expanded where they hold a variable", () => {
    assert.throws(() => wordsFromCmd("powershell.exe %PATH%"), /expand/);
    assert.throws(() => wordsFromPowerShell("powershell.exe $PATH"), /expand/);
    assert.throws(() => wordsFromPowerShell("powershell.exe -File.x"), /parameter/);
  });
});
